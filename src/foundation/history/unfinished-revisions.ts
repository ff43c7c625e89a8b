/** Takes a history and a revision, returns what that revision was to replace where it never came to its end. */
import type { ReleaseHistory, StoredRelease } from './release-record.ts';

/** Those before a failed or pending one, back to the last that was deployed: objects of theirs may be left. Oldest first. */
export async function unfinishedBefore(
  history: Pick<ReleaseHistory, 'marks' | 'get'>,
  { record: { version, info } }: StoredRelease,
): Promise<readonly StoredRelease[]> {
  if (info.status !== 'failed' && !info.status.startsWith('pending-')) return [];
  const before = (await history.marks()).filter((mark) => mark.version < version);
  const deployed = before.findLastIndex(({ status }) => status === 'deployed');
  const found = deployed < 0 ? [] : before.slice(deployed).map((mark) => history.get(mark.version));
  return (await Promise.all(found)).filter((stored) => stored !== undefined);
}
