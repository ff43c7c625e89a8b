/**
 * Keeps the standing drift of each release: compares when a watched object moved, reports what is new, changed or
 * resolved once, repeats what stands every hour, and corrects where the policy says so, more patiently each time the
 * same manager fights back.
 */
import type { HelmGitopsError } from '../foundation/base/errors.ts';
import type { ClusterClient } from '../foundation/cluster/cluster-client.ts';
import type { Emit } from '../foundation/events/event-bus.ts';
import type { ReleaseRecord } from '../foundation/history/release-record.ts';
import { type KubernetesObject, keyId, objectKey } from '../foundation/manifest/object.ts';
import { accountOf, clientFor } from '../pipeline/act-for.ts';
import { checkDrift } from '../pipeline/check-drift.ts';
import { correctDrift } from '../pipeline/correct-drift.ts';
import { definitionId, type ReleaseDefinition } from '../pipeline/definitions/release-definition.ts';
import { observedBy } from '../pipeline/observed-by.ts';
import type { Drift } from '../pipeline/plan/drift.ts';
import type { DriftView } from './control.ts';
import { driftFields, driftSignature, driftView, type Standing } from './drift-report.ts';

export interface DriftWatchOptions {
  readonly client: ClusterClient;
  readonly emit: Emit;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly onChange: (id: string, drift: readonly DriftView[]) => void;
  readonly onError: (id: string, error: unknown) => void;
  readonly onEqual: (recorded: KubernetesObject, live: KubernetesObject) => void;
}

export interface DriftWatch {
  /** Compares the named objects (all when undefined) of a release with its record. */
  check(definition: ReleaseDefinition, record: ReleaseRecord, only: ReadonlySet<string> | undefined): Promise<void>;
  /** A deploy has set everything right, or the release is gone. */
  clear(id: string): void;
}

interface Fight {
  times: number;
  last: number;
}

interface Watch extends DriftWatchOptions {
  /** By release, then by object. */
  readonly standing: Map<string, Map<string, Standing>>;
  readonly fights: Map<string, Fight>;
  /** By release: why some of it could not be compared. */
  readonly unknown: Map<string, ReadonlySet<string>>;
  number: number;
}

const repeatAfter = 3_600_000;
/** A manager that did not come back for this long has stopped fighting. */
const peaceAfter = 600_000;

export function createDriftWatch(options: DriftWatchOptions): DriftWatch {
  const watch: Watch = { ...options, standing: new Map(), fights: new Map(), unknown: new Map(), number: 0 };
  return {
    check: (definition, record, only) => check(watch, { definition, record }, only),
    clear(id) {
      watch.standing.delete(id);
      options.onChange(id, []);
    },
  };
}

interface Release {
  readonly definition: ReleaseDefinition;
  readonly record: ReleaseRecord;
}

async function check(watch: Watch, release: Release, only: ReadonlySet<string> | undefined): Promise<void> {
  const { definition, record } = release;
  const { signal, emit, now, onEqual } = watch;
  const client = clientFor(watch.client, accountOf(definition));
  const id = definitionId(definition);
  const { drift, crds } = definition.settings;
  const { ignore } = drift;
  const unknown = new Map<string, HelmGitopsError>();
  const onUnknown = (object: KubernetesObject, error: HelmGitopsError) =>
    void unknown.set(keyId(objectKey(object)), error);
  const input = { client, record, ignore, crds: crds !== 'skip', ...(only ? { only } : {}), signal };
  const found = await checkDrift({ ...input, onEqual, onUnknown });
  const entries = watch.standing.get(id) ?? new Map<string, Standing>();
  watch.standing.set(id, entries);
  const seen = new Set(found.map(standingKey));
  for (const [key, entry] of entries) {
    const object = keyId(entry.drift.key);
    if (seen.has(key) || unknown.has(object) || (only && !only.has(object))) continue;
    entries.delete(key);
    emit({
      event: 'drift.resolved',
      ...driftFields(definition, entry),
      in: undefined,
      age: now().getTime() - entry.since,
    });
  }
  for (const drift of found) report(watch, release, { drift, entries });
  publish(watch, id);
  tellUnknown(watch, definition, unknown);
  // What is not known yet is asked for again.
  for (const error of unknown.values()) throw error;
}

