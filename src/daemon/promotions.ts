/**
 * Gives environments the versions of those before them: looks at each target whose values differ from its source's, tells
 * what it waits for, and writes the commit when every gate is open. Nothing is remembered here that git and the state of
 * the releases do not say; a second daemon that writes too finds the branch moved on and nothing left to do.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { asHelmGitopsError } from '../foundation/base/errors.ts';
import type { EventOf } from '../foundation/events/event.ts';
import type { Emit } from '../foundation/events/event-bus.ts';
import type { PromotionState, ReleaseState } from '../foundation/state/release-state.ts';
import type { Compat } from '../foundation/values/read-values.ts';
import type { PreparedRelease } from '../pipeline/context.ts';
import { definitionId, type ReleaseDefinition } from '../pipeline/definitions/release-definition.ts';
import { type PlannedPromotion, planPromotion, promotionSources } from '../pipeline/plan-promotion.ts';
import type { Gate } from '../pipeline/promote/gates.ts';
import type { RevisionChange, Written } from '../pipeline/source/write-revision.ts';
import type { SyncedRevision } from '../pipeline/sync-revision.ts';
import type { ClusterSession } from './cluster-session.ts';
import type { Read } from './removals.ts';

export interface PromotionParts {
  readonly sessions: ReadonlyMap<string, { readonly session: ClusterSession }>;
  readonly emit: Emit;
  readonly now: () => Date;
  readonly compat: Compat;
  readonly write: (change: RepositoryChange) => Promise<Written>;
  /** The repository has a new commit. */
  readonly onWritten: (repository: string) => void;
  readonly signal: AbortSignal;
}

/** Of one of the configured repositories. */
export type RepositoryChange = Pick<RevisionChange, 'checkout' | 'files' | 'message' | 'aside'>;

export interface Promotions {
  /** From now on versions are promoted. */
  start(): void;
  /** Something has changed that a gate may depend on. */
  look(): void;
  /** Resolves when no look is under way. */
  idle(): Promise<void>;
}

/** Events after which a gate may have opened or closed. */
export const promotionTriggers: ReadonlySet<string> = new Set([
  'release.healthy',
  'release.failed',
  'revision.quarantined',
  'drift.found',
  'drift.corrected',
  'drift.resolved',
  'window.opened',
  'window.closed',
  'freeze.set',
  'freeze.lifted',
  'request.done',
]);

/** Milliseconds: what went wrong is tried again after so long. */
const again = 30_000;
const longest = 60_000;
/** Of the time that a look takes: so long nothing is looked at. */
const share = 4;

interface Promoting extends PromotionParts {
  readonly last: Read;
  /** What was told last of each target. */
  readonly told: Map<string, string>;
  /** Pairs that have the same version. */
  readonly same: WeakMap<PreparedRelease, readonly PreparedRelease[]>;
  /** The revision on top of which a repository was written to: until another one is read nothing more is. */
  readonly written: Map<string, string>;
}

export function createPromotions(parts: PromotionParts, last: Read): Promotions {
  const promoting: Promoting = { ...parts, last, told: new Map(), same: new WeakMap(), written: new Map() };
  let started = false;
  let due = false;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> | undefined;
  const look = () => {
    if (!started || parts.signal.aborted) return;
    due = true;
    underWay ??= untilStill();
  };
  const untilStill = async () => {
    while (due && !parts.signal.aborted) {
      due = false;
      clearTimeout(timer);
      const started = parts.now().getTime();
      const next = await lookAtAll(promoting);
      const took = parts.now().getTime() - started;
      // Many releases may become healthy one after the other, and a look asks the clusters of all that wait.
      await delay(Math.min(longest, took * share), undefined, { ref: false, signal: parts.signal }).catch(
        () => undefined,
      );
      if (next === undefined) continue;
      const pause = Math.min(longest, Math.max(1, next - parts.now().getTime()));
      timer = setTimeout(look, pause).unref();
    }
    underWay = undefined;
  };
  return {
    start() {
      started = true;
      look();
    },
    look,
    async idle() {
      await underWay;
    },
  };
}

/** Returns when it is worth to look again though nothing happens, in milliseconds. */
async function lookAtAll(promoting: Promoting): Promise<number | undefined> {
  const { last, emit, signal, now } = promoting;
  const moments: number[] = [];
  const all = new Map(
    [...last.values()].flatMap(({ synced }) => synced.releases.map((one) => [definitionId(one.definition), one])),
  );
  for (const { synced } of last.values()) {
    for (const target of synced.releases) {
      try {
        const next = await lookAt(promoting, { target, synced, all });
        if (next !== undefined) moments.push(next);
      } catch (thrown) {
        if (signal.aborted) return undefined;
        const error = asHelmGitopsError(thrown);
        if (error.fault === 'internal')
          emit({ event: 'internal.error', message: error.message, ...(error.stack ? { stack: error.stack } : {}) });
        else tell(promoting, target, { event: 'promotion.failed', message: error.message, hint: error.hint });
        moments.push(now().getTime() + again);
      }
    }
  }
  return moments.length === 0 ? undefined : Math.min(...moments);
}

interface Looked {
  readonly target: PreparedRelease;
  readonly synced: SyncedRevision;
  readonly all: ReadonlyMap<string, PreparedRelease>;
}

