/** Standing drift as the log, the page, the state and the comparison with the last look want it. */

import { createHash } from 'node:crypto';
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import type { EventFields } from '../../foundation/events/event.ts';
import { objectLabel } from '../../foundation/manifest/object.ts';
import type { AcceptedDrift, StandingDrift } from '../../foundation/state/release-state.ts';
import type { ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import type { Drift } from '../../pipeline/plan/drift.ts';
import { fingerprintOf } from '../../pipeline/plan/live-knowledge.ts';
import type { DriftView } from '../control.ts';

export interface Standing {
  readonly id: string;
  readonly drift: Drift;
  readonly signature: string;
  /** Milliseconds since 1970, as `reported` is. */
  readonly since: number;
  reported: number;
  /** Not told and not corrected while that holds. */
  wasAccepted?: boolean;
  /** Its manager has done it too often to be fought any longer. */
  gaveUp?: boolean;
}

/** What will be done about it; `in` and `age` in milliseconds. */
export interface Todo {
  readonly action?: 'report' | 'correct' | 'none';
  readonly in?: number;
  readonly age?: number;
}

export function driftFields(
  definition: ReleaseDefinition,
  { id, drift }: Standing,
  todo: Todo = {},
): EventFields['drift.found'] {
  const { app, environment, cluster, namespace } = definition;
  return {
    id,
    app,
    environment,
    cluster,
    namespace,
    object: objectLabel(drift.key),
    ...worstField(drift),
    fields: drift.fields.length,
    manager: drift.manager,
    ...(drift.operation ? { operation: drift.operation } : {}),
    ...(drift.changedAt ? { changedAt: drift.changedAt } : {}),
    severity: drift.severity,
    action: drift.kind === 'extra' ? 'none' : (todo.action ?? 'report'),
    ...(todo.in === undefined ? {} : { in: todo.in }),
    ...(todo.age === undefined ? {} : { age: todo.age }),
    kind: drift.kind,
    ...(drift.approximate ? { approximate: true } : {}),
  };
}

export function driftView(
  { id, drift, since, gaveUp = false }: Standing,
  { key, accepted }: { key: string; accepted: AcceptedDrift | undefined },
): DriftView {
  const { field, recorded, live } = worstField(drift);
  const { manager, operation, changedAt, severity, kind, approximate } = drift;
  return {
    id,
    key,
    object: objectLabel(drift.key),
    field,
    recorded,
    live,
    fields: drift.fields.length,
    changes: drift.fields.map((one) => ({ field: one.pointer, recorded: shown(one.recorded), live: shown(one.live) })),
    manager,
    ...(operation ? { operation } : {}),
    ...(changedAt ? { changedAt } : {}),
    severity,
    kind,
    since,
    ...(approximate ? { approximate } : {}),
    ...(accepted ? { accepted: accepted.until } : {}),
    ...(gaveUp ? { gaveUp } : {}),
  };
}

/** More than this is counted. */
const keptObjects = 50;
const keptFields = 20;

/** What is kept of it in the release's state. */
export function standingDrift(views: readonly DriftView[]): StandingDrift[] {
  return views
    .slice(0, keptObjects)
    .map(({ id, key = '', object, kind, severity, manager, since, changes = [], ...more }) => ({
      id,
      key,
      object,
      kind,
      severity,
      manager,
      ...(more.operation ? { operation: more.operation } : {}),
      ...(more.changedAt ? { changedAt: more.changedAt } : {}),
      since: new Date(since).toISOString(),
      ...(more.approximate ? { approximate: true } : {}),
      ...(more.gaveUp ? { gaveUp: true } : {}),
      ...(more.accepted ? { accepted: more.accepted } : {}),
      fields: changes.slice(0, keptFields),
      ...(changes.length > keptFields ? { more: changes.length - keptFields } : {}),
    }));
}

/** The same drift, seen again, has the same. Of a Secret it knows which version, not which value. */
export function driftSignature({ kind, live, fields, manager }: Drift): string {
  const { uid, resourceVersion } = live?.metadata ?? {};
  return createHash('sha256')
    .update(writeExactJson([kind, uid, fields, manager, live?.kind === 'Secret' ? resourceVersion : undefined]))
    .digest('hex');
}

/** By whom, while it is as it was when it was accepted. */
export function isAccepted(
  { drift }: Standing,
  accepted: readonly AcceptedDrift[] = [],
  now: number,
): AcceptedDrift | undefined {
  const object = objectLabel(drift.key);
  return accepted.find(
    (one) => one.object === object && Date.parse(one.until) > now && one.signature === acceptedSignature(drift),
  );
}

/** Lies in the state for all to read: it is made of places, owners and versions, never of values. */
export function acceptedSignature({ kind, live, fields, manager }: Drift): string {
  const pointers = fields.map(({ pointer }) => pointer);
  return createHash('sha256')
    .update(writeExactJson([kind, manager, pointers, live && fingerprintOf(live)]))
    .digest('hex');
}

function worstField({ fields }: Drift): {
  field: string | undefined;
  recorded: string | undefined;
  live: string | undefined;
} {
  const [worst] = fields;
  return { field: worst?.pointer, recorded: worst && shown(worst.recorded), live: worst && shown(worst.live) };
}

/** A value as a log line can hold it. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? '(none)' : writeExactJson(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
