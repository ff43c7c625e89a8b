/** Carries out what follows a failed deploy: a rollback, another try, or nothing until the inputs change; each is told. */
import { asHelmGitopsError, HelmGitopsError } from '../foundation/base/errors.ts';
import { isOutOfReach } from '../foundation/cluster/cluster-error.ts';
import { type PreparedRelease, releaseFields } from '../pipeline/context.ts';
import { definitionId } from '../pipeline/definitions/release-definition.ts';
import { isForGood } from '../pipeline/end-revision.ts';
import type { ReconcileResult } from '../pipeline/reconcile-result.ts';
import { decideRemedy, rollbackTarget } from '../pipeline/remediate/decide-remedy.ts';
import { rememberFailure } from '../pipeline/remember-release.ts';
import { undoInstall } from '../pipeline/remove-release.ts';
import { rollbackRelease } from '../pipeline/rollback-release.ts';
import type { Entry, Loop, Turn } from './release-entry.ts';
import { lookAgain, tellOnce } from './release-entry.ts';

export async function remedy(
  loop: Loop,
  entry: Entry,
  { result, turn }: { result: Extract<ReconcileResult, { result: 'failed' }>; turn: Turn },
): Promise<void> {
  const { prepared } = entry;
  const { outcome, version } = result;
  if (isOutOfReach(outcome.error)) return awaitCluster(loop, entry, { turn, error: outcome.error });
  const fields = releaseFields(prepared);
  const { namespace, releaseName, settings } = prepared.definition;
  const state = (await loop.context.states.read(namespace, releaseName))?.state;
  const attempt = countAttempt(entry);
  const versions = [...new Set([...result.versions, version])];
  const decision = decideRemedy({
    failure: { fault: outcome.error.fault, wrote: outcome.wrote, version, attempt },
    state,
    versions,
    settings,
  });
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
    message: readiness
      ? [error.message, readiness.culprit?.logs && `last log lines: ${readiness.culprit.logs}`]
          .filter(Boolean)
          .join('; ')
      : error.message,
    hint: error.hint,
  });
  // What failed for good was remembered before its record said so.
  if (!outcome.wrote || !isForGood(error))
    await rememberFailure(loop.context, placeOf(prepared), {
      ...triedOf(prepared),
      error,
      object: readiness?.object,
      reason: readiness?.reason,
      version: outcome.wrote ? version : undefined,
    });
  const reason = readiness?.reason ?? error.message;
  if (decision.remedy === 'rollback') await rollBack(loop, entry, { turn, failed: version, versions, reason });
  else if (decision.remedy === 'retry')
    scheduleRetry(loop, entry, { turn, pause: decision.in, attempt, message: error.message });
  else {
    await quarantine(loop, prepared, { version, reason });
    if (decision.remedy === 'uninstall') await undoInstall(loop.context, prepared);
    await settleFailure(loop, prepared);
    if (decision.remedy === 'stop' && decision.impossible) {
      loop.emit({
        event: 'rollback.impossible',
        ...fields,
        from: version,
        message: decision.impossible,
        hint: 'commit a fix, or run: helm-gitops retry',
      });
    }
  }
}

interface RollBack {
  turn: Turn;
  failed: number;
  versions: readonly number[];
  reason: string;
  /** Of one that is carried on. */
  to?: number | undefined;
}

export async function rollBack(loop: Loop, entry: Entry, rollBack: RollBack): Promise<void> {
  const { turn, failed, versions, reason } = rollBack;
  const { prepared } = entry;
  const { namespace, releaseName } = prepared.definition;
  const fields = releaseFields(prepared);
  const started = loop.context.now().getTime();
  const state = (await loop.context.states.read(namespace, releaseName))?.state;
  const to = rollBack.to ?? rollbackTarget(state, versions, failed);
  if (to === undefined) {
    await settleFailure(loop, prepared);
    loop.emit({
      event: 'rollback.impossible',
      ...fields,
      from: failed,
      message: 'no revision of this release has been healthy yet',
    });
    return;
  }
  const { outcome, version, tidy } = await rollbackRelease(loop.context, {
    ...{ prepared, to, reason },
    aside: turn.slot.aside,
  });
  if (!tidy) lookAgain(loop, definitionId(prepared.definition), turn);
  const ends = { from: failed, to, fromCommit: prepared.checkout.commit?.id };
  if (outcome.status === 'deployed') {
    loop.emit({
      event: 'rollback.done',
      ...fields,
      ...ends,
      version,
      duration: loop.context.now().getTime() - started,
    });
    await loop.onStanding(prepared, version, true);
  } else {
    const message = outcome.status === 'failed' ? outcome.error.message : outcome.status;
    loop.emit({ event: 'rollback.failed', ...fields, ...ends, message });
    if (outcome.status === 'failed') await afterFailedRollback(loop, entry, { turn, error: outcome.error });
  }
}

/** What may pass by itself is tried again, once an interval in the end: what runs is worse than what ran. */
async function afterFailedRollback(
  loop: Loop,
  entry: Entry,
  { turn, error: { fault, message } }: { turn: Pick<Turn, 'enqueue'>; error: HelmGitopsError },
): Promise<void> {
  if (fault !== 'transient') return await settleFailure(loop, entry.prepared);
  const attempt = countAttempt(entry);
  const { retry, interval } = entry.prepared.definition.settings.sync;
  const pause = attempt > retry.limit ? interval : Math.min(retry.max, retry.initial * 2 ** (attempt - 1));
  scheduleRetry(loop, entry, { turn, pause, attempt, message });
}

