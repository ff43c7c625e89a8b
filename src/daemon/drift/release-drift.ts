/**
 * Keeps what another hand has made of each release: told when it is found, hourly while it stands, and when it is over,
 * by what git says again or by itself. Nothing is done about it here.
 */

import type { EventFields } from '../../foundation/events/event.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';
import { definitionId, type ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import type { ReleaseDrift } from '../../pipeline/plan/release-drift.ts';
import type { DriftView } from '../control.ts';

export interface ReleaseDrifts {
  /** As it is now; undefined: nobody else's hand is in it. `replaced`: what git says comes next. */
  look(definition: ReleaseDefinition, drift: ReleaseDrift | undefined, replaced: boolean): void;
  /** What another hand has made of it. */
  of(id: string): DriftView | undefined;
  /** What git says is deployed again. */
  deployed(definition: ReleaseDefinition): void;
  /** What is shown beside it: the drift of the release's objects. */
  objects(id: string, views: readonly DriftView[]): void;
  forget(id: string): void;
}

export interface ReleaseDriftsOptions {
  readonly emit: Emit;
  readonly now: () => Date;
  readonly show: (id: string, views: readonly DriftView[]) => void;
}

interface Standing {
  readonly number: number;
  readonly drift: ReleaseDrift;
  readonly definition: ReleaseDefinition;
  readonly replaced: boolean;
  /** Milliseconds since 1970, as `told` is. */
  readonly since: number;
  told: number;
}

const repeatAfter = 3_600_000;

export function createReleaseDrifts({ emit, now, show }: ReleaseDriftsOptions): ReleaseDrifts {
  const standing = new Map<string, Standing>();
  const objects = new Map<string, readonly DriftView[]>();
  const onChange = (id: string) => {
    const found = standing.get(id);
    show(id, [...(found ? [viewOf(found)] : []), ...(objects.get(id) ?? [])]);
  };
  let number = 0;
  const end = (definition: ReleaseDefinition, corrected: boolean) => {
    const id = definitionId(definition);
    const found = standing.get(id);
    if (!found) return;
    standing.delete(id);
    const time = now().getTime();
    const fields = { ...driftFields(found), in: undefined };
    if (corrected) emit({ event: 'drift.corrected', ...fields, duration: time - found.told });
    else emit({ event: 'drift.resolved', ...fields, age: time - found.since });
    onChange(id);
  };
  return {
    look(definition, drift, replaced) {
      if (!drift) return end(definition, false);
      const id = definitionId(definition);
      const time = now().getTime();
      const before = standing.get(id);
      const isSame = before?.drift.live === drift.live && before.replaced === replaced;
      if (isSame && time - before.told < repeatAfter) return;
      number += 1;
      const made = drift.at === undefined ? Number.NaN : Date.parse(drift.at);
      const since = before?.since ?? (Number.isNaN(made) ? time : made);
      const found = { number: before?.number ?? number, drift, definition, replaced, since, told: time };
      standing.set(id, found);
      emit({ event: 'drift.found', ...driftFields(found) });
      onChange(id);
    },
    of(id) {
      const found = standing.get(id);
      return found && viewOf(found);
    },
    deployed: (definition) => end(definition, true),
    objects(id, views) {
      objects.set(id, views);
      onChange(id);
    },
    forget(id) {
      standing.delete(id);
      objects.delete(id);
    },
  };
}

function viewOf(found: Standing): DriftView {
  const { id, object, field, recorded, live, fields, manager, severity, kind } = driftFields(found);
  return { id, object, field, recorded, live, fields, manager, severity, kind, since: found.since };
}

function driftFields({ number, drift, definition, replaced }: Standing) {
  const { app, environment, cluster, namespace, releaseName } = definition;
  const { field, recorded, live, manager } = drift;
  return {
    id: `r${number}`,
    ...{ app, environment, cluster, namespace },
    object: `Release/${releaseName}`,
    ...{ field, recorded, live, manager },
    fields: 1,
    severity: 'workload',
    action: replaced ? 'correct' : 'report',
    ...(replaced ? { in: 0 } : {}),
    kind: 'release',
  } as const satisfies EventFields['drift.found'];
}