async function lookAt(promoting: Promoting, { target, synced, all }: Looked): Promise<number | undefined> {
  const { revision, repository } = target.checkout;
  if (promoting.written.get(repository) === revision) return undefined;
  const sources = promotionSources(target, { all, defined: synced.defined });
  if (sources === undefined) return undefined;
  if (isSame(promoting.same.get(target), sources)) return undefined;
  const { compat, now, sessions } = promoting;
  // That a cluster is out of reach is told already.
  if ([target, ...sources].some(({ definition }) => !sessions.has(definition.cluster))) return now().getTime() + again;
  const stateOf = (prepared: PreparedRelease) => readState(promoting, prepared);
  const freezeOf = ({ cluster, environment }: ReleaseDefinition) =>
    sessions.get(cluster)?.session.context.freezeOf?.(environment);
  const step = await planPromotion({ target, sources, defined: synced.defined, compat, stateOf, freezeOf, now });
  if (step.step === 'none') {
    promoting.same.set(target, sources);
    promoting.told.delete(definitionId(target.definition));
  } else if (step.step === 'refused') {
    const { message, hint } = step.error;
    tell(promoting, target, { event: 'promotion.waiting', reason: step.reason, message, hint });
  } else if (step.step === 'waiting') return await wait(promoting, target, step);
  else await carryOut(promoting, target, step);
  return undefined;
}

const isSame = (before: readonly PreparedRelease[] | undefined, now: readonly PreparedRelease[]): boolean =>
  before?.length === now.length && before.every((one, index) => one === now[index]);

async function readState({ sessions }: Promoting, prepared: PreparedRelease): Promise<ReleaseState | undefined> {
  const { cluster, namespace, releaseName } = prepared.definition;
  return (await sessions.get(cluster)?.session.context.states.read(namespace, releaseName))?.state;
}

async function wait(
  promoting: Promoting,
  target: PreparedRelease,
  { id, gates, promotion, state }: PlannedPromotion,
): Promise<number | undefined> {
  const closed = gates.filter(({ open }) => !open);
  const [first] = closed;
  if (first === undefined) return undefined;
  // By that name in the state it is found when a person approves or rejects it.
  if (isUndecided(closed) && state?.waiting?.id !== id) {
    const since = promoting.now().toISOString();
    await changePromotion(promoting, target, (before) => ({ ...before, waiting: { id, since } }));
  }
  const opens = closed.flatMap((gate) => gate.opens ?? []);
  const until = first.opens === undefined ? {} : { until: new Date(first.opens).toISOString() };
  const message = closed.map((gate) => gate.message).join('; ');
  const changed = promotion.changes.join('; ');
  tell(promoting, target, { event: 'promotion.waiting', id, reason: first.name, message, changed, ...until });
  return opens.length === 0 ? undefined : Math.min(...opens);
}

async function carryOut(promoting: Promoting, target: PreparedRelease, planned: PlannedPromotion): Promise<void> {
  const { write, now, onWritten } = promoting;
  const { promotion, id, as, edited, values, state } = planned;
  if (as === 'pullRequest' && state?.proposed?.id === id) return;
  const { checkout, definition } = target;
  const branch = `helm-gitops/promote/${definition.app}-${definition.environment}`;
  const aside = as === 'pullRequest' ? { branch, ours: state?.proposed?.commit } : undefined;
  const written = await write({ checkout, files: promotion.files, message: promotion.message, aside });
  const changed = promotion.changes.join('; ');
  const at = now().toISOString();
  if (written.type === 'moved') return onWritten(checkout.repository);
  if (aside !== undefined && written.type === 'pushed') {
    const { commit } = written;
    await changePromotion(promoting, target, (known) => ({ ...known, proposed: { id, at, branch, commit } }));
    const why = edited.length === 0 ? '' : ` (${edited.join(', ')} changed by hand since the last promotion)`;
    const message = `merge ${branch} to promote it${why}`;
    return tell(promoting, target, { event: 'promotion.proposed', id, commit, branch, message, changed });
  }
  const commit = written.type === 'pushed' ? { commit: written.commit } : {};
  promoting.written.set(checkout.repository, checkout.revision);
  await changePromotion(promoting, target, ({ rejected }) => ({
    ...(rejected ? { rejected } : {}),
    last: { id, at, values, ...commit },
  }));
  const where = written.type === 'pushed' ? { branch: written.branch } : {};
  tell(promoting, target, { event: 'promotion.committed', id, changed, ...commit, ...where });
  onWritten(checkout.repository);
}

const isUndecided = (closed: readonly Gate[]): boolean =>
  closed.some(({ name }) => name === 'approval') &&
  !closed.some(({ name }) => name === 'rejected' || name === 'taken-back');

/** A release that was never deployed has no state to keep it in. */
async function changePromotion(
  { sessions }: Promoting,
  { definition }: PreparedRelease,
  change: (before: PromotionState) => PromotionState,
): Promise<void> {
  const { cluster, namespace, releaseName } = definition;
  await sessions
    .get(cluster)
    ?.session.context.states.change(
      namespace,
      releaseName,
      (state) => state && { ...state, promotion: change(state.promotion ?? {}) },
    );
}

type PromotionEvent =
  | EventOf<'promotion.waiting'>
  | EventOf<'promotion.committed'>
  | EventOf<'promotion.proposed'>
  | EventOf<'promotion.failed'>;
type Own<Event> = Event extends unknown ? Omit<Event, 'app' | 'environment' | 'cluster' | 'from'> : never;

/** Once, until it is told otherwise. */
function tell({ emit, told }: Promoting, { definition }: PreparedRelease, event: Own<PromotionEvent>): void {
  const key = definitionId(definition);
  const { app, environment, cluster, promote } = definition;
  const text = JSON.stringify(event);
  if (told.get(key) === text) return;
  told.set(key, text);
  emit({ ...event, app, environment, cluster, from: promote?.from.join(', ') ?? '' } as PromotionEvent);
}
