/** Takes a readiness that is bad for good, or took too long; returns it as the error that it is. */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { Readiness } from './readiness.ts';

export function readinessError({ object, message, culprit }: Readiness): HelmGitopsError {
  const where = [culprit?.pod && `pod ${culprit.pod}`, culprit?.image && `image ${culprit.image}`]
    .filter(Boolean)
    .join(', ');
  const told = `${object}: ${message}${where === '' ? '' : ` (${where})`}`;
  return new HelmGitopsError('release.not-ready', 'cluster', told, { hint: culprit?.event });
}
