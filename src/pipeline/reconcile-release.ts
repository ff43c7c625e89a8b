/**
 * The table of contents of one release's life: decide, render, plan, apply, observe, and the remedy when that failed.
 * Every decision is made from what the cluster says now; a release that needs nothing costs no write.
 */

import { HelmGitopsError } from '../foundation/base/errors.ts';
import type { Discovery } from '../foundation/cluster/cluster-client.ts';
import { newestRevision } from '../foundation/history/newest-revision.ts';
import { recordsNamespace } from '../foundation/history/records-namespace.ts';
import type { ReleaseHistory, ReleaseRecord } from '../foundation/history/release-record.ts';
import { supersedeOlder } from '../foundation/history/supersede-older.ts';
import { unfinishedBefore } from '../foundation/history/unfinished-revisions.ts';
import type { JsonObject } from '../foundation/manifest/object.ts';
import type { ReleaseState } from '../foundation/state/release-state.ts';
import { toJson } from '../foundation/yaml/plain-json.ts';
import { accountOf, actFor } from './act-for.ts';
import { type PreparedRelease, type ReleaseContext, releaseFields } from './context.ts';
import { deployHold } from './deploy-hold.ts';
import { deployRevision, type Revision } from './deploy-revision.ts';
import { sourceText, storedChart } from './describe-source.ts';
import { holdEmptied } from './hold-emptied.ts';
import { holdAhead, holdUnapproved, isApproved, isHeldToPlan } from './hold-unapproved.ts';
import { latestRevision } from './latest-revision.ts';
import { answersChanged } from './plan/answers-changed.ts';
import { type NextStep, nextStep } from './plan/next-step.ts';
import { foreignMessage, isMadeFrom, otherInstallation } from './plan/our-revision.ts';
import { countChanges, isEmptyPlan, type Plan } from './plan/plan.ts';
import { type ReleaseDrift, releaseDrift } from './plan/release-drift.ts';
import { planRendered } from './preview-revision.ts';
import type { ReconcileResult } from './reconcile-result.ts';
import { refuseLeftRecords } from './refuse-records.ts';
import {
  liftQuarantine,
  rememberDeployed,
  rememberIdentity,
  rememberRolledBack,
  rememberSettled,
  remembersIdentity,
} from './remember-release.ts';
import type { RenderedRelease } from './render/rendered-release.ts';
import { tellRecordedSecrets } from './tell-recorded-secrets.ts';

export interface ReconcileInput {
  readonly prepared: PreparedRelease;
  /** A person asked for it. */
  readonly requested: boolean;
  readonly superseded: AbortSignal;
  readonly aside: Revision['aside'];
  readonly onBegun?: Revision['onBegun'];
  /** Told at every look what another hand has made of the release, if any, and whether it is replaced now. */
  readonly onForeign?: (drift: ReleaseDrift | undefined, replaced: boolean) => void;
}

export async function reconcileRelease(given: ReleaseContext, input: ReconcileInput): Promise<ReconcileResult> {
  const { prepared } = input;
  const { definition, digest } = prepared;
  const context = actFor(given, accountOf(definition));
  const history = context.history(recordsNamespace(definition), definition.releaseName);
  const [stored, discovery] = await Promise.all([
    context.states.read(definition.namespace, definition.releaseName),
    context.client.discovery({ signal: context.signal }),
  ]);
  await refuseLeftRecords(context, definition, stored?.state);
  await tellRecordedSecrets(context, { history, state: stored?.state, digest });
  const first = await history.next();
  const latest = await latestRevision(context, history, { state: stored?.state, next: first });
  if (latest?.info.status === 'deployed') await supersedeOlder(history, latest.version);
  const step = nextStep({
    digest,
    // Who approves of a plan asks for it, and no restart forgets that.
    automatic: definition.settings.sync.automatic || isApproved(prepared, stored?.state),
    suspended: definition.settings.sync.suspend,
    policy: definition.settings.drift.policy,
    retryAfter: definition.settings.rollback.retryAfter,
    requested: input.requested,
    state: stored?.state,
    latest,
    first,
    answersChanged: answersChanged(stored?.state, discovery),
    now: context.now().getTime(),
  });
  const isNew = step.step === 'install' || step.step === 'upgrade';
  const closed = isNew ? deployHold(context, definition) : undefined;
  input.onForeign?.(releaseDrift(stored?.state, latest), isNew && !closed);
  if (step.step === 'hold') {
    // Somebody is to ask for it, which takes a state to ask it by.
    if (step.reason === 'not-automatic' && !stored) await rememberIdentity(context, definition);
    return { result: 'held', step };
  }
  const ahead = closed && holdAhead(prepared, stored?.state, closed);
  if (ahead && ahead !== 'plan') return { result: 'held', step: ahead };
  if (step.step === 'settled') {
    const { failure, intent, quarantine } = stored?.state ?? {};
    if (stored && (failure || intent || quarantine || !remembersIdentity(stored.state, context, definition)))
      await rememberSettled(context, prepared);
    return { result: 'settled', state: stored?.state };
  }
  if (step.step === 'remember') {
    const { version, rolledBackTo } = step;
    if (rolledBackTo !== undefined) {
      await rememberRolledBack(context, definition, { version, to: rolledBackTo });
      return await reconcileRelease(context, input);
    }
    await rememberDeployed(context, prepared, { version, answers: undefined });
    return { result: 'settled', state: undefined };
  }
  if (step.step === 'lift') {
    await liftQuarantine(context, prepared);
    return await reconcileRelease(context, input);
  }
  if (step.step === 'rollback' || step.step === 'remedy') return await carryOn(history, step, stored?.state);
  return await carryOut(context, input, { step, history, discovery, state: stored?.state, closed });
}

