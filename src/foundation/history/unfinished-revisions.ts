/** Takes a history and a revision, returns what that revision was to replace where it never came to its end. */
import { descriptions } from './descriptions.table.ts';
import type { ReleaseHistory, ReleaseRecord, StoredRelease } from './release-record.ts';

/**
 * Those before one that failed, is pending or was being uninstalled, back to the last that came to its end: objects of
 * theirs may be left. Oldest first; none where the revision came to its end itself.
 */
export async function unfinishedBefore(
  history: Pick<ReleaseHistory, 'marks' | 'get'>,
  { record }: StoredRelease,
): Promise<readonly StoredRelease[]> {
  const { status } = record.info;
  if (status !== 'failed' && status !== 'uninstalling' && !status.startsWith('pending-')) return [];
  const before = (await history.marks()).filter(({ version }) => version < record.version);
  const found: StoredRelease[] = [];
  const deployed = before.findLastIndex((mark) => mark.status === 'deployed');
  for (const mark of before.slice(Math.max(deployed, 0)).toReversed()) {
    const stored = await history.get(mark.version);
    if (stored) found.unshift(stored);
    if (deployed < 0 && stored && wasComplete(stored.record)) break;
  }
  return found;
}

/** It ran once, and took away what was there before it: nothing says so of one that failed and was superseded then. */
function wasComplete({ info: { status, description } }: ReleaseRecord): boolean {
  return status === 'superseded' && description !== descriptions.superseded && !/ failed: /.test(description);
}
