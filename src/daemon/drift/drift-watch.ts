/**
 * Keeps the standing drift of each release: compares when a watched object moved, reports what is new, changed or
 * resolved once, repeats what stands every hour, leaves to people what they accepted, and has the rest corrected where
 * the policy says so.
 */
import type { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';
import type { ReleaseRecord } from '../../foundation/history/release-record.ts';
import { type KubernetesObject, keyId, objectKey } from '../../foundation/manifest/object.ts';
import type { AcceptedDrift, ReleaseState } from '../../foundation/state/release-state.ts';
import { accountOf, clientFor } from '../../pipeline/act-for.ts';
import { checkDrift } from '../../pipeline/check-drift.ts';
import { definitionId, type ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import type { Drift } from '../../pipeline/plan/drift.ts';
import type { DriftView } from '../control.ts';
import { type Corrections, createCorrections } from './drift-corrections.ts';
import { driftFields, driftSignature, driftView, isAccepted, type Standing } from './drift-report.ts';
import { type MayCorrect, windowGate } from './may-correct.ts';

export interface DriftWatchOptions {
  readonly client: ClusterClient;
  readonly emit: Emit;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly onChange: (id: string, drift: readonly DriftView[]) => void;
  readonly onError: (id: string, error: unknown) => void;
  readonly onEqual: (recorded: KubernetesObject, live: KubernetesObject) => void;
  /** Told of what is reported, for who looks at the object itself. */
  readonly onTold?: (what: 'found' | 'corrected' | 'resolved', definition: ReleaseDefinition, entry: Standing) => void;
  /** Whether it may be put right now; default: when its windows are open. */
  readonly mayCorrect?: MayCorrect;
}

export interface DriftWatch {
  /** Compares the named objects (all when undefined) of a release with its record. */
  check(definition: ReleaseDefinition, record: ReleaseRecord, only: ReadonlySet<string> | undefined): Promise<void>;
  /** A deploy has set everything right, or the release is gone. */
  clear(id: string): void;
  /** What an earlier process knew: since when it stands, and what was accepted. */
  recall(id: string, state: Pick<ReleaseState, 'drift' | 'accepted'>): void;
  /** What stands of a release, and is accepted by `accepted` from now on. */
  standing(id: string): readonly Standing[];
  /** As it is told; undefined: of an earlier process, and nothing of it was compared since. */
  views(id: string): readonly DriftView[] | undefined;
  accept(id: string, accepted: readonly AcceptedDrift[]): void;
  /** Says again what stands for an hour, and what was accepted until now. */
  remind(): void;
}

export interface DriftRelease {
  readonly definition: ReleaseDefinition;
  readonly record: ReleaseRecord;
}

interface Watch extends DriftWatchOptions {
  /** By release, then by object. */
  readonly standing: Map<string, Map<string, Standing>>;
  readonly releases: Map<string, DriftRelease>;
  /** By release: what an earlier process called it. */
  readonly recalled: Map<string, Map<string, { readonly id: string; readonly since: number }>>;
  readonly accepted: Map<string, readonly AcceptedDrift[]>;
  /** By release: why some of it could not be compared. */
  readonly unknown: Map<string, ReadonlySet<string>>;
  readonly corrections: Corrections;
  /** How many objects were put right; by release, and then by what stood: when that was the last one. */
  corrected: number;
  readonly correctedAt: Map<string, Map<string, number>>;
  number: number;
}

const repeatAfter = 3_600_000;

export function createDriftWatch(options: DriftWatchOptions): DriftWatch {
  const { client, emit, now, signal, onError } = options;
  const corrections = createCorrections({
    ...{ client, emit, now, signal, onError, mayCorrect: options.mayCorrect ?? windowGate(now) },
    isStanding: (id, entry) => watch.standing.get(id)?.get(standingKey(entry.drift)) === entry,
    onCorrected: ({ definition }, entry) => {
      const id = definitionId(definition);
      const key = standingKey(entry.drift);
      watch.standing.get(id)?.delete(key);
      watch.corrected += 1;
      watch.correctedAt.set(id, (watch.correctedAt.get(id) ?? new Map()).set(key, watch.corrected));
      watch.onTold?.('corrected', definition, entry);
      publish(watch, id);
    },
    // A conflict means that the object moved again: looked at anew, it is as it is then.
    onFailed: (release, entry) => {
      watch.standing.get(definitionId(release.definition))?.delete(standingKey(entry.drift));
      return check(watch, release, new Set([keyId(entry.drift.key)]));
    },
  });
  const watch: Watch = {
    ...options,
    ...{ standing: new Map(), releases: new Map(), recalled: new Map(), accepted: new Map(), unknown: new Map() },
    ...{ corrections, corrected: 0, correctedAt: new Map(), number: 0 },
  };
  return {
    check: (definition, record, only) => check(watch, { definition, record }, only),
    clear(id) {
      watch.standing.set(id, new Map());
      watch.recalled.delete(id);
      watch.correctedAt.delete(id);
      corrections.forget(id);
      options.onChange(id, []);
    },
    recall: (id, state) => recall(watch, id, state),
    standing: (id) => [...(watch.standing.get(id)?.values() ?? [])],
    views: (id) => (watch.standing.has(id) ? viewsOf(watch, id) : undefined),
    accept(id, accepted) {
      watch.accepted.set(id, accepted);
      const moment = now().getTime();
      for (const entry of watch.standing.get(id)?.values() ?? [])
        entry.wasAccepted = isAccepted(entry, accepted, moment) !== undefined;
      remindAtEnd(watch, accepted);
      publish(watch, id);
    },
    remind: () => remind(watch),
  };
}

function recall(
  watch: Watch,
  id: string,
  { drift = [], accepted = [] }: Pick<ReleaseState, 'drift' | 'accepted'>,
): void {
  watch.accepted.set(id, accepted);
  remindAtEnd(watch, accepted);
  const known = drift.map((one) => [one.key, { id: one.id, since: Date.parse(one.since) }] as const);
  watch.recalled.set(id, new Map(known));
  const numbers = drift.map((one) => Number(one.id.slice(1))).filter(Number.isInteger);
  watch.number = Math.max(watch.number, ...numbers);
}

/** A timer cannot wait longer; who reminds regularly finds the rest. */
const longest = 2_147_483_647;

function remindAtEnd(watch: Watch, accepted: readonly AcceptedDrift[]): void {
  for (const { until } of accepted) {
    const wait = Date.parse(until) - watch.now().getTime();
    if (wait >= 0 && wait < longest) setTimeout(() => remind(watch), wait + 1).unref();
  }
}

function remind(watch: Watch): void {
  if (watch.signal.aborted) return;
  const now = watch.now().getTime();
  for (const [id, release] of watch.releases)
    for (const entry of watch.standing.get(id)?.values() ?? []) {
      const accepted = isAccepted(entry, watch.accepted.get(id), now);
      if (accepted) entry.wasAccepted = true;
      else if (entry.wasAccepted) {
        entry.wasAccepted = false;
        tell(watch, release, entry).catch((error: unknown) => watch.onError(id, error));
        publish(watch, id);
      } else if (now - entry.reported >= repeatAfter) {
        entry.reported = now;
        watch.emit({ event: 'drift.found', ...driftFields(release.definition, entry, { age: now - entry.since }) });
      }
    }
}

async function check(watch: Watch, release: DriftRelease, only: ReadonlySet<string> | undefined): Promise<void> {
  const { definition, record } = release;
  const { signal, now, onEqual } = watch;
  const client = clientFor(watch.client, accountOf(definition));
  const id = definitionId(definition);
  const { drift, crds } = definition.settings;
  const unknown = new Map<string, HelmGitopsError>();
  const onUnknown = (object: KubernetesObject, error: HelmGitopsError) =>
    void unknown.set(keyId(objectKey(object)), error);
  const input = { client, record, ignore: drift.ignore, crds: crds !== 'skip', ...(only ? { only } : {}), signal };
  const began = watch.corrected;
  const found = await checkDrift({ ...input, onEqual, onUnknown });
  watch.releases.set(id, release);
  const entries = watch.standing.get(id) ?? new Map<string, Standing>();
  watch.standing.set(id, entries);
  const seen = new Set(found.map(standingKey));
  for (const [key, entry] of entries) {
    const object = keyId(entry.drift.key);
    if (seen.has(key) || unknown.has(object) || (only && !only.has(object))) continue;
    entries.delete(key);
    const age = now().getTime() - entry.since;
    watch.emit({ event: 'drift.resolved', ...driftFields(definition, entry, { action: 'none' }), age });
    watch.onTold?.('resolved', definition, entry);
  }
  const outdated = new Set<string>();
  for (const one of found) {
    // It was put right since it was looked at, or while that was done.
    const isOutdated = (watch.correctedAt.get(id)?.get(standingKey(one)) ?? 0) > began;
    if (isOutdated) outdated.add(keyId(one.key));
    else await report(watch, release, { drift: one, entries });
  }
  publish(watch, id);
  tellUnknown(watch, definition, unknown);
  if (outdated.size > 0) await check(watch, release, outdated);
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

async function report(
  watch: Watch,
  release: DriftRelease,
  { drift, entries }: { drift: Drift; entries: Map<string, Standing> },
): Promise<void> {
  const id = definitionId(release.definition);
  const key = standingKey(drift);
  const signature = driftSignature(drift);
  const before = entries.get(key);
  if (before?.signature === signature) return;
  const now = watch.now().getTime();
  const known = before ?? watch.recalled.get(id)?.get(key);
  if (!known) watch.number += 1;
  const since = known?.since ?? now;
  const entry: Standing = { id: known?.id ?? `d${watch.number}`, drift, signature, since, reported: now };
  entries.set(key, entry);
  if (isAccepted(entry, watch.accepted.get(id), now)) entry.wasAccepted = true;
  else await tell(watch, release, entry);
}

async function tell(watch: Watch, release: DriftRelease, entry: Standing): Promise<void> {
  const { definition } = release;
  const now = watch.now().getTime();
  const age = now > entry.since ? { age: now - entry.since } : {};
  entry.reported = now;
  watch.onTold?.('found', definition, entry);
  if (definition.settings.drift.policy !== 'correct' || entry.drift.kind === 'extra')
    return watch.emit({ event: 'drift.found', ...driftFields(definition, entry, age) });
  await watch.corrections.plan(release, entry, (todo) =>
    watch.emit({ event: 'drift.found', ...driftFields(definition, entry, { ...age, ...todo }) }),
  );
}

const publish = (watch: Watch, id: string): void => watch.onChange(id, viewsOf(watch, id));

function viewsOf(watch: Watch, id: string): DriftView[] {
  const now = watch.now().getTime();
  const accepted = watch.accepted.get(id);
  return [...(watch.standing.get(id)?.values() ?? [])].map((entry) =>
    driftView(entry, { key: standingKey(entry.drift), accepted: isAccepted(entry, accepted, now) }),
  );
}

/** What was changed of an object and what was added to it stand side by side. */
function standingKey({ key, kind }: Drift): string {
  return kind === 'extra' ? `${keyId(key)} extra` : keyId(key);
}
