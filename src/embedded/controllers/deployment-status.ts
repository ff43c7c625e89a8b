/** A Deployment's status: counts, and the conditions Available, Progressing and ReplicaFailure. Pure. */
import { findCondition, removeCondition, replaceCondition, setCondition } from './conditions.ts';
import {
  allSets,
  type Deployment,
  type DeploymentStatus,
  desiredReplicas,
  type Rollout,
  rolloutLimits,
  sumReplicas,
  sumStatus,
} from './deployment-objects.ts';
import type { Condition } from './workload.ts';

/** The value that upstream takes for "no deadline". */
const noDeadline = 2_147_483_647;

export function hasDeadline(deployment: Deployment): boolean {
  return (deployment.spec.progressDeadlineSeconds ?? noDeadline) !== noDeadline;
}

/** Counts and Available; what is zero is left out, as Kubernetes writes it. */
export function countStatus(rollout: Rollout, now: string): DeploymentStatus {
  const { deployment, newSet } = rollout;
  const sets = allSets(rollout);
  const available = sumStatus(sets, 'availableReplicas');
  const isAvailable = available >= desiredReplicas(deployment) - rolloutLimits(deployment).maxUnavailable;
  const condition = makeCondition(
    { type: 'Available', status: isAvailable ? 'True' : 'False' },
    isAvailable
      ? ['MinimumReplicasAvailable', 'Deployment has minimum availability.']
      : ['MinimumReplicasUnavailable', 'Deployment does not have minimum availability.'],
    now,
  );
  const counts = {
    replicas: sumStatus(sets, 'replicas'),
    updatedReplicas: newSet?.status?.replicas ?? 0,
    readyReplicas: sumStatus(sets, 'readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sumReplicas(sets) - available),
  };
  const present = Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
  return {
    ...present,
    terminatingReplicas: sumStatus(sets, 'terminatingReplicas'),
    observedGeneration: deployment.metadata.generation ?? 0,
    conditions: setCondition(deployment.status?.conditions ?? [], condition),
  };
}

function makeCondition(
  base: Pick<Condition, 'type' | 'status'>,
  [reason, message]: [string, string],
  now: string,
): Condition {
  return { ...base, lastUpdateTime: now, lastTransitionTime: now, reason, message };
}

/** The Progressing condition as something of its own, for the moments that set it. */
export function progressing(status: Condition['status'], [reason, message]: [string, string], now: string): Condition {
  return makeCondition({ type: 'Progressing', status }, [reason, message], now);
}

export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const wanted = desiredReplicas(deployment);
  const counts = [status.updatedReplicas, status.replicas, status.availableReplicas];
  return (
    counts.every((count = 0) => count === wanted) &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** The whole status of a rollout that is neither paused nor being scaled. */
export function rolloutStatus(rollout: Rollout, now: string): DeploymentStatus {
  const { deployment } = rollout;
  const status = countStatus(rollout, now);
  let conditions = [...(status.conditions ?? [])];
  if (!hasDeadline(deployment)) conditions = removeCondition(conditions, 'Progressing');
  else if (!wasComplete(status)) conditions = judgeProgress(rollout, { status, conditions, now });
  const failure = allSets(rollout)
    .toReversed()
    .map((set) => findCondition(set.status?.conditions, 'ReplicaFailure'))
    .find((found) => found !== undefined);
  conditions =
    failure === undefined
      ? removeCondition(conditions, 'ReplicaFailure')
      : setCondition(conditions, { ...failure, lastUpdateTime: now });
  return { ...status, conditions };
}

function wasComplete(status: DeploymentStatus): boolean {
  const reason = findCondition(status.conditions, 'Progressing')?.reason;
  return (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && reason === 'NewReplicaSetAvailable';
}

interface Progress {
  readonly status: DeploymentStatus;
  readonly conditions: Condition[];
  readonly now: string;
}

function judgeProgress({ deployment, newSet }: Rollout, { status, conditions, now }: Progress): Condition[] {
  const what =
    newSet === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${newSet.metadata.name}"`;
  if (isComplete(deployment, status)) {
    return setCondition(
      conditions,
      progressing('True', ['NewReplicaSetAvailable', `${what} has successfully progressed.`], now),
    );
  }
  if (hasMoved(deployment.status ?? {}, status)) {
    return replaceCondition(conditions, progressing('True', ['ReplicaSetUpdated', `${what} is progressing.`], now));
  }
  if (!isTimedOut(deployment, conditions, now)) return conditions;
  return setCondition(
    conditions,
    progressing('False', ['ProgressDeadlineExceeded', `${what} has timed out progressing.`], now),
  );
}

function hasMoved(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function isTimedOut(deployment: Deployment, conditions: readonly Condition[], now: string): boolean {
  const current = findCondition(conditions, 'Progressing');
  if (current === undefined || current.reason === 'NewReplicaSetAvailable') return false;
  if (current.reason === 'ProgressDeadlineExceeded') return true;
  return Date.parse(now) >= deadline(deployment, current);
}

function deadline(deployment: Deployment, current: Condition): number {
  return Date.parse(current.lastUpdateTime ?? '') + (deployment.spec.progressDeadlineSeconds ?? noDeadline) * 1000;
}

/** Milliseconds until the deadline has to be looked at again; undefined when it has not. */
export function untilDeadline(deployment: Deployment, status: DeploymentStatus, now: number): number | undefined {
  const current = findCondition(status.conditions, 'Progressing');
  if (!hasDeadline(deployment) || current === undefined || isComplete(deployment, status)) return undefined;
  if (current.reason === 'NewReplicaSetAvailable' || current.reason === 'ProgressDeadlineExceeded') return undefined;
  if (current.reason === 'DeploymentPaused') return undefined;
  // Times are stored in whole seconds, so that the deadline is over at the latest one second later.
  return Math.max(0, deadline(deployment, current) - now) + 1000;
}
