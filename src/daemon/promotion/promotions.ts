/**
 * Gives environments the versions of those before them: looks at each target whose values differ from its source's, tells
 * what it waits for, and writes the commit when every gate is open. Nothing is remembered here that git and the state of
 * the releases do not say; a second daemon that writes too finds the branch moved on and nothing left to do.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import { internalError } from '../../foundation/events/internal-error.ts';
import type { PromotionState, RememberedGate } from '../../foundation/state/release-state.ts';
import type { PreparedRelease } from '../../pipeline/context.ts';
import { definitionId, type ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import {
  type PlannedPromotion,
  type PromotionPlanInput,
  planPromotion,
  promotionSources,
} from '../../pipeline/plan-promotion.ts';
import { approversOf, closedGates, type Gate, gatesTrailers } from '../../pipeline/promote/gates.ts';
import { rememberedGate, rememberGates } from '../../pipeline/promote/remember-gates.ts';
import { ranBy, ranImages } from '../../pipeline/ran-images.ts';
import type { SyncedRevision } from '../../pipeline/sync-revision.ts';
import { createLooks, type Looks } from '../create-looks.ts';
import type { Read } from '../removals/removals.ts';
import { closeOrphans } from './close-orphans.ts';
import { promotedByHand } from './promoted-by-hand.ts';
import {
  changePromotion,
  type Promoting,
  type PromotionParts,
  type RepositoryChange,
  readState,
  tell,
} from './promoting.ts';
import { createPromotionChecks } from './promotion-checks.ts';
import { holdRequest, keepRequest, nextQuestion, refreshRequest } from './promotion-requests.ts';
import { onlySealed } from './sealed-decisions.ts';
import { keepPromoted, settleRequest, withdraw, withdrawUnwanted } from './settle-promotion.ts';

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
/** Until a digest is looked for again. */
const untold = 5_000;
const longest = 60_000;
/** Of the time that the plans of a look take: so long nothing is looked at. */
const share = 4;

export interface Promotions extends Looks {
  /** What all of it shares, for what people ask. */
  readonly promoting: Promoting;
}

export function createPromotions(parts: PromotionParts, last: Read): Promotions {
  const measure = createPromotionChecks(parts, () => looks.look());
  const promoting: Promoting = {
    ...{ ...parts, last, measure, told: new Map(), same: new WeakMap(), written: new Map() },
    ...{
      settled: new Set(),
      asked: new Map(),
      marked: new Map(),
      byHand: new Map(),
      based: new Map(),
      searched: new Set(),
      proposals: new Map(),
      forged: new Set(),
      reviews: new Map(),
      planning: { milliseconds: 0 },
    },
  };
  const looks = createLooks(async () => {
    promoting.planning.milliseconds = 0;
    const next = await lookAtAll(promoting);
    // Many releases may become healthy one after the other, and a look asks the clusters of all that wait.
    const rest = Math.min(longest, promoting.planning.milliseconds * share);
    await delay(rest, undefined, { ref: false, signal: parts.signal }).catch(() => undefined);
    return next === undefined ? undefined : Math.min(longest, Math.max(1, next - parts.now().getTime()));
  }, parts.signal);
  return { ...looks, promoting };
}

