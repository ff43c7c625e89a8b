/**
 * Takes a release away: because its definition is gone, as its state remembers (uninstalled, kept, or held until a person
 * confirms), because a first install failed, or because a person asks for it. The intent is in state before anything is
 * written, so that what a crash cuts short is known as ours, by a definition that comes back and by a request made again.
 */
import { asHelmGitopsError, HelmGitopsError } from '../foundation/base/errors.ts';
import type { ReleaseFields } from '../foundation/events/event.ts';
import { newestRevision } from '../foundation/history/newest-revision.ts';
import { recordsNamespace } from '../foundation/history/records-namespace.ts';
import type { ReleaseHistory, StoredRelease } from '../foundation/history/release-record.ts';
import { unfinishedBefore } from '../foundation/history/unfinished-revisions.ts';
import { parseManifest } from '../foundation/manifest/parse-manifest.ts';
import { hasSyncOption } from '../foundation/manifest/sync-options.ts';
import type { ReleaseState } from '../foundation/state/release-state.ts';
import { accountOf, actFor } from './act-for.ts';
import {
  plainUninstall,
  type Uninstalled,
  type UninstallOptions,
  uninstallRelease,
} from './apply/uninstall-release.ts';
import { type PreparedRelease, type ReleaseContext, releaseFields } from './context.ts';
import { otherInstallation } from './plan/our-revision.ts';
import { decideRemoval, hasBegun, holdsVolumes } from './remediate/decide-removal.ts';
import { rememberFailure } from './remember-failure.ts';
import { rememberUninstalled } from './remember-release.ts';
import { runReleaseHooks } from './run-release-hooks.ts';

/** Milliseconds; the definition that could say another is gone. */
const defaultTimeout = 300_000;

export interface RemovalInput {
  readonly op: string;
  readonly state: ReleaseState;
  readonly cluster: string;
  /** Too many of an environment's releases would go at once. */
  readonly guarded: boolean;
  /** It lives on in another place, by now without what this one holds. */
  readonly moved?: boolean;
  /** Its definition is probably not gone, as much as it seems so: why, and what to do. */
  readonly doubt?: { readonly reason: string; readonly hint: string } | undefined;
  /** Runs a wait without holding a place in the queue. */
  readonly aside?: Aside;
  /** Called when it is decided that it goes, before anything is taken away. */
  readonly onBegin?: (how: 'uninstall' | 'keep') => Promise<void>;
}

type Aside = <Result>(wait: () => Promise<Result>) => Promise<Result>;

export type RemovalResult = 'uninstalled' | 'kept' | 'waiting';

export async function removeRelease(
  given: ReleaseContext,
  { op, state, cluster, guarded, moved = false, doubt, aside, onBegin }: RemovalInput,
): Promise<RemovalResult> {
  const { namespace, release, app, environment, serviceAccount } = state.identity;
  const context = actFor(given, serviceAccount);
  const fields: ReleaseFields = { op, app, environment, cluster, namespace, release };
  const history = context.history(recordsNamespace(state.identity), release);
  const found = await ownNewest(context, namespace, history);
  const revisions = found ? [...(await unfinishedBefore(history, found)), found] : [];
  const objects = revisions.flatMap(({ record }) => parseManifest(record.manifest));
  const precious = moved ? objects.filter(holdsVolumes) : objects;
  const kinds = precious.map(({ kind }) => kind);
  const asks = objects.some((object) => hasSyncOption(object, 'Delete=confirm'));
  // Of what is not there any more nothing is lost.
  const decision = decideRemoval({ state, kinds, asks, guarded, doubt: found && doubt?.reason });
  if (decision.removal === 'wait') {
    const id = state.removal?.id ?? `r-${app}-${environment}`;
    if (!state.removal) {
      const removal = { id, since: context.now().toISOString(), reason: decision.reason };
      await context.states.change(namespace, release, (current) => current && { ...current, removal });
      context.emit({
        event: 'removal.waiting',
        ...fields,
        id,
        reason: decision.reason,
        hint: doubt?.hint ?? `run: helm-gitops confirm ${id}`,
      });
    }
    return 'waiting';
  }
  await onBegin?.(decision.removal);
  // What has ended now may have written another record.
  const stored = onBegin && found ? await ownNewest(context, namespace, history) : found;
  if (decision.removal === 'keep' || !stored) {
    // All but this was done before a crash.
    const { intent } = state;
    const over = !stored && intent?.action === 'uninstall';
    if (over) context.emit({ event: 'release.uninstalled', ...fields, version: intent.version });
    else if (!moved) await tellKept(context, { fields, history, state });
    await context.states.remove(namespace, release);
    return over ? 'uninstalled' : 'kept';
  }
  const options = { ...plainUninstall, wait: defaultTimeout };
  const digest = state.deployed?.digest ?? 'unknown';
  try {
    await uninstallNewest(context, {
      fields,
      history,
      stored,
      digest,
      options,
      timeout: defaultTimeout,
      ...(aside && { aside }),
    });
  } catch (thrown) {
    if (context.signal.aborted) throw thrown;
    await rememberFailure(context, { namespace, release }, { error: asHelmGitopsError(thrown), digest: 'removal' });
    throw thrown;
  }
  await context.states.remove(namespace, release);
  return 'uninstalled';
}

