/** The daemon's life: sessions for the clusters, loops for the repositories, one first pass, then whatever moves; and its end. */
import { asHelmGitopsError } from '../foundation/base/errors.ts';
import type { Emit } from '../foundation/events/event-bus.ts';
import type { StateStore } from '../foundation/state/open-state.ts';
import type { ReleaseState } from '../foundation/state/release-state.ts';
import type { PreparedRelease } from '../pipeline/context.ts';
import { definitionId, type ReleaseDefinition } from '../pipeline/definitions/release-definition.ts';
import { isMassRemoval } from '../pipeline/remediate/decide-removal.ts';
import { removeRelease } from '../pipeline/remove-release.ts';
import type { Checkout } from '../pipeline/source/checkout.ts';
import type { SyncedRevision } from '../pipeline/sync-revision.ts';
import { createClaims } from './claims.ts';
import type { ClusterSession } from './cluster-session.ts';
import { createLookAgain, type LookAgain } from './look-again.ts';
import type { ReadModel } from './read-model.ts';
import type { RepositoryLoop } from './repository-loop.ts';
import { answerRequest } from './requests.ts';
import { createWishes, removalKey } from './wishes.ts';
import type { Slot } from './work-queue.ts';

export type Sessions = ReadonlyMap<string, { readonly session: ClusterSession; readonly states: StateStore }>;

export interface DaemonParts {
  /** Of the clusters that can be worked in now. */
  readonly sessions: Sessions;
  readonly model: ReadModel;
  readonly emit: Emit;
  readonly now: () => Date;
  readonly newOp: () => string;
  readonly signal: AbortSignal;
}

export interface Daemon {
  /** What a revision defines: waves and dependencies count before all of it is prepared. */
  onRead(repository: string, definitions: readonly ReleaseDefinition[]): void;
  /** A release is ready to be deployed, whatever becomes of the others of its revision. */
  onPrepared(prepared: PreparedRelease): void;
  onSynced(synced: SyncedRevision, checkout: Checkout): void;
  /** Work in a cluster begins, for the first time or anew: it is told what is wished for. The stack ends with the work. */
  onBegun(cluster: string, stack: AsyncDisposableStack): void;
  /** Looks at every repository once and waits until nothing is left to do in the clusters that can be worked in. */
  pass(repositories: readonly RepositoryLoop[]): Promise<void>;
  /** Follows the requests of people until the end. */
  followRequests(): void;
  /** Resolves when no queue holds anything. */
  idle(): Promise<void>;
}

/** What was read last of every repository, by its name. */
type Read = ReadonlyMap<string, { readonly synced: SyncedRevision; readonly checkout: Checkout }>;

export function createDaemon(parts: DaemonParts): Daemon {
  const { sessions } = parts;
  const last = new Map<string, { synced: SyncedRevision; checkout: Checkout }>();
  const defined = new Map<string, readonly ReleaseDefinition[]>();
  const claims = createClaims(parts.emit);
  const wishes = createWishes(parts);
  const removals = createRemovals(parts, last);
  const follow = createFollowing(parts, () => void removals.lookAtAll());
  const idle = async () => {
    await Promise.all([...sessions.values()].map(({ session }) => session.queue.idle()));
  };
  return {
    onRead(repository, definitions) {
      claims.read(repository, definitions);
      defined.set(repository, definitions);
      for (const { session } of sessions.values()) session.loop.expect(inCluster(definitions, session));
    },
    onPrepared(prepared) {
      if (claims.admit(prepared)) wishes.add(prepared);
    },
    onSynced(synced, checkout) {
      last.set(checkout.repository, { synced, checkout });
      for (const { session } of sessions.values()) session.loop.expectNoMore(inCluster(synced.defined, session));
      for (const prepared of claims.released()) wishes.add(prepared);
      wishes.keep(checkout.repository, synced.defined);
      void removals.lookAt(checkout.repository);
    },
    onBegun(cluster, stack) {
      const session = sessions.get(cluster)?.session;
      if (session === undefined) return;
      for (const definitions of defined.values()) session.loop.expect(inCluster(definitions, session));
      wishes.repeat(cluster);
      for (const { synced } of last.values()) session.loop.expectNoMore(inCluster(synced.defined, session));
      follow.begun(cluster, stack);
      void removals.lookAtAll();
    },
    async pass(repositories) {
      await Promise.all(repositories.map((repository) => repository.look()));
      await idle();
      await removals.lookAtAll();
      await idle();
    },
    followRequests: follow.start,
    idle,
  };
}

const inCluster = (definitions: readonly ReleaseDefinition[], { context }: ClusterSession) =>
  definitions.filter(({ cluster }) => cluster === context.client.name);

interface Following {
  start(): void;
  begun(cluster: string, stack: AsyncDisposableStack): void;
}

function createFollowing({ sessions, emit, now, signal }: DaemonParts, onConfirmed: () => void): Following {
  const stacks = new Map<string, AsyncDisposableStack>();
  let started = false;
  const follow = (cluster: string) => {
    const work = sessions.get(cluster);
    const stack = stacks.get(cluster);
    if (!started || work === undefined || stack === undefined || stack.disposed) return;
    const options = { ...work, emit, now, onConfirmed };
    const watch = work.states.watchRequests((target, request) => {
      answerRequest(options, target, request).catch((error) => {
        if (!signal.aborted && !work.session.context.signal.aborted)
          emit({ event: 'internal.error', message: asHelmGitopsError(error).message });
      });
    });
    stack.use(watch);
  };
  return {
    start() {
      started = true;
      for (const cluster of sessions.keys()) follow(cluster);
    },
    begun(cluster, stack) {
      stacks.set(cluster, stack);
      follow(cluster);
    },
  };
}

