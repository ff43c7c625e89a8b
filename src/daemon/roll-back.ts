/** Takes a release back after a failure, or when its health turns bad; tells how that went, and what follows where it could not be. */
import { asHelmGitopsError, HelmGitopsError } from '../foundation/base/errors.ts';
import { isOutOfReach } from '../foundation/cluster/cluster-error.ts';
import { type PreparedRelease, releaseFields } from '../pipeline/context.ts';
import { definitionId } from '../pipeline/definitions/release-definition.ts';
import { rollbackTarget } from '../pipeline/remediate/decide-remedy.ts';
import { rememberFailure } from '../pipeline/remember-release.ts';
import { rollbackRelease } from '../pipeline/rollback-release.ts';
import { type Entry, type Loop, lookAgain, type Turn } from './release-entry.ts';
import { countAttempt, fixHint, quarantine, scheduleRetry, settleFailure } from './settle-failure.ts';

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
  const run = { prepared, to, reason, aside: turn.slot.aside };
  const ended = await rollbackRelease(loop.context, run).catch((thrown) =>
    notBegun(loop, entry, { ...rollBack, to, thrown }),
  );
  if (ended === undefined) return;
  const { outcome, version, tidy } = ended;
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

/** Refused before anything of it was written. What may pass is tried again; else what failed stays, and is left alone. */
async function notBegun(
  loop: Loop,
  entry: Entry,
  { turn, failed, reason, to, thrown }: RollBack & { to: number; thrown: unknown },
): Promise<undefined> {
  const error = asHelmGitopsError(thrown);
  if (error.fault === 'internal' || loop.context.signal.aborted || isOutOfReach(error)) throw thrown;
  if (error.fault !== 'transient') {
    const { prepared } = entry;
    await quarantine(loop, prepared, { version: failed, reason });
    const message = `revision ${to} cannot be put back: ${error.message}`;
    const hint = [error.hint, fixHint].filter(Boolean).join('; ');
    loop.emit({ event: 'rollback.impossible', ...releaseFields(prepared), from: failed, message, hint });
  }
  await afterFailedRollback(loop, entry, { turn, error });
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
