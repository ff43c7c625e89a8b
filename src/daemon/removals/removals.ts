/**
 * Takes what the repositories define, looks in each cluster for releases that they do not define any more, and takes those
 * away. One whose application lives on in another place goes when it is healthy there. While a file is not understood, or
 * a cluster cannot say what it holds, nothing goes.
 */
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';
import { internalError } from '../../foundation/events/internal-error.ts';
import { newestRevision } from '../../foundation/history/newest-revision.ts';
import { recordsNamespace } from '../../foundation/history/records-namespace.ts';
import { describeFreeze } from '../../foundation/state/describe-freeze.ts';
import type { StateStore } from '../../foundation/state/open-state.ts';
import type { ReleaseState } from '../../foundation/state/release-state.ts';
import type { Freeze } from '../../foundation/state/shared-state.ts';
import { successorOf } from '../../pipeline/compare-revisions.ts';
import { definitionId, type ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import { hasBegun } from '../../pipeline/remediate/decide-removal.ts';
import { findRename } from '../../pipeline/remediate/find-rename.ts';
import { lostReason, renameReason } from '../../pipeline/remediate/removal-reasons.ts';
import { chartName } from '../../pipeline/remember-release.ts';
import { type RemovalInput, removeRelease } from '../../pipeline/remove-release.ts';
import type { Checkout } from '../../pipeline/source/checkout.ts';
import type { SyncedRevision } from '../../pipeline/sync-revision.ts';
import type { ClusterSession } from '../clusters/cluster-session.ts';
import { placeName } from '../place-name.ts';
import type { ReadModel } from '../read-model.ts';
import { removalKey } from '../wishes.ts';
import type { Slot } from '../work-queue.ts';
import { createLookAgain, type LookAgain } from './look-again.ts';
import { countRemoval, isTooMany } from './mass-removal.ts';
import { createRetryPauses, type RetryPauses } from './retry-pauses.ts';

/** What was read last of every repository, by its name. */
export type Read = Map<string, { readonly synced: SyncedRevision; readonly checkout: Checkout }>;

export interface RemovalParts {
  readonly sessions: ReadonlyMap<string, { readonly session: ClusterSession; readonly states: StateStore }>;
  readonly model: ReadModel;
  readonly emit: Emit;
  readonly now: () => Date;
  readonly newOp: () => string;
  /** What waited for a release to go may go on. */
  readonly onGone: () => void;
  readonly signal: AbortSignal;
}

export interface Removals {
  lookAt(repository: string): Promise<void>;
  lookAtAll(): Promise<void>;
}

/** Milliseconds until a cluster that could not say what it holds is asked again. */
const askPause = 30_000;

export function createRemovals(parts: RemovalParts, last: Read): Removals {
  const { sessions, emit, signal } = parts;
  const again = createLookAgain((cluster, repository) => void lookIn(cluster, repository), signal);
  const pauses = createRetryPauses(removalPauses, () => parts.now().getTime());
  const told = new Set<string>();
  const lookIn = async (cluster: string, repository: string): Promise<void> => {
    try {
      await removeGone({ ...parts, last, again, pauses, told }, cluster, repository);
    } catch (thrown) {
      // What an ended session leaves is for the next one, which begins with a look.
      if (sessions.get(cluster)?.session.context.signal.aborted !== false) return;
      const error = asHelmGitopsError(thrown);
      if (error.fault === 'internal') emit(internalError(error));
      again(cluster, repository, askPause);
    }
  };
  const lookAt = async (repository: string): Promise<void> => {
    await Promise.all([...sessions.keys()].map((cluster) => lookIn(cluster, repository)));
  };
  return {
    lookAt,
    async lookAtAll() {
      await Promise.all([...last.keys()].map(lookAt));
    },
  };
}

interface Removing extends RemovalParts {
  readonly last: Read;
  readonly again: LookAgain;
  /** Of removals that failed. */
  readonly pauses: RetryPauses;
  /** Each with the freeze that it waits for. */
  readonly told: Set<string>;
}

/** Releases of this repository and path that no definition stands for any more. */
async function removeGone(removing: Removing, cluster: string, repository: string): Promise<void> {
  const { last, again } = removing;
  const read = last.get(repository);
  const work = removing.sessions.get(cluster);
  if (
    !work ||
    !read ||
    read.synced.mode === 'observe' ||
    read.synced.unreadFiles.length > 0 ||
    read.synced.problems.length > 0
  )
    return;
  const { session, states } = work;
  const mine = (await states.list())
    .map(({ state }) => state)
    .filter(
      ({ identity }) =>
        identity.installation === states.installation &&
        identity.repository === repository &&
        (identity.url ?? read.checkout.url) === read.checkout.url &&
        identity.path === read.checkout.path,
    );
  const gone = mine
    .filter(({ identity }) => !isDefined(last, cluster, identity))
    .map((state) => ({ state, to: successorOf(state.identity, read.synced.defined) }));
  const { defined } = read.synced;
  const begun = new Map(mine.filter(hasBegun).map((one) => [definitionId(one.identity), one.definition?.file ?? '']));
  const fileBefore = (app: string, environment: string) => begun.get(definitionId({ app, environment }));
  for (const { state, to } of gone) {
    const { environment } = state.identity;
    await noteMove(session, state, to && placeName(to), removing.now());
    if (to !== undefined && !(await isEstablished(removing, to))) {
      again(cluster, repository, movePause);
      continue;
    }
    const other = to === undefined ? findRename({ state, defined, chartOf: chartName, fileBefore }) : undefined;
    const doubt = other ? renameReason(state, other) : to === undefined ? lostReason(state, read.synced) : undefined;
    // What moves lives on.
    const leaving = gone.filter((one) => one.to === undefined && one.state.identity.environment === environment).length;
    const guarded = to === undefined && (await isTooMany(removing.now(), { states, environment, leaving, mine }));
    const removal = { state, cluster, to, guarded, doubt };
    const job = { session, states, removal };
    session.queue.add(removalKey(place(state.identity)), ({ aside }) => remove(removing, { ...job, aside }));
  }
}

interface Removal {
  readonly state: ReleaseState;
  readonly cluster: string;
  /** Where the release lives on. */
  readonly to: ReleaseDefinition | undefined;
  readonly guarded: boolean;
  /** Its definition is probably not gone. */
  readonly doubt: RemovalInput['doubt'];
}

/** For people who look at what is pending; what they decided of another move does not count. */
async function noteMove(session: ClusterSession, state: ReleaseState, to: string | undefined, now: Date) {
  if (state.moving?.to === to) return;
  const { namespace, release } = state.identity;
  await session.context.states.change(namespace, release, (current) => {
    if (current === undefined || current.moving?.to === to) return current;
    const { moving: _moving, ...rest } = current;
    return to === undefined ? rest : { ...rest, moving: { to, since: now.toISOString() } };
  });
}

interface Job {
  readonly session: ClusterSession;
  readonly states: StateStore;
  readonly removal: Removal;
  readonly aside: Slot['aside'];
}

/** The definition may come back before this begins, and while it lasts. */
async function remove(removing: Removing, { session, states, removal, aside }: Job): Promise<void> {
  const { last, emit, newOp, again, pauses } = removing;
  const { state, cluster, to, guarded, doubt } = removal;
  const { identity } = state;
  const key = `${cluster} ${removalKey(place(identity))}`;
  if (isDefined(last, cluster, identity)) return pauses.over(key);
  // Looked at again when it is lifted.
  const freeze = session.context.freezeOf?.(identity.environment);
  if (freeze !== undefined) return tellFrozen(removing, { removal, freeze, key });
  // Another release may have asked for this look.
  const left = pauses.left(key);
  if (left > 0) return again(cluster, identity.repository, left);
  const op = newOp();
  // What is still being done to it would bring back what is taken away.
  const onBegin = async (how: 'uninstall' | 'keep') => {
    if (how === 'uninstall' && to === undefined) await countRemoval(removing.now(), states, state);
    await aside(() => session.loop.end(place(identity)));
  };
  const input = { op, state, cluster, guarded, doubt, moved: to !== undefined, aside, onBegin };
  const result = await removeRelease(session.context, input).catch((thrown) => {
    removalFailed(removing, { thrown, op, removal, session });
    again(cluster, identity.repository, pauses.failed(key));
  });
  if (result !== undefined) pauses.over(key);
  if (isDefined(last, cluster, identity)) {
    for (const { synced } of last.values())
      for (const prepared of synced.releases)
        if (isAt(prepared.definition, cluster, identity)) session.loop.wish(prepared);
  } else if (result !== undefined && result !== 'waiting') {
    if (to === undefined) {
      session.forget(definitionId(identity));
    } else emit(movedEvent(op, removal, to));
    removing.onGone();
  }
}

function tellFrozen(
  { emit, newOp, told }: Removing,
  { removal, freeze, key }: { removal: Removal; freeze: Freeze; key: string },
): void {
  if (told.has(`${key} ${freeze.at}`)) return;
  told.add(`${key} ${freeze.at}`);
  const { app, environment, namespace, release } = removal.state.identity;
  const fields = { op: newOp(), app, environment, cluster: removal.cluster, namespace, release };
  const message = `its definition is gone: it is uninstalled when the freeze is over (${describeFreeze(freeze)})`;
  emit({ event: 'release.waiting', ...fields, for: 'freeze', message });
}

/** Milliseconds until a removal that failed is tried again. */
const removalPauses = { first: 60_000, max: 600_000 };

interface Failed {
  readonly thrown: unknown;
  readonly op: string;
  readonly removal: Removal;
  readonly session: ClusterSession;
}

function removalFailed({ emit }: Removing, { thrown, op, removal, session }: Failed): void {
  const error = asHelmGitopsError(thrown);
  // The queue tells a bug, and what a stopping process leaves is for the next start.
  if (error.fault === 'internal' || session.context.signal.aborted) throw error;
  const { app, environment, namespace, release } = removal.state.identity;
  const fields = { op, app, environment, cluster: removal.cluster, namespace, release };
  emit({ event: 'release.failed', ...fields, reason: error.code, message: error.message, hint: error.hint });
}

function movedEvent(op: string, { state, cluster }: Removal, to: ReleaseDefinition) {
  const { app, environment, namespace, releaseName: release } = to;
  const fields = { op, app, environment, cluster: to.cluster, namespace, release };
  const ends = { from: placeName({ cluster, ...place(state.identity) }), to: placeName(to) };
  const kept = state.onRemove === 'keep' ? { kept: true } : {};
  return { event: 'release.moved', ...fields, ...ends, ...kept } as const;
}

type Place = Pick<ReleaseDefinition, 'namespace' | 'releaseName'>;
type Identity = ReleaseState['identity'];

const place = ({ namespace, release }: Identity): Place => ({ namespace, releaseName: release });

function isAt(definition: ReleaseDefinition, cluster: string, { namespace, release }: Identity): boolean {
  return definition.cluster === cluster && definition.namespace === namespace && definition.releaseName === release;
}

/** By any repository: a release may have been handed from one to another. */
export function isDefined(last: Read, cluster: string, identity: Identity): boolean {
  return last.values().some(({ synced }) => synced.defined.some((definition) => isAt(definition, cluster, identity)));
}

/** Milliseconds until it is looked again whether a release that moves is healthy in its new place. */
const movePause = 2_000;

/** Deployed there as its definition says, ready, and so for as long as `soak` says. */
async function isEstablished({ model, sessions, now }: Removing, definition: ReleaseDefinition): Promise<boolean> {
  const { cluster, namespace, releaseName, settings } = definition;
  const session = sessions.get(cluster)?.session;
  const stored = await session?.context.states.read(namespace, releaseName);
  if (session === undefined || stored === undefined) return false;
  const { deployed, intent, healthy } = stored.state;
  const wanted = session.loop.prepared(definitionId(definition));
  if (deployed === undefined || intent !== undefined || deployed.digest !== wanted?.digest) return false;
  const view = model.release(definitionId(definition));
  if (view?.health !== 'healthy') return false;
  if (healthy?.version === deployed.helmRevision) return true;
  // A single pass ends before the soak does.
  const record = (await newestRevision(session.context.history(recordsNamespace(definition), releaseName)))?.record;
  return record !== undefined && now().getTime() - Date.parse(record.info.last_deployed) >= settings.rollback.soak;
}
