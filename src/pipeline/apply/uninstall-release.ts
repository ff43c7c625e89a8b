/**
 * Removes a release as Helm's uninstall does: pre-delete hooks, objects in uninstall order, post-delete hooks, and at
 * last the records. What `keep` names stays and is told.
 */
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import type { ReleaseHistory, StoredRelease } from '../../foundation/history/release-record.ts';
import { compareForUninstall } from '../../foundation/manifest/kind-order.ts';
import { type KubernetesObject, objectKey, objectLabel } from '../../foundation/manifest/object.ts';
import { parseManifest } from '../../foundation/manifest/parse-manifest.ts';
import { ownershipProblem } from '../plan/ownership.ts';
import { placeObjects } from '../plan/place-objects.ts';
import { withStatus } from './revision-record.ts';
import type { HookInput, HookOutcome } from './run-hooks.ts';

export interface UninstallInput {
  readonly client: ClusterClient;
  readonly history: ReleaseHistory;
  readonly stored: StoredRelease;
  /** Every revision there is: they go at the end. */
  readonly versions: readonly number[];
  readonly runHooks: (run: Pick<HookInput, 'event' | 'hooks' | 'onRun'>) => Promise<HookOutcome>;
  readonly signal: AbortSignal;
}

/** Kinds whose removal takes data or other people's objects along. */
const keptKinds: ReadonlySet<string> = new Set(['CustomResourceDefinition', 'Namespace', 'PersistentVolumeClaim']);

/** Returns the labels of the objects that stay. */
export async function uninstallRelease(input: UninstallInput): Promise<string[]> {
  const { history } = input;
  let stored = await history.update(
    input.stored,
    withStatus(input.stored.record, 'uninstalling', 'Deletion in progress (or silently failed)'),
  );
  const { record } = stored;
  const runEvent = async (event: 'pre-delete' | 'post-delete') => {
    const onRun: HookInput['onRun'] = async (hooks) => {
      stored = await history.update(stored, { ...stored.record, hooks });
    };
    const { hooks, failure } = await input.runHooks({ event, hooks: stored.record.hooks, onRun });
    stored = { ...stored, record: { ...stored.record, hooks } };
    if (failure === undefined) return;
    await history.update(stored, stored.record);
    throw failure.error;
  };
  await runEvent('pre-delete');
  const kept = await deleteObjects(input, parseManifest(record.manifest));
  await runEvent('post-delete');
  for (const version of [...input.versions].sort((a, b) => a - b)) await history.delete(version);
  return kept;
}

async function deleteObjects(
  { client, stored, signal }: UninstallInput,
  parsed: readonly KubernetesObject[],
): Promise<string[]> {
  const { name, namespace } = stored.record;
  const discovery = await client.discovery({ signal });
  const known = parsed.filter((object) => {
    const [group = '', version = ''] = object.apiVersion.includes('/')
      ? object.apiVersion.split('/')
      : ['', object.apiVersion];
    return discovery.resource({ group, version, kind: object.kind }) !== undefined;
  });
  const objects = placeObjects({ objects: known, namespace, discovery, crds: [] });
  const kept: string[] = [];
  for (const object of objects.sort((a, b) => compareForUninstall(a.kind, b.kind))) {
    const target = {
      apiVersion: object.apiVersion,
      kind: object.kind,
      namespace: object.metadata.namespace,
      name: object.metadata.name ?? '',
    };
    const live = await client.get(target, { signal });
    if (!live) continue;
    const stays = isKept(object) || isKept(live) || ownershipProblem(live, { name, namespace }) !== undefined;
    if (stays) kept.push(objectLabel(objectKey(object)));
    else await client.delete(target, { propagation: 'Background', signal });
  }
  return kept;
}

function isKept(object: KubernetesObject): boolean {
  return (
    keptKinds.has(object.kind) ||
    object.metadata.annotations?.['helm.sh/resource-policy']?.trim().toLowerCase() === 'keep'
  );
}
