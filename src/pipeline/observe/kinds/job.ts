/** A Job of a manifest is ready once it runs, as `helm --wait` has it; one that failed is failed. Hooks wait for the end. */
import type { KubernetesObject } from '../../../foundation/manifest/object.ts';
import { conditionsOf, failed, progressing, read, readText, ready, type Verdict } from './verdict.ts';

export function jobReadiness(object: KubernetesObject): Verdict {
  const holding = conditionsOf(object).filter(({ status }) => status === 'True');
  if (holding.some(({ type }) => type === 'Complete')) return ready('it has completed', 'Complete');
  // `FailureTarget` comes first, while the last pods still terminate.
  const failure = holding.find(({ type }) => type === 'Failed' || type === 'FailureTarget');
  if (failure) return failed(failure.reason || 'JobFailed', failure.message || 'it has failed');
  if (read(object, 'spec', 'suspend') === true) return ready('it is suspended', 'Suspended');
  return readText(object, 'status', 'startTime') === undefined
    ? progressing('NotStarted', 'it has not started')
    : ready('it is running', 'Started');
}
