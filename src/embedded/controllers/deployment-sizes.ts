/**
 * How large each ReplicaSet of a Deployment should be now, given how large they are and how many of their pods are
 * available. Pure arithmetic, after the upstream controller: one step at a time, the next when pods have followed.
 */
import {
  allSets,
  desiredAnnotation,
  desiredReplicas,
  isRolling,
  maxAnnotation,
  type Rollout,
  replicasOf,
  rolloutLimits,
  sumReplicas,
  sumStatus,
} from './deployment-objects.ts';
import type { ReplicaSet } from './replica-set.ts';

export interface Resize {
  readonly set: ReplicaSet;
  readonly replicas: number;
}

/** Of a new ReplicaSet, or of the present one on its way up. */
export function newSetSize(rollout: Rollout): number {
  const { deployment, newSet } = rollout;
  const wanted = desiredReplicas(deployment);
  if (!isRolling(deployment)) return wanted;
  const current = newSet === undefined ? 0 : replicasOf(newSet);
  const room = wanted + rolloutLimits(deployment).maxSurge - sumReplicas(allSets(rollout));
  return room <= 0 ? current : current + Math.min(room, wanted - current);
}

/** The next step of a rolling update: the new set first, then the old ones. */
export function rollingStep(rollout: Rollout): Resize[] {
  const { deployment, newSet } = rollout;
  const wanted = desiredReplicas(deployment);
  if (newSet !== undefined && replicasOf(newSet) !== wanted) {
    const replicas = replicasOf(newSet) > wanted ? wanted : newSetSize(rollout);
    if (replicas !== replicasOf(newSet)) return [{ set: newSet, replicas }];
  }
  return scaleDownOld(rollout);
}

function scaleDownOld(rollout: Rollout): Resize[] {
  const { deployment, newSet, oldSets } = rollout;
  if (sumReplicas(oldSets) === 0) return [];
  const minAvailable = desiredReplicas(deployment) - rolloutLimits(deployment).maxUnavailable;
  const unavailable = newSet === undefined ? 0 : replicasOf(newSet) - (newSet.status?.availableReplicas ?? 0);
  const surplus = sumReplicas(allSets(rollout)) - minAvailable - unavailable;
  if (surplus <= 0) return [];
  const sizes = new Map(oldSets.map((set) => [set, replicasOf(set)]));
  takeAway(sizes, surplus, (set) => replicasOf(set) - (set.status?.availableReplicas ?? 0));
  const available = sumStatus(allSets(rollout), 'availableReplicas');
  if (available > minAvailable) takeAway(sizes, available - minAvailable, (set) => sizes.get(set) ?? 0);
  return changes(sizes);
}

/** From the oldest set on, at most what `spare` says of each and `limit` together. */
function takeAway(sizes: Map<ReplicaSet, number>, limit: number, spare: (set: ReplicaSet) => number): void {
  let left = limit;
  for (const [set, size] of sizes) {
    const count = Math.max(0, Math.min(left, spare(set), size));
    sizes.set(set, size - count);
    left -= count;
  }
}

function changes(sizes: ReadonlyMap<ReplicaSet, number>): Resize[] {
  return [...sizes].filter(([set, size]) => size !== replicasOf(set)).map(([set, replicas]) => ({ set, replicas }));
}

/** Whether the Deployment was scaled since its sets were last sized. */
export function wasScaled(rollout: Rollout): boolean {
  const wanted = String(desiredReplicas(rollout.deployment));
  return allSets(rollout).some((set) => {
    const recorded = set.metadata.annotations?.[desiredAnnotation];
    return replicasOf(set) > 0 && recorded !== undefined && recorded !== wanted;
  });
}

/** Spreads a changed size over the sets, in a rolling update by their share, so that it keeps its balance. */
export function scaleSteps(rollout: Rollout): Resize[] {
  const { deployment, newSet, oldSets } = rollout;
  const wanted = desiredReplicas(deployment);
  const active = allSets(rollout).filter((set) => replicasOf(set) > 0);
  const only = active.length > 1 ? undefined : (active[0] ?? newSet ?? oldSets.at(-1));
  if (only !== undefined) return replicasOf(only) === wanted ? [] : [{ set: only, replicas: wanted }];
  if (newSet !== undefined && isSaturated(rollout, newSet))
    return oldSets.filter((set) => replicasOf(set) > 0).map((set) => ({ set, replicas: 0 }));
  return isRolling(deployment) ? proportionalSizes(rollout, active) : [];
}

function isSaturated({ deployment }: Rollout, set: ReplicaSet): boolean {
  const wanted = desiredReplicas(deployment);
  const recorded = Number(set.metadata.annotations?.[desiredAnnotation] ?? Number.NaN);
  return replicasOf(set) === wanted && recorded === wanted && (set.status?.availableReplicas ?? 0) === wanted;
}

function proportionalSizes({ deployment }: Rollout, active: readonly ReplicaSet[]): Resize[] {
  const wanted = desiredReplicas(deployment);
  const allowed = wanted > 0 ? wanted + rolloutLimits(deployment).maxSurge : 0;
  const total = allowed - sumReplicas(active);
  const largestFirst = active.toSorted((left, right) => replicasOf(right) - replicasOf(left));
  const sizes = new Map<ReplicaSet, number>();
  let added = 0;
  for (const set of largestFirst) {
    const share =
      total === 0 ? 0 : proportion(set, { allowed, left: total - added, oldTotal: deployment.status?.replicas ?? 0 });
    sizes.set(set, replicasOf(set) + share);
    added += share;
  }
  const first = largestFirst[0];
  if (first !== undefined) sizes.set(first, Math.max(0, (sizes.get(first) ?? 0) + total - added));
  return changes(sizes);
}

function proportion(
  set: ReplicaSet,
  { allowed, left, oldTotal }: { allowed: number; left: number; oldTotal: number },
): number {
  const before = Number(set.metadata.annotations?.[maxAnnotation] ?? oldTotal) || oldTotal || 1;
  const share = Math.round((replicasOf(set) * allowed) / before) - replicasOf(set);
  return left > 0 ? Math.max(0, Math.min(share, left)) : Math.min(0, Math.max(share, left));
}