/** Why it is still there. Of objects that nobody's record lists any more nobody would know. */
async function tellKept(
  { emit, stateNamespace }: ReleaseContext,
  { fields, history, state }: { fields: ReleaseFields; history: ReleaseHistory; state: ReleaseState },
): Promise<void> {
  const record = (await newestRevision(history))?.record;
  if (record === undefined || record.info.status === 'uninstalled') return;
  const { release, namespace } = fields;
  if (record.namespace !== namespace) {
    const message = `its definition is gone, and the records of ${release} are by now of a release in namespace ${record.namespace}: nothing is deleted of what it had in ${namespace}`;
    const hint = 'look for what is left there, and delete it by hand';
    emit({ event: 'release.failed', ...fields, reason: 'history.other-release', message, hint });
    return;
  }
  const other = otherInstallation(record, stateNamespace);
  const own = hasBegun(state) ? 'onRemove is keep' : 'it was never deployed from here';
  const reason = other === undefined ? own : `it belongs to another installation, whose state is in namespace ${other}`;
  emit({ event: 'release.kept', ...fields, version: record.version, reason });
}

/** Takes a failed first install away again (`rollback.firstInstall: uninstall`); its quarantine stays in the state. */
export async function undoInstall(
  given: ReleaseContext,
  prepared: Pick<PreparedRelease, 'op' | 'definition' | 'digest'>,
): Promise<void> {
  const { namespace, releaseName, settings } = prepared.definition;
  const context = actFor(given, accountOf(prepared.definition));
  const history = context.history(recordsNamespace(prepared.definition), releaseName);
  const stored = await ownNewest(context, namespace, history);
  if (!stored) return;
  const fields = releaseFields(prepared);
  const run = { fields, history, stored, options: plainUninstall, timeout: settings.timeout };
  await uninstallNewest(context, { ...run, digest: prepared.digest });
  await context.states.change(namespace, releaseName, (state) => state && withoutIntent(state));
}

export interface UninstallRequest {
  readonly fields: ReleaseFields;
  /** The namespace of Helm's records. */
  readonly records: string;
  /** Whom requests are made for; undefined: nobody but the daemon. */
  readonly account: string | undefined;
  readonly options: UninstallOptions;
  /** Milliseconds for each hook. */
  readonly timeout: number;
  readonly by: string;
  /** Of the inputs that git wants now: while they are the same, the release stays away. */
  readonly digest: string;
  readonly aside?: Aside;
}

