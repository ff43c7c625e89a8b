/** A bare Pod is ready when it says so or has succeeded. What its containers wait for is pod-problem.ts' matter. */
import type { KubernetesObject } from '../../../foundation/manifest/object.ts';
import { conditionsOf, failed, progressing, readText, ready, type Verdict } from './verdict.ts';

/** Of a hook: when it has ended. */
export function podResult(object: KubernetesObject): Verdict {
  const verdict = podReadiness(object);
  return verdict.status === 'ready' && readText(object, 'status', 'phase') !== 'Succeeded'
    ? progressing('Running', 'it has not ended yet')
    : verdict;
}

export function podReadiness(object: KubernetesObject): Verdict {
  const phase = readText(object, 'status', 'phase');
  if (phase === 'Succeeded') return ready('it has completed', 'Succeeded');
  if (phase === 'Failed')
    return failed(
      readText(object, 'status', 'reason') ?? 'Failed',
      readText(object, 'status', 'message') ?? 'it has failed',
    );
  const conditions = conditionsOf(object);
  if (phase === 'Running' && conditions.some(({ type, status }) => type === 'Ready' && status === 'True'))
    return ready('it is running');
  const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (unscheduled)
    return progressing(unscheduled.reason || 'Unschedulable', unscheduled.message || 'it has no node yet');
  return phase === 'Running'
    ? progressing('NotReady', 'it is running but not ready')
    : progressing('Pending', 'its containers have not started');
}
