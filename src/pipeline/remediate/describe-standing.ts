/**
 * Takes what is remembered of a release, returns in one sentence what git wants, what the cluster runs instead, and why;
 * undefined where git is not kept waiting. It is told until that is resolved.
 */
import type { ReleaseState } from '../../foundation/state/release-state.ts';

export type Standing = Pick<ReleaseState, 'quarantine' | 'deployed' | 'failure' | 'incidents'>;

/** `short`: a revision as people read it. */
export function describeStanding(
  { quarantine, deployed, failure, incidents }: Standing,
  short: (revision: string) => string,
): string | undefined {
  if (!quarantine) return undefined;
  const { revision, helmRevision, reason, by, group } = quarantine;
  const incident = incidents?.findLast(({ from, digest }) => from === helmRevision && digest === quarantine.digest);
  const author = incident?.author?.replace(/ <.*$/, '');
  const wants = `git wants ${short(revision)}${author ? ` (${author})` : ''}`;
  const running = deployed && (deployed.revision === 'unknown' ? undefined : short(deployed.revision));
  const isBack = deployed !== undefined && deployed.helmRevision > helmRevision;
  const runs = isBack
    ? `, the cluster runs ${running ? `${running} (revision ${deployed.helmRevision})` : `revision ${deployed.helmRevision}`}`
    : `, the cluster has revision ${helmRevision}${group ? '' : ' as it failed'}`;
  if (group?.stays) return `${wants}${runs}, because it could not go back: ${reason}`;
  if (group) return `${wants}${runs}, because its ${reason}`;
  if (by !== undefined) return `${wants}${runs}, because ${by} took it back`;
  const why = incident?.message ?? failure?.message.split('\n')[0];
  const failed = `because ${isBack ? `revision ${helmRevision} failed: ` : ''}${reason}${why && why !== reason ? `: ${why}` : ''}`;
  return [`${wants}${runs}, ${failed}`, followUp(incident, isBack)].filter(Boolean).join('; ');
}

function followUp(
  incident: NonNullable<Standing['incidents']>[number] | undefined,
  isBack: boolean,
): string | undefined {
  if (incident?.outcome === 'failed')
    return isBack ? 'what was put back is bad too' : `and going back to revision ${incident.to} failed too`;
  if (incident?.outcome === 'held') return incident.timeline.at(-1)?.what;
  if (incident?.outcome === 'impossible') return incident.timeline.at(-1)?.what;
  return incident?.revert?.message;
}
