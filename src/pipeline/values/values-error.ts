import { type ErrorDetails, HelmGitopsError } from '../../foundation/base/errors.ts';
import { valuesErrors } from './values-errors.table.ts';

export function valuesError(code: keyof typeof valuesErrors, message: string, details: ErrorDetails): HelmGitopsError {
  return new HelmGitopsError(code, valuesErrors[code].fault, message, details);
}
