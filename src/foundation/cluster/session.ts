/** One identity's calls to one cluster, and what reading and writing share: kinds found, places checked, bodies parsed. */
import { parseExactJson } from '../base/exact-json.ts';
import { groupVersionKind } from '../manifest/object.ts';
import type { ApiResource, ObjectReference } from './cluster-client.ts';
import { apiStatusOf, clusterError, isClusterError } from './cluster-error.ts';
import type { DiscoveryCache } from './discovery-cache.ts';
import type { ApiRequest, Transport } from './transport.ts';

export interface Session {
  readonly discovery: DiscoveryCache;
  readonly send: (request: ApiRequest) => Promise<string>;
  readonly stream: (request: ApiRequest) => ReturnType<Transport['stream']>;
}

export function placeOf(
  resource: ApiResource,
  target: ObjectReference,
  what: string,
): { namespace: string | undefined; name: string } {
  if (!resource.namespaced) return { namespace: undefined, name: target.name };
  if (!target.namespace) throw clusterError('cluster.namespace-required', `${what}: the namespace is missing`);
  return { namespace: target.namespace, name: target.name };
}

export async function requireResource(
  session: Session,
  kind: { apiVersion: string; kind: string },
  what: string,
): Promise<ApiResource> {
  const resource = await session.discovery.find(groupVersionKind(kind));
  if (resource !== undefined) return resource;
  throw clusterError('cluster.unknown-kind', `${what}: the cluster does not serve ${kind.apiVersion} ${kind.kind}`, {
    hint: 'install the CustomResourceDefinition first, or correct apiVersion and kind',
  });
}

/** A 404 that names no object: the kind itself is no longer served, at least not in this version. */
export function forgetIfGone(session: Session, kind: { apiVersion: string; kind: string }, error: unknown): boolean {
  const details = apiStatusOf(error)?.details as { name?: string; kind?: string } | undefined;
  const isGone = isClusterError(error, 'cluster.not-found') && !details?.name;
  if (isGone) session.discovery.forget(groupVersionKind(kind));
  return isGone;
}

/**
 * Asks about an object in its own version, or in another where its own is served no more: it is still there. Undefined
 * where it is not, or nobody serves its kind.
 */
export async function inServedVersion<Answer>(
  session: Session,
  target: { apiVersion: string; kind: string },
  ask: (resource: ApiResource) => Promise<Answer>,
): Promise<Answer | undefined> {
  const gvk = groupVersionKind(target);
  const otherVersion = async (refresh: boolean) =>
    (await session.discovery.read(refresh)).resources.find(
      ({ group, version, kind }) => group === gvk.group && kind === gvk.kind && version !== gvk.version,
    );
  const own = await session.discovery.find(gvk);
  const resource = own ?? (await otherVersion(false));
  if (resource === undefined) return undefined;
  try {
    return await ask(resource);
  } catch (error) {
    if (!isClusterError(error, 'cluster.not-found')) throw error;
    if (!forgetIfGone(session, resource === own ? target : versioned(resource), error)) return undefined;
  }
  const other = await otherVersion(true);
  if (other === undefined) return undefined;
  return await ask(other).catch((error: unknown) => {
    if (isClusterError(error, 'cluster.not-found')) return undefined;
    throw error;
  });
}

function versioned({ group, version, kind }: ApiResource): { apiVersion: string; kind: string } {
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind };
}

export function parseBody(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch (error) {
    throw clusterError('cluster.protocol', 'the server sent an answer that is not JSON', { cause: error });
  }
}
