/** Takes what kept a repository from being read, emits it: a bug with its stack, a commit that nobody vouches for by its name. */
import type { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';
import { internalError } from '../../foundation/events/internal-error.ts';
import { refusalOf } from '../../pipeline/source/verify-revision.ts';

export function tellFailedLook(emit: Emit, repository: string, error: HelmGitopsError): void {
  const { message, hint } = error;
  if (error.fault === 'internal') emit(internalError(error));
  const refused = refusalOf(error);
  const why = hint ? { hint } : {};
  if (refused) {
    const { reason, ...fields } = refused;
    emit({ event: 'revision.refused', repository, ...fields, message: reason, ...why });
  } else emit({ event: 'repository.failed', repository, message, ...why });
}
