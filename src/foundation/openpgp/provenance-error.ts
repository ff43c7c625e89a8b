/** What is wrong with a provenance, as an error. */
import { type ErrorDetails, HelmGitopsError } from '../base/errors.ts';
import { provenanceErrors } from './provenance-errors.table.ts';

export function provenanceError(
  code: keyof typeof provenanceErrors,
  message: string,
  details: ErrorDetails = {},
): HelmGitopsError {
  return new HelmGitopsError(code, provenanceErrors[code].fault, message, details);
}
