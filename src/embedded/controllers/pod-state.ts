/** What a pod's status says, as every controller reads it. */
import { findCondition } from './conditions.ts';
import type { Pod } from './workload.ts';

export function isReady(pod: Pod): boolean {
  return findCondition(pod.status?.conditions, 'Ready')?.status === 'True' && !isFinished(pod);
}

export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** Neither finished nor about to go. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && !isTerminating(pod);
}

/** Milliseconds until a ready pod counts as available, 0 when it does; undefined when it is not ready. */
export function untilAvailable(pod: Pod, minReadySeconds: number, now: number): number | undefined {
  if (!isReady(pod)) return undefined;
  const since = findCondition(pod.status?.conditions, 'Ready')?.lastTransitionTime;
  if (minReadySeconds === 0 || since === undefined) return 0;
  return Math.max(0, Date.parse(since) + minReadySeconds * 1000 - now);
}

/** How many are available, and when the next one will be. */
export function countAvailable(
  pods: readonly Pod[],
  minReadySeconds: number,
  now: number,
): { available: number; next: number | undefined } {
  const waits = pods.map((pod) => untilAvailable(pod, minReadySeconds, now)).filter((wait) => wait !== undefined);
  const later = waits.filter((wait) => wait > 0);
  return { available: waits.length - later.length, next: later.length === 0 ? undefined : Math.min(...later) };
}

/** The order in which surplus pods go: unscheduled, pending, not ready, then the newest. */
export function byDeletionOrder(left: Pod, right: Pod): number {
  const rank = (pod: Pod): number =>
    pod.spec.nodeName === undefined || pod.spec.nodeName === ''
      ? 0
      : pod.status?.phase !== 'Running'
        ? 1
        : isReady(pod)
          ? 3
          : 2;
  const cost = (pod: Pod): number =>
    Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0;
  const newer = (right.metadata.creationTimestamp ?? '').localeCompare(left.metadata.creationTimestamp ?? '');
  return rank(left) - rank(right) || cost(left) - cost(right) || newer;
}
