/** Takes a release's history and what the state says of it, returns its newest revision as the next step is decided by. */
import { newestRevision } from '../foundation/history/newest-revision.ts';
import type { ReleaseHistory } from '../foundation/history/release-record.ts';
import type { ReleaseState } from '../foundation/state/release-state.ts';
import type { ReleaseContext } from './context.ts';
import type { LatestRevision } from './plan/next-step.ts';
import { otherInstallation } from './plan/our-revision.ts';

/** What the labels say is enough where they name the revision that we deployed; else its record is read. */
export async function latestRevision(
  { stateNamespace }: ReleaseContext,
  history: ReleaseHistory,
  { state, next }: { readonly state: ReleaseState | undefined; readonly next: number },
): Promise<LatestRevision | undefined> {
  const mark = (await history.marks()).at(-1);
  if (mark === undefined) return undefined;
  if (mark.status === 'deployed' && mark.version === state?.deployed?.helmRevision && !state.intent) {
    return { version: mark.version, next, info: { status: mark.status, last_deployed: '', description: '' } };
  }
  const newest = (await newestRevision(history))?.record;
  const other = newest && otherInstallation(newest, stateNamespace);
  return newest && { version: newest.version, next, info: newest.info, other };
}
