/** The daemon's life: sessions for the clusters, loops for the repositories, one first pass, then whatever moves; and its end. */
import { asHelmGitopsError, HelmGitopsError } from '../foundation/base/errors.ts';
import type { Emit } from '../foundation/events/event-bus.ts';
import type { StateStore } from '../foundation/state/open-state.ts';
import { definitionId } from '../pipeline/definitions/release-definition.ts';
import { isMassRemoval } from '../pipeline/remediate/decide-removal.ts';
import { removeRelease } from '../pipeline/remove-release.ts';
import type { Checkout } from '../pipeline/source/checkout.ts';
import type { SyncedRevision } from '../pipeline/sync-revision.ts';
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
  onSynced(synced: SyncedRevision, checkout: Checkout): Promise<void>;
  /** Looks at every repository once and waits until nothing is left to do. */
  pass(repositories: readonly RepositoryLoop[]): Promise<void>;
  /** Follows the requests of people until the end. */
  followRequests(stack: AsyncDisposableStack): void;
  /** Resolves when no queue holds anything. */
  idle(): Promise<void>;
}

export function createDaemon(parts: DaemonParts): Daemon {
  const last = new Map<string, { synced: SyncedRevision; checkout: Checkout }>();
  const removeAll = async () => {
    for (const { synced, checkout } of last.values()) await removeGone(parts, synced, checkout);
  };
  const idle = async () => {
    for (const { session } of parts.sessions.values()) await session.queue.idle();
  };
  return {
    async onSynced(synced, checkout) {
      last.set(checkout.repository, { synced, checkout });
      for (const prepared of synced.releases) sessionOf(parts, prepared.definition.cluster).session.loop.wish(prepared);
      await removeGone(parts, synced, checkout);
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

function sessionOf({ sessions }: DaemonParts, cluster: string): { session: ClusterSession; states: StateStore } {
  const found = sessions.get(cluster);
  if (!found) throw new HelmGitopsError('cluster.unknown', 'user', `no cluster named "${cluster}" is configured`);
  return found;
}

/** Releases of this repository and path that no definition stands for any more. While a file is not understood, none goes. */
async function removeGone(parts: DaemonParts, synced: SyncedRevision, checkout: Checkout): Promise<void> {
  if (synced.unreadFiles.length > 0 || synced.problems.length > 0) return;
  const places = new Set(
    synced.defined.map(({ cluster, namespace, releaseName }) => `${cluster} ${namespace} ${releaseName}`),
  );
  const defined = new Map(synced.defined.map((definition) => [definitionId(definition), definition]));
  for (const [cluster, { session, states }] of parts.sessions) {
    const all = (await states.list()).map(({ state }) => state);
    const mine = all.filter(
      ({ identity }) =>
        identity.installation === states.installation &&
        identity.repository === checkout.repository &&
        identity.path === checkout.path,
    );
    const gone = mine.filter(({ identity }) => !places.has(`${cluster} ${identity.namespace} ${identity.release}`));
    for (const state of gone) {
      const { app, environment } = state.identity;
      const moved = defined.has(definitionId(state.identity));
      if (moved && !isHealthy(parts, app, environment)) continue;
      const total = mine.filter(({ identity }) => identity.environment === environment).length;
      const leaving = gone.filter(({ identity }) => identity.environment === environment).length;
      const guarded = isMassRemoval(leaving, total);
      session.queue.add(`removal ${state.identity.namespace}/${state.identity.release}`, async () => {
        const result = await removeRelease(session.context, { op: parts.newOp(), state, cluster, guarded });
        if (result !== 'waiting' && !moved) session.forget(definitionId(state.identity));
      });
    }
  }
}

function isHealthy({ model }: DaemonParts, app: string, environment: string): boolean {
  return model
    .releases()
    .some((view) => view.app === app && view.environment === environment && view.health === 'healthy');
}
