/** What went wrong with the cache, as an error. */
import { type ErrorDetails, HelmGitopsError } from '../base/errors.ts';
import { contentErrors } from './content-errors.table.ts';

export function contentError(
  code: keyof typeof contentErrors,
  message: string,
  details: ErrorDetails = {},
): HelmGitopsError {
  return new HelmGitopsError(code, contentErrors[code].fault, message, details);
}

export function unwritable(folder: string, cause: unknown): HelmGitopsError {
  const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
  return contentError('cache.unwritable', `the cache cannot be written (${code})`, {
    hint: `${folder} needs to be writable, with space left`,
    cause,
  });
}
