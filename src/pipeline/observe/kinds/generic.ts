/** Any other kind, custom resources above all: its `Ready` condition decides; one without conditions is ready as it is. */
import type { KubernetesObject } from '../../../foundation/manifest/object.ts';
import { conditionsOf, failed, progressing, readNumber, ready, type Verdict } from './verdict.ts';

/** What holds for every kind before any rule: while its controller has not seen the change its status means nothing. */
export function notObserved(object: KubernetesObject): Verdict | undefined {
  if (object.metadata.deletionTimestamp !== undefined)
    return { status: 'terminating', reason: 'Terminating', message: 'it is being deleted' };
  const observed = readNumber(object, 'status', 'observedGeneration');
  if (observed !== undefined && object.metadata.generation !== undefined && observed !== object.metadata.generation)
    return progressing('NotObserved', 'its controller has not seen the change yet');
  return undefined;
}

/** kstatus' two standard conditions, which any kind may have. */
export function standing(object: KubernetesObject): Verdict | undefined {
  const holding = conditionsOf(object).filter(({ status }) => status === 'True');
  const reconciling = holding.find(({ type }) => type === 'Reconciling');
  if (reconciling) return progressing(reconciling.reason || 'Reconciling', reconciling.message);
  const stalled = holding.find(({ type }) => type === 'Stalled');
  return stalled && failed(stalled.reason || 'Stalled', stalled.message);
}

export function genericReadiness(object: KubernetesObject): Verdict {
  const condition = conditionsOf(object).find(({ type }) => type === 'Ready');
  if (condition === undefined) return ready('it exists', 'Exists');
  if (condition.status === 'True') return ready(condition.message || 'it is ready');
  return progressing(condition.reason || 'NotReady', condition.message || 'it is not ready');
}

/** An aggregated API: unless its backend answers, nothing of its group does. */
export function apiServiceReadiness(object: KubernetesObject): Verdict {
  const condition = conditionsOf(object).find(({ type }) => type === 'Available');
  if (condition?.status === 'True') return ready('it is available');
  return progressing(condition?.reason || 'NotAvailable', condition?.message || 'its backend does not answer yet');
}
