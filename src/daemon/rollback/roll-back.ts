/**
 * Carries out a rollback once it is wanted: it is begun, or waits and says why, or cannot be; what became of it is told and
 * written down with the incident. A rollback that fails for good is never tried again by itself.
 */
import { asHelmGitopsError, type HelmGitopsError } from '../../foundation/base/errors.ts';
import { isOutOfReach } from '../../foundation/cluster/cluster-error.ts';
import { internalError } from '../../foundation/events/internal-error.ts';
import { recordsNamespace } from '../../foundation/history/records-namespace.ts';
import type { Quarantine, RepeatedSource } from '../../foundation/state/release-state.ts';
import { type PreparedRelease, releaseFields } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import type { Readiness } from '../../pipeline/observe/readiness.ts';
import { incidentOf, openIncident, stepIncident, tellIncident } from '../../pipeline/record-incident.ts';
import { decideAmong, type Group } from '../../pipeline/remediate/decide-group.ts';
import { decideRollback, type RollbackDecision } from '../../pipeline/remediate/decide-remedy.ts';
import { hooksThatRan } from '../../pipeline/remediate/describe-incident.ts';
import { rollbackRelease } from '../../pipeline/rollback-release.ts';
import { type Entry, type Loop, lookAgain, type Turn } from '../releases/release-entry.ts';
import { beginSoak } from '../releases/soak.ts';
import { outsideCauseOf } from './outside-cause.ts';
import { leadBack } from './release-group.ts';
import { countAttempt, fixHint, keepBehind, quarantine, scheduleRetry, settleFailure } from './settle-failure.ts';

export interface RollBack {
  readonly turn: Turn;
  /** What is left. */
  readonly prepared: PreparedRelease;
  /** The revision that failed. */
  readonly version: number;
  readonly versions: readonly number[];
  readonly reason: string;
  readonly message: string;
  readonly readiness?: Readiness | undefined;
  /** Of one that is carried on, or goes back with its group. */
  readonly to?: number | undefined;
  readonly repeats?: RepeatedSource | undefined;
  readonly group?: Quarantine['group'];
}

/** Milliseconds between looks at what a rollback waits for. */
const holdPause = 5_000;

export async function rollBack(loop: Loop, entry: Entry, rollBack: RollBack): Promise<void> {
  const { prepared } = rollBack;
  const decision =
    rollBack.to === undefined
      ? await decide(loop, rollBack)
      : { rollback: 'begin' as const, to: rollBack.to, repeats: rollBack.repeats };
  const to = decision.rollback === 'impossible' ? undefined : decision.to;
  await noteIncident(loop, { ...rollBack, to, begins: decision.rollback === 'begin' });
  if (decision.rollback === 'hold') return await hold(loop, entry, { ...rollBack, decision });
  entry.holding = undefined;
  if (decision.rollback === 'impossible') {
    await settleFailure(loop, prepared);
    return await tellImpossible(loop, rollBack, { message: decision.message });
  }
  await begin(loop, entry, { ...rollBack, to: decision.to, repeats: decision.repeats });
}

/** What cannot be described is rolled back all the same. */
export async function noteIncident(
  loop: Loop,
  failed: Omit<RollBack, 'turn'> & { to: number | undefined; begins?: boolean },
): Promise<void> {
  await openIncident(loop.context, { ...failed, readiness: failed.readiness }).catch((thrown) => {
    if (loop.context.signal.aborted || isOutOfReach(asHelmGitopsError(thrown))) throw thrown;
    if (asHelmGitopsError(thrown).fault === 'internal') loop.emit(internalError(thrown, 'incident record'));
  });
}

async function decide(loop: Loop, rollBack: RollBack): Promise<RollbackDecision> {
  const { prepared, version: failed, versions } = rollBack;
  const { namespace, releaseName, settings } = prepared.definition;
  const { context } = loop;
  const state = (await context.states.read(namespace, releaseName))?.state;
  const record = (await context.history(recordsNamespace(prepared.definition), releaseName).get(failed))?.record;
  const alone = decideRollback({
    state,
    versions,
    failed,
    hooks: record ? hooksThatRan(record) : [],
    outside: await outsideCauseOf(loop, prepared, record?.info.last_deployed),
    afterHooks: settings.rollback.afterHooks,
  });
  if (settings.rollback.group === undefined || alone.rollback === 'hold') return alone;
  const group = await leaveWithGroup(loop, rollBack);
  return group ? decideAmong(group, { app: prepared.definition.app, versions, alone }) : alone;
}

/** All go back; from now on, whatever comes in between. */
export async function leaveWithGroup(
  loop: Loop,
  { prepared, version, reason }: Pick<RollBack, 'prepared' | 'version' | 'reason'>,
): Promise<Group | undefined> {
  const { definition, digest } = prepared;
  if (definition.settings.rollback.group === undefined) return undefined;
  // What git does not want any more holds nobody up.
  if (loop.entries.get(definitionId(definition))?.prepared.digest !== digest) return undefined;
  await quarantine(loop, prepared, { version, reason });
  return await leadBack(loop, { prepared, version, reason });
}

