/** Reads: one object, lists in pages, the stream of a watch, a container's last lines. */
import type { KubernetesObject } from '../manifest/object.ts';
import type { ApiResource, ClusterClient, ListQuery, ObjectList, ObjectReference } from './cluster-client.ts';
import { isClusterError } from './cluster-error.ts';
import { resourcePath } from './resource-path.ts';
import { forgetIfGone, inServedVersion, parseBody, placeOf, requireResource, type Session } from './session.ts';

export async function getObject(
  session: Session,
  target: ObjectReference,
  signal?: AbortSignal,
): Promise<KubernetesObject | undefined> {
  const what = `get ${target.kind}/${target.name}`;
  return await inServedVersion(session, target, async (resource) => {
    const path = resourcePath(resource, placeOf(resource, target, what));
    return parseBody(await session.send({ method: 'GET', path, what, signal, repeatable: true })) as KubernetesObject;
  });
}

const pageSize = 500;
export const metadataAccept = (kind: string) => `application/json;as=${kind};g=meta.k8s.io;v=v1`;

export async function listObjects(session: Session, query: ListQuery, signal?: AbortSignal): Promise<ObjectList> {
  const what = `list ${query.kind}`;
  const resource = await requireResource(session, query, what);
  const complete = completer(query);
  let items: KubernetesObject[] = [];
  let limit: number | undefined = pageSize;
  for (let cursor: string | undefined; ; ) {
    const { labelSelector, fieldSelector, namespace } = query;
    const path = resourcePath(resource, {
      namespace,
      query: { labelSelector, fieldSelector, limit, continue: cursor },
    });
    const accept = query.metadataOnly ? { accept: metadataAccept('PartialObjectMetadataList') } : {};
    let page: { items?: KubernetesObject[] | null; metadata?: { resourceVersion?: string; continue?: string } };
    try {
      page = parseBody(
        await session.send({ method: 'GET', path, what, signal, repeatable: true, ...accept }),
      ) as typeof page;
    } catch (error) {
      // The pages' snapshot was compacted away under us: once more, in one piece.
      if (!isClusterError(error, 'cluster.expired') || cursor === undefined) {
        forgetIfGone(session, query, error);
        throw error;
      }
      [items, limit, cursor] = [[], undefined, undefined];
      continue;
    }
    for (const item of page.items ?? []) items.push(complete(item));
    cursor = page.metadata?.continue;
    if (!cursor) return { items, resourceVersion: page.metadata?.resourceVersion ?? '' };
  }
}

export async function streamObjects(
  session: Session,
  query: ListQuery,
  { signal, ...from }: { resourceVersion: string; timeoutSeconds: number; signal: AbortSignal },
) {
  const what = `watch ${query.kind}`;
  const resource = await requireResource(session, query, what);
  const { labelSelector, fieldSelector, namespace } = query;
  const path = resourcePath(resource, {
    namespace,
    query: { watch: 1, allowWatchBookmarks: true, ...from, labelSelector, fieldSelector },
  });
  const accept = query.metadataOnly ? { accept: metadataAccept('PartialObjectMetadata') } : {};
  return session.stream({ method: 'GET', path, what, signal, repeatable: true, ...accept });
}

/** Items of lists lack their kind, those of metadata-only answers have a wrong one. */
export function completer({ apiVersion, kind }: ListQuery): (object: KubernetesObject) => KubernetesObject {
  return (object) => Object.assign(object, { apiVersion, kind });
}

export async function readLogs(
  session: Session,
  pod: { namespace: string; name: string },
  options: Parameters<ClusterClient['logs']>[1],
): Promise<string> {
  const what = `logs Pod/${pod.name}`;
  const podResource: ApiResource = {
    group: '',
    version: 'v1',
    kind: 'Pod',
    plural: 'pods',
    namespaced: true,
    verbs: [],
  };
  const { container, tailLines, previous } = options;
  // 64 KiB are plenty for the last lines, and a container that logs without newlines cannot fill the memory.
  const query = { container, tailLines, previous, limitBytes: 65_536 };
  const path = resourcePath(podResource, { ...pod, subresource: 'log', query });
  try {
    return await session.send({ method: 'GET', path, what, signal: options.signal, accept: '*/*', repeatable: true });
  } catch (error) {
    // 400: the container has not started, or never ran before; 404: the pod is gone.
    if (isClusterError(error, 'cluster.not-found', 'cluster.bad-request')) return '';
    throw error;
  }
}
