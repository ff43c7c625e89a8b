/**
 * Writes down how a revision ended: deployed, superseded by a newer wish, or failed. Takes the revision and its stored
 * record; what another hand has made of the record meanwhile is left as it is.
 */
import { asHelmGitopsError, HelmGitopsError } from '../foundation/base/errors.ts';
import { internalError } from '../foundation/events/internal-error.ts';
import { pruneHistory } from '../foundation/history/prune-history.ts';
import type { ReleaseHistory, ReleaseRecord, StoredRelease } from '../foundation/history/release-record.ts';
import { supersedeOlder } from '../foundation/history/supersede-older.ts';
import { completeDescription, failedDescription, withStatus } from './apply/revision-record.ts';
import type { ReleaseContext } from './context.ts';
import type { Outcome, Revision } from './deploy-revision.ts';
import type { Readiness } from './observe/readiness.ts';
import { rememberFailure } from './remember-failure.ts';

/** Newest first, so that at no moment two revisions are deployed in Helm's eyes for longer than one write. */
export async function completeRevision(
  history: ReleaseHistory,
  { action, source, to }: Revision,
  stored: StoredRelease,
): Promise<ReleaseRecord> {
  const newest = (await history.marks()).at(-1)?.version ?? 0;
  if (newest > stored.record.version) {
    const message = `another hand has made revision ${newest} meanwhile`;
    throw new HelmGitopsError('history.conflict', 'transient', message);
  }
  const { record } = await history.update(
    stored,
    withStatus(stored.record, 'deployed', completeDescription(action, source, to)),
  );
  return record;
}

interface Completed {
  readonly history: ReleaseHistory;
  readonly record: ReleaseRecord;
}

/** What ran before is superseded, what is too old goes. The release runs, whatever comes of this; false: look again. */
export async function tidyHistory(
  context: ReleaseContext,
  revision: Revision,
  { history, record }: Completed,
): Promise<boolean> {
  try {
    await supersedeOlder(history, record.version);
    if ((await history.marks()).length > context.historyLimit) await prune(context, revision, history);
    return true;
  } catch (error) {
    if (context.signal.aborted) throw error;
    const { fault } = asHelmGitopsError(error);
    if (fault === 'internal') context.emit(internalError(error));
    return fault === 'internal';
  }
}

/** What a rollback would need is spared. */
async function prune(context: ReleaseContext, { definition }: Revision, history: ReleaseHistory): Promise<void> {
  const healthy = (await context.states.read(definition.namespace, definition.releaseName))?.state.healthy?.version;
  const spare = new Set(context.keptVersions?.(definition));
  if (healthy !== undefined) spare.add(healthy);
  await pruneHistory(history, context.historyLimit, { spare });
}

export async function endSuperseded(
  history: ReleaseHistory,
  stored: StoredRelease,
  revision: Revision,
): Promise<Outcome> {
  await markFailed(history, stored, failedDescription(named(revision), 'superseded by a newer revision'));
  return { status: 'superseded' };
}

export interface FailedEnd {
  readonly error: HelmGitopsError;
  readonly readiness: Readiness | undefined;
  /** As they have become since the record was written. */
  readonly hooks?: ReleaseRecord['hooks'];
}

interface Ending extends FailedEnd {
  readonly history: ReleaseHistory;
  /** Undefined: it failed before there was one. */
  readonly stored: StoredRelease | undefined;
  /** Milliseconds. */
  readonly duration: number;
}

export async function endFailed(context: ReleaseContext, revision: Revision, ending: Ending): Promise<Outcome> {
  const { history, stored, hooks, error, readiness, duration } = ending;
  if (stored) {
    await noteFailure(context, revision, { error, readiness });
    const message = context.mask?.text(error.message) ?? error.message;
    await markFailed(history, stored, failedDescription(named(revision), message), hooks);
  }
  return { status: 'failed', error, wrote: stored !== undefined, readiness, duration };
}

/** Before the record says so: a crash after it must not let these inputs be tried again. */
async function noteFailure(
  context: ReleaseContext,
  { definition, digest, action, version, source }: Revision,
  { error, readiness }: FailedEnd,
): Promise<void> {
  if (action === 'rollback' || !isForGood(error)) return;
  const { namespace, releaseName: release } = definition;
  const { object, reason } = readiness ?? {};
  const revision = /@(\S+)/.exec(source)?.[1];
  const tried = { digest, version, revision, error, object, reason, owed: true };
  await rememberFailure(context, { namespace, release }, tried);
}

/** Nothing helps but other inputs. */
export function isForGood({ fault }: HelmGitopsError): boolean {
  return fault === 'user' || fault === 'cluster';
}

const maxTries = 3;

/** Unless the record is no longer pending: then another hand has ended it. */
async function markFailed(
  history: ReleaseHistory,
  { record: { version } }: StoredRelease,
  description: string,
  hooks?: ReleaseRecord['hooks'],
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const stored = await history.get(version);
    if (!stored?.record.info.status.startsWith('pending-')) return;
    try {
      await history.update(stored, withStatus({ ...stored.record, ...(hooks && { hooks }) }, 'failed', description));
      return;
    } catch (error) {
      if (tries >= maxTries || asHelmGitopsError(error).code !== 'history.conflict') throw error;
    }
  }
}

function named({ action, definition, source }: Revision) {
  return { action, name: definition.releaseName, source };
}
