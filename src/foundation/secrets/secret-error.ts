/** What went wrong with an encrypted file, as an error. It names files, recipients and public keys, never a value or a private key. */
import { type ErrorDetails, HelmGitopsError } from '../base/errors.ts';
import { secretsErrors } from './secrets-errors.table.ts';

export type SecretErrorCode = keyof typeof secretsErrors;

export function secretError(code: SecretErrorCode, message: string, details: ErrorDetails = {}): HelmGitopsError {
  return new HelmGitopsError(code, secretsErrors[code].fault, message, details);
}

/** Says which file it is, where the error does not know. */
export function inFile(error: unknown, file: string): unknown {
  if (!(error instanceof HelmGitopsError) || !(error.code in secretsErrors) || error.place !== undefined) return error;
  const { hint, cause } = error;
  return secretError(error.code as SecretErrorCode, `${file}: ${error.message}`, { place: { file }, hint, cause });
}
