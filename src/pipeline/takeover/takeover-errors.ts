/** What is said of a take-over that cannot be: see takeover-errors.table.ts. */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ForeignObject } from '../definitions/foreign-object.ts';

export const nameOf = ({ kind, namespace, name }: ForeignObject) => `${kind} ${namespace}/${name}`;

type Wrong = 'takeover.none' | 'takeover.kept' | 'takeover.too-large' | 'takeover.undoing';

export const wrong = (code: Wrong, message: string, hint: string) =>
  new HelmGitopsError(code, 'user', message, { hint });

export const busy = (message: string) =>
  new HelmGitopsError('takeover.busy', 'transient', message, { hint: 'try again when that is over' });

export const changed = (what: string) =>
  new HelmGitopsError('takeover.changed', 'transient', `${what} has changed since it was looked at`, {
    hint: 'run the command again: it plans anew, and what is done already is not done twice',
  });
