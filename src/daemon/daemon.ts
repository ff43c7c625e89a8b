/** The daemon's life: sessions for the clusters, loops for the repositories, one first pass, then whatever moves; and its end. */
import type { Event } from '../foundation/events/event.ts';
import type { Emit } from '../foundation/events/event-bus.ts';
import { internalError } from '../foundation/events/internal-error.ts';
import type { PersonRequest } from '../foundation/state/release-state.ts';
import type { RequestTarget } from '../foundation/state/request-target.ts';
import type { PreparedRelease } from '../pipeline/context.ts';
import type { ReleaseDefinition } from '../pipeline/definitions/release-definition.ts';
import type { Checkout } from '../pipeline/source/checkout.ts';
import type { SyncedRevision } from '../pipeline/sync-revision.ts';
import { createClaims } from './claims.ts';
import type { Work } from './clusters/keep-cluster.ts';
import type { Decide } from './control.ts';
import { createHolds, type Holds } from './holds.ts';
import type { PromotionWriter } from './promotion/promotion-writer.ts';
import { createPromotions, promotionTriggers } from './promotion/promotions.ts';
import { takeBack } from './promotion/take-back.ts';
import type { ReadModel } from './read-model.ts';
import type { Across } from './releases/release-entry.ts';
import { createRemovals, type Read } from './removals/removals.ts';
import { createLastReadings, type FollowedRepository } from './repositories/last-readings.ts';
import type { RepositoryLoop } from './repositories/repository-loop.ts';
import { createDecisions } from './requests/decisions.ts';
import { type Answer, answerRequest, type RequestOptions } from './requests/requests.ts';
import type { RevertAccess } from './reverts/revert-access.ts';
import { createReverts, revertTriggers } from './reverts/reverts.ts';
import { createWishes } from './wishes.ts';

export type Sessions = ReadonlyMap<string, Pick<Work, 'session' | 'states' | 'freezes'>>;

export interface DaemonParts {
  /** Of the clusters that can be worked in now. */
  readonly sessions: Sessions;
  readonly model: ReadModel;
  readonly emit: Emit;
  readonly now: () => Date;
  readonly newOp: () => string;
  /** By name. */
  readonly repositories: ReadonlyMap<string, FollowedRepository & Pick<RepositoryLoop, 'look'>>;
  /** How versions are written into the repositories. */
  readonly promoting: PromotionWriter;
  /** How what they said before is read. */
  readonly reverting: RevertAccess;
  readonly signal: AbortSignal;
}

export interface Daemon {
  /** What a revision defines: waves and dependencies count before all of it is prepared. */
  onRead(repository: string, definitions: readonly ReleaseDefinition[]): void;
  /** A release is ready to be deployed, whatever becomes of the others of its revision. */
  onPrepared(prepared: PreparedRelease): void;
  onSynced(synced: SyncedRevision, checkout: Checkout): void;
  /** A look at a repository is over, whatever came of it. */
  onLooked(repository: string): Promise<void>;
  /** Work in a cluster begins, for the first time or anew: it is told what is wished for. The stack ends with the work. */
  onBegun(cluster: string, stack: AsyncDisposableStack): void;
  /** Looks at every repository once and waits until nothing is left to do in the clusters that can be worked in. */
  pass(repositories: readonly RepositoryLoop[]): Promise<void>;
  /** Follows the requests of people, promotes versions and takes changes back, until the end. */
  serve(): void;
  /** Something was told. */
  noted(event: Event): void;
  /** Answers what people decide by the API. */
  readonly decide: Decide;
  /** What keeps a release from being deployed until a person decides. */
  readonly holdOf: Holds['of'];
  readonly across: Across;
  /** Resolves when no queue holds anything. */
  idle(): Promise<void>;
}