async function begin(loop: Loop, entry: Entry, { to, ...rollBack }: RollBack & { to: number }): Promise<void> {
  const { turn, prepared, version: failed, reason, readiness, repeats, group } = rollBack;
  const { context } = loop;
  const fields = releaseFields(prepared);
  const started = context.now().getTime();
  const run = { prepared, to, reason, repeats, group, aside: turn.slot.aside };
  const ended = await rollbackRelease(context, run).catch((thrown) =>
    notBegun(loop, entry, { ...rollBack, to, thrown }),
  );
  if (ended === undefined) return;
  const { outcome, version, tidy } = ended;
  if (!tidy) lookAgain(loop, definitionId(prepared.definition), turn);
  const ends = { from: failed, to, fromCommit: prepared.checkout.commit?.id };
  const logs = readiness?.culprit?.logs;
  if (outcome.status === 'deployed') {
    loop.emit({ event: 'rollback.done', ...fields, ...ends, version, duration: context.now().getTime() - started });
    const incident = await incidentOf(context, prepared.definition, { from: failed, digest: prepared.digest });
    tellIncident(loop, prepared, { incident, logs });
    await loop.onStanding(prepared, version, true);
    beginSoak(loop, entry, { version, rolledBack: true });
    return;
  }
  const message = outcome.status === 'failed' ? outcome.error.message : outcome.status;
  const forGood = outcome.status === 'failed' && outcome.error.fault !== 'transient';
  const hint = forGood ? failedHint : 'it is tried again';
  loop.emit({ event: 'rollback.failed', ...fields, ...ends, message, hint });
  const change = { outcome: 'failed', version } as const;
  const what = `the rollback failed: ${message}`;
  const incident = await stepIncident(context, prepared.definition, { from: failed, what, change });
  if (forGood) tellIncident(loop, prepared, { incident, logs });
  if (outcome.status === 'failed') await afterFailedRollback(loop, entry, { ...rollBack, error: outcome.error });
}

/** Refused before anything of it was written. What may pass is tried again; else what failed stays, and is left alone. */
async function notBegun(
  loop: Loop,
  entry: Entry,
  { to, thrown, ...rollBack }: RollBack & { to: number; thrown: unknown },
): Promise<undefined> {
  const { prepared, version, reason, group } = rollBack;
  const error = asHelmGitopsError(thrown);
  if (error.fault === 'internal' || loop.context.signal.aborted || isOutOfReach(error)) throw thrown;
  if (error.fault !== 'transient') {
    await quarantine(loop, prepared, { version, reason, group });
    const hint = [error.hint, fixHint].filter(Boolean).join('; ');
    await tellImpossible(loop, rollBack, { message: `revision ${to} cannot be put back: ${error.message}`, hint });
  }
  await afterFailedRollback(loop, entry, { ...rollBack, error });
}

export const failedHint =
  'nothing more is tried by itself: commit a fix, or run: helm-gitops rollback APP -e ENVIRONMENT --to N';

type Holding = RollBack & { readonly decision: Extract<RollbackDecision, { rollback: 'hold' }> };

/** Its inputs are left alone meanwhile. */
async function hold(loop: Loop, entry: Entry, { decision, ...rollBack }: Holding): Promise<void> {
  const { prepared, version, reason, turn, readiness } = rollBack;
  const { to, reason: why, message } = decision;
  const forPerson = why === 'hooks-ran';
  if (entry.holding !== version) {
    await quarantine(loop, prepared, { version, reason });
    const hint = forPerson
      ? 'commit a fix, or run: helm-gitops rollback APP -e ENVIRONMENT'
      : 'it begins when that has passed; at once with: helm-gitops rollback APP -e ENVIRONMENT';
    const fields = { ...releaseFields(prepared), from: version, to, reason: why, message, hint };
    loop.emit({ event: 'rollback.held', ...fields });
    const what = `the rollback waits: ${message}`;
    const incident = await stepIncident(loop.context, prepared.definition, {
      from: version,
      what,
      change: { outcome: 'held', to },
    });
    if (forPerson) tellIncident(loop, prepared, { incident, logs: readiness?.culprit?.logs });
  }
  if (forPerson) return await settleFailure(loop, prepared);
  entry.holding = version;
  lookAgain(loop, definitionId(prepared.definition), { enqueue: turn.enqueue, pause: holdPause });
}

/** What may pass by itself is tried again, once an interval in the end: what runs is worse than what ran. */
async function afterFailedRollback(
  loop: Loop,
  entry: Entry,
  { turn, prepared, error, group }: Pick<RollBack, 'turn' | 'prepared' | 'group'> & { error: HelmGitopsError },
): Promise<void> {
  const { fault, message } = error;
  if (fault !== 'transient') {
    if (group) await keepBehind(loop, prepared);
    return await settleFailure(loop, prepared);
  }
  const attempt = countAttempt(entry);
  const { retry, interval } = prepared.definition.settings.sync;
  const pause = attempt > retry.limit ? interval : Math.min(retry.max, retry.initial * 2 ** (attempt - 1));
  scheduleRetry(loop, entry, { turn, pause, attempt, message });
}

export async function tellImpossible(
  loop: Loop,
  failed: RollBack,
  { message, hint = fixHint }: { message: string; hint?: string },
): Promise<void> {
  const { prepared, version, readiness } = failed;
  loop.emit({ event: 'rollback.impossible', ...releaseFields(prepared), from: version, message, hint });
  await noteIncident(loop, { ...failed, to: undefined });
  const incident = await stepIncident(loop.context, prepared.definition, {
    from: version,
    what: `it stays as it is: ${message}`,
    change: { outcome: 'impossible' },
  });
  tellIncident(loop, prepared, { incident, logs: readiness?.culprit?.logs });
}
