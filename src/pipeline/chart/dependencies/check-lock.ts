/** Whether Chart.lock still belongs to what Chart.yaml asks for, as `helm dependency build` decides it. */
import type { Chart } from '../chart.ts';
import { lockOf } from '../chart-lock.ts';
import { type RepositoryNames, withRepositoryUrl } from './dependency-request.ts';
import { lockDigest, lockDigestOfHelm2 } from './lock-digest.ts';

export type LockState = 'none' | 'fits' | 'fits-helm2' | 'stale';

export function checkLock(chart: Chart, names: RepositoryNames): LockState {
  const lock = lockOf(chart);
  if (lock === undefined) return 'none';
  const { dependencies: requested, apiVersion } = chart.metadata;
  const resolved = requested?.map((dependency) => withRepositoryUrl(dependency, names));
  if (lockDigest(resolved, lock.dependencies) === lock.digest) return 'fits';
  // Helm 2 hashed names such as @stable as they are written.
  if (apiVersion === 'v1' && lockDigestOfHelm2(requested) === lock.digest) return 'fits-helm2';
  return 'stale';
}

/** Helm's sentence; for a chart of the first format it names the other two files. */
export function staleLockMessage(chart: Chart): string {
  return chart.metadata.apiVersion === 'v1'
    ? 'the lock file (requirements.lock) is out of sync with the dependencies file (requirements.yaml). Please update the dependencies'
    : "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies with 'helm dependency update'";
}
