/** A ClusterClient over a Map, for tests of what is built on it: versions, preconditions, selectors and watches. */
import type { ClusterClient, ListQuery, WatchHandler } from '../../src/foundation/cluster/cluster-client.ts';
import { clusterError } from '../../src/foundation/cluster/cluster-error.ts';
import { jsonMergePatch } from '../../src/foundation/fields/merge-patch.ts';
import type { JsonObject, KubernetesObject } from '../../src/foundation/manifest/object.ts';

export interface MemoryCluster extends ClusterClient {
  readonly objects: Map<string, KubernetesObject>;
  /** `create ConfigMap/daemon`, in the order of the calls. */
  readonly calls: string[];
  /** As a controller would: status and all, without a precondition. */
  put(object: KubernetesObject): KubernetesObject;
  /** Throw here to let a call fail. */
  before: (call: string, object: unknown) => void | Promise<void>;
}

interface Follower {
  readonly query: ListQuery;
  readonly handler: WatchHandler;
}

export function memoryCluster(): MemoryCluster {
  const objects = new Map<string, KubernetesObject>();
  const followers = new Set<Follower>();
  const calls: string[] = [];
  let version = 0;
  const id = (kind: string, namespace: string | undefined, name: string | undefined) =>
    `${kind}/${namespace ?? ''}/${name}`;
  const idOf = (object: KubernetesObject) => id(object.kind, object.metadata.namespace, object.metadata.name);
  const tell = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubernetesObject) => {
    for (const { query, handler } of followers)
      if (matches(object, query)) setImmediate(() => handler.changed(type, structuredClone(object)));
  };
  const put = (object: KubernetesObject) => {
    const known = objects.get(idOf(object));
    version += 1;
    const metadata = {
      ...object.metadata,
      uid: known?.metadata.uid ?? `uid-${version}`,
      resourceVersion: String(version),
    };
    const stored = structuredClone({ ...object, metadata });
    objects.set(idOf(object), stored);
    tell(known ? 'MODIFIED' : 'ADDED', stored);
    return structuredClone(stored);
  };
  const call = async (verb: string, kind: string, name: string | undefined, object?: unknown) => {
    calls.push(`${verb} ${kind}/${name ?? '*'}`);
    await cluster.before(`${verb} ${kind}/${name ?? '*'}`, object);
  };
  const existing = (object: KubernetesObject) => {
    const known = objects.get(idOf(object));
    if (!known) throw clusterError('cluster.not-found', `${idOf(object)} not found`);
    return known;
  };
  const cluster: MemoryCluster = {
    name: 'memory',
    server: 'memory:',
    objects,
    calls,
    put,
    before: () => undefined,
    discovery: async () => {
      throw new Error('the memory cluster has no discovery');
    },
    async get({ kind, namespace, name }) {
      await call('get', kind, name);
      const found = objects.get(id(kind, namespace, name));
      return found && structuredClone(found);
    },
    async list(query) {
      await call('list', query.kind, undefined);
      const items = [...objects.values()]
        .filter((object) => matches(object, query))
        .map((object) => structuredClone(object));
      return { items, resourceVersion: String(version) };
    },
    async create(object) {
      await call('create', object.kind, object.metadata.name, object);
      if (objects.has(idOf(object))) throw clusterError('cluster.already-exists', `${idOf(object)} exists`);
      return put(object);
    },
    async update(object) {
      await call('update', object.kind, object.metadata.name, object);
      const known = existing(object);
      const wanted = object.metadata.resourceVersion;
      if (wanted !== undefined && wanted !== known.metadata.resourceVersion)
        throw clusterError('cluster.conflict', `${idOf(object)} was modified`);
      return put(object);
    },
    async apply(object, { dryRun } = { fieldManager: '' }) {
      await call(dryRun ? 'dry-run' : 'apply', object.kind, object.metadata.name, object);
      const known = objects.get(idOf(object));
      return dryRun ? structuredClone({ ...known, ...object }) : put({ ...known, ...object });
    },
    async patch({ kind, namespace, name }, patch) {
      await call('patch', kind, name, patch.body);
      const known = existing({ apiVersion: 'v1', kind, metadata: { name, ...(namespace ? { namespace } : {}) } });
      const merged = Array.isArray(patch.body) ? known : jsonMergePatch(known, patch.body as JsonObject);
      return put(merged as KubernetesObject);
    },
    async delete({ kind, namespace, name }) {
      await call('delete', kind, name);
      const known = objects.get(id(kind, namespace, name));
      if (!known) return false;
      objects.delete(id(kind, namespace, name));
      tell('DELETED', known);
      return true;
    },
    watch(query, handler) {
      const follower = { query, handler };
      const synced = cluster.list(query).then(({ items }) => {
        followers.add(follower);
        handler.replaced(items);
      });
      synced.catch((error: unknown) => handler.lost?.(error));
      return {
        synced,
        [Symbol.asyncDispose]: async () => {
          followers.delete(follower);
        },
      };
    },
    logs: async (pod) => `log of ${pod.name}`,
    [Symbol.asyncDispose]: async () => undefined,
  };
  return cluster;
}

function matches(object: KubernetesObject, query: ListQuery): boolean {
  if (object.kind !== query.kind || (query.namespace && object.metadata.namespace !== query.namespace)) return false;
  const labels = object.metadata.labels ?? {};
  const labelled = (query.labelSelector ?? '').split(',').every((part) => {
    const [key = '', value] = part.split('=');
    return part === '' || (value === undefined ? key in labels : labels[key] === value);
  });
  const fields = (query.fieldSelector ?? '').split(',').every((part) => {
    const [path = '', value] = part.split('=');
    if (part === '') return true;
    const found = path
      .split('.')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], object);
    return found === value;
  });
  return labelled && fields;
}
