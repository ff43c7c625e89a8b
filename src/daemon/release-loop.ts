/**
 * Keeps the releases of one cluster at their newest wish: one job per release in the queue, dependencies first, the
 * remedy after a failure, the soak after a success. All that is remembered here is lost with the process and rebuilt
 * from what the cluster says.
 */
import { asHelmGitopsError } from '../foundation/base/errors.ts';
import type { Emit } from '../foundation/events/event-bus.ts';
import { toJson } from '../foundation/yaml/plain-json.ts';
import type { ReleaseState } from '../foundation/state/release-state.ts';
import { type PreparedRelease, type ReleaseContext, releaseFields } from '../pipeline/context.ts';
import { definitionId } from '../pipeline/definitions/release-definition.ts';
import { reconcileRelease, type ReconcileResult } from '../pipeline/reconcile-release.ts';
import { decideRemedy, rollbackTarget } from '../pipeline/remediate/decide-remedy.ts';
import { rollbackRelease } from '../pipeline/rollback-release.ts';
import { describeChanges } from '../pipeline/values/describe-changes.ts';
import type { Health } from './control.ts';
import type { ReadModel } from './read-model.ts';
import type { Slot, WorkQueue } from './work-queue.ts';

export interface ReleaseLoopOptions {
  readonly context: ReleaseContext;
  readonly queue: WorkQueue;
  readonly model: ReadModel;
  readonly emit: Emit;
  /** A revision stands: its objects are to be watched. */
  readonly onStanding: (prepared: PreparedRelease, version: number, fresh: boolean) => Promise<void>;
}

export interface ReleaseLoop {
  wish(prepared: PreparedRelease, options?: { requested?: boolean }): void;
  /** Health turned bad while the revision still soaks. */
  unhealthy(id: string, reason: { object: string; message: string }): void;
  prepared(id: string): PreparedRelease | undefined;
  forget(id: string): void;
}

interface Entry {
  prepared: PreparedRelease;
  requested: boolean;
  running: { digest: string; superseded: AbortController } | undefined;
  attempts: { digest: string; count: number };
  told: string | undefined;
  waitsFor: string | undefined;
  soak: { version: number; timer: NodeJS.Timeout } | undefined;
}

export function createReleaseLoop(options: ReleaseLoopOptions): ReleaseLoop {
  const entries = new Map<string, Entry>();
  const loop = { ...options, entries };
  const enqueue = (id: string) => options.queue.add(id, (slot) => runJob(loop, id, { slot, enqueue }));
  return {
    wish(prepared, { requested = false } = {}) {
      const id = definitionId(prepared.definition);
      const known = entries.get(id);
      options.model.define(prepared);
      if (known) {
        known.prepared = prepared;
        known.requested ||= requested;
        if (known.running && known.running.digest !== prepared.digest) known.running.superseded.abort();
      } else {
        entries.set(id, { prepared, requested, running: undefined, attempts: { digest: '', count: 0 }, told: undefined, waitsFor: undefined, soak: undefined });
      }
      enqueue(id);
    },
    unhealthy(id, reason) {
      const entry = entries.get(id);
      if (!entry?.soak) return;
      endSoak(entry);
      options.queue.add(id, (slot) => rollBackSoaking(loop, id, { slot, reason }));
    },
    prepared: (id) => entries.get(id)?.prepared,
    forget(id) {
      const entry = entries.get(id);
      if (entry) endSoak(entry);
      entries.delete(id);
      options.model.forget(id);
    },
  };
}

type Loop = ReleaseLoopOptions & { entries: Map<string, Entry> };
type Turn = { slot: Slot; enqueue: (id: string) => void };

