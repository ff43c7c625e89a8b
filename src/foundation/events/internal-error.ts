import { asHelmGitopsError } from '../base/errors.ts';
import type { EventOf } from './event.ts';

/** Takes what a bug threw and where that was noticed, returns the event that tells it: with the stack of where it began. */
export function internalError(thrown: unknown, where?: string): EventOf<'internal.error'> {
  const error = asHelmGitopsError(thrown);
  const { stack } = error.cause instanceof Error ? error.cause : error;
  const message = where === undefined ? error.message : `${where}: ${error.message}`;
  return { event: 'internal.error', message, ...(stack === undefined ? {} : { stack }) };
}
