/** Standing drift as the log, the page and the comparison with the last look want it. */

import { createHash } from 'node:crypto';
import { writeExactJson } from '../foundation/base/exact-json.ts';
import type { EventFields } from '../foundation/events/event.ts';
import { objectLabel } from '../foundation/manifest/object.ts';
import type { ReleaseDefinition } from '../pipeline/definitions/release-definition.ts';
import type { Drift } from '../pipeline/plan/drift.ts';
import type { DriftView } from './control.ts';

export interface Standing {
  readonly id: string;
  readonly drift: Drift;
  readonly signature: string;
  /** Milliseconds since 1970, as `reported` is. */
  readonly since: number;
  reported: number;
}

/** `pause`: milliseconds until it is corrected. */
export function driftFields(
  definition: ReleaseDefinition,
  { id, drift }: Standing,
  pause?: number,
): EventFields['drift.found'] {
  const { app, environment, cluster, namespace, settings } = definition;
  const correct = settings.drift.policy === 'correct' && drift.kind !== 'extra';
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
    severity: drift.severity,
    action: drift.kind === 'extra' ? 'none' : correct ? 'correct' : 'report',
    ...(correct ? { in: pause ?? settings.drift.after } : {}),
    kind: drift.kind,
    ...(drift.approximate ? { approximate: true } : {}),
  };
}

export function driftView({ id, drift, since }: Standing): DriftView {
  const { field, recorded, live } = worstField(drift);
  const { manager, severity, kind } = drift;
  return {
    id,
    object: objectLabel(drift.key),
    field,
    recorded,
    live,
    fields: drift.fields.length,
    manager,
    severity,
    kind,
    since,
  };
}

/** The same drift, seen again, has the same. */
export function driftSignature({ kind, live, fields, manager }: Drift): string {
  return createHash('sha256')
    .update(
      writeExactJson([kind, live?.metadata.uid, fields, manager, live?.kind === 'Secret' ? live['data'] : undefined]),
    )
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