/** What a person asks for. That it stays away is in state first, so that a crash in between does not bring it back. */
export async function uninstallOnRequest(
  given: ReleaseContext,
  { fields, records, account, options, timeout, by, digest, aside }: UninstallRequest,
): Promise<Uninstalled & { readonly version: number }> {
  const { namespace, release } = fields;
  const context = actFor(given, account);
  const history = context.history(records, release);
  const stored = await newestOf(namespace, history);
  const begun = await begunBy(context, fields);
  if (begun !== undefined && (stored === undefined || isOver(stored, options))) {
    context.emit({ event: 'release.uninstalled', ...fields, version: begun });
    await rememberUninstalled(context, { namespace, release }, options);
    return { kept: [], problems: [], version: begun };
  }
  if (!stored) throw new HelmGitopsError('uninstall.not-found', 'user', `release ${release} is not installed`);
  const { version } = stored.record;
  const staysAway = stored.record.info.status !== 'uninstalled';
  const uninstalled = staysAway && { uninstalled: { by, at: context.now().toISOString(), digest } };
  const noted = { ...uninstalled, begun: { id: fields.op, version } };
  try {
    const run = { fields, history, stored, digest, noted, options, timeout, ...(aside && { aside }) };
    const ended = await uninstallNewest(context, run);
    await rememberUninstalled(context, { namespace, release }, options);
    return { ...ended, version };
  } catch (thrown) {
    if (context.signal.aborted) throw thrown;
    await rememberFailure(context, { namespace, release }, { error: asHelmGitopsError(thrown), digest });
    throw thrown;
  }
}

/** The revision that this very request began to take away before a restart. */
async function begunBy({ states }: ReleaseContext, { op, namespace, release }: ReleaseFields) {
  const begun = (await states.read(namespace, release))?.state.begun;
  return begun?.id === op ? begun.version : undefined;
}

/** Nothing is left to do but to remember it. */
function isOver({ record }: StoredRelease, { keepHistory }: UninstallOptions): boolean {
  return keepHistory && record.info.status === 'uninstalled';
}

/** Where the records lie elsewhere, those of another release may lie by now under its name. */
async function newestOf(namespace: string, history: ReleaseHistory): Promise<StoredRelease | undefined> {
  const newest = await newestRevision(history);
  return newest?.record.namespace === namespace ? newest : undefined;
}

/** Only a person may take away what another installation has made. */
async function ownNewest(
  { stateNamespace }: ReleaseContext,
  namespace: string,
  history: ReleaseHistory,
): Promise<StoredRelease | undefined> {
  const newest = await newestOf(namespace, history);
  return newest && otherInstallation(newest.record, stateNamespace) === undefined ? newest : undefined;
}

interface NewestUninstall {
  readonly fields: ReleaseFields;
  readonly history: ReleaseHistory;
  readonly stored: StoredRelease;
  /** Of the inputs that it was made from, or that git wants now. */
  readonly digest: string;
  /** Of a person's request: it stays away though git wants it, and is done once. */
  readonly noted?: Pick<ReleaseState, 'uninstalled' | 'begun'>;
  readonly options: UninstallOptions;
  readonly timeout: number;
  readonly aside?: Aside;
}

async function uninstallNewest(context: ReleaseContext, run: NewestUninstall): Promise<Uninstalled> {
  const { fields, history, stored, options, timeout, aside = (wait) => wait() } = run;
  const { client, now, signal, emit } = context;
  await noteIntent(context, run);
  const uninstalled = await uninstallRelease({
    ...options,
    client,
    history,
    stored,
    runHooks: (run) => runReleaseHooks(context, { ...run, fields, timeout, aside }),
    aside,
    now,
    signal,
    onStuck: ({ object, message }) => emit({ event: 'release.waiting', ...fields, for: object, message }),
  });
  for (const { code, message, hint } of uninstalled.problems)
    emit({ event: 'release.failed', ...fields, reason: code, message, hint });
  const kept = uninstalled.kept.map(({ object }) => object).join(', ');
  emit({
    event: 'release.uninstalled',
    ...fields,
    version: stored.record.version,
    ...(kept === '' ? {} : { kept }),
  });
  return uninstalled;
}

/** Unless nothing is left to take away. */
async function noteIntent(
  { states }: ReleaseContext,
  { fields: { op, namespace, release }, stored, digest, noted, options }: NewestUninstall,
): Promise<void> {
  if (isOver(stored, options)) return;
  const intent = { op, action: 'uninstall', digest, version: stored.record.version } as const;
  await states.change(namespace, release, (state) => state && { ...state, intent, ...noted });
}

function withoutIntent({ intent: _intent, ...state }: ReleaseState): ReleaseState {
  return state;
}
