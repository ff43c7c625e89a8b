/**
 * Takes a revision that failed, the one that is gone back to, and how it failed; returns the record of the incident: what
 * was changed, what failed, what had run. It reads nothing; what it makes is bounded, and holds no log excerpts.
 */

import { writeExactJson } from '../../foundation/base/exact-json.ts';
import { diffFields } from '../../foundation/fields/diff.ts';
import type { ReleaseRecord } from '../../foundation/history/release-record.ts';
import {
  groupVersionKind,
  type KubernetesObject,
  keyId,
  objectKey,
  objectLabel,
} from '../../foundation/manifest/object.ts';
import type { Incident, IncidentStep } from '../../foundation/state/incident.ts';
import type { Readiness } from '../observe/readiness.ts';
import type { Commit } from '../source/checkout.ts';

export interface IncidentInput {
  /** RFC 3339: now. */
  readonly at: string;
  readonly digest: string;
  readonly revision: string;
  readonly commit: Pick<Commit, 'author' | 'subject' | 'time'> | undefined;
  readonly failed: Pick<ReleaseRecord, 'version' | 'hooks'> & {
    readonly info: Pick<ReleaseRecord['info'], 'last_deployed'>;
  };
  /** The objects of both, as recorded; `before` undefined where there is nothing to go back to. */
  readonly objects: {
    readonly before: readonly KubernetesObject[] | undefined;
    readonly after: readonly KubernetesObject[];
  };
  /** `values/shop/prod.yaml:4 image.tag v1→v2` */
  readonly changed: readonly string[];
  readonly to: number | undefined;
  /** The rollback to it begins now. */
  readonly begins?: boolean;
  /** It goes back with its group. */
  readonly isBlameless?: boolean;
  readonly reason: string;
  readonly message: string;
  readonly readiness: Readiness | undefined;
  /** Takes secrets out of a text. */
  readonly mask: (text: string) => string;
}

/** Of each list. */
const most = 10;
const longest = 300;
/** Of all incidents of a release. */
const kept = 3;
const longestTimeline = 12;

export function describeIncident(input: IncidentInput): Incident {
  const { at, digest, revision, commit, failed, to, reason, readiness, mask } = input;
  const short = (text: string) => clip(mask(text));
  const { object, culprit } = readiness ?? {};
  const failure = short(object && !input.message.includes(object) ? `${object}: ${input.message}` : input.message);
  const committed = commit && `${commit.author} committed ${revision.slice(0, 7)}: ${commit.subject}`;
  const timeline: IncidentStep[] = [
    ...stepAt(commit && commit.time * 1000, short(committed ?? '')),
    ...stepAt(Date.parse(failed.info.last_deployed), `revision ${failed.version} began`),
    { at, what: `revision ${failed.version} ${input.isBlameless ? 'is left' : 'failed'}: ${short(reason)}` },
    ...(input.begins ? [{ at, what: began(to) }] : []),
  ];
  return {
    at,
    digest,
    revision,
    ...(commit ? { author: short(commit.author), subject: short(commit.subject) } : {}),
    from: failed.version,
    ...(to === undefined ? {} : { to }),
    outcome: 'open',
    reason: short(reason),
    message: failure,
    ...(object === undefined ? {} : { object }),
    ...(culprit?.pod === undefined ? {} : { pod: culprit.pod }),
    ...(culprit?.event === undefined ? {} : { warning: short(culprit.event) }),
    changed: bounded(input.changed.map(short)),
    objects: bounded(changedObjects(input.objects).map(short)),
    hooks: bounded(hooksThatRan(failed)),
    timeline,
  };
}

export const began = (to: number | undefined): string => `rollback to revision ${to} began`;

/** None at a time that nobody knows. Milliseconds since 1970. */
const stepAt = (time: number | undefined, what: string): IncidentStep[] =>
  time === undefined || Number.isNaN(time) ? [] : [{ at: new Date(time).toISOString(), what }];

