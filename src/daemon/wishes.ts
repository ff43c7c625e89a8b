/**
 * What every release shall become, kept for clusters that cannot be worked in now: a wish for one of them waits here and
 * is repeated when work in its cluster begins.
 */
import { HelmGitopsError } from '../foundation/base/errors.ts';
import type { PreparedRelease } from '../pipeline/context.ts';
import { definitionId, type ReleaseDefinition } from '../pipeline/definitions/release-definition.ts';
import type { ClusterSession } from './cluster-session.ts';
import type { ReadModel } from './read-model.ts';

export interface Wishes {
  add(prepared: PreparedRelease): void;
  /** All that the repository defines: what it does not is wished for no more. */
  keep(repository: string, defined: readonly ReleaseDefinition[]): void;
  repeat(cluster: string): void;
}

export interface WishesOptions {
  readonly sessions: ReadonlyMap<string, { readonly session: ClusterSession }>;
  readonly model: ReadModel;
}

export function createWishes({ sessions, model }: WishesOptions): Wishes {
  const wishes = new Map<string, PreparedRelease>();
  const hand = (prepared: PreparedRelease) => {
    const { definition } = prepared;
    const session = sessions.get(definition.cluster)?.session;
    if (session === undefined) {
      if (!model.clusters().some(({ name }) => name === definition.cluster))
        throw new HelmGitopsError('cluster.unknown', 'user', `no cluster named "${definition.cluster}" is configured`);
      model.define(prepared);
    }
    // A definition that came back while its release is being taken away: wished for when that is over.
    else if (!session.queue.isRunning(removalKey(definition))) wishOf(session, prepared);
  };
  return {
    add(prepared) {
      wishes.set(definitionId(prepared.definition), prepared);
      hand(prepared);
    },
    keep(repository, defined) {
      const ids = new Set(defined.map(definitionId));
      for (const [id, { definition }] of wishes) {
        if (definition.origin.repository !== repository || ids.has(id)) continue;
        wishes.delete(id);
        if (!sessions.has(definition.cluster)) model.forget(id);
      }
    },
    repeat(cluster) {
      for (const prepared of wishes.values()) if (prepared.definition.cluster === cluster) hand(prepared);
    },
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
      forget(former);
      loop.wish(prepared);
    });
}

const isSamePlace = (one: Place | undefined, other: Place): boolean =>
  one !== undefined && one.namespace === other.namespace && one.releaseName === other.releaseName;

type Place = Pick<ReleaseDefinition, 'namespace' | 'releaseName'>;

export const removalKey = ({ namespace, releaseName }: Place): string => `removal ${namespace}/${releaseName}`;