async function runJob(loop: Loop, id: string, turn: Turn): Promise<void> {
  const entry = loop.entries.get(id);
  if (!entry || loop.context.signal.aborted) return;
  const { prepared, requested } = entry;
  const blocker = findBlocker(loop, prepared);
  if (blocker) {
    tellOnce(loop, entry, `waits ${blocker.id}`, () => loop.emit({ event: 'release.waiting', ...releaseFields(prepared), for: blocker.id, message: blocker.message }));
    entry.waitsFor = blocker.id;
    return;
  }
  entry.waitsFor = undefined;
  entry.requested = false;
  const superseded = new AbortController();
  entry.running = { digest: prepared.digest, superseded };
  try {
    const result = await reconcileRelease(loop.context, { prepared, requested, superseded: superseded.signal, aside: turn.slot.aside });
    await settle(loop, entry, { result, turn });
  } catch (thrown) {
    if (loop.context.signal.aborted) return;
    await failedBeforeWrite(loop, entry, { thrown, turn });
  } finally {
    entry.running = undefined;
  }
  if (entry.prepared.digest !== prepared.digest) turn.enqueue(id);
  for (const [other, waiting] of loop.entries) if (waiting.waitsFor === id) turn.enqueue(other);
}

type Settling = { result: ReconcileResult; turn: Turn };

async function settle(loop: Loop, entry: Entry, { result, turn }: Settling): Promise<void> {
  const { prepared } = entry;
  const fields = releaseFields(prepared);
  const id = definitionId(prepared.definition);
  if (result.result === 'superseded') {
    loop.emit({ event: 'revision.superseded', ...fields, version: 0, by: entry.prepared.checkout.revision });
    turn.enqueue(id);
  } else if (result.result === 'held') {
    const { reason, message, hint } = result.step;
    tellOnce(loop, entry, `${reason} ${prepared.digest}`, () => loop.emit({ event: 'release.blocked', ...fields, reason, message, hint }));
    const health: Health = reason === 'suspended' ? 'suspended' : reason === 'quarantined' ? 'rolledBack' : 'blocked';
    loop.model.set(id, { health, message });
    await standHeld(loop, prepared);
  } else if (result.result === 'rollback') {
    await rollBack(loop, entry, { turn, failed: result.from, versions: result.versions, reason: 'the rollback was interrupted' });
  } else if (result.result === 'failed') {
    await remedy(loop, entry, { result, turn });
  } else {
    await stand(loop, entry, result);
  }
}

/** Deployed, or found deployed. */
async function stand(loop: Loop, entry: Entry, result: Extract<ReconcileResult, { result: 'deployed' | 'settled' | 'superseded' }>): Promise<void> {
  const { prepared } = entry;
  const { definition, checkout, chart } = prepared;
  const fields = releaseFields(prepared);
  const id = definitionId(definition);
  entry.attempts = { digest: '', count: 0 };
  entry.told = undefined;
  if (result.result === 'deployed') {
    const changed = await describeChanges({ before: result.before, after: toJson(prepared.values), sources: definition.values, root: checkout.root });
    loop.emit({
      event: 'release.deployed',
      ...fields,
      version: result.version,
      previous: result.previous,
      chart: `${chart.metadata.name}-${chart.metadata.version}`,
      commit: checkout.revision,
      author: checkout.commit?.author,
      duration: result.duration,
      trigger: result.trigger,
      changed,
    });
    await loop.onStanding(prepared, result.version, true);
    beginSoak(loop, entry, result.version);
    return;
  }
  const state = (await loop.context.states.read(definition.namespace, definition.releaseName))?.state;
  const version = state?.deployed?.helmRevision;
  if (version === undefined) return;
  loop.emit({ event: 'release.unchanged', ...fields, version });
  loop.model.set(id, { health: 'healthy', message: undefined, version, ...(state?.deployed?.revision ? { commit: state.deployed.revision } : {}) });
  await loop.onStanding(prepared, version, false);
  if (state?.healthy?.version !== version) beginSoak(loop, entry, version);
}

/** What runs is watched although git wants something else. */
async function standHeld(loop: Loop, prepared: PreparedRelease): Promise<void> {
  const { namespace, releaseName } = prepared.definition;
  const state = (await loop.context.states.read(namespace, releaseName))?.state;
  const version = state?.deployed?.helmRevision;
  if (version === undefined) return;
  loop.model.set(definitionId(prepared.definition), { version });
  await loop.onStanding(prepared, version, false);
}