/** A Job or Pod, or whatever else a chart lets work; what only lies there has done nothing. */
const idleKinds: ReadonlySet<string> = new Set([
  ...['ConfigMap', 'Secret', 'ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding', 'Service'],
  ...['PersistentVolumeClaim', 'NetworkPolicy', 'Namespace'],
]);

/** Hooks that did something before the revision failed: `Job/migrate (pre-upgrade, Succeeded)`. */
export function hooksThatRan({ hooks }: Pick<ReleaseRecord, 'hooks'>): string[] {
  return hooks
    .filter(({ kind, events }) => !idleKinds.has(kind) && events.some((event) => event !== 'test'))
    .filter(({ last_run }) => (last_run?.started_at ?? '') !== '' && last_run?.phase !== '')
    .map(
      ({ kind, name, events, last_run }) =>
        `${kind}/${name} (${events.filter((event) => event !== 'test').join(', ')}, ${last_run?.phase})`,
    );
}

/** The same incident, however often it is looked at: by the revision that failed. Newest last. */
export function withIncident(incidents: readonly Incident[] | undefined, incident: Incident): readonly Incident[] {
  const known = incidents?.find(({ from }) => from === incident.from);
  if (known?.digest === incident.digest) return incidents ?? [];
  return [...(incidents ?? []).filter(({ from }) => from < incident.from), incident].slice(-kept);
}

/** Named by the revision that failed, or by the one that repeats a healthy one. */
export type IncidentChange = ({ readonly from: number } | { readonly version: number }) & IncidentNews;

interface IncidentNews {
  readonly at: string;
  readonly what: string;
  readonly change: Partial<Pick<Incident, 'outcome' | 'to' | 'version' | 'revert'>>;
}

/** Another step of an incident that is known. */
export function withStep(
  incidents: readonly Incident[] | undefined,
  step: IncidentChange,
): readonly Incident[] | undefined {
  const { at, what, change } = step;
  if (!incidents?.some((incident) => isMeant(incident, step))) return undefined;
  return incidents.map((incident) => {
    if (!isMeant(incident, step)) return incident;
    const told = incident.timeline.at(-1)?.what === clip(what);
    const timeline = told
      ? incident.timeline
      : [...incident.timeline, { at, what: clip(what) }].slice(-longestTimeline);
    return { ...incident, ...change, timeline };
  });
}

export const isMeant = (
  incident: Incident,
  named: { readonly from: number } | { readonly version: number },
): boolean => ('from' in named ? incident.from === named.from : incident.version === named.version);

function changedObjects({ before, after }: IncidentInput['objects']): string[] {
  if (before === undefined) return [];
  const were = new Map(before.map((object) => [keyId(objectKey(object)), object]));
  const are = new Map(after.map((object) => [keyId(objectKey(object)), object]));
  const changed = [...are].flatMap(([key, object]) => {
    const was = were.get(key);
    const label = objectLabel(objectKey(object));
    if (was === undefined) return [`${label} is new`];
    return diffFields(was, object, groupVersionKind(object)).map(({ pointer, recorded, live }) => {
      const hide = object.kind === 'Secret';
      return `${label} ${pointer} ${shown(recorded, hide)}→${shown(live, hide)}`;
    });
  });
  const gone = [...were]
    .filter(([key]) => !are.has(key))
    .map(([, object]) => `${objectLabel(objectKey(object))} is gone`);
  return [...changed, ...gone];
}

function shown(value: unknown, hide: boolean): string {
  if (value === undefined) return '(none)';
  if (hide) return '***';
  const text = typeof value === 'string' ? value : writeExactJson(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function bounded(texts: readonly string[]): string[] {
  return texts.length <= most ? [...texts] : [...texts.slice(0, most - 1), `and ${texts.length - most + 1} more`];
}

const clip = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 3)}...` : text);