/** What a crash cut short, as it would have been told. */
async function carryOn(
  history: ReleaseHistory,
  step: Extract<NextStep, { step: 'rollback' | 'remedy' }>,
  state: ReleaseState | undefined,
): Promise<ReconcileResult> {
  const { version } = step;
  const versions = (await history.marks()).map((mark) => mark.version);
  if (step.step === 'rollback') {
    const { intent, quarantine } = state ?? {};
    const { repeats } = intent ?? {};
    return { result: 'rollback', from: version, to: step.to, repeats, group: quarantine?.group, versions };
  }
  const { reason = 'release.failed', message = 'it failed' } = state?.failure ?? {};
  const error = new HelmGitopsError(reason, 'cluster', message);
  const outcome = { status: 'failed', error, wrote: true, readiness: undefined, duration: 0 } as const;
  return { result: 'failed', version, outcome, versions };
}

interface Ground {
  readonly step: Exclude<NextStep, { step: 'hold' | 'settled' | 'remember' | 'lift' | 'rollback' | 'remedy' }>;
  readonly history: ReleaseHistory;
  readonly discovery: Discovery;
  readonly state: ReleaseState | undefined;
  /** Only its plan is made, so that it can be approved before. */
  readonly closed?: Extract<NextStep, { step: 'hold' }> | undefined;
}

async function carryOut(context: ReleaseContext, input: ReconcileInput, ground: Ground): Promise<ReconcileResult> {
  const { prepared } = input;
  const { step, history } = ground;
  const latest = step.step === 'install' ? undefined : await newestRevision(history);
  const base =
    latest && (step.step === 'adopt' || latest.record.version < step.version)
      ? latest
      : latest && (await newestRevision(history, ({ version }) => version < step.version));
  const isInstall = step.step === 'install' || base === undefined;
  const fresh = await context.render({
    prepared,
    client: context.client,
    revision: step.version,
    isInstall,
    signal: context.signal,
  });
  // What is carried on is the record: rendered anew, random values would leave it at odds with what it says.
  const resumed = step.step === 'resume' ? latest?.record : undefined;
  const rendered = resumed ? { ...fresh, manifest: resumed.manifest } : fresh;
  const planned = await planRendered(context, prepared, {
    rendered,
    base,
    unfinished: base ? await unfinishedBefore(history, base) : [],
    discovery: ground.discovery,
    // What a person approves says of every field what becomes of it.
    dryRun: !resumed && isHeldToPlan(prepared, ground.state?.plan) ? 'all' : 'same',
  });
  const plan = resumed ? { ...planned, hooks: resumed.hooks } : planned;
  const { create, update, delete: deleted, unchanged } = countChanges(plan);
  context.emit({ event: 'release.planned', ...releaseFields(prepared), create, update, delete: deleted, unchanged });
  const rendering = { ground, rendered, plan, base: base?.record };
  if (step.step === 'adopt') return await adopt(context, input, rendering);
  // Asked for by a person or by a change of the cluster's answers alone: without anything to do it makes no revision.
  const alone = step.step === 'upgrade' && (step.why === 'cluster' || step.why === 'request');
  if (alone && latest?.record.info.status === 'deployed' && isEmptyPlan(plan)) {
    await rememberDeployed(context, prepared, { version: latest.record.version, answers: rendered.answers });
    return { result: 'settled', state: undefined };
  }
  const emptied = resumed ? undefined : await holdEmptied(context, prepared, plan);
  return emptied ? { result: 'held', step: emptied } : await deploy(context, input, rendering);
}