async function remedy(loop: Loop, entry: Entry, { result, turn }: { result: Extract<ReconcileResult, { result: 'failed' }>; turn: Turn }): Promise<void> {
  const { prepared } = entry;
  const { outcome, version } = result;
  const fields = releaseFields(prepared);
  const { namespace, releaseName, settings } = prepared.definition;
  const state = (await loop.context.states.read(namespace, releaseName))?.state;
  const attempt = countAttempt(entry);
  const versions = [...new Set([...result.versions, version])];
  const decision = decideRemedy({ failure: { fault: outcome.error.fault, wrote: outcome.wrote, version, attempt }, state, versions, settings });
  const { readiness, error } = outcome;
  loop.emit({
    event: 'release.failed',
    ...fields,
    version,
    commit: prepared.checkout.revision,
    author: prepared.checkout.commit?.author,
    duration: outcome.duration,
    reason: readiness?.reason ?? error.code,
    object: readiness?.object,
    message: readiness ? [error.message, readiness.culprit?.logs && `last log lines: ${readiness.culprit.logs}`].filter(Boolean).join('; ') : error.message,
    hint: error.hint,
  });
  const reason = readiness?.reason ?? error.message;
  if (decision.remedy === 'rollback') await rollBack(loop, entry, { turn, failed: version, versions, reason });
  else if (decision.remedy === 'retry') scheduleRetry(loop, entry, { turn, pause: decision.in, attempt, message: error.message });
  else {
    await quarantine(loop, prepared, { version, reason });
    if (decision.remedy === 'stop' && decision.impossible) {
      loop.emit({ event: 'rollback.impossible', ...fields, from: version, message: decision.impossible, hint: 'commit a fix, or run: helm-gitops retry' });
    }
  }
}

interface RollBack {
  turn: { slot: Slot };
  failed: number;
  versions: readonly number[];
  reason: string;
}

async function rollBack(loop: Loop, entry: Entry, { turn, failed, versions, reason }: RollBack): Promise<void> {
  const { prepared } = entry;
  const { namespace, releaseName } = prepared.definition;
  const fields = releaseFields(prepared);
  const started = loop.context.now().getTime();
  const state = (await loop.context.states.read(namespace, releaseName))?.state;
  const to = rollbackTarget(state, versions, failed);
  if (to === undefined) {
    loop.emit({ event: 'rollback.impossible', ...fields, from: failed, message: 'no revision of this release has been healthy yet' });
    return;
  }
  const { outcome, version } = await rollbackRelease(loop.context, { prepared, to, reason, aside: turn.slot.aside });
  const ends = { from: failed, to, fromCommit: prepared.checkout.commit?.id };
  if (outcome.status === 'deployed') {
    loop.emit({ event: 'rollback.done', ...fields, ...ends, version, duration: loop.context.now().getTime() - started });
    await loop.onStanding(prepared, version, true);
  } else {
    const message = outcome.status === 'failed' ? outcome.error.message : outcome.status;
    loop.emit({ event: 'rollback.failed', ...fields, ...ends, message });
  }
}

async function rollBackSoaking(loop: Loop, id: string, { slot, reason }: { slot: Slot; reason: { object: string; message: string } }): Promise<void> {
  const entry = loop.entries.get(id);
  if (!entry) return;
  const { definition } = entry.prepared;
  loop.emit({ event: 'release.unhealthy', ...releaseFields(entry.prepared), ...reason });
  if (!definition.settings.rollback.on.includes('unhealthy')) return;
  const records = await loop.context.history(definition.namespace, definition.releaseName).list();
  const failed = records.at(-1)?.record.version;
  if (failed === undefined) return;
  const versions = records.map(({ record }) => record.version);
  await rollBack(loop, entry, { turn: { slot }, failed, versions, reason: reason.message });
}

