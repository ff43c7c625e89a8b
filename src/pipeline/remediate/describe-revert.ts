/** Takes an incident that ended well and what is taken back of it, returns the commit's message: what happened, and trailers. */
import { createHash } from 'node:crypto';
import type { Incident } from '../../foundation/state/incident.ts';

export interface RevertText {
  /** `shop/prod` */
  readonly id: string;
  readonly incident: Incident;
  /** `values/shop/prod.yaml:4 image.tag v2→v1` */
  readonly changes: readonly string[];
  /** Keys that somebody has changed since. */
  readonly dropped: readonly string[];
}

/** The same however often, and whoever, looks at it: `i-1a2b3c4d`. */
export function incidentId(id: string, { digest, from, at }: Pick<Incident, 'digest' | 'from' | 'at'>): string {
  return `i-${createHash('sha256')
    .update(JSON.stringify([id, digest, from, at]))
    .digest('hex')
    .slice(0, 8)}`;
}

export const revertTrailer = (id: string): string => `Helm-Gitops-Revert: ${id}`;
export const incidentTrailer = (id: string, incident: Incident): string =>
  `Helm-Gitops-Incident: ${incidentId(id, incident)}`;

const short = (revision: string): string => (/^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 7) : revision);

export function revertMessage({ id, incident, changes, dropped }: RevertText): string {
  const { from, to, version, revision, author, subject, reason, message } = incident;
  const keys = changes.map((change) => change.replace(/^\S+:\d+ /, ''));
  const title = `revert ${id}: ${keys.join(', ')}`;
  const count = `revert ${id}: ${changes.length} value${changes.length === 1 ? '' : 's'}`;
  const named = [author?.replace(/ <.*$/, ''), subject && JSON.stringify(subject)].filter(Boolean).join(', ');
  const commit = `${short(revision)}${named ? ` (${named})` : ''}`;
  const why = message === reason ? '' : ` ${message}`;
  return [
    title.length > 72 ? count : title,
    '',
    `Revision ${from} of ${id}, deployed from ${commit}, failed: ${reason}.${why}`,
    `Since then revision ${version} runs, which repeats revision ${to} and is healthy.`,
    '',
    ...changes,
    ...(dropped.length > 0 ? ['', `Left as somebody has changed it since: ${dropped.join(', ')}`] : []),
    '',
    revertTrailer(id),
    incidentTrailer(id, incident),
    `Helm-Gitops-Source: ${revision}`,
    '',
  ].join('\n');
}
