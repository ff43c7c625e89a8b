/** A failed render as an error; places are relative to the chart. */
import { type ErrorDetails, HelmGitopsError } from '../../foundation/base/errors.ts';
import { renderErrors } from './render-errors.table.ts';

export function renderError(
  code: keyof typeof renderErrors,
  message: string,
  details: ErrorDetails = {},
): HelmGitopsError {
  return new HelmGitopsError(code, renderErrors[code].fault, message, details);
}
