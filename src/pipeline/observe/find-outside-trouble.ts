/**
 * Takes workloads that nobody changed, returns which of them lost their pods to something that lies outside of them: no node
 * takes them, images that ran are not to be had, the cluster refuses pods. Crashes and failing probes are no such thing:
 * what depends on a bad release shows them too.
 */
import type { CallOptions, ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { findProblem } from './find-culprit.ts';
import { conditionsOf } from './kinds/verdict.ts';
import { defaultPatience } from './pod-problem.ts';

export interface Bystander {
  /** `shop/prod` */
  readonly id: string;
  readonly object: KubernetesObject;
}

/** Of those that are looked at closely. */
const most = 20;

/** One sentence for each release; `since`, in milliseconds since 1970: what was bad before is none of it. */
export async function findOutsideTrouble(
  client: ClusterClient,
  { bystanders, since, ...call }: CallOptions & { bystanders: readonly Bystander[]; since: number },
): Promise<string[]> {
  const fallen = bystanders.filter(({ object }) => hasFallen(object, since)).slice(0, most);
  const told = new Map<string, string>();
  for (const { id, object } of fallen) {
    const problem = await findProblem(client, object, { patience: defaultPatience, ...call }).catch(() => undefined);
    if (problem && problem.nature !== 'crashing' && !told.has(id))
      told.set(id, `${id}: ${object.kind}/${object.metadata.name}: ${problem.message}`);
  }
  return [...told.values()];
}

function hasFallen(object: KubernetesObject, since: number): boolean {
  const available = conditionsOf(object).find(({ type }) => type === 'Available');
  if (available?.status !== 'False') return false;
  const turned = Date.parse(available.lastTransitionTime ?? '');
  return Number.isNaN(turned) || turned >= since;
}
