/**
 * The table of contents of one release's life: decide, render, plan, apply, observe, and the remedy when that failed.
 * Every decision is made from what the cluster says now; a release that needs nothing costs no write.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Discovery } from '../foundation/cluster/cluster-client.ts';
import { encodeChart } from '../foundation/history/encode-chart.ts';
import type { StoredRelease } from '../foundation/history/release-record.ts';
import type { JsonObject } from '../foundation/manifest/object.ts';
import type { ReleaseState } from '../foundation/state/release-state.ts';
import { toJson } from '../foundation/yaml/plain-json.ts';
import { type PreparedRelease, type ReleaseContext, releaseFields } from './context.ts';
import { deployRevision, type Outcome, type Revision } from './deploy-revision.ts';
import { type NextStep, nextStep } from './plan/next-step.ts';
import { countChanges, isEmptyPlan, type Plan } from './plan/plan.ts';
import { planRendered } from './preview-revision.ts';
import type { RenderedRelease } from './render/rendered-release.ts';
import { shortRevision } from './source/checkout.ts';

export interface ReconcileInput {
  readonly prepared: PreparedRelease;
  /** A person asked for it. */
  readonly requested: boolean;
  readonly superseded: AbortSignal;
  readonly aside: Revision['aside'];
}

export type ReconcileResult =
  | { readonly result: 'settled' | 'superseded'; readonly state: ReleaseState | undefined }
  | { readonly result: 'held'; readonly step: Extract<NextStep, { step: 'hold' }> }
  /** A rollback of ours was cut short: it is to be begun again. */
  | { readonly result: 'rollback'; readonly from: number; readonly versions: readonly number[] }
  | {
      readonly result: 'deployed';
      readonly version: number;
      readonly previous: number | undefined;
      readonly duration: number;
      readonly trigger: string;
      readonly plan: Plan;
      readonly before: JsonObject | undefined;
    }
  | {
      readonly result: 'failed';
      readonly version: number;
      readonly outcome: Extract<Outcome, { status: 'failed' }>;
      readonly versions: readonly number[];
    };

export async function reconcileRelease(context: ReleaseContext, input: ReconcileInput): Promise<ReconcileResult> {
  const { prepared } = input;
  const { definition, digest } = prepared;
  const [records, stored, discovery] = await Promise.all([
    context.history(definition.namespace, definition.releaseName).list(),
    context.states.read(definition.namespace, definition.releaseName),
    context.client.discovery({ signal: context.signal }),
  ]);
  const latest = records.at(-1);
  const step = nextStep({
    digest,
    automatic: definition.settings.sync.automatic,
    suspended: definition.settings.sync.suspend,
    policy: definition.settings.drift.policy,
    requested: input.requested,
    state: stored?.state,
    latest: latest?.record,
    answersChanged: answersChanged(stored?.state, discovery),
    now: context.now().getTime(),
  });
  if (step.step === 'hold') return { result: 'held', step };
  if (step.step === 'settled') {
    if (stored && !remembers(stored.state, context, prepared)) await rememberIdentity(context, prepared);
    return { result: 'settled', state: stored?.state };
  }
  if (step.step === 'remember') {
    await rememberDeployed(context, prepared, { version: step.version, answers: undefined });
    return { result: 'settled', state: undefined };
  }
  if (step.step === 'rollback')
    return { result: 'rollback', from: step.version, versions: records.map(({ record }) => record.version) };
  await rememberIdentity(context, prepared);
  return await carryOut(context, input, { step, records, discovery });
}

interface Ground {
  readonly step: Exclude<NextStep, { step: 'hold' | 'settled' | 'remember' | 'rollback' }>;
  readonly records: readonly StoredRelease[];
  readonly discovery: Discovery;
}

async function carryOut(context: ReleaseContext, input: ReconcileInput, ground: Ground): Promise<ReconcileResult> {
  const { prepared } = input;
  const { step, records } = ground;
  const latest = records.at(-1);
  const base =
    step.step === 'install'
      ? undefined
      : records.findLast(({ record }) => step.step === 'adopt' || record.version < step.version);
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
    unfinished: base ? unfinishedBefore(records, base) : [],
    discovery: ground.discovery,
    dryRun: 'same',
  });
  const plan = resumed ? { ...planned, hooks: resumed.hooks } : planned;
  const { create, update, delete: deleted, unchanged } = countChanges(plan);
  context.emit({ event: 'release.planned', ...releaseFields(prepared), create, update, delete: deleted, unchanged });
  if (step.step === 'adopt') return await adopt(context, input, { ground, rendered, plan });
  // Asked for by a person or by a change of the cluster's answers alone: without anything to do it makes no revision.
  const alone = step.step === 'upgrade' && (step.why === 'cluster' || step.why === 'request');
  if (alone && latest?.record.info.status === 'deployed' && isEmptyPlan(plan)) {
    await rememberDeployed(context, prepared, {
      version: latest.record.version,
      answers: rendered.answers,
    });
    return { result: 'settled', state: undefined };
  }
  return await deploy(context, input, { ground, rendered, plan });
}

/** What a failed base was to replace: the revisions back to the last deployed one. */
function unfinishedBefore(records: readonly StoredRelease[], base: StoredRelease): readonly StoredRelease[] {
  if (base.record.info.status !== 'failed' && !base.record.info.status.startsWith('pending-')) return [];
  const before = records.filter(({ record }) => record.version < base.record.version);
  const deployed = before.findLastIndex(({ record }) => record.info.status === 'deployed');
  return deployed < 0 ? [] : before.slice(deployed);
}

