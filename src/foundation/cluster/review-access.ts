/**
 * Asks an API server who somebody is that shows a token (TokenReview), and what they may do (SubjectAccessReview). The token
 * goes nowhere else: no error that comes back from here holds it, nor a word that the server said of it.
 */
import type { KubernetesObject } from '../manifest/object.ts';
import type { CallOptions, ClusterClient } from './cluster-client.ts';
import { clusterError, isClusterError } from './cluster-error.ts';

/** As the server's authenticators know them. */
export interface KnownUser {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface AskedRight {
  readonly verb: string;
  /** `''`: the core group. */
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
}

type Reviewer = Pick<ClusterClient, 'create' | 'name'>;

/** Of a token that is made for this program alone, and counts nowhere else. */
export const ownAudience = 'helm-gitops';

/** Undefined: it is no token of this cluster, or no longer. */
export async function reviewToken(
  client: Reviewer,
  token: string,
  options: CallOptions = {},
): Promise<KnownUser | undefined> {
  // Without audiences the server takes what is meant for itself: what kubectl shows it.
  const audiences = audiencesOf(token).includes(ownAudience) ? [ownAudience] : [];
  const spec = { token, ...(audiences.length > 0 ? { audiences } : {}) };
  const { status } = (await review(
    client,
    { group: 'authentication', kind: 'TokenReview', spec },
    options,
  )) as Reviewed;
  if (status?.authenticated !== true) return undefined;
  // A server that knows nothing of audiences has not looked at them.
  if (audiences.length > 0 && !texts(status.audiences).includes(ownAudience)) return undefined;
  const { username, uid, groups, extra } = status.user ?? {};
  if (typeof username !== 'string' || username === '') return undefined;
  return {
    name: username,
    groups: texts(groups),
    ...(typeof uid === 'string' && uid !== '' ? { uid } : {}),
    ...(extra ? { extra: Object.fromEntries(Object.entries(extra).map(([key, list]) => [key, texts(list)])) } : {}),
  };
}

export async function reviewAccess(
  client: Reviewer,
  { name, uid, groups, extra }: KnownUser,
  { namespace, verb, group, resource }: AskedRight,
  options: CallOptions = {},
): Promise<boolean> {
  const user = { user: name, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) };
  const spec = { ...user, resourceAttributes: { namespace, verb, group, resource } };
  const asked = { group: 'authorization', kind: 'SubjectAccessReview', spec };
  return ((await review(client, asked, options)) as Reviewed).status?.allowed === true;
}

interface Reviewed {
  readonly status?: {
    readonly authenticated?: unknown;
    readonly allowed?: unknown;
    readonly audiences?: unknown;
    readonly user?: { username?: unknown; uid?: unknown; groups?: unknown; extra?: Record<string, unknown> };
  };
}

async function review(
  client: Reviewer,
  { group, kind, spec }: { group: string; kind: string; spec: object },
  options: CallOptions,
): Promise<unknown> {
  const object = { apiVersion: `${group}.k8s.io/v1`, kind, metadata: { generateName: '' }, spec };
  try {
    return await client.create(object as KubernetesObject, options);
  } catch (error) {
    if (options.signal?.aborted)
      throw clusterError('cluster.timeout', `${kind}: ${client.name} did not answer in time`);
    if (isClusterError(error, 'cluster.forbidden'))
      throw clusterError('cluster.forbidden', `the daemon may not create a ${kind} in cluster ${client.name}`, {
        hint: 'helm-gitops rbac prints the rights that approvals by the API take',
      });
    throw clusterError('cluster.unavailable', `cluster ${client.name} did not answer a ${kind}`);
  }
}

/** What a JSON Web Token says of itself. It is only asked for: the server tells whether it is true. */
function audiencesOf(token: string): readonly string[] {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as {
      aud?: unknown;
    };
    return typeof claims?.aud === 'string' ? [claims.aud] : texts(claims?.aud);
  } catch {
    return [];
  }
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
