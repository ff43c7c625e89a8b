/** A Job of a manifest is ready once it runs, as `helm --wait` has it; one of a hook when it has completed; failed is failed. */
import type { KubernetesObject } from '../../../foundation/manifest/object.ts';
import { conditionsOf, failed, progressing, read, readText, ready, type Verdict } from './verdict.ts';

export function jobReadiness(object: KubernetesObject): Verdict {
  const verdict = jobResult(object);
  if (verdict.status !== 'progressing') return verdict;
  if (read(object, 'spec', 'suspend') === true) return ready('it is suspended', 'Suspended');
  return readText(object, 'status', 'startTime') === undefined ? verdict : ready('it is running', 'Started');
}

export function jobResult(object: KubernetesObject): Verdict {
  const holding = conditionsOf(object).filter(({ status }) => status === 'True');
  if (holding.some(({ type }) => type === 'Complete')) return ready('it has completed', 'Complete');
  // `FailureTarget` comes first, while the last pods still terminate.
  const failure = holding.find(({ type }) => type === 'Failed' || type === 'FailureTarget');
  if (failure) return failed(failure.reason || 'JobFailed', failure.message || 'it has failed');
  if (read(object, 'spec', 'suspend') === true) return progressing('Suspended', 'it is suspended');
  return readText(object, 'status', 'startTime') === undefined
    ? progressing('NotStarted', 'it has not started')
    : progressing('Running', 'it has not ended yet');
}
