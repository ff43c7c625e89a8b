/** Which names Helm takes for a release. */
import { HelmGitopsError } from '../base/errors.ts';

const namePattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const maxLength = 53;

export function isReleaseName(name: string): boolean {
  return name.length <= maxLength && namePattern.test(name);
}

/** Fails with `history.invalid-name`. */
export function checkReleaseName(name: string): void {
  if (isReleaseName(name)) return;
  const hint =
    name.length > maxLength
      ? `it has ${name.length} characters, ${maxLength} are allowed: set releaseName`
      : 'use lower-case letters, digits, "-" and ".", beginning and ending with a letter or digit';
  throw new HelmGitopsError('history.invalid-name', 'user', `"${name}" cannot be a release name`, { hint });
}
