/** The daemon's life: sessions for the clusters, loops for the repositories, one first pass, then whatever moves; and its end. */
import { asHelmGitopsError, HelmGitopsError } from '../foundation/base/errors.ts';
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
import type { ReadModel } from './read-model.ts';
import type { RepositoryLoop } from './repository-loop.ts';
import { answerRequest } from './requests.ts';

export interface DaemonParts {
  readonly sessions: ReadonlyMap<string, { session: ClusterSession; states: StateStore }>;
  readonly model: ReadModel;
  readonly emit: Emit;
  readonly now: () => Date;
  readonly newOp: () => string;
  readonly signal: AbortSignal;
}

export interface Daemon {
  /** Called by each repository's loop after a look that found something. */
  /** What a revision defines: waves and dependencies count before all of it is prepared. */
  onRead(repository: string, definitions: readonly ReleaseDefinition[]): void;
  /** A release is ready to be deployed, whatever becomes of the others of its revision. */
  onPrepared(prepared: PreparedRelease): void;
  onSynced(synced: SyncedRevision, checkout: Checkout): Promise<void>;
  /** Looks at every repository once and waits until nothing is left to do. */
  pass(repositories: readonly RepositoryLoop[]): Promise<void>;
  /** Follows the requests of people until the end. */
  followRequests(stack: AsyncDisposableStack): void;
  /** Resolves when no queue holds anything. */
  idle(): Promise<void>;
}

/** What was read last of every repository, by its name. */
type Read = ReadonlyMap<string, { readonly synced: SyncedRevision; readonly checkout: Checkout }>;

export function createDaemon(parts: DaemonParts): Daemon {
  const last = new Map<string, { synced: SyncedRevision; checkout: Checkout }>();
  const claims = createClaims(parts.emit);
  const wish = (prepared: PreparedRelease) => {
    const { session } = sessionOf(parts, prepared.definition.cluster);
    // A definition that came back while its release is being taken away: wished for when that is over.
    if (!session.queue.isRunning(removalKey(prepared.definition))) session.loop.wish(prepared);
  };
  const removeAll = async () => {
    for (const repository of last.keys()) await removeGone(parts, last, repository);
  };
  const idle = async () => {
    for (const { session } of parts.sessions.values()) await session.queue.idle();
  };
  return {
    onRead(repository, definitions) {
      claims.read(repository, definitions);
      for (const { session } of parts.sessions.values()) session.loop.expect(inCluster(definitions, session));
    },
    onPrepared(prepared) {
      if (claims.admit(prepared)) wish(prepared);
    },
    async onSynced(synced, checkout) {
      last.set(checkout.repository, { synced, checkout });
      for (const { session } of parts.sessions.values()) session.loop.expectNoMore(inCluster(synced.defined, session));
      for (const prepared of claims.released()) wish(prepared);
      await removeGone(parts, last, checkout.repository);
    },
    async pass(repositories) {
      await Promise.all(repositories.map((repository) => repository.look()));
      await idle();
      await removeAll();
      await idle();
    },
    followRequests(stack) {
      for (const { session, states } of parts.sessions.values()) {
        const options = { session, states, emit: parts.emit, now: parts.now, onConfirmed: () => void removeAll() };
        const watch = states.watchRequests((target, request) => {
          answerRequest(options, target, request).catch((error) => {
            if (!parts.signal.aborted)
              parts.emit({ event: 'internal.error', message: asHelmGitopsError(error).message });
          });
        });
        stack.use(watch);
      }
    },
    idle,
  };
}

const inCluster = (definitions: readonly ReleaseDefinition[], { context }: ClusterSession) =>
  definitions.filter(({ cluster }) => cluster === context.client.name);

function sessionOf({ sessions }: DaemonParts, cluster: string): { session: ClusterSession; states: StateStore } {
  const found = sessions.get(cluster);
  if (!found) throw new HelmGitopsError('cluster.unknown', 'user', `no cluster named "${cluster}" is configured`);
  return found;
}

/** Releases of this repository and path that no definition stands for any more. While a file is not understood, none goes. */
async function removeGone(parts: DaemonParts, last: Read, repository: string): Promise<void> {
  const read = last.get(repository);
  if (!read || read.synced.unreadFiles.length > 0 || read.synced.problems.length > 0) return;
  const defined = new Set(read.synced.defined.map((definition) => definitionId(definition)));
  for (const [cluster, { session, states }] of parts.sessions) {
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
      const { app, environment } = state.identity;
      const moved = defined.has(definitionId(state.identity));
      if (moved && !isHealthy(parts, app, environment)) continue;
      const total = mine.filter(({ identity }) => identity.environment === environment).length;
      const leaving = gone.filter(({ identity }) => identity.environment === environment).length;
      const removal = { state, cluster, moved, guarded: isMassRemoval(leaving, total) };
      session.queue.add(removalKey(place(state.identity)), () => remove(parts, last, { session, removal }));
    }
  }
}

interface Removal {
  readonly state: ReleaseState;
  readonly cluster: string;
  /** The release lives on in another place. */
  readonly moved: boolean;
  readonly guarded: boolean;
}

/** The definition may come back before this begins, and while it lasts. */
async function remove(
  parts: DaemonParts,
  last: Read,
  { session, removal }: { session: ClusterSession; removal: Removal },
): Promise<void> {
  const { state, cluster, moved, guarded } = removal;
  const { identity } = state;
  if (isDefined(last, cluster, identity)) return;
  const result = await removeRelease(session.context, { op: parts.newOp(), state, cluster, guarded });
  if (isDefined(last, cluster, identity)) {
    for (const { synced } of last.values())
      for (const prepared of synced.releases)
        if (isAt(prepared.definition, cluster, identity)) session.loop.wish(prepared);
  } else if (result !== 'waiting' && !moved) session.forget(definitionId(identity));
}

type Place = Pick<ReleaseDefinition, 'namespace' | 'releaseName'>;
type Identity = ReleaseState['identity'];

const place = ({ namespace, release }: Identity): Place => ({ namespace, releaseName: release });
const removalKey = ({ namespace, releaseName }: Place): string => `removal ${namespace}/${releaseName}`;

function isAt(definition: ReleaseDefinition, cluster: string, { namespace, release }: Identity): boolean {
  return definition.cluster === cluster && definition.namespace === namespace && definition.releaseName === release;
}

/** By any repository: a release may have been handed from one to another. */
function isDefined(last: Read, cluster: string, identity: Identity): boolean {
  return last.values().some(({ synced }) => synced.defined.some((definition) => isAt(definition, cluster, identity)));
}

function isHealthy({ model }: DaemonParts, app: string, environment: string): boolean {
  return model
    .releases()
    .some((view) => view.app === app && view.environment === environment && view.health === 'healthy');
}
