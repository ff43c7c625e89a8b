/**
 * Keeps the standing drift of each release: compares when a watched object moved, reports what is new, changed or
 * resolved once, repeats what stands every hour, and corrects where the policy says so, more patiently each time the
 * same manager fights back.
 */
import { createHash } from 'node:crypto';
import type { ClusterClient } from '../foundation/cluster/cluster-client.ts';
import type { Emit } from '../foundation/events/event-bus.ts';
import type { EventFields } from '../foundation/events/event.ts';
import type { ReleaseRecord } from '../foundation/history/release-record.ts';
import { keyId, objectLabel } from '../foundation/manifest/object.ts';
import { checkDrift } from '../pipeline/check-drift.ts';
import { correctDrift } from '../pipeline/correct-drift.ts';
import { definitionId, type ReleaseDefinition } from '../pipeline/definitions/release-definition.ts';
import type { Drift } from '../pipeline/plan/drift.ts';
import type { DriftView } from './control.ts';

export interface DriftWatchOptions {
  readonly client: ClusterClient;
  readonly emit: Emit;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly onChange: (id: string, drift: readonly DriftView[]) => void;
  readonly onError: (id: string, error: unknown) => void;
}

export interface DriftWatch {
  /** Compares the named objects (all when undefined) of a release with its record. */
  check(definition: ReleaseDefinition, record: ReleaseRecord, only: ReadonlySet<string> | undefined): Promise<void>;
  /** A deploy has set everything right, or the release is gone. */
  clear(id: string): void;
}

interface Standing {
  readonly id: string;
  readonly drift: Drift;
  readonly signature: string;
  readonly since: number;
  reported: number;
}

interface Fight {
  times: number;
  last: number;
}

const repeatAfter = 3_600_000;
/** A manager that did not come back for this long has stopped fighting. */
const peaceAfter = 600_000;

export function createDriftWatch(options: DriftWatchOptions): DriftWatch {
  const standing = new Map<string, Map<string, Standing>>();
  const fights = new Map<string, Fight>();
  let number = 0;

  const fieldsOf = (definition: ReleaseDefinition, { id, drift }: Standing, pause: number | undefined): EventFields['drift.found'] => {
    const { app, environment, cluster, namespace, settings } = definition;
    const [worst] = drift.fields;
    const correct = settings.drift.policy === 'correct';
    return {
      id,
      app,
      environment,
      cluster,
      namespace,
      object: objectLabel(drift.key),
      ...(worst ? { field: worst.pointer, recorded: shown(worst.recorded), live: shown(worst.live) } : {}),
      fields: drift.fields.length,
      manager: drift.manager,
      severity: drift.severity,
      action: correct ? 'correct' : 'report',
      ...(correct ? { in: pause ?? settings.drift.after } : {}),
      kind: drift.kind,
    };
  };

  const correct = (definition: ReleaseDefinition, record: ReleaseRecord, entry: Standing): number => {
    const fightKey = `${definitionId(definition)} ${keyId(entry.drift.key)} ${entry.drift.manager}`;
    const now = options.now().getTime();
    const known = fights.get(fightKey);
    const fight = known && now - known.last < peaceAfter ? known : { times: 0, last: now };
    fights.set(fightKey, fight);
    const pause = fight.times === 0 ? definition.settings.drift.after : Math.max(definition.settings.drift.after, 1000 * 2 ** Math.min(fight.times, 9));
    fight.times += 1;
    fight.last = now;
    if (fight.times > 2) {
      const fields = fieldsOf(definition, entry, pause);
      options.emit({ event: 'drift.fighting', ...fields, times: fight.times, pause });
    }
    const timer = setTimeout(() => {
      if (options.signal.aborted || standing.get(definitionId(definition))?.get(keyId(entry.drift.key)) !== entry) return;
      const started = options.now().getTime();
      correctDrift(options.client, entry.drift, { ignore: definition.settings.drift.ignore, signal: options.signal })
        .then(() => {
          standing.get(definitionId(definition))?.delete(keyId(entry.drift.key));
          options.emit({ event: 'drift.corrected', ...fieldsOf(definition, entry, undefined), in: undefined, duration: options.now().getTime() - started });
          publish(definitionId(definition));
        })
        .catch((error) => {
          // A conflict means that the object moved again: the watch has told already, and the next check sees it as it is.
          options.onError(definitionId(definition), error);
          void check(definition, record, new Set([keyId(entry.drift.key)]));
        });
    }, pause);
    timer.unref();
    return pause;
  };

  const publish = (id: string) => {
    const entries = [...(standing.get(id)?.values() ?? [])];
    options.onChange(id, entries.map(viewOf));
  };

  const report = (definition: ReleaseDefinition, record: ReleaseRecord, drift: Drift, before: Standing | undefined) => {
    const signature = signatureOf(drift);
    const now = options.now().getTime();
    if (before?.signature === signature) {
      if (now - before.reported < repeatAfter) return before;
      before.reported = now;
      options.emit({ event: 'drift.found', ...fieldsOf(definition, before, undefined) });
      return before;
    }
    number += 1;
    const entry: Standing = { id: before?.id ?? `d${number}`, drift, signature, since: before?.since ?? now, reported: now };
    const corrects = definition.settings.drift.policy === 'correct';
    standing.get(definitionId(definition))?.set(keyId(drift.key), entry);
    const pause = corrects ? correct(definition, record, entry) : undefined;
    options.emit({ event: 'drift.found', ...fieldsOf(definition, entry, pause) });
    return entry;
  };

  const check = async (definition: ReleaseDefinition, record: ReleaseRecord, only: ReadonlySet<string> | undefined): Promise<void> => {
    const id = definitionId(definition);
    const found = await checkDrift({ client: options.client, record, ignore: definition.settings.drift.ignore, ...(only ? { only } : {}), signal: options.signal });
    const entries = standing.get(id) ?? new Map<string, Standing>();
    standing.set(id, entries);
    const seen = new Set(found.map((drift) => keyId(drift.key)));
    for (const [key, entry] of entries) {
      if (seen.has(key) || (only && !only.has(key))) continue;
      entries.delete(key);
      options.emit({ event: 'drift.resolved', ...fieldsOf(definition, entry, undefined), in: undefined, age: options.now().getTime() - entry.since });
    }
    for (const drift of found) report(definition, record, drift, entries.get(keyId(drift.key)));
    publish(id);
  };

  return {
    check,
    clear(id) {
      standing.delete(id);
      options.onChange(id, []);
    },
  };
}

function viewOf({ id, drift, since }: Standing): DriftView {
  const [worst] = drift.fields;
  return {
    id,
    object: objectLabel(drift.key),
    field: worst?.pointer,
    recorded: worst && shown(worst.recorded),
    live: worst && shown(worst.live),
    fields: drift.fields.length,
    manager: drift.manager,
    severity: drift.severity,
    action: 'report',
    kind: drift.kind,
    since,
  };
}

/** A value as a log line can hold it. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? '(none)' : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function signatureOf(drift: Drift): string {
  return createHash('sha256')
    .update(JSON.stringify([drift.kind, drift.live?.metadata.uid, drift.fields, drift.manager]))
    .digest('hex');
}
