/** Takes a history, returns its newest revision that can be read. What cannot is passed over, as Helm passes it over. */
import type { ReleaseHistory, RevisionMark, StoredRelease } from './release-record.ts';

export async function newestRevision(
  history: Pick<ReleaseHistory, 'marks' | 'get'>,
  fits: (mark: RevisionMark) => boolean = () => true,
): Promise<StoredRelease | undefined> {
  for (const mark of (await history.marks()).toReversed()) {
    const found = fits(mark) ? await history.get(mark.version) : undefined;
    if (found) return found;
  }
  return undefined;
}
