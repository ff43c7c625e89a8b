/**
 * Reads from the cluster what a plan needs to know: every object that the release has or will have, and for those it
 * is asked about what a forced dry run would make of them. It writes nothing.
 */
import { isDeepStrictEqual } from 'node:util';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { groupVersionKind, type KubernetesObject, keyId, objectKey } from '../../foundation/manifest/object.ts';
import { keepLiveFields } from '../apply/keep-live-fields.ts';
import type { DriftIgnore } from '../definitions/release-definition.ts';
import type { LiveKnowledge } from './live-knowledge.ts';
import { type ReleaseKey, withOwnership } from './ownership.ts';
import type { LiveObject } from './plan-release.ts';

export interface ReadLiveInput {
  readonly client: ClusterClient;
  readonly release: ReleaseKey;
  readonly recorded: readonly KubernetesObject[];
  readonly rendered: readonly KubernetesObject[];
  readonly ignore: readonly DriftIgnore[];
  /** `all`: dry-run every object (a plan for people); `same`: only those that did not change, to see whether they drifted. */
  readonly dryRun: 'all' | 'same';
  readonly signal: AbortSignal;
  readonly live?: LiveKnowledge | undefined;
}

const parallel = 8;

export async function readLive(input: ReadLiveInput): Promise<Map<string, LiveObject>> {
  const recorded = new Map(input.recorded.map((object) => [keyId(objectKey(object)), object]));
  const rendered = new Map(input.rendered.map((object) => [keyId(objectKey(object)), object]));
  const live = new Map<string, LiveObject>();
  const ids = [...new Set([...rendered.keys(), ...recorded.keys()])];
  for (let start = 0; start < ids.length; start += parallel) {
    await Promise.all(
      ids.slice(start, start + parallel).map(async (id) => {
        const found = await readOne(input, rendered.get(id), recorded.get(id));
        if (found) live.set(id, found);
      }),
    );
  }
  return live;
}

async function readOne(
  input: ReadLiveInput,
  rendered: KubernetesObject | undefined,
  recorded: KubernetesObject | undefined,
): Promise<LiveObject | undefined> {
  const wanted = rendered ?? recorded;
  if (!wanted?.metadata.name) return undefined;
  const { name, namespace } = wanted.metadata;
  if ((await input.live?.presence(wanted)) === 'absent') return undefined;
  const known = input.dryRun === 'same' ? fromKnowledge(input, rendered, recorded) : undefined;
  if (known) return known;
  const object = await input.client.get(
    { apiVersion: wanted.apiVersion, kind: wanted.kind, namespace, name },
    { signal: input.signal },
  );
  if (!object || !rendered) return object && { object };
  const same = recorded !== undefined && isDeepStrictEqual(recorded, rendered);
  if (input.dryRun === 'same' && !same) return { object };
  return await dryRun(input, rendered, object);
}

/** What need not be read: it is what was recorded, or what is rendered now. */
function fromKnowledge(
  { live, release, ignore }: ReadLiveInput,
  rendered: KubernetesObject | undefined,
  recorded: KubernetesObject | undefined,
): LiveObject | undefined {
  if (!live || !rendered) return undefined;
  if (live.isClean(withOwnership(rendered, release))) return { object: rendered, known: 'as rendered' };
  if (!recorded || !live.isClean(withOwnership(recorded, release))) return undefined;
  const whole = live.whole(recorded);
  if (whole) return { object: whole };
  // Fields that stay as they are live have to be seen.
  const keepsFields = !isPlainKind(rendered) || ignore.some((rule) => (rule.kind ?? rendered.kind) === rendered.kind);
  return keepsFields ? undefined : { object: recorded, known: 'as recorded' };
}

/** Kubernetes' own kinds that no autoscaler scales. */
function isPlainKind({ apiVersion, kind }: KubernetesObject): boolean {
  const { group } = groupVersionKind({ apiVersion, kind });
  return (group === '' || !group.includes('.') || group.endsWith('.k8s.io')) && !scaled.has(kind);
}

const scaled: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController']);

async function dryRun(
  { client, release, ignore, signal }: ReadLiveInput,
  rendered: KubernetesObject,
  live: KubernetesObject,
): Promise<LiveObject> {
  const object = keepLiveFields({ object: withOwnership(rendered, release), live, ignore });
  try {
    return {
      object: live,
      wouldBe: await client.apply(object, { fieldManager: 'helm', force: true, dryRun: true, signal }),
    };
  } catch (error) {
    if (error instanceof HelmGitopsError && error.code === 'cluster.invalid')
      return { object: live, refusal: error.message };
    throw error;
  }
}