interface Rendering {
  readonly ground: Ground;
  readonly rendered: RenderedRelease;
  readonly plan: Plan;
}

async function deploy(
  context: ReleaseContext,
  input: ReconcileInput,
  { ground, rendered, plan }: Rendering,
): Promise<ReconcileResult> {
  const { prepared } = input;
  const { step, records } = ground;
  const resumed = step.step === 'resume' ? records.at(-1) : undefined;
  const previous = records.findLast(({ record }) => record.version < step.version)?.record;
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
    chart: encodeChart({ ...prepared.chart, values: toJson(prepared.chart.values) as JsonObject }),
    config: toJson(prepared.values) as JsonObject,
    notes: rendered.notes,
    ...(resumed ? { resumed } : {}),
    superseded: input.superseded,
    aside: input.aside,
  });
  if (outcome.status === 'superseded') return { result: 'superseded', state: undefined };
  if (outcome.status === 'failed')
    return { result: 'failed', version: step.version, outcome, versions: records.map(({ record }) => record.version) };
  await rememberDeployed(context, prepared, { version: step.version, answers: rendered.answers });
  return {
    result: 'deployed',
    version: step.version,
    previous: previous?.version,
    duration: outcome.duration,
    trigger,
    plan,
    before: previous?.config,
  };
}

/** Taken over without a write when what is rendered is what is recorded; else it waits for a person, or is deployed where `adopt: always`. */
async function adopt(context: ReleaseContext, input: ReconcileInput, rendering: Rendering): Promise<ReconcileResult> {
  const { prepared } = input;
  const latest = rendering.ground.records.at(-1);
  if (!latest) throw new Error('adopt without a record');
  const { adopt: policy } = prepared.definition.settings;
  const ours = latest.record.info.description.includes(`(${prepared.checkout.repository}@`);
  const same = latest.record.info.status === 'deployed' && latest.record.manifest === rendering.rendered.manifest;
  if (same && policy !== 'never') {
    await rememberDeployed(context, prepared, {
      version: latest.record.version,
      answers: rendering.rendered.answers,
    });
    context.emit({ event: 'release.adopted', ...releaseFields(prepared), version: latest.record.version });
    return { result: 'settled', state: undefined };
  }
  if (ours || policy === 'always') {
    const step = { step: 'upgrade', version: latest.record.version + 1, why: 'adopted' } as const;
    return await deploy(context, input, { ...rendering, ground: { ...rendering.ground, step } });
  }
  return {
    result: 'held',
    step: {
      step: 'hold',
      reason: 'foreign-revision',
      message: `release ${prepared.definition.releaseName} exists (revision ${latest.record.version}) and is not made from these inputs`,
      hint: 'set adopt: always to take it over with what git says, or make the definition render what is recorded',
    },
  };
}

function answersChanged(state: ReleaseState | undefined, discovery: Discovery): boolean {
  const deployed = state?.deployed;
  if (!deployed) return false;
  if (deployed.kubeVersion !== undefined && deployed.kubeVersion !== discovery.kubeVersion) return true;
  const served = new Set(discovery.apiVersions);
  return Object.entries(deployed.apiVersions ?? {}).some(([api, answer]) => served.has(api) !== answer);
}

/** `fleet@3f2a1c9 Raise replicas` */
export function sourceText({ checkout }: Pick<PreparedRelease, 'checkout'>): string {
  const subject = checkout.commit?.subject.replace(/[()]/g, '').slice(0, 80);
  return `${checkout.repository}@${shortRevision(checkout.revision)}${subject ? ` ${subject}` : ''}`;
}

function identityOf(context: ReleaseContext, { definition }: PreparedRelease): ReleaseState['identity'] {
  const { app, environment, namespace, releaseName, origin } = definition;
  const { repository, path } = origin;
  return { installation: context.installation, app, environment, repository, path, namespace, release: releaseName };
}

/** Whose it is, and what becomes of it without its definition: this may change where nothing is deployed. */
function remembers(state: ReleaseState, context: ReleaseContext, prepared: PreparedRelease): boolean {
  return (
    state.removal === undefined &&
    state.onRemove === prepared.definition.settings.onRemove &&
    isDeepStrictEqual({ ...state.identity }, identityOf(context, prepared))
  );
}

async function rememberIdentity(context: ReleaseContext, prepared: PreparedRelease): Promise<void> {
  const { namespace, releaseName, settings } = prepared.definition;
  const identity = identityOf(context, prepared);
  await context.states.change(namespace, releaseName, (state) => {
    if (state && remembers(state, context, prepared)) return state;
    // A definition that is there again ends the removal, and what was confirmed of it.
    const { removal: _removal, ...rest } = state ?? {};
    return { ...rest, format: 1, identity, onRemove: settings.onRemove };
  });
}

async function rememberDeployed(
  context: ReleaseContext,
  prepared: PreparedRelease,
  { version, answers }: { version: number; answers: RenderedRelease['answers'] | undefined },
): Promise<void> {
  const { definition, checkout, digest } = prepared;
  await context.states.change(definition.namespace, definition.releaseName, (state) => {
    if (!state) return state;
    const { intent: _intent, failure: _failure, removal: _removal, ...rest } = state;
    const deployed = {
      digest,
      helmRevision: version,
      revision: checkout.revision,
      ...(checkout.commit ? { commit: checkout.commit.id, author: checkout.commit.author } : {}),
      ...(answers?.kubeVersion === undefined ? {} : { kubeVersion: answers.kubeVersion }),
      ...(answers ? { apiVersions: answers.apiVersions } : {}),
    };
    return { ...rest, deployed };
  });
}
