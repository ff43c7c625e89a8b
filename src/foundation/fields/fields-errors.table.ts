/** Codes of what can be wrong with an object that is merged or a patch that is applied. */
import { type Fault, HelmGitopsError } from '../base/errors.ts';

export const fieldsErrors = {
  'fields.duplicate': { fault: 'user', summary: 'a list holds one key twice' },
  'fields.invalid': { fault: 'user', summary: 'an object does not fit its schema' },
  'fields.patch': { fault: 'user', summary: 'a JSON patch cannot be applied' },
  'fields.patch-test': { fault: 'user', summary: 'a test of a JSON patch failed' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;

export type FieldsErrorCode = keyof typeof fieldsErrors;

export function fieldsError(code: FieldsErrorCode, message: string, cause?: unknown): HelmGitopsError {
  return new HelmGitopsError(code, fieldsErrors[code].fault, message, { cause });
}
