/** Takes what is remembered of a release and its newest revision, returns whether that one is of our own making. */
import type { ReleaseState } from '../../foundation/state/release-state.ts';
import type { LatestRevision } from './next-step.ts';

/** A revision that we began, whatever came of it: the intent outlives a failure. Or one that we were about to follow. */
export function isOurs(state: ReleaseState | undefined, latest: LatestRevision): boolean {
  const intended = state?.intent?.version;
  const failed = state?.failure?.version === latest.version;
  return failed || intended === latest.version || intended === latest.version + 1;
}

/** Begun by us, and perhaps cut short; without records all of them were gone when it was. */
export function isOurRemoval(state: ReleaseState | undefined, latest: LatestRevision | undefined): boolean {
  const { intent } = state ?? {};
  return intent?.action === 'uninstall' && (latest === undefined || intent.version === latest.version);
}
