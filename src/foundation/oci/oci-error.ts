/** Errors of registries; they name host and repository, and of what a server says only its code. */
import { type ErrorDetails, HelmGitopsError } from '../base/errors.ts';
import { readJsonObject } from './json-object.ts';
import { type OciErrorCode, ociErrors } from './oci-errors.table.ts';

export function ociError(code: OciErrorCode, message: string, details?: ErrorDetails): HelmGitopsError {
  return new HelmGitopsError(code, ociErrors[code].fault, message, details);
}

export function isOciError(error: unknown, ...codes: OciErrorCode[]): error is HelmGitopsError {
  return error instanceof HelmGitopsError && (codes as string[]).includes(error.code);
}

/** `NAME_UNKNOWN`, `MANIFEST_UNKNOWN`, `DENIED`… of `{"errors": [{"code": …}]}`; '' where there is none. */
export function codeOfBody(body: string): string {
  const errors = readJsonObject(body)?.get('errors');
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const code = typeof first === 'object' && first !== null ? (first as { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? code : '';
}
