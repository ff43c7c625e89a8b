/** Where a release runs what git no longer says, its record alone holds the secrets: the mask is told of them. */
import { newestRevision } from '../foundation/history/newest-revision.ts';
import type { ReleaseHistory } from '../foundation/history/release-record.ts';
import type { ReleaseState } from '../foundation/state/release-state.ts';
import type { ReleaseContext } from './context.ts';
import { secretValues } from './values/secret-values.ts';

export interface RecordedRelease {
  readonly history: ReleaseHistory;
  readonly state: ReleaseState | undefined;
  /** Of what git says. */
  readonly digest: string;
}

export async function tellRecordedSecrets(
  { mask }: ReleaseContext,
  { history, state, digest }: RecordedRelease,
): Promise<void> {
  const { secretKeys = [], digest: running } = state?.deployed ?? { digest };
  if (mask === undefined || secretKeys.length === 0 || running === digest) return;
  const newest = await newestRevision(history);
  if (newest) mask.add(secretValues(newest.record.config, secretKeys));
}
