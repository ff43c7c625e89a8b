/** Takes a release's history, deletes the oldest revisions that are too many, as Helm does when it creates the next. */
import type { ReleaseHistory } from './release-record.ts';

export interface PruneOptions {
  /** Spared beside the last deployed one: what a rollback would need. */
  readonly spare?: ReadonlySet<number>;
}

/** The versions that were deleted; a limit of 0 keeps all. One that cannot be deleted does not keep the others. */
export async function pruneHistory(
  history: Pick<ReleaseHistory, 'marks' | 'delete'>,
  limit: number,
  { spare }: PruneOptions = {},
): Promise<number[]> {
  if (limit <= 0) return [];
  const records = await history.marks();
  const surplus = records.length - limit;
  if (surplus <= 0) return [];
  const deployed = records.findLast(({ status }) => status === 'deployed')?.version;
  const versions = records
    .map(({ version }) => version)
    .filter((version) => version !== deployed && !spare?.has(version))
    .slice(0, surplus);
  const results = await Promise.allSettled(versions.map((version) => history.delete(version)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return versions;
}
