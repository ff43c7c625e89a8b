/** Carries out what follows a failed deploy: a rollback, another try, or nothing until the inputs change; each is told. */
import { asHelmGitopsError, type HelmGitopsError } from '../../foundation/base/errors.ts';
import { isOutOfReach } from '../../foundation/cluster/cluster-error.ts';
import { internalError } from '../../foundation/events/internal-error.ts';
import { type PreparedRelease, releaseFields } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import { isForGood } from '../../pipeline/end-revision.ts';
import type { ReconcileResult } from '../../pipeline/reconcile-result.ts';
import { decideRemedy } from '../../pipeline/remediate/decide-remedy.ts';
import { rememberFailure } from '../../pipeline/remember-failure.ts';
import { undoInstall } from '../../pipeline/remove-release.ts';
import type { Entry, Loop, Turn } from '../releases/release-entry.ts';
import { lookAgain, tellOnce } from '../releases/release-entry.ts';
import { leaveWithGroup, rollBack, tellImpossible } from './roll-back.ts';
import { countAttempt, quarantine, scheduleRetry, settleFailure } from './settle-failure.ts';

export async function remedy(
  loop: Loop,
  entry: Entry,
  {
    result,
    turn,
    prepared,
  }: { result: Extract<ReconcileResult, { result: 'failed' }>; turn: Turn; prepared: PreparedRelease },
): Promise<void> {
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
  const reason = readiness?.reason ?? error.message;
  const failed = { turn, prepared, version, versions, reason, message: error.message, readiness };
  // What waits is told already.
  if (entry.holding === version && decision.remedy === 'rollback') return await rollBack(loop, entry, failed);
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
  if (decision.remedy === 'rollback') await rollBack(loop, entry, failed);
  else if (decision.remedy === 'retry')
    scheduleRetry(loop, entry, { turn, pause: decision.in, attempt, message: error.message });
  else {
    await quarantine(loop, prepared, { version, reason });
    if (decision.remedy === 'uninstall' || decision.impossible) await leaveWithGroup(loop, failed);
    if (decision.remedy === 'uninstall') await undoInstall(loop.context, prepared);
    await settleFailure(loop, prepared);
    if (decision.remedy === 'stop' && decision.impossible)
      await tellImpossible(loop, failed, { message: decision.impossible });
  }
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
  if (error.fault === 'internal') loop.emit(internalError(error));
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
    const { fault } = asHelmGitopsError(thrown);
    if (fault === 'internal' && !loop.context.signal.aborted) loop.emit(internalError(thrown));
  };
}
