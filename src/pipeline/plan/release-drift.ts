/**
 * Takes what is remembered of a release and its newest revision, returns how another hand has left what was deployed: a
 * revision of its own, or none any more. It reads nothing and decides nothing; what comes of it is `nextStep`'s.
 */
import type { ReleaseState } from '../../foundation/state/release-state.ts';
import type { LatestRevision } from './next-step.ts';
import { isOurRemoval, isOurs } from './our-revision.ts';

export interface ReleaseDrift {
  readonly field: '/version' | '/status';
  /** `3 deployed` */
  readonly recorded: string;
  /** `4 deployed 2026-11-20T12:00:05Z: Rollback to 1`, or `uninstalled` */
  readonly live: string;
  readonly manager: 'helm' | 'unknown';
  /** RFC 3339, where the history still says it. */
  readonly at: string | undefined;
}

export function releaseDrift(
  state: ReleaseState | undefined,
  latest: LatestRevision | undefined,
): ReleaseDrift | undefined {
  const deployed = state?.deployed;
  if (!deployed || state.uninstalled) return undefined;
  const recorded = `${deployed.helmRevision} deployed`;
  if (latest === undefined) {
    if (isOurRemoval(state, latest)) return undefined;
    return { field: '/status', recorded, live: 'uninstalled', manager: 'unknown', at: undefined };
  }
  const { status, description, deleted, last_deployed: began } = latest.info;
  if (status === 'uninstalling' || status.startsWith('pending-') || isOurRemoval(state, latest)) return undefined;
  const gone = status === 'uninstalled';
  if (!gone && (latest.version === deployed.helmRevision || isOurs(state, latest))) return undefined;
  const at = (gone && deleted) || began;
  return {
    field: gone ? '/status' : '/version',
    recorded,
    live: `${latest.version} ${status} ${at}: ${description}`,
    manager: helms.test(description) ? 'helm' : 'unknown',
    at,
  };
}

/** Sentences that helm writes by itself; whoever writes records with another tool, or gives a sentence, is not known. */
const helms =
  /^(Install complete|Upgrade complete|Rollback to \d+|Uninstallation complete|(Upgrade|Release|Rollback) ".*" failed: .*)$/s;
