/**
 * Carries one planned revision through: record, hooks, objects, readiness, hooks, record. Installs, upgrades and
 * rollbacks are the same path. Whatever fails is told in the outcome; what follows is for the caller to decide.
 */
import { asHelmGitopsError, type HelmGitopsError } from '../foundation/base/errors.ts';
import { recordsNamespace } from '../foundation/history/records-namespace.ts';
import type { ReleaseHistory, ReleaseRecord, StoredRelease } from '../foundation/history/release-record.ts';
import { type JsonObject, type KubernetesObject, keyId, objectKey } from '../foundation/manifest/object.ts';
import type { RepeatedSource } from '../foundation/state/release-state.ts';
import { type ApplyResult, applyPlan, refuseImpossible } from './apply/apply-plan.ts';
import { ensureNamespace } from './apply/ensure-namespace.ts';
import { installCrds } from './apply/install-crds.ts';
import type { Action } from './apply/revision-record.ts';
import { type BegunVersion, beginRevision } from './begin-revision.ts';
import { type ReleaseContext, releaseFields } from './context.ts';
import type { ReleaseDefinition } from './definitions/release-definition.ts';
import { completeRevision, endFailed, endSuperseded, type FailedEnd, tidyHistory } from './end-revision.ts';
import { freeStuckPods } from './free-stuck-pods.ts';
import { observeRelease } from './observe/observe-release.ts';
import type { Readiness } from './observe/readiness.ts';
import { readinessError } from './observe/readiness-error.ts';
import { checkExpressions } from './observe/ready-expressions.ts';
import type { Change, Plan } from './plan/plan.ts';
import type { HookEvent } from './render/rendered-release.ts';
import { hookReadiness, runReleaseHooks } from './run-release-hooks.ts';

export interface Revision {
  readonly op: string;
  readonly definition: ReleaseDefinition;
  readonly action: Action;
  readonly version: number;
  /** `fleet@3f2a1c9 Raise replicas` */
  readonly source: string;
  readonly digest: string;
  readonly plan: Plan;
  readonly chart: JsonObject;
  readonly config: JsonObject;
  readonly notes: string;
  /** Of a rollback: the revision whose manifest is applied again. */
  readonly to?: number;
  /** Of a rollback: its labels, as Helm has it; else those of the revision before. */
  readonly labels?: ReleaseRecord['labels'];
  /** What that was made from. */
  readonly repeats?: RepeatedSource | undefined;
  /** Set when the pending record is there already, from before a crash. */
  readonly resumed?: StoredRelease;
  /** A newer wish ends the wait for readiness, and nothing else. */
  readonly superseded: AbortSignal;
  /** Told when the record is written: from then on another's newer one, or none, ends this one. */
  readonly onBegun?: ((begun: BegunVersion) => void) | undefined;
  /** Runs the wait without holding a place in the queue. */
  readonly aside: <Result>(wait: () => Promise<Result>) => Promise<Result>;
}

export type Outcome =
  | {
      readonly status: 'deployed';
      readonly record: ReleaseRecord;
      readonly duration: number;
      /** Older records are put in order meanwhile; to be awaited. False: that is still to be done. */
      readonly tidied: Promise<boolean>;
    }
  | {
      readonly status: 'failed';
      readonly error: HelmGitopsError;
      readonly wrote: boolean;
      readonly readiness: Readiness | undefined;
      readonly duration: number;
    }
  | { readonly status: 'superseded' };

export async function deployRevision(context: ReleaseContext, revision: Revision): Promise<Outcome> {
  const started = context.now().getTime();
  const duration = () => context.now().getTime() - started;
  const history = context.history(recordsNamespace(revision.definition), revision.definition.releaseName);
  let stored = revision.resumed;
  // What a revision that was cut short left undone is not known.
  let handsOver = stored !== undefined;
  // How its hooks ended is told with the revision, whatever it failed of.
  const fail = (end: FailedEnd) => {
    const ran = stored ? { hooks: stored.record.hooks } : {};
    return endFailed(context, revision, { ...ran, ...end, history, stored, duration: duration() });
  };
  try {
    refuseImpossible(revision.plan);
    // What ran once is never kept from coming back.
    if (revision.action !== 'rollback')
      await checkExpressions(lastingChanges(revision.plan).map(({ object }) => object));
    await prepareCluster(context, revision);
    let follows: number | undefined;
    if (stored === undefined) ({ stored, handsOver, follows } = await beginRevision(context, revision, history));
    revision.onBegun?.({ version: revision.version, follows });
    const runs = async (event: HookEvent) => {
      const run = await hooksOf(context, revision, { event, history, stored: stored as StoredRelease });
      stored = run.stored;
      return run.failed && (await fail(run.failed));
    };
    const failedBefore = await runs(`pre-${revision.action}`);
    if (failedBefore) return failedBefore;
    const { written } = await applyRevision(context, revision, handsOver);
    const readiness = await revision.aside(async () => {
      if (revision.action === 'rollback') await freeStuckPods(context.client, { written, signal: context.signal });
      return await untilReady(context, revision, written);
    });
    if (readiness === 'superseded') return await endSuperseded(history, stored, revision);
    if (readiness) return await fail({ error: readinessError(readiness), readiness });
    const failedAfter = (await runs(`post-${revision.action}`)) ?? (await testsOf(revision, runs));
    if (failedAfter) return failedAfter;
    const record = await completeRevision(history, revision, stored);
    const tidied = tidyHistory(context, revision, { history, record });
    return { status: 'deployed', record, duration: duration(), tidied };
  } catch (thrown) {
    if (context.signal.aborted) throw thrown;
    return await fail({ error: asHelmGitopsError(thrown), readiness: undefined });
  }
}

