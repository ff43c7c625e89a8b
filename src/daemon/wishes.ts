/**
 * What every release shall become, kept for clusters that cannot be worked in now: a wish for one of them waits here and
 * is repeated when work in its cluster begins.
 */
import { HelmGitopsError } from '../foundation/base/errors.ts';
import type { Emit } from '../foundation/events/event-bus.ts';
import { type PreparedRelease, releaseFields } from '../pipeline/context.ts';
import { definitionId, type ReleaseDefinition } from '../pipeline/definitions/release-definition.ts';
import type { ClusterSession } from './clusters/cluster-session.ts';
import { placeName } from './place-name.ts';
import type { ReadModel } from './read-model.ts';
import type { Across } from './releases/release-entry.ts';

export interface Wishes extends Across {
  /** These will be wished for soon: what comes after them waits. */
  expect(definitions: readonly ReleaseDefinition[]): void;
  /** Those that were not wished for could not be prepared. */
  expectNoMore(definitions: readonly ReleaseDefinition[]): void;
  add(prepared: PreparedRelease): void;
  /** All that the repository defines: what it does not is wished for no more. */
  keep(repository: string, defined: readonly ReleaseDefinition[]): void;
  repeat(cluster: string): void;
}

export interface WishesOptions {
  readonly sessions: ReadonlyMap<string, { readonly session: ClusterSession }>;
  readonly model: ReadModel;
  readonly emit: Emit;
}

export function createWishes({ sessions, model, emit }: WishesOptions): Wishes {
  const expected: Across['expected'] = new Map();
  const wishes = new Map<string, PreparedRelease>();
  const hand = (prepared: PreparedRelease) => {
    const { definition } = prepared;
    const session = sessions.get(definition.cluster)?.session;
    if (session === undefined) {
      if (!model.clusters().some(({ name }) => name === definition.cluster))
        throw new HelmGitopsError('cluster.unknown', 'user', `no cluster named "${definition.cluster}" is configured`);
      expected.delete(definitionId(definition));
      model.define(prepared);
    }
    // A definition that came back while its release is being taken away: wished for when that is over.
    else if (!session.queue.isRunning(removalKey(definition))) wishOf(session, prepared);
  };
  /** Where it was it would still be deployed, by a retry or when a window opens. */
  const leave = (before: PreparedRelease, now: PreparedRelease) => {
    const id = definitionId(before.definition);
    const { cluster } = before.definition;
    const session = sessions.get(cluster)?.session;
    if (session) session.leave(id, now);
    else if (cluster !== now.definition.cluster) {
      const message = `it moves from ${placeName(before.definition)}, and goes there when that cluster can be reached`;
      emit({ event: 'release.waiting', ...releaseFields(now), for: `cluster ${cluster}`, message });
    }
    if (id !== definitionId(now.definition)) model.forget(id);
  };
  return {
    add(prepared) {
      const id = definitionId(prepared.definition);
      const before = wishes.get(id);
      if (before !== undefined && before.definition.cluster !== prepared.definition.cluster) leave(before, prepared);
      wishes.set(id, prepared);
      hand(prepared);
    },
    keep(repository, defined) {
      const ids = new Set(defined.map(definitionId));
      for (const [id, { origin }] of expected)
        if (origin.repository === repository && !ids.has(id)) expected.delete(id);
      for (const [id, before] of wishes) {
        const { definition } = before;
        if (definition.origin.repository !== repository || ids.has(id)) continue;
        wishes.delete(id);
        const renamed = wishes.values().find((one) => isCalled(one.definition, definition));
        if (renamed && !isSamePlace(definition, renamed.definition)) leave(before, renamed);
        if (!sessions.has(definition.cluster)) model.forget(id);
      }
    },
    repeat(cluster) {
      for (const prepared of wishes.values()) if (prepared.definition.cluster === cluster) hand(prepared);
    },
    expected,
    expect(definitions) {
      for (const definition of definitions) expected.set(definitionId(definition), definition);
    },
    expectNoMore(definitions) {
      const missed = new Set(definitions.map(definitionId).filter((id) => expected.delete(id)));
      for (const { session } of sessions.values()) session.loop.expectNoMore(missed);
    },
    wake(id) {
      for (const { session } of sessions.values()) session.loop.wake(id);
    },
    elsewhere: (cluster) => wishes.values().filter(({ definition }) => definition.cluster !== cluster),
  };
}

/** A renamed application takes its release over when nothing is done for it under the old name any more. */
function wishOf({ queue, loop, forget }: ClusterSession, prepared: PreparedRelease): void {
  const { formerly = [], environment } = prepared.definition;
  const former = formerly
    .map((app) => definitionId({ app, environment }))
    .find((id) => isSamePlace(loop.prepared(id)?.definition, prepared.definition));
  if (former === undefined) loop.wish(prepared);
  else
    queue.add(former, async () => {
      // Of two that change their names with each other, the other may have it by now.
      if (isSamePlace(loop.prepared(former)?.definition, prepared.definition)) forget(former);
      loop.wish(prepared);
    });
}

const isSamePlace = (one: ClusterPlace | undefined, other: ClusterPlace): boolean =>
  one !== undefined &&
  one.cluster === other.cluster &&
  one.namespace === other.namespace &&
  one.releaseName === other.releaseName;

/** Under an earlier name. */
const isCalled = ({ formerly = [], environment }: ReleaseDefinition, before: ReleaseDefinition): boolean =>
  formerly.includes(before.app) && environment === before.environment;

type Place = Pick<ReleaseDefinition, 'namespace' | 'releaseName'>;
type ClusterPlace = Place & Pick<ReleaseDefinition, 'cluster'>;

export const removalKey = ({ namespace, releaseName }: Place): string => `removal ${namespace}/${releaseName}`;
