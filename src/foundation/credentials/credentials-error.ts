/** Errors of looking up credentials; they name files and programs, never what these hold. */
import { type ErrorDetails, HelmGitopsError } from '../base/errors.ts';
import { type CredentialsErrorCode, credentialsErrors } from './credentials-errors.table.ts';

export function credentialsError(code: CredentialsErrorCode, message: string, details?: ErrorDetails): HelmGitopsError {
  return new HelmGitopsError(code, credentialsErrors[code].fault, message, details);
}
