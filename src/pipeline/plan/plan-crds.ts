/**
 * Takes the CustomResourceDefinitions of a chart's `crds/`, returns what a deploy would do to each, as it will before all
 * else: make those that are missing, and, with `crds: createReplace`, set the others to what the chart says. Reads, and
 * tries by a dry run; writes nothing.
 */
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { type KubernetesObject, objectKey } from '../../foundation/manifest/object.ts';
import { parseManifest } from '../../foundation/manifest/parse-manifest.ts';
import type { CrdFile } from '../render/rendered-release.ts';
import type { Change } from './plan.ts';
import { fieldsBetween } from './plan-release.ts';

export interface PlanCrdsInput {
  readonly crds: readonly CrdFile[];
  /** Those that are among the templates too are planned there. */
  readonly changes: readonly Change[];
  readonly policy: 'skip' | 'create' | 'createReplace';
}

/** Only what would be written. */
export async function planCrds(
  client: ClusterClient,
  { crds, changes, policy }: PlanCrdsInput,
  signal: AbortSignal,
): Promise<Change[]> {
  if (policy === 'skip') return [];
  const planned = await Promise.all(
    ownDefinitions(crds, changes).map(async (object) => {
      const { apiVersion, kind, metadata } = object;
      const live = await client.get({ apiVersion, kind, name: metadata.name ?? '' }, { signal });
      if (live === undefined) return created(object);
      if (policy === 'create') return undefined;
      const wouldBe = await client.apply(object, { fieldManager: 'helm', force: true, dryRun: true, signal });
      return updated(object, live, wouldBe);
    }),
  );
  return planned.filter((change) => change !== undefined);
}

/** The same beside the chart of another revision, no cluster asked. */
export function compareCrds(before: readonly CrdFile[], { crds, changes, policy }: PlanCrdsInput): Change[] {
  if (policy === 'skip') return [];
  const known = new Map(definitionsIn(before).map((object) => [object.metadata.name, object]));
  const planned = ownDefinitions(crds, changes).map((object) => {
    const was = known.get(object.metadata.name);
    if (was === undefined) return created(object);
    return policy === 'create' ? undefined : updated(object, was, object);
  });
  return planned.filter((change) => change !== undefined);
}

function definitionsIn(crds: readonly CrdFile[]): KubernetesObject[] {
  const all = crds.flatMap(({ text }) => parseManifest(text));
  // The first of one name is made, and then it is there.
  return all.filter(({ metadata: { name } }, at) => all.findIndex((other) => other.metadata.name === name) === at);
}

function ownDefinitions(crds: readonly CrdFile[], changes: readonly Change[]): KubernetesObject[] {
  const lasting = changes.filter(({ operation }) => operation !== 'delete' && operation !== 'keep');
  const rendered = new Set(
    lasting.filter(({ key }) => key.kind === 'CustomResourceDefinition').map(({ key }) => key.name),
  );
  return definitionsIn(crds).filter(({ metadata }) => !rendered.has(metadata.name ?? ''));
}

const created = (object: KubernetesObject): Change => ({
  ...{ key: objectKey(object), operation: 'create', object, live: undefined },
  ...{ fields: [], drift: [], reason: undefined },
});

function updated(object: KubernetesObject, live: KubernetesObject, wouldBe: KubernetesObject): Change | undefined {
  const fields = fieldsBetween(live, wouldBe);
  if (fields.length === 0) return undefined;
  return { key: objectKey(object), operation: 'update', object, live, fields, drift: [], reason: undefined };
}