/** Nothing more follows from it: it only stands, and is shown. */
async function settleFailure(loop: Loop, { definition }: PreparedRelease): Promise<void> {
  await loop.context.states.change(definition.namespace, definition.releaseName, (state) => {
    if (!state?.failure?.owed) return state;
    const { owed: _owed, ...failure } = state.failure;
    return { ...state, failure };
  });
}

export async function rollBackSoaking(
  loop: Loop,
  id: string,
  { turn, reason }: { turn: Turn; reason: string },
): Promise<void> {
  const entry = loop.entries.get(id);
  if (!entry) return;
  const { definition } = entry.prepared;
  if (!definition.settings.rollback.on.includes('unhealthy')) return;
  const marks = await loop.context.history(definition.namespace, definition.releaseName).marks();
  const versions = marks.map(({ version }) => version);
  const failed = versions.at(-1);
  if (failed === undefined) return;
  await noteUnhealthy(loop, entry.prepared, reason);
  await rollBack(loop, entry, { turn, failed, versions, reason });
}

/** With the quarantine that comes next: whatever cuts the rollback short, it is carried on. */
async function noteUnhealthy(loop: Loop, { definition, digest }: PreparedRelease, message: string): Promise<void> {
  const { namespace, releaseName: release } = definition;
  const error = new HelmGitopsError('release.not-ready', 'cluster', message);
  await rememberFailure(
    loop.context,
    { namespace, release },
    { digest, error, reason: 'release.unhealthy', owed: true },
  );
}

export async function failedBeforeWrite(
  loop: Loop,
  entry: Entry,
  { thrown, turn }: { thrown: unknown; turn: Turn },
): Promise<void> {
  const { prepared } = entry;
  const error = asHelmGitopsError(thrown);
  if (isOutOfReach(error)) return awaitCluster(loop, entry, { turn, error });
  const attempt = countAttempt(entry);
  const decision = decideRemedy({
    failure: { fault: error.fault, wrote: false, version: 0, attempt },
    state: undefined,
    versions: [],
    settings: prepared.definition.settings,
  });
  if (error.fault === 'internal')
    loop.emit({
      event: 'internal.error',
      message: error.message,
      stack: error.cause instanceof Error ? error.cause.stack : error.stack,
    });
  tellOnce(entry, `${error.code} ${error.message}`, () =>
    loop.emit({
      event: 'release.failed',
      ...releaseFields(prepared),
      reason: error.code,
      message: error.message,
      hint: error.hint,
      commit: prepared.checkout.revision,
    }),
  );
  await rememberFailure(loop.context, placeOf(prepared), {
    ...triedOf(prepared),
    error,
    definition: prepared.definition,
  }).catch(ignoreUnlessBug(loop));
  if (decision.remedy === 'retry')
    scheduleRetry(loop, entry, { turn, pause: decision.in, attempt, message: error.message });
}

/** Milliseconds between looks at a cluster that is out of reach. */
const reachPause = 5_000;

/** No failure of the release: its attempts are not counted, and it is never rolled back for it. */
function awaitCluster(loop: Loop, entry: Entry, { turn, error }: { turn: Turn; error: HelmGitopsError }): void {
  const id = definitionId(entry.prepared.definition);
  const { cluster } = entry.prepared.definition;
  tellOnce(entry, `out of reach ${error.code}`, () =>
    loop.emit({
      event: 'release.waiting',
      ...releaseFields(entry.prepared),
      for: `cluster ${cluster}`,
      message: error.message,
    }),
  );
  loop.model.set(id, { health: 'blocked', message: `waits for cluster ${cluster}` });
  lookAgain(loop, id, { ...turn, pause: reachPause });
}

const placeOf = ({ definition: { namespace, releaseName } }: PreparedRelease) => ({ namespace, release: releaseName });

function triedOf({ digest, checkout: { revision } }: PreparedRelease) {
  return { digest, revision };
}

/** What failed may be the cluster itself: then its state cannot be written either, and the next try tells the same. */
function ignoreUnlessBug(loop: Loop): (thrown: unknown) => void {
  return (thrown) => {
    const { fault, message } = asHelmGitopsError(thrown);
    if (fault === 'internal' && !loop.context.signal.aborted) loop.emit({ event: 'internal.error', message });
  };
}

function scheduleRetry(
  loop: Loop,
  entry: Entry,
  { turn, pause, attempt, message }: { turn: Pick<Turn, 'enqueue'>; pause: number; attempt: number; message: string },
): void {
  const id = definitionId(entry.prepared.definition);
  loop.emit({ event: 'release.retrying', ...releaseFields(entry.prepared), attempt, in: pause, message });
  setTimeout(() => loop.entries.has(id) && turn.enqueue(id), pause).unref();
}

async function quarantine(
  loop: Loop,
  prepared: PreparedRelease,
  { version, reason }: { version: number; reason: string },
): Promise<void> {
  const { namespace, releaseName } = prepared.definition;
  const at = loop.context.now().toISOString();
  const held = { digest: prepared.digest, helmRevision: version, revision: prepared.checkout.revision, reason, at };
  await loop.context.states.change(namespace, releaseName, (state) => state && { ...state, quarantine: held });
  const { digest, checkout } = prepared;
  loop.emit({
    event: 'revision.quarantined',
    ...releaseFields(prepared),
    digest,
    version,
    commit: checkout.commit?.id,
    reason,
  });
}

function countAttempt(entry: Entry): number {
  const { digest } = entry.prepared;
  entry.attempts =
    entry.attempts.digest === digest ? { digest, count: entry.attempts.count + 1 } : { digest, count: 1 };
  return entry.attempts.count;
}
