/** Takes a revision that was fetched, and tells it once. */
import type { Emit } from '../../foundation/events/event-bus.ts';
import type { Fetched } from '../../pipeline/source/fetch-revision.ts';

export interface FetchTold {
  /** The revision that was read to its end last. */
  readonly read: string | undefined;
  /** It is read again, for it was not at rest. */
  readonly restless: boolean;
  /** The one that was told last: what cannot be read is tried at every look. */
  readonly announced: string | undefined;
  /** Milliseconds. */
  readonly duration: number;
}

export function tellFetched(
  emit: Emit,
  { checkout: { repository, revision }, rewritten }: Fetched,
  { read, restless, announced, duration }: FetchTold,
): void {
  if (revision === read ? restless : revision === announced) return;
  emit({ event: 'repository.fetched', repository, revision, duration });
  if (rewritten) emit({ event: 'repository.rewritten', repository, ...rewritten });
}