async function failedBeforeWrite(loop: Loop, entry: Entry, { thrown, turn }: { thrown: unknown; turn: Turn }): Promise<void> {
  const { prepared } = entry;
  const error = asHelmGitopsError(thrown);
  const attempt = countAttempt(entry);
  const decision = decideRemedy({ failure: { fault: error.fault, wrote: false, version: 0, attempt }, state: undefined, versions: [], settings: prepared.definition.settings });
  if (error.fault === 'internal') loop.emit({ event: 'internal.error', message: error.message, stack: error.cause instanceof Error ? error.cause.stack : error.stack });
  tellOnce(loop, entry, `${error.code} ${error.message}`, () =>
    loop.emit({ event: 'release.failed', ...releaseFields(prepared), reason: error.code, message: error.message, hint: error.hint, commit: prepared.checkout.revision }),
  );
  if (decision.remedy === 'retry') scheduleRetry(loop, entry, { turn, pause: decision.in, attempt, message: error.message });
}

function scheduleRetry(loop: Loop, entry: Entry, { turn, pause, attempt, message }: { turn: Turn; pause: number; attempt: number; message: string }): void {
  const id = definitionId(entry.prepared.definition);
  loop.emit({ event: 'release.retrying', ...releaseFields(entry.prepared), attempt, in: pause, message });
  setTimeout(() => loop.entries.has(id) && turn.enqueue(id), pause).unref();
}

async function quarantine(loop: Loop, prepared: PreparedRelease, { version, reason }: { version: number; reason: string }): Promise<void> {
  const { namespace, releaseName } = prepared.definition;
  const at = loop.context.now().toISOString();
  const held = { digest: prepared.digest, helmRevision: version, revision: prepared.checkout.revision, reason, at };
  await loop.context.states.change(namespace, releaseName, (state) => state && { ...state, quarantine: held });
  const { digest, checkout } = prepared;
  loop.emit({ event: 'revision.quarantined', ...releaseFields(prepared), digest, version, commit: checkout.commit?.id, reason });
}

/** Healthy is what was ready and stayed so: only that is ever rolled back to. */
function beginSoak(loop: Loop, entry: Entry, version: number): void {
  endSoak(entry);
  const { definition, digest, checkout } = entry.prepared;
  const finish = async () => {
    entry.soak = undefined;
    await loop.context.states.change(definition.namespace, definition.releaseName, (state: ReleaseState | undefined) => {
      if (state?.deployed?.helmRevision !== version) return state;
      return { ...state, healthy: { version, digest, revision: checkout.revision } };
    });
    loop.emit({ event: 'release.healthy', ...releaseFields(entry.prepared), version });
  };
  const timer = setTimeout(() => {
    if (!loop.context.signal.aborted) finish().catch((error) => loop.emit({ event: 'internal.error', message: asHelmGitopsError(error).message }));
  }, definition.settings.rollback.soak);
  timer.unref();
  entry.soak = { version, timer };
}

function endSoak(entry: Entry): void {
  if (entry.soak) clearTimeout(entry.soak.timer);
  entry.soak = undefined;
}

function countAttempt(entry: Entry): number {
  const { digest } = entry.prepared;
  entry.attempts = entry.attempts.digest === digest ? { digest, count: entry.attempts.count + 1 } : { digest, count: 1 };
  return entry.attempts.count;
}

function tellOnce(_loop: Loop, entry: Entry, what: string, tell: () => void): void {
  if (entry.told === what) return;
  entry.told = what;
  tell();
}

/** What has to be healthy first: named dependencies, and in the same environment every lower wave. */
function findBlocker(loop: Loop, { definition }: PreparedRelease): { id: string; message: string } | undefined {
  const views = new Map(loop.model.releases().map((view) => [`${view.app}/${view.environment}`, view]));
  const isReady = (id: string) => ['healthy', 'rolledBack'].includes(views.get(id)?.health ?? '');
  for (const dependency of definition.settings.dependsOn) {
    const id = definitionId(dependency);
    if (!views.has(id) && dependency.optional) continue;
    if (!isReady(id)) return { id, message: views.has(id) ? 'a dependency is not healthy yet' : 'a dependency is not defined' };
  }
  const { wave } = definition.settings.sync;
  for (const [id, other] of loop.entries) {
    const { environment, settings } = other.prepared.definition;
    if (environment === definition.environment && settings.sync.wave < wave && !isReady(id)) return { id, message: `wave ${settings.sync.wave} comes first` };
  }
  return undefined;
}