async function applyRevision(context: ReleaseContext, revision: Revision, handsOver: boolean): Promise<ApplyResult> {
  const { client, signal, live, emit, creations } = context;
  const { namespace, releaseName: name } = revision.definition;
  return await applyPlan({
    client,
    others: creations && { release: { name, namespace }, creations },
    plan: revision.plan,
    ignore: revision.definition.settings.drift.ignore,
    signal,
    handsOver,
    onWritten: (object, answer) => live?.foundEqual(object, answer),
    onTakenOver: (object, { manager, pointers }) =>
      emit({ event: 'release.takenOver', ...releaseFields(revision), object, fields: pointers.join(' '), manager }),
  });
}

async function prepareCluster(context: ReleaseContext, { definition, plan, action }: Revision): Promise<void> {
  const { client, signal, own = client } = context;
  const { namespace, storageNamespace, createNamespace } = definition;
  const known = { client: own, signal, live: context.live };
  if (createNamespace) await ensureNamespace({ ...known, name: namespace, ...createNamespace });
  // For Flux it is always there: its own object lies in it.
  if (storageNamespace !== undefined && (createNamespace || definition.foreign))
    await ensureNamespace({ ...known, name: storageNamespace, labels: {}, annotations: {} });
  if (action === 'rollback') return;
  const definitions = lastingChanges(plan).filter(({ key }) => key.kind === 'CustomResourceDefinition');
  const rendered = new Map(definitions.map(({ key, object }) => [key.name, object]));
  await installCrds({ client, crds: plan.crds, rendered, policy: definition.settings.crds, signal });
}

interface HookRun {
  readonly event: HookEvent;
  readonly history: ReleaseHistory;
  readonly stored: StoredRelease;
}

/** Returns the record as it is then; how the last hook ended is in it, and stored by whatever writes it next. */
async function hooksOf(
  context: ReleaseContext,
  revision: Revision,
  { event, history, ...from }: HookRun,
): Promise<{ stored: StoredRelease; failed?: FailedEnd }> {
  let { stored } = from;
  const { hooks, failure } = await runReleaseHooks(context, {
    fields: releaseFields(revision),
    event,
    hooks: stored.record.hooks,
    timeout: revision.definition.settings.timeout,
    aside: revision.aside,
    onRun: async (running) => {
      stored = await history.update(stored, { ...stored.record, hooks: running });
    },
  });
  stored = { ...stored, record: { ...stored.record, hooks } };
  if (failure === undefined) return { stored };
  return { stored, failed: { error: failure.error, readiness: hookReadiness(failure.problem), hooks } };
}

/** Before the record says deployed: a revision whose tests a crash cut short is carried on with them. Never of a rollback. */
async function testsOf<Failed>(
  { definition, action }: Revision,
  run: (event: HookEvent) => Promise<Failed | undefined>,
): Promise<Failed | undefined> {
  return definition.settings.tests && action !== 'rollback' ? await run('test') : undefined;
}

/** Of what is part of the release when the plan is done. */
function lastingChanges({ changes }: Plan): Change[] {
  return changes.filter(({ operation }) => operation !== 'delete' && operation !== 'keep');
}

/** Undefined when everything is ready. */
async function untilReady(
  context: ReleaseContext,
  revision: Revision,
  written: readonly KubernetesObject[],
): Promise<Readiness | 'superseded' | undefined> {
  const fields = releaseFields(revision);
  const answers = new Map(written.map((object) => [keyId(objectKey(object)), object]));
  const objects = lastingChanges(revision.plan).map(
    ({ key, object }) => answers.get(keyId(key)) ?? context.live?.asSeen(object) ?? object,
  );
  const signal = AbortSignal.any([context.signal, revision.superseded]);
  try {
    const observed = await observeRelease({
      client: context.client,
      objects,
      timeout: revision.definition.settings.timeout,
      signal,
      now: context.now,
      ...(context.watches ? { watches: context.watches } : {}),
      onProgress: (readiness) =>
        context.emit({ event: 'release.waiting', ...fields, for: readiness.object, message: readiness.message }),
    });
    return observed.status === 'ready' ? undefined : observed.readiness;
  } catch (error) {
    if (revision.superseded.aborted && !context.signal.aborted) return 'superseded';
    throw error;
  }
}