export function createDaemon(parts: DaemonParts): Daemon {
  const { sessions } = parts;
  const last: Read = new Map();
  const defined = new Map<string, readonly ReleaseDefinition[]>();
  const claims = createClaims(parts.emit);
  const wishes = createWishes(parts);
  const holds = createHolds({ ...parts, defined });
  const removals = createRemovals({ ...parts, onGone: holds.lookAgain }, last);
  const admit = (prepared: PreparedRelease) => {
    if (claims.admit(prepared)) wishes.add(prepared);
  };
  const readings = createLastReadings({ ...parts, wishes, admit }, last);
  const onWritten = (repository: string) => void parts.repositories.get(repository)?.look();
  const promotions = createPromotions({ ...parts, ...parts.promoting, access: parts.reverting, onWritten }, last);
  const reverts = createReverts({ ...parts, ...parts.promoting, ...parts.reverting, onWritten }, last);
  const look = async (repository: string) => await parts.repositories.get(repository)?.look();
  const taking = { promoting: promotions.promoting, access: parts.reverting, look };
  const follow = createFollowing(parts, {
    onConfirmed() {
      holds.lookAgain();
      void removals.lookAtAll();
    },
    takeBack: (id, by) => takeBack(taking, id, by),
  });
  const missing = () => parts.model.clusters().flatMap(({ name, status }) => (status === 'ready' ? [] : [name]));
  const decisions = createDecisions({ ...parts, missing, answer: follow.answer });
  const idle = async () => {
    const queues = [...sessions.values()].map(({ session }) => session.queue);
    // What is done in one cluster lets releases of another go.
    do {
      await Promise.all([promotions.idle(), reverts.idle(), ...queues.map((queue) => queue.idle())]);
    } while (queues.some((queue) => queue.size > 0));
  };
  return {
    onRead(repository, definitions) {
      claims.read(repository, definitions);
      defined.set(repository, definitions);
      wishes.expect(definitions);
    },
    onPrepared: admit,
    onSynced(synced, checkout) {
      last.set(checkout.repository, { synced, checkout });
      wishes.expectNoMore(synced.defined);
      for (const prepared of claims.released()) wishes.add(prepared);
      wishes.keep(checkout.repository, synced.defined);
      // What charts render of definitions is known by now.
      holds.lookAgain();
      void removals.lookAt(checkout.repository);
      promotions.look();
      reverts.look();
    },
    onLooked: readings.looked,
    onBegun(cluster, stack) {
      if (!sessions.has(cluster)) return;
      const isHere = (definition: ReleaseDefinition) => definition.cluster === cluster;
      wishes.expect([...defined.values()].flat().filter(isHere));
      wishes.repeat(cluster);
      for (const { synced } of last.values()) wishes.expectNoMore(synced.defined.filter(isHere));
      follow.begun(cluster, stack);
      void readings.begun(cluster);
      void removals.lookAtAll();
    },
    async pass(repositories) {
      await Promise.all(repositories.map((repository) => repository.look()));
      await idle();
      await removals.lookAtAll();
      await idle();
    },
    serve() {
      follow.start();
      promotions.start();
      reverts.start();
    },
    noted(told) {
      const { event } = told;
      decisions.noted(told);
      if (promotionTriggers.has(event)) promotions.look();
      if (revertTriggers.has(event)) reverts.look();
      if (event === 'freeze.lifted') void removals.lookAtAll();
    },
    decide: decisions.decide,
    holdOf: holds.of,
    across: wishes,
    idle,
  };
}

interface Following {
  /** What is asked for not by an annotation. */
  answer(cluster: string, ...asked: [RequestTarget, PersonRequest]): Promise<Answer>;
  start(): void;
  begun(cluster: string, stack: AsyncDisposableStack): void;
}

function createFollowing(
  { sessions, emit, now, signal }: DaemonParts,
  answers: Pick<RequestOptions, 'onConfirmed' | 'takeBack'>,
): Following {
  const stacks = new Map<string, AsyncDisposableStack>();
  let started = false;
  const answer: Following['answer'] = async (cluster, ...asked) => {
    const work = sessions.get(cluster);
    if (work === undefined) throw new Error(`no work is done in cluster ${cluster}`);
    return await answerRequest({ ...work, emit, now, ...answers }, ...asked);
  };
  const follow = (cluster: string) => {
    const work = sessions.get(cluster);
    const stack = stacks.get(cluster);
    if (!started || work === undefined || stack === undefined || stack.disposed) return;
    const watch = work.states.watchRequests((target, request) => {
      answer(cluster, target, request).catch((error) => {
        if (!signal.aborted && !work.session.context.signal.aborted) emit(internalError(error));
      });
    });
    stack.use(watch);
  };
  return {
    answer,
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
