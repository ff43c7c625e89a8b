/** Ends what is under way for a release when the newest of its revisions is not the one that it makes; it only looks. */
import type { Entry, Loop } from './release-entry.ts';

/** What another hand has made, or taken away, while ours is under way: there is nothing left to wait for. */
export async function endOvertaken(
  { context }: Pick<Loop, 'context'>,
  running: NonNullable<Entry['running']>,
  { namespace, release }: { namespace: string; release: string },
): Promise<void> {
  const newest = (await context.history(namespace, release).marks()).at(-1)?.version;
  // Before its record is written, the newest is the one that it follows.
  if (running.begun !== undefined && newest !== running.begun) running.superseded.abort();
}
