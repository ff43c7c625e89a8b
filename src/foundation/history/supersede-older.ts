/** Takes a history and the revision that runs, and sees to it that none before it says it were deployed too. */
import type { ReleaseHistory } from './release-record.ts';

/** A failed one stays failed, where Helm supersedes it if nothing was deployed: no rollback takes it for good. */
export async function supersedeOlder(
  history: Pick<ReleaseHistory, 'marks' | 'get' | 'update'>,
  running: number,
): Promise<void> {
  for (const { version, status } of await history.marks()) {
    if (version >= running || status !== 'deployed') continue;
    const other = await history.get(version);
    const { record } = other ?? {};
    if (other && record) await history.update(other, { ...record, info: { ...record.info, status: 'superseded' } });
  }
}
