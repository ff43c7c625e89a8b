/**
 * Takes a client, says of each kind whether its account may follow it in all namespaces or has to do so in each by itself.
 * It asks the API server before anything is tried, so that nothing is refused; who may do everything is asked about once.
 */
import { groupVersionKind } from '../manifest/object.ts';
import type { ClusterClient } from './cluster-client.ts';
import { clusterError, isClusterError } from './cluster-error.ts';
import type { ClusterErrorCode } from './cluster-errors.table.ts';

/** `none`: of a kind without namespaces that may not be watched. */
export type WatchScope = 'cluster' | 'namespace' | 'none';

export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

export interface WatchRights {
  scopeOf(kind: Kind): Promise<WatchScope>;
  /** What is known by now; `namespace`, which is the safer, where nobody asked. */
  knownScope(kind: Kind): WatchScope;
}

interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
}

/** Where the server does not say, it is tried. */
export const allRights: WatchRights = { scopeOf: async () => 'cluster', knownScope: () => 'cluster' };

/** Throws where the server cannot be asked now: what the account may is not known then, and nothing is concluded. */
export async function openWatchRights(client: ClusterClient): Promise<WatchRights> {
  const everything = await isAllowed(client, { verb: '*', group: '*', resource: '*' });
  if (everything !== false) return allRights;
  const asked = new Map<string, Promise<WatchScope>>();
  const known = new Map<string, WatchScope>();
  return {
    scopeOf(kind) {
      const id = `${kind.apiVersion}/${kind.kind}`;
      const before = asked.get(id);
      if (before) return before;
      const answer = askScope(client, kind).then(
        (scope) => {
          known.set(id, scope);
          return scope;
        },
        () => {
          asked.delete(id);
          return 'namespace' as const;
        },
      );
      asked.set(id, answer);
      return answer;
    },
    knownScope: ({ apiVersion, kind }) => known.get(`${apiVersion}/${kind}`) ?? 'namespace',
  };
}

async function askScope(client: ClusterClient, kind: Kind): Promise<WatchScope> {
  const gvk = groupVersionKind(kind);
  const resource = (await client.discovery()).resource(gvk);
  if (resource === undefined) return 'cluster';
  const rights = ['list', 'watch'].map((verb) => ({ verb, group: gvk.group, resource: resource.plural }));
  const answers = await Promise.all(rights.map((right) => isAllowed(client, right)));
  if (!answers.includes(false)) return 'cluster';
  return resource.namespaced ? 'namespace' : 'none';
}

/** In all namespaces; undefined where the server does not say; throws what may be otherwise the next time. */
async function isAllowed(client: ClusterClient, resourceAttributes: Right): Promise<boolean | undefined> {
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    metadata: {},
    spec: { resourceAttributes },
  };
  try {
    const { status } = (await client.create(review)) as { status?: { allowed?: unknown } };
    return typeof status?.allowed === 'boolean' ? status.allowed : undefined;
  } catch (error) {
    if (isClusterError(error, ...answers)) return undefined;
    throw error;
  }
}

/** A server that takes no such question says so with one of these. */
const answers: readonly ClusterErrorCode[] = [
  'cluster.bad-request',
  'cluster.denied',
  'cluster.forbidden',
  'cluster.invalid',
  'cluster.not-allowed',
  'cluster.not-found',
  'cluster.unknown-kind',
];

/** What a watch that is not even tried is lost with. */
export function unwatched(resource: string) {
  const hint = 'it is read now and then instead; helm-gitops rbac prints the rights that are needed';
  return clusterError('cluster.forbidden', `there is no right to list and watch ${resource}`, { hint });
}
