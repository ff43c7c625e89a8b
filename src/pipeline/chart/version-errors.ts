/** A version that is none, or that does not exist, as an error that helps. */
import type { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { SemverError } from '../../foundation/base/semver-constraint.ts';
import { chartError } from './chart-error.ts';
import { isExactVersion, nearestVersions } from './choose-version.ts';

export function rangeError(version: string, cause: SemverError): HelmGitopsError {
  return chartError('chart.range-invalid', `${JSON.stringify(version)} is no version and no range: ${cause.message}`, {
    hint: 'for example 1.4.2, ~1.4, ^1 or ">=1.2 <2"',
    cause,
  });
}

export function versionError(chart: string, version: string, versions: readonly string[]): HelmGitopsError {
  const nearest = nearestVersions(versions, version);
  const wanted = version === '' ? 'stable version' : `version ${version}`;
  const hint =
    nearest.length === 0
      ? 'it has no valid version at all'
      : `${nearest.length < versions.length ? 'nearest: ' : 'there is: '}${nearest.join(', ')}`;
  const onlyPre = nearest.length > 0 && !isExactVersion(version) && versions.every((one) => one.includes('-'));
  const more = onlyPre ? '; a range matches pre-releases only if it names one, as in ">=0-0"' : '';
  return chartError('chart.no-version', `the chart ${chart} has no ${wanted}`, { hint: hint + more });
}
