/**
 * Removes a release as Helm 4.2's uninstall does: pre-delete hooks, objects in uninstall order, post-delete hooks, and
 * at last the records, or their end in them where the history is kept. What stays is told. A failed pre-delete hook or
 * an object that cannot be deleted ends it with the record at `uninstalling`; what fails after that is told at the end.
 */
import { asHelmGitopsError, HelmGitopsError } from '../../foundation/base/errors.ts';
import { inParallel } from '../../foundation/base/in-parallel.ts';
import type { ClusterClient, DeleteOptions } from '../../foundation/cluster/cluster-client.ts';
import { descriptions } from '../../foundation/history/descriptions.table.ts';
import type { ReleaseHistory, StoredRelease } from '../../foundation/history/release-record.ts';
import { supersedeOlder } from '../../foundation/history/supersede-older.ts';
import { unfinishedBefore } from '../../foundation/history/unfinished-revisions.ts';
import { objectKey } from '../../foundation/manifest/object.ts';
import { awaitDeletion, type StuckObject } from './await-deletion.ts';
import { chooseRemovals, type KeptObject } from './choose-removals.ts';
import { consecutiveKinds } from './consecutive-kinds.ts';
import { withStatus } from './revision-record.ts';
import type { HookInput, HookOutcome } from './run-hooks.ts';

export interface UninstallOptions {
  readonly keepHistory: boolean;
  readonly propagation: NonNullable<DeleteOptions['propagation']>;
  readonly hooks: boolean;
  /** Milliseconds until objects that do not go are given up; undefined: they are not waited for. */
  readonly wait: number | undefined;
  /** `sync.prune: all`: kinds that hold data go too. */
  readonly everything: boolean;
}

/** What `helm uninstall` does without flags. */
export const plainUninstall: UninstallOptions = {
  keepHistory: false,
  propagation: 'Background',
  hooks: true,
  wait: undefined,
  everything: false,
};

export interface UninstallInput extends UninstallOptions {
  readonly client: ClusterClient;
  readonly history: ReleaseHistory;
  /** The newest revision. */
  readonly stored: StoredRelease;
  readonly runHooks: (run: Pick<HookInput, 'event' | 'hooks' | 'onRun'>) => Promise<HookOutcome>;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly onStuck: (stuck: StuckObject) => void;
  /** Runs a wait without holding a place in the queue. */
  readonly aside: <Result>(wait: () => Promise<Result>) => Promise<Result>;
}

export interface Uninstalled {
  readonly kept: readonly KeptObject[];
  /** What went wrong when there was no way back any more. */
  readonly problems: readonly HelmGitopsError[];
}

export async function uninstallRelease(input: UninstallInput): Promise<Uninstalled> {
  const { history, keepHistory } = input;
  const { name, info } = input.stored.record;
  if (info.status === 'uninstalled') {
    if (keepHistory)
      throw new HelmGitopsError('uninstall.already', 'user', `the release named "${name}" is already deleted`);
    await purge(history);
    return { kept: [], problems: [] };
  }
  const unfinished = await unfinishedBefore(history, input.stored);
  const deleted = input.now().toISOString();
  const beginning = withStatus(input.stored.record, 'uninstalling', descriptions.deletionInProgress);
  const record = { ...beginning, info: { ...beginning.info, deleted } };
  let stored = await history.update(input.stored, record);
  const runEvent = async (event: 'pre-delete' | 'post-delete'): Promise<HelmGitopsError | undefined> => {
    if (!input.hooks) return undefined;
    const onRun: HookInput['onRun'] = async (hooks) => {
      stored = await history.update(stored, { ...stored.record, hooks });
    };
    const { hooks, failure } = await input.runHooks({ event, hooks: stored.record.hooks, onRun });
    // How they ended is stored by the next write.
    stored = { ...stored, record: { ...stored.record, hooks } };
    return failure?.error;
  };
  const refused = await runEvent('pre-delete');
  if (refused) throw refused;
  if (stored.record.hooks !== record.hooks) stored = await history.update(stored, stored.record);
  const { kept, left } = await deleteObjects(input, unfinished);
  const problems = [notGone(left), await runEvent('post-delete')].filter((problem) => problem !== undefined);
  if (keepHistory) await closeHistory(history, stored);
  else await purge(history);
  return { kept, problems };
}

async function deleteObjects(
  input: UninstallInput,
  unfinished: readonly StoredRelease[],
): Promise<{ kept: readonly KeptObject[]; left: StuckObject[] }> {
  const { client, stored, propagation, wait, now, signal, onStuck, aside } = input;
  const { name, namespace } = stored.record;
  const manifests = [...unfinished, stored].map(({ record }) => record.manifest);
  const { deleted, kept } = await chooseRemovals({ ...input, release: { name, namespace }, manifests });
  const failures: HelmGitopsError[] = [];
  for (const group of consecutiveKinds(deleted, objectKey)) {
    await inParallel(parallel, group, async (object) => {
      const { apiVersion, kind, metadata } = object;
      const target = { apiVersion, kind, namespace: metadata.namespace, name: metadata.name ?? '' };
      const preconditions = metadata.uid === undefined ? {} : { preconditions: { uid: metadata.uid } };
      try {
        await client.delete(target, { propagation, ...preconditions, signal });
      } catch (error) {
        if (signal.aborted) throw error;
        failures.push(asHelmGitopsError(error));
      }
    });
  }
  const [first] = failures;
  if (first) {
    const all = failures.map(({ message }) => message).join('; ');
    const details = { cause: first, hint: first.hint };
    throw new HelmGitopsError('uninstall.failed', first.fault, `failed to delete release: ${name}: ${all}`, details);
  }
  if (wait === undefined) return { kept, left: [] };
  const waited = { client, objects: deleted, timeout: wait, now, signal, onStuck };
  return { kept, left: await aside(() => awaitDeletion(waited)) };
}

const parallel = 8;

function notGone(left: readonly StuckObject[]): HelmGitopsError | undefined {
  if (left.length === 0) return undefined;
  const message = left.map((stuck) => `${stuck.object} ${stuck.message}`).join('; ');
  return new HelmGitopsError('uninstall.not-gone', 'cluster', message, {
    hint: 'see whether what has to remove a finalizer still runs; finalizers are never removed from here',
  });
}

async function closeHistory(history: ReleaseHistory, stored: StoredRelease): Promise<void> {
  // First: what cuts this short leaves the newest uninstalling, and that is done again.
  await supersedeOlder(history, stored.record.version);
  await history.update(stored, withStatus(stored.record, 'uninstalled', descriptions.uninstallComplete));
}

/** Oldest first, so that until the end the newest says what is going on. */
async function purge(history: ReleaseHistory): Promise<void> {
  for (const { version } of await history.marks()) await history.delete(version);
}