interface Rendering {
  readonly ground: Ground;
  readonly rendered: RenderedRelease;
  readonly plan: Plan;
  readonly base: ReleaseRecord | undefined;
}

async function deploy(
  context: ReleaseContext,
  input: ReconcileInput,
  { ground, rendered, plan, base }: Rendering,
): Promise<ReconcileResult> {
  const { prepared } = input;
  const { step, history } = ground;
  // What was begun goes on: it was approved, or needed no approval then.
  const held = step.step === 'resume' ? undefined : await holdUnapproved(context, prepared, { plan, rendered, base });
  const waits = held ?? ground.closed;
  if (waits) return { result: 'held', step: waits };
  const resumed = step.step === 'resume' ? await newestRevision(history) : undefined;
  const marks = await history.marks();
  const before = marks.findLast(({ version }) => version < step.version)?.version;
  const previous = before === undefined ? undefined : (await history.get(before))?.record;
  const trigger = step.step === 'upgrade' ? step.why : step.step === 'resume' ? 'restart' : 'revision';
  context.emit({ event: 'release.started', ...releaseFields(prepared), version: step.version, trigger });
  const outcome = await deployRevision(context, {
    op: prepared.op,
    definition: prepared.definition,
    action:
      step.step === 'install' || (step.step === 'resume' && resumed?.record.info.status === 'pending-install')
        ? 'install'
        : 'upgrade',
    version: step.version,
    source: sourceText(prepared),
    digest: prepared.digest,
    plan,
    chart: storedChart(prepared.chart, rendered.processed),
    config: toJson(prepared.values) as JsonObject,
    notes: rendered.notes,
    ...(resumed ? { resumed } : {}),
    superseded: input.superseded,
    onBegun: input.onBegun,
    aside: input.aside,
  });
  if (outcome.status === 'superseded') return { result: 'superseded', state: undefined };
  if (outcome.status === 'failed')
    return { result: 'failed', version: step.version, outcome, versions: marks.map(({ version }) => version) };
  const [, tidy] = await Promise.all([
    rememberDeployed(context, prepared, {
      ...{ version: step.version, answers: rendered.answers, delivered: context.now().toISOString() },
    }),
    outcome.tidied,
  ]);
  return {
    result: 'deployed',
    version: step.version,
    previous: previous?.version,
    duration: outcome.duration,
    trigger,
    plan,
    before: previous?.config,
    secretKeys: ground.state?.deployed?.secretKeys,
    tidy,
  };
}

/** Taken over without a write when what is rendered is what is recorded; else it waits for a person, or is deployed where `adopt: always`. */
async function adopt(context: ReleaseContext, input: ReconcileInput, rendering: Rendering): Promise<ReconcileResult> {
  const { prepared } = input;
  const latest = await newestRevision(rendering.ground.history);
  if (!latest) throw new Error('adopt without a record');
  const { adopt: policy } = prepared.definition.settings;
  const own = context.stateNamespace;
  const ours = isMadeFrom(latest.record, { own, repository: prepared.checkout.repository });
  // Taken from another installation by a revision, so that the other one sees whose it is now.
  const other = otherInstallation(latest.record, own);
  const isEqual = latest.record.info.status === 'deployed' && latest.record.manifest === rendering.rendered.manifest;
  const same = isEqual && other === undefined;
  if (same && policy !== 'never') {
    await rememberDeployed(context, prepared, {
      version: latest.record.version,
      answers: rendering.rendered.answers,
    });
    context.emit({ event: 'release.adopted', ...releaseFields(prepared), version: latest.record.version });
    return { result: 'settled', state: undefined };
  }
  const closed = deployHold(context, prepared.definition);
  if (closed && (ours || policy === 'always')) return { result: 'held', step: closed };
  if (ours || policy === 'always') {
    const step = { step: 'upgrade', version: await rendering.ground.history.next(), why: 'adopted' } as const;
    return await deploy(context, input, { ...rendering, ground: { ...rendering.ground, step } });
  }
  await rememberIdentity(context, prepared.definition);
  return {
    result: 'held',
    step: {
      step: 'hold',
      reason: 'foreign-revision',
      message: foreignMessage(latest.record, { adopt: policy, other }),
      hint: other
        ? 'let one of the two define it; to take it over with what git says here, set adopt: always'
        : 'set adopt: always to take it over with what git says, or make the definition render what is recorded',
    },
  };
}