interface Removals {
  lookAt(repository: string): Promise<void>;
  lookAtAll(): Promise<void>;
}

/** Milliseconds until a cluster that could not say what it holds is asked again. */
const askPause = 30_000;

function createRemovals(parts: DaemonParts, last: Read): Removals {
  const { sessions, emit, signal } = parts;
  const again = createLookAgain((cluster, repository) => void lookIn(cluster, repository), signal);
  const lookIn = async (cluster: string, repository: string): Promise<void> => {
    try {
      await removeGone(parts, { last, cluster, repository, again });
    } catch (thrown) {
      // What an ended session leaves is for the next one, which begins with a look.
      if (sessions.get(cluster)?.session.context.signal.aborted !== false) return;
      const error = asHelmGitopsError(thrown);
      if (error.fault === 'internal') emit({ event: 'internal.error', message: error.message, stack: error.stack });
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

interface Looked {
  readonly last: Read;
  readonly cluster: string;
  readonly repository: string;
  readonly again: LookAgain;
}

/** Releases of this repository and path that no definition stands for any more. While a file is not understood, none goes. */
async function removeGone(parts: DaemonParts, { last, cluster, repository, again }: Looked): Promise<void> {
  const read = last.get(repository);
  const work = parts.sessions.get(cluster);
  if (!work || !read || read.synced.unreadFiles.length > 0 || read.synced.problems.length > 0) return;
  const { session, states } = work;
  const defined = new Map(read.synced.defined.map((definition) => [definitionId(definition), definition]));
  const mine = (await states.list())
    .map(({ state }) => state)
    .filter(
      ({ identity }) =>
        identity.installation === states.installation &&
        identity.repository === repository &&
        identity.path === read.checkout.path,
    );
  const gone = mine.filter(({ identity }) => !isDefined(last, cluster, identity));
  for (const state of gone) {
    const { environment } = state.identity;
    const there = defined.get(definitionId(state.identity));
    const moved = there !== undefined;
    if (moved && !(await isHealthy(parts, there))) {
      again(cluster, repository, movePause);
      continue;
    }
    const total = mine.filter(({ identity }) => identity.environment === environment).length;
    const leaving = gone.filter(({ identity }) => identity.environment === environment).length;
    const removal = { state, cluster, moved, guarded: isMassRemoval(leaving, total) };
    session.queue.add(removalKey(place(state.identity)), ({ aside }) =>
      remove(parts, last, { session, removal, aside, again }),
    );
  }
}

interface Removal {
  readonly state: ReleaseState;
  readonly cluster: string;
  /** The release lives on in another place. */
  readonly moved: boolean;
  readonly guarded: boolean;
}

interface Removing {
  readonly session: ClusterSession;
  readonly removal: Removal;
  readonly aside: Slot['aside'];
  readonly again: LookAgain;
}

/** The definition may come back before this begins, and while it lasts. */
async function remove(parts: DaemonParts, last: Read, { session, removal, aside, again }: Removing): Promise<void> {
  const { state, cluster, moved, guarded } = removal;
  const { identity } = state;
  if (isDefined(last, cluster, identity)) return;
  const op = parts.newOp();
  const result = await removeRelease(session.context, { op, state, cluster, guarded, aside }).catch((thrown) => {
    removalFailed(parts, { thrown, op, removal, session });
    again(cluster, identity.repository, removalPause);
  });
  if (isDefined(last, cluster, identity)) {
    for (const { synced } of last.values())
      for (const prepared of synced.releases)
        if (isAt(prepared.definition, cluster, identity)) session.loop.wish(prepared);
  } else if (result !== undefined && result !== 'waiting' && !moved) session.forget(definitionId(identity));
}

/** Milliseconds until a removal that failed is tried again. */
const removalPause = 60_000;

function removalFailed(
  { emit }: DaemonParts,
  { thrown, op, removal, session }: { thrown: unknown; op: string; removal: Removal; session: ClusterSession },
): void {
  const error = asHelmGitopsError(thrown);
  // The queue tells a bug, and what a stopping process leaves is for the next start.
  if (error.fault === 'internal' || session.context.signal.aborted) throw error;
  const { app, environment, namespace, release } = removal.state.identity;
  const fields = { op, app, environment, cluster: removal.cluster, namespace, release };
  emit({ event: 'release.failed', ...fields, reason: error.code, message: error.message, hint: error.hint });
}

type Place = Pick<ReleaseDefinition, 'namespace' | 'releaseName'>;
type Identity = ReleaseState['identity'];

const place = ({ namespace, release }: Identity): Place => ({ namespace, releaseName: release });

function isAt(definition: ReleaseDefinition, cluster: string, { namespace, release }: Identity): boolean {
  return definition.cluster === cluster && definition.namespace === namespace && definition.releaseName === release;
}

/** By any repository: a release may have been handed from one to another. */
function isDefined(last: Read, cluster: string, identity: Identity): boolean {
  return last.values().some(({ synced }) => synced.defined.some((definition) => isAt(definition, cluster, identity)));
}

/** Milliseconds until it is looked again whether a release that moves is healthy in its new place. */
const movePause = 2_000;

/** Where its definition says; what is known of it otherwise may still be of the place that it leaves. */
async function isHealthy({ model, sessions }: DaemonParts, definition: ReleaseDefinition): Promise<boolean> {
  const { app, environment, cluster, namespace, releaseName } = definition;
  const stored = await sessions.get(cluster)?.states.read(namespace, releaseName);
  if (stored?.state.deployed === undefined || stored.state.intent !== undefined) return false;
  return model
    .releases()
    .some((view) => view.app === app && view.environment === environment && view.health === 'healthy');
}
