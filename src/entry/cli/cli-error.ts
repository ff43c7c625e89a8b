/** A mistake of a command line as an error. */
import { type ErrorDetails, HelmGitopsError } from '../../foundation/base/errors.ts';
import { cliErrors } from './cli-errors.table.ts';

export function cliError(code: keyof typeof cliErrors, message: string, details: ErrorDetails = {}): HelmGitopsError {
  return new HelmGitopsError(code, cliErrors[code].fault, message, details);
}