/** Once, until it is known again. */
function tellUnknown(watch: Watch, definition: ReleaseDefinition, unknown: ReadonlyMap<string, HelmGitopsError>): void {
  const id = definitionId(definition);
  const messages = new Set([...unknown.values()].map(({ message }) => message));
  const told = watch.unknown.get(id) ?? new Set();
  const { app, environment, cluster, namespace } = definition;
  for (const { message } of unknown.values())
    if (!told.has(message)) watch.emit({ event: 'drift.unknown', app, environment, cluster, namespace, message });
  watch.unknown.set(id, messages);
}

function report(
  watch: Watch,
  release: Release,
  { drift, entries }: { drift: Drift; entries: Map<string, Standing> },
): void {
  const { definition } = release;
  const key = standingKey(drift);
  const before = entries.get(key);
  const signature = driftSignature(drift);
  const now = watch.now().getTime();
  if (before?.signature === signature) {
    if (now - before.reported < repeatAfter) return;
    before.reported = now;
    watch.emit({ event: 'drift.found', ...driftFields(definition, before) });
    return;
  }
  watch.number += 1;
  const entry: Standing = {
    id: before?.id ?? `d${watch.number}`,
    drift,
    signature,
    since: before?.since ?? now,
    reported: now,
  };
  entries.set(key, entry);
  if (definition.settings.drift.policy !== 'correct' || drift.kind === 'extra') {
    watch.emit({ event: 'drift.found', ...driftFields(definition, entry) });
    return;
  }
  const { pause, times } = nextPause(watch, definition, entry);
  watch.emit({ event: 'drift.found', ...driftFields(definition, entry, pause) });
  if (times > 2) watch.emit({ event: 'drift.fighting', ...driftFields(definition, entry, pause), times, pause });
  setTimeout(() => void correct(watch, release, entry), pause).unref();
}

/** `after`, doubled from a second on each time that the same manager did it again. */
function nextPause(watch: Watch, definition: ReleaseDefinition, { drift }: Standing): { pause: number; times: number } {
  const key = `${definitionId(definition)} ${keyId(drift.key)} ${drift.manager}`;
  const now = watch.now().getTime();
  const known = watch.fights.get(key);
  const fight = known && now - known.last < peaceAfter ? known : { times: 0, last: now };
  watch.fights.set(key, fight);
  const { after } = definition.settings.drift;
  const pause = fight.times === 0 ? after : Math.max(after, 1000 * 2 ** Math.min(fight.times, 9));
  fight.times += 1;
  fight.last = now;
  return { pause, times: fight.times };
}

async function correct(watch: Watch, release: Release, entry: Standing): Promise<void> {
  const { definition } = release;
  const id = definitionId(definition);
  const key = standingKey(entry.drift);
  if (watch.signal.aborted || watch.standing.get(id)?.get(key) !== entry) return;
  const started = watch.now().getTime();
  try {
    const client = clientFor(watch.client, accountOf(definition));
    // Another tool may have come since it was deployed.
    if ((await observedBy({ client, signal: watch.signal }, definition)) !== undefined) return;
    await correctDrift(client, entry.drift, { ignore: definition.settings.drift.ignore, signal: watch.signal });
    watch.standing.get(id)?.delete(key);
    const duration = watch.now().getTime() - started;
    watch.emit({ event: 'drift.corrected', ...driftFields(definition, entry), in: undefined, duration });
    publish(watch, id);
  } catch (error) {
    // A conflict means that the object moved again: looked at anew, it is as it is then.
    watch.onError(id, error);
    watch.standing.get(id)?.delete(key);
    await check(watch, release, new Set([keyId(entry.drift.key)])).catch((again) => watch.onError(id, again));
  }
}

/** What was changed of an object and what was added to it stand side by side. */
function standingKey({ key, kind }: Drift): string {
  return kind === 'extra' ? `${keyId(key)} extra` : keyId(key);
}

function publish(watch: Watch, id: string): void {
  watch.onChange(id, [...(watch.standing.get(id)?.values() ?? [])].map(driftView));
}
