/**
 * Takes what is remembered of a release and its newest revision, returns whose that one is. A record bears the state
 * namespace of the installation that made it: there is one writer in each, and its name outlives what is in it.
 */
import { installationLabel } from '../../foundation/history/installation-label.ts';
import type { ReleaseRecord } from '../../foundation/history/release-record.ts';
import type { ReleaseState } from '../../foundation/state/release-state.ts';
import type { LatestRevision } from './next-step.ts';

/** A revision that we began, whatever came of it: the intent outlives a failure. Or one that we were about to follow. */
export function isOurs(state: ReleaseState | undefined, latest: LatestRevision): boolean {
  if (latest.other !== undefined) return false;
  const intended = state?.intent?.version;
  const failed = state?.failure?.version === latest.version;
  return failed || intended === latest.version || intended === following(latest);
}

/** The number of the revision after it. */
export const following = ({ version, next = 0 }: Pick<LatestRevision, 'version' | 'next'>): number =>
  Math.max(next, version + 1);

/** Whether we have had the release before: if not, it is another's, or our state of it is lost. */
export function isKnown(state: ReleaseState | undefined, latest: LatestRevision): boolean {
  if (latest.other !== undefined) return false;
  const { deployed, quarantine, uninstalled } = state ?? {};
  return deployed !== undefined || quarantine !== undefined || uninstalled !== undefined || isOurs(state, latest);
}

/** The state namespace of the installation that made it, or that helm went on from, where that is another one. */
export function otherInstallation({ labels }: Pick<ReleaseRecord, 'labels'>, own: string): string | undefined {
  const named = labels?.[installationLabel];
  return named === own ? undefined : named;
}

/** What it says of itself is enough, whatever is remembered: made by this installation from this repository. */
export function isMadeFrom(
  { info, labels }: Pick<ReleaseRecord, 'info' | 'labels'>,
  { own, repository }: Maker,
): boolean {
  return labels?.[installationLabel] === own && info.description.includes(`(${repository}@`);
}

interface Maker {
  /** The installation, by its state namespace. */
  readonly own: string;
  readonly repository: string;
}

/** Why such a release is not taken over. */
export function foreignMessage(
  { name, version }: Pick<ReleaseRecord, 'name' | 'version'>,
  { adopt, other }: { readonly adopt: 'same' | 'always' | 'never'; readonly other: string | undefined },
): string {
  const exists = `release ${name} exists (revision ${version}) and`;
  if (other !== undefined) return `${exists} belongs to another installation, whose state is in namespace ${other}`;
  return `${exists} ${adopt === 'never' ? 'adopt is never' : 'is not made from these inputs'}`;
}

/** Begun by us, and perhaps cut short; without records all of them were gone when it was. */
export function isOurRemoval(state: ReleaseState | undefined, latest: LatestRevision | undefined): boolean {
  const { intent } = state ?? {};
  return intent?.action === 'uninstall' && (latest === undefined || intent.version === latest.version);
}