/** Returns when it is worth to look again though nothing happens, in milliseconds. */
async function lookAtAll(promoting: Promoting): Promise<number | undefined> {
  const { last, emit, signal, now } = promoting;
  const moments: number[] = [];
  const all = new Map(
    [...last.values()].flatMap(({ synced }) => synced.releases.map((one) => [definitionId(one.definition), one])),
  );
  await withdrawUnwanted(promoting);
  if (await closeOrphans(promoting)) moments.push(now().getTime() + again);
  for (const { synced } of last.values()) {
    for (const target of synced.releases) {
      try {
        const next = await lookAt(promoting, { target, synced, all });
        if (next !== undefined) moments.push(next);
      } catch (thrown) {
        if (signal.aborted) return undefined;
        const error = asHelmGitopsError(thrown);
        if (error.fault === 'internal') emit(internalError(error));
        else tell(promoting, target, { event: 'promotion.failed', message: error.message, hint: error.hint });
        moments.push(now().getTime() + Math.max(again, error.retryAfter ?? 0));
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
  const stateOf = async (prepared: PreparedRelease) => {
    const state = await readState(promoting, prepared);
    if (prepared !== target) return state;
    return await onlySealed(promoting, target, await refreshRequest(promoting, target, state));
  };
  const freezeOf = ({ cluster, environment }: ReleaseDefinition) =>
    sessions.get(cluster)?.session.context.freezeOf?.(environment);
  const began = now().getTime();
  const { measure, signal } = promoting;
  const imagesOf = async (source: PreparedRelease, version: number | undefined) => {
    const context = sessions.get(source.definition.cluster)?.session.context;
    return context === undefined ? [] : await ranImages(ranBy(context, source, version), { signal });
  };
  const driftOf: PromotionPlanInput['driftOf'] = ({ definition }, state) =>
    sessions.get(definition.cluster)?.session.driftOf(definitionId(definition), state?.drift);
  const { defined } = synced;
  const byHand = () => promotedByHand(promoting, target, synced);
  const asking = { stateOf, imagesOf, freezeOf, driftOf, measure, byHand, now };
  const step = await planPromotion({ target, sources, all, defined, compat, ...asking });
  promoting.planning.milliseconds += now().getTime() - began;
  if (step.step === 'none') {
    promoting.told.delete(definitionId(target.definition));
    await settleRequest(promoting, target);
    promoting.same.set(target, sources);
    return undefined;
  }
  if (step.step === 'refused') {
    const { message, hint } = step.error;
    tell(promoting, target, { event: 'promotion.waiting', reason: step.reason, message, hint });
    await holdRequest(promoting, target, message);
    // No event tells that a node has told a digest.
    return step.reason === 'pin' ? now().getTime() + untold : undefined;
  }
  if (step.step === 'ready' && step.as === 'commit') {
    await commitPromotion(promoting, target, step);
    return undefined;
  }
  const pending = step.gates.filter((gate) => gate.pending);
  if (pending.length > 0) return soonest(pending.map(({ again }) => again));
  const remembered = await noteGates(promoting, target, step);
  const proposed = step.as === 'pullRequest' ? await keepRequest(promoting, target, step) : undefined;
  // What it waits for now is another thing than a moment ago.
  if (proposed !== undefined && proposed.id !== step.state?.proposed?.id) return now().getTime();
  const opens = step.step === 'waiting' ? wait(promoting, target, { ...step, remembered }) : undefined;
  return soonest([opens, proposed?.request && nextQuestion(promoting, target)]);
}

/** In milliseconds; undefined where none is known. */
function soonest(moments: readonly (number | undefined)[]): number | undefined {
  const known = moments.filter((one) => one !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

const isSame = (before: readonly PreparedRelease[] | undefined, now: readonly PreparedRelease[]): boolean =>
  before?.length === now.length && before.every((one, index) => one === now[index]);

/** How the gates stand, for people: by the id in the state a waiting one is found when somebody approves or rejects it. Returns what is remembered. */
async function noteGates(
  promoting: Promoting,
  target: PreparedRelease,
  { id, gates, state }: PlannedPromotion,
): Promise<readonly RememberedGate[]> {
  const closed = gates.filter(({ open }) => !open);
  const now = promoting.now();
  const isNew = isUndecided(closed) && state?.waiting?.id !== id;
  if (!isNew && rememberGates(state?.gates, { id, gates }, now) === undefined) return state?.gates?.gates ?? [];
  const waiting = isNew ? { waiting: { id, since: now.toISOString() } } : {};
  if (isNew) promoting.settled.delete(definitionId(target.definition));
  let kept: PromotionState['gates'];
  await changePromotion(promoting, target, (before) => {
    const remembered = rememberGates(before.gates, { id, gates }, now) ?? before.gates;
    kept = remembered;
    return { ...before, ...waiting, ...(remembered === undefined ? {} : { gates: remembered }) };
  });
  return kept?.gates ?? [];
}

interface Waiting extends PlannedPromotion {
  readonly remembered: readonly RememberedGate[];
}

function wait(
  promoting: Promoting,
  target: PreparedRelease,
  { id, gates, promotion, remembered }: Waiting,
): number | undefined {
  const closed = closedGates(gates);
  const [first] = closed;
  if (first === undefined) return undefined;
  const until = first.opens === undefined ? {} : { until: new Date(first.opens).toISOString() };
  const since = rememberedGate(remembered, first)?.since;
  const message = closed.map((gate) => gate.message).join('; ');
  const changed = promotion.changes.join('; ');
  const known = { ...(since === undefined ? {} : { since }), ...until };
  tell(promoting, target, { event: 'promotion.waiting', id, reason: first.name, message, changed, ...known });
  return soonest(closed.map((gate) => gate.opens ?? gate.again));
}

async function commitPromotion(
  promoting: Promoting,
  target: PreparedRelease,
  planned: PlannedPromotion,
): Promise<void> {
  const { write, now, onWritten } = promoting;
  const { promotion, id, values, state } = planned;
  const { checkout } = target;
  const message = `${promotion.message}${gatesTrailers(planned.gates)}\n`;
  const passes = await passedOn(promoting, promotion.source);
  const written = await write({ checkout, files: promotion.files, message, passes });
  if (written.type === 'moved') return onWritten(checkout.repository);
  const commit = written.type === 'pushed' ? { commit: written.commit } : {};
  promoting.written.set(checkout.repository, checkout.revision);
  if (state?.proposed)
    await withdraw(promoting, target, { proposed: state.proposed, why: 'it is promoted by a commit' });
  await keepPromoted(promoting, target, { id, at: now().toISOString(), values, ...commit });
  const where = written.type === 'pushed' ? { branch: written.branch } : {};
  const changed = promotion.changes.join('; ');
  const approvedBy = approversOf(planned.gates);
  const approved = approvedBy === '' ? {} : { approvedBy };
  tell(promoting, target, { event: 'promotion.committed', id, changed, ...commit, ...where, ...approved });
  onWritten(checkout.repository);
}

/** By whose change the source runs what it runs: the last one of the files that its values come from, when it was deployed. */
async function passedOn(promoting: Promoting, source: PreparedRelease): Promise<RepositoryChange['passes']> {
  const { deployed } = (await readState(promoting, source)) ?? {};
  const commit = deployed?.digest === source.digest ? deployed.commit : source.checkout.commit?.id;
  const paths = source.layers.flatMap((layer) => (layer.type === 'file' ? [layer.path] : []));
  return commit === undefined ? undefined : { commit, paths };
}

/** A person can decide of it by `approve` and `reject`. */
const isUndecided = (closed: readonly Gate[]): boolean =>
  closed.some(({ byUser }) => byUser) && !closed.some(({ name }) => name === 'rejected' || name === 'taken-back');
