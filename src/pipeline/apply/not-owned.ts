/** The error of an object that is somebody else's, in Helm's words. */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ObjectKey } from '../../foundation/manifest/object.ts';

export function notOwned({ kind, name, namespace }: ObjectKey, reason: string | undefined): HelmGitopsError {
  return new HelmGitopsError(
    'apply.not-owned',
    'user',
    `${kind} "${name}" in namespace "${namespace}" exists and cannot be imported into the current release: ${reason}`,
    { hint: 'remove it, rename yours, or give it the label and annotations of this release' },
  );
}
