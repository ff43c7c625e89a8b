/**
 * Keeps the releases of one cluster at their newest wish: one job per release in the queue, dependencies first, the
 * remedy after a failure, the soak after a success. All that is remembered here is lost with the process and rebuilt
 * from what the cluster says.
 */
import { recordsNamespace } from '../../foundation/history/records-namespace.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { type PreparedRelease, releaseFields } from '../../pipeline/context.ts';
import { definitionId, type ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import { keepRelease } from '../../pipeline/keep-release.ts';
import type { HoldReason } from '../../pipeline/plan/next-step.ts';
import type { ReconcileResult } from '../../pipeline/reconcile-result.ts';
import { forgetUnhealthy } from '../../pipeline/remember-failure.ts';
import { leaveBadSoak } from '../rollback/end-bad-soak.ts';
import { membersOf, tellBack } from '../rollback/release-group.ts';
import { failedBeforeWrite, remedy } from '../rollback/remedy.ts';
import { rollBack } from '../rollback/roll-back.ts';
import type { Slot } from '../work-queue.ts';
import { endOvertaken } from './end-overtaken.ts';
import { findWait } from './find-wait.ts';
import {
  type Entry,
  type Loop,
  lookAgain,
  newEntry,
  type ReleaseLoopOptions,
  type Turn,
  tellOnce,
} from './release-entry.ts';
import { doubtSoak, endSoak } from './soak.ts';
import { stand } from './stand.ts';
import { standBack, standHold } from './stand-held.ts';
import { standObserved } from './stand-observed.ts';
import { createWindowWatch } from './window-watch.ts';

export interface ReleaseLoop {
  /** What git wants is known: these could not be prepared, and nothing waits for that any more. */
  expectNoMore(missed: ReadonlySet<string>): void;
  /** Something was done to a release of this or of another cluster: what waits for it is looked at. */
  wake(id: string): void;
  wish(prepared: PreparedRelease, options?: { requested?: boolean }): void;
  /** What kept all of an environment, or of all, from being deployed is over. */
  lookAgain(environment: string | undefined): void;
  /** Another hand has changed the release's records. */
  touched(namespace: string, release: string): void;
  /** A workload of a release is not ready, or cannot become so: while the revision soaks this is followed up. */
  unready(id: string, object: KubernetesObject): void;
  /** What could not become ready is. */
  recovered(id: string): void;
  /** Does something to a release before it is looked at again: what is under way ends, or is waited for. False when it is not known. */
  act(id: string, action: (slot: Slot) => Promise<void>, interrupts: boolean): boolean;
  prepared(id: string): PreparedRelease | undefined;
  forget(id: string): void;
  /** The release lives on elsewhere, as `by` says: nothing more is done for it here. What people see of it is not touched. */
  leave(id: string, by: PreparedRelease): void;
  /** Nothing more is done to the release in this place; resolves when what is under way has ended, as by a newer wish. */
  end(place: Place): Promise<void>;
}

type Place = Pick<ReleaseDefinition, 'namespace' | 'releaseName'>;

export function createReleaseLoop(options: ReleaseLoopOptions): ReleaseLoop {
  const entries = new Map<string, Entry>();
  const { expected } = options.across;
  const working: Loop['working'] = new Map();
  const enqueue = (id: string) => options.queue.add(id, (slot) => runJob(loop, id, { slot, enqueue }));
  const wakeGroup = (definition: ReleaseDefinition) => {
    for (const { prepared } of membersOf({ entries }, definition)) {
      const id = definitionId(prepared.definition);
      // What git wants of some others is about to be known: they are looked at then.
      if (prepared.definition.app !== definition.app && !expected.has(id)) enqueue(id);
    }
  };
  const leaveSoak: Loop['leaveSoak'] = (entry, bad) => {
    endSoak(entry);
    leaveBadSoak(loop, definitionId(entry.prepared.definition), { enqueue, ...bad });
  };
  const loop: Loop = { ...options, entries, working, enqueue, wakeGroup, leaveSoak };
  const { emit, context } = options;
  const windows = createWindowWatch({ emit, now: context.now, signal: context.signal, onOpened: enqueue });
  const drop = (id: string) => {
    options.drifts.forget(id);
    const entry = entries.get(id);
    if (entry) endSoak(entry);
    entries.delete(id);
    windows.forget(id);
  };
  return {
    expectNoMore(missed) {
      for (const [id, { waitsFor }] of entries) if (waitsFor !== undefined || missed.has(id)) enqueue(id);
    },
    wake: (id) => wake(loop, id),
    wish(prepared, { requested = false } = {}) {
      const id = definitionId(prepared.definition);
      expected.delete(id);
      const known = entries.get(id);
      options.model.define(prepared);
      windows.follow(prepared.definition);
      if (known) {
        known.prepared = prepared;
        known.requested ||= requested;
        if (known.running && known.running.digest !== prepared.digest) known.running.superseded.abort();
      } else {
        entries.set(id, newEntry(prepared, requested));
      }
      enqueue(id);
      wakeGroup(prepared.definition);
    },
    lookAgain(environment) {
      for (const id of idsIn(entries, environment)) enqueue(id);
    },
    touched(namespace, release) {
      for (const [id, entry] of entries) {
        const { definition } = entry.prepared;
        if (recordsNamespace(definition) !== namespace || definition.releaseName !== release) continue;
        if (entry.running) endOvertaken(loop, entry.running, definition).catch(() => undefined);
        // What is under way may have looked before that.
        enqueue(id);
      }
    },
    unready(id, object) {
      const entry = entries.get(id);
      const soak = entry?.soak;
      if (!entry || !soak) return;
      doubtSoak(loop, entry, { object, onBad: (readiness) => loop.leaveSoak(entry, { soak, readiness }) });
    },
    recovered(id) {
      const entry = entries.get(id);
      entry?.actions.push(() => forgetUnhealthy(context, entry.prepared.definition));
      if (entry) enqueue(id);
    },
    act(id, action, interrupts) {
      const entry = entries.get(id);
      if (!entry) return false;
      entry.actions.push(action);
      if (interrupts) entry.running?.superseded.abort();
      enqueue(id);
      return true;
    },
    prepared: (id) => entries.get(id)?.prepared,
    forget(id) {
      drop(id);
      options.model.forget(id);
    },
    leave(id, by) {
      const entry = entries.get(id);
      if (!entry) return;
      entry.prepared = by;
      entry.running?.superseded.abort();
      drop(id);
    },
    async end(place) {
      for (const [id, { prepared }] of entries) if (placeKey(prepared.definition) === placeKey(place)) drop(id);
      const job = working.get(placeKey(place));
      job?.superseded.abort();
      await job?.ended;
    },
  };
}

/** Undefined: all. */
function idsIn(entries: ReadonlyMap<string, Entry>, environment: string | undefined): string[] {
  const isIn = ({ prepared: { definition } }: Entry) =>
    environment === undefined || definition.environment === environment;
  return [...entries].flatMap(([id, entry]) => (isIn(entry) ? [id] : []));
}

const placeKey = ({ namespace, releaseName }: Place) => `${namespace}/${releaseName}`;

async function runJob(loop: Loop, id: string, turn: Turn): Promise<void> {
  const entry = loop.entries.get(id);
  if (!entry || loop.context.signal.aborted) return;
  for (const action of entry.actions.splice(0)) {
    endSoak(entry);
    entry.told = undefined;
    await action(turn.slot);
  }
  const { prepared, requested } = entry;
  const found = await findWait(loop, entry, turn);
  if (found === undefined) return;
  const { inGroup, blocker } = found;
  if (blocker) {
    if (inGroup.result === 'wait' && inGroup.quiet) return;
    tellOnce(entry, `waits ${blocker.id}`, () =>
      loop.emit({ event: 'release.waiting', ...releaseFields(prepared), for: blocker.id, message: blocker.message }),
    );
    loop.model.set(id, { health: 'blocked', message: `waits for ${blocker.id}` });
    return;
  }
  entry.requested = false;
  const superseded = new AbortController();
  const ended = Promise.withResolvers<void>();
  const here = placeKey(prepared.definition);
  const running: NonNullable<Entry['running']> = { digest: prepared.digest, superseded };
  entry.running = running;
  loop.working.set(here, { superseded, ended: ended.promise });
  try {
    if (inGroup.result === 'back') {
      await inGroup.goBack();
      return await tellBack(loop, prepared.definition);
    }
    const hold = await loop.holdOf(prepared);
    if (hold) {
      entry.requested ||= requested;
      return standBack(loop, entry, { hold, turn });
    }
    const result = await keepRelease(loop.context, {
      prepared,
      requested,
      superseded: superseded.signal,
      onBegun: (begun) => {
        running.begun = begun;
        // What it replaces proves nothing any more.
        endSoak(entry);
      },
      aside: turn.slot.aside,
      onForeign: (drift, replaced) => loop.drifts.look(prepared.definition, drift, replaced),
    });
    // A person's wish outlives the wait.
    if (result.result === 'held' && passing.has(result.step.reason)) entry.requested ||= requested;
    if (result.result === 'observed') standObserved(loop, entry, { result, turn });
    else await settle(loop, entry, { result, turn, worked: prepared });
    if (prepared.definition.settings.rollback.group !== undefined) await tellBack(loop, prepared.definition);
  } catch (thrown) {
    if (loop.context.signal.aborted) return;
    await failedBeforeWrite(loop, entry, { thrown, turn });
  } finally {
    entry.running = undefined;
    loop.working.delete(here);
    ended.resolve();
    if (entry.prepared.digest !== prepared.digest) turn.enqueue(id);
    loop.across.wake(id);
  }
}

/** What waits for it is looked at; what waits to go back after others of its group, too. */
function wake({ entries, enqueue }: Loop, id: string): void {
  const own = entries.get(id);
  const group = own?.holding === undefined ? own?.prepared.definition.settings.rollback.group : undefined;
  for (const [other, { meanwhile, waitsFor, holding, prepared }] of entries) {
    meanwhile?.add(id);
    const isBehind = holding !== undefined && prepared.definition.settings.rollback.group === group;
    if (waitsFor === id || (group !== undefined && isBehind)) enqueue(other);
  }
}

/** Holds that end by themselves, for all at once, or by another request. */
const passing: ReadonlySet<HoldReason> = new Set(['window', 'frozen', 'approval']);

/** `worked`: what was being deployed; by now something newer may be wished for. */
type Settling = { result: ReconcileResult; turn: Turn; worked: PreparedRelease };

async function settle(loop: Loop, entry: Entry, { result, turn, worked }: Settling): Promise<void> {
  const { prepared } = entry;
  const id = definitionId(prepared.definition);
  if (result.result === 'superseded') {
    const told = { version: entry.running?.begun?.version ?? 0, by: prepared.checkout.revision };
    loop.emit({ event: 'revision.superseded', ...releaseFields(worked), ...told });
    turn.enqueue(id);
  } else if (result.result === 'held') {
    await standHold(loop, entry, { step: result.step, turn });
  } else if (result.result === 'rollback') {
    const { result: _rollback, from: version, ...known } = result;
    const reason = 'the rollback was interrupted';
    await rollBack(loop, entry, { turn, prepared: worked, version, ...known, reason, message: reason });
  } else if (result.result === 'failed') {
    await remedy(loop, entry, { result, turn, prepared: worked });
  } else {
    await stand(loop, entry, result);
    if (result.result === 'deployed' && !result.tidy) lookAgain(loop, id, turn);
  }
}
