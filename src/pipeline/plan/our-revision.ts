/** Takes what is remembered of a release and its newest revision, returns whether that one is of our own making. */
import type { ReleaseRecord } from '../../foundation/history/release-record.ts';
import type { ReleaseState } from '../../foundation/state/release-state.ts';
import type { LatestRevision } from './next-step.ts';

/** A revision that we began, whatever came of it: the intent outlives a failure. Or one that we were about to follow. */
export function isOurs(state: ReleaseState | undefined, latest: LatestRevision): boolean {
  const intended = state?.intent?.version;
  const failed = state?.failure?.version === latest.version;
  return failed || intended === latest.version || intended === following(latest);
}

/** The number of the revision after it. */
export const following = ({ version, next = 0 }: Pick<LatestRevision, 'version' | 'next'>): number =>
  Math.max(next, version + 1);

/** Whether we have had the release before: if not, it is another's, or our state of it is lost. */
export function isKnown(state: ReleaseState | undefined, latest: LatestRevision): boolean {
  const { deployed, quarantine, uninstalled } = state ?? {};
  return deployed !== undefined || quarantine !== undefined || uninstalled !== undefined || isOurs(state, latest);
}

/** By its description it was made from this repository, whoever remembers. */
export const isMadeFrom = (repository: string, { info }: Pick<LatestRevision, 'info'>): boolean =>
  info.description.includes(`(${repository}@`);

/** Why such a release is not taken over. */
export const foreignMessage = (
  { name, version }: Pick<ReleaseRecord, 'name' | 'version'>,
  adopt: 'same' | 'always' | 'never',
): string =>
  `release ${name} exists (revision ${version}) and ${adopt === 'never' ? 'adopt is never' : 'is not made from these inputs'}`;

/** Begun by us, and perhaps cut short; without records all of them were gone when it was. */
export function isOurRemoval(state: ReleaseState | undefined, latest: LatestRevision | undefined): boolean {
  const { intent } = state ?? {};
  return intent?.action === 'uninstall' && (latest === undefined || intent.version === latest.version);
}
