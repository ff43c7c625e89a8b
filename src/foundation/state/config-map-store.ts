/**
 * JSON documents in ConfigMaps of one namespace: read, changed under a precondition, removed. Never loses what somebody
 * else wrote meanwhile: the change is made again on what is there then. Remembers what it last saw, so that a change
 * costs one call; the precondition tells when that was out of date.
 */
import { HelmGitopsError } from '../base/errors.ts';
import type { ClusterClient } from '../cluster/cluster-client.ts';
import { isClusterError } from '../cluster/cluster-error.ts';
import type { KubernetesObject } from '../manifest/object.ts';

export type DocumentKind = 'release' | 'repository' | 'environment' | 'daemon';

export const kindLabel = 'helm-gitops.io/state';
export const stateKey = 'state.json';
const fieldManager = 'helm-gitops';
const maxTries = 20;

/** A ConfigMap as it is, or as it shall become. */
export interface Document {
  /** `state.json`; undefined where there is none. */
  readonly text: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ConfigMapStore {
  get(name: string): Promise<KubernetesObject | undefined>;
  list(kind: DocumentKind): Promise<KubernetesObject[]>;
  /**
   * Returning undefined, or what was given, writes nothing. The change may be made several times. Returns the
   * ConfigMap as it is then; undefined where there is none.
   */
  change(
    kind: DocumentKind,
    name: string,
    change: (document: Document | undefined) => Document | undefined,
  ): Promise<KubernetesObject | undefined>;
  remove(name: string): Promise<void>;
  /** What a watch tells; undefined: it is gone. */
  observed(name: string, configMap: KubernetesObject | undefined): void;
}

export interface StoreOptions {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly signal?: AbortSignal;
}

export function documentOf(configMap: KubernetesObject): Document {
  const data = configMap.data as Record<string, unknown> | undefined;
  const text = data && Object.hasOwn(data, stateKey) ? data[stateKey] : undefined;
  return { text: typeof text === 'string' ? text : undefined, annotations: configMap.metadata.annotations ?? {} };
}

export function openConfigMapStore({ client, namespace, signal }: StoreOptions): ConfigMapStore {
  const call = signal === undefined ? {} : { signal };
  const kind = { apiVersion: 'v1', kind: 'ConfigMap' } as const;
  /** Null: known to be absent. */
  const known = new Map<string, KubernetesObject | null>();
  const queues = new Map<string, Promise<unknown>>();

  async function get(name: string): Promise<KubernetesObject | undefined> {
    const found = await client.get({ ...kind, namespace, name }, call);
    known.set(name, found ?? null);
    return found;
  }

  const store: ConfigMapStore = {
    get,
    async list(documentKind) {
      const { items } = await client.list({ ...kind, namespace, labelSelector: `${kindLabel}=${documentKind}` }, call);
      for (const item of items) known.set(item.metadata.name ?? '', item);
      return items;
    },
    change: (documentKind, name, change) =>
      inTurn(queues, name, async () => {
        for (let tries = 0; tries < maxTries; tries++) {
          const cached = known.get(name);
          const base = cached === undefined ? await get(name) : (cached ?? undefined);
          const before = base && documentOf(base);
          const after = change(before);
          if (after === undefined || after === before) return base;
          try {
            const desired = desiredConfigMap(base, after, { ...kind, namespace, name, documentKind });
            const written = await (base === undefined
              ? client.create(desired, { ...call, fieldManager })
              : client.update(desired, { ...call, fieldManager }));
            known.set(name, written);
            return written;
          } catch (error) {
            known.delete(name);
            const raced = isClusterError(error, 'cluster.conflict', 'cluster.already-exists');
            const gone = base !== undefined && isClusterError(error, 'cluster.not-found');
            if (!raced && !gone) throw error;
          }
        }
        throw new HelmGitopsError('state.conflict', 'transient', `ConfigMap ${name} was changed each time we tried to`);
      }),
    remove: (name) =>
      inTurn(queues, name, async () => {
        await client.delete({ ...kind, namespace, name }, call);
        known.set(name, null);
      }),
    observed(name, configMap) {
      // While we write, what the watch tells may be older than what the write will answer.
      if (!queues.has(name)) known.set(name, configMap ?? null);
    },
  };
  return store;
}

interface Place {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly documentKind: DocumentKind;
}

/** Other data, labels and owners in the ConfigMap stay as they are. */
function desiredConfigMap(base: KubernetesObject | undefined, document: Document, place: Place): KubernetesObject {
  const { apiVersion, kind, namespace, name, documentKind } = place;
  const { managedFields: _, ...metadata } = base?.metadata ?? { name, namespace };
  const labels = {
    ...metadata.labels,
    'app.kubernetes.io/managed-by': 'helm-gitops',
    [kindLabel]: documentKind,
  };
  const data = { ...(base?.data as Record<string, string> | undefined) };
  if (document.text !== undefined) data[stateKey] = document.text;
  return {
    ...base,
    apiVersion,
    kind,
    metadata: { ...metadata, labels, annotations: { ...document.annotations } },
    data,
  };
}

/** One after the other for the same name: two changes of ours must not conflict with each other. */
async function inTurn<Result>(
  queues: Map<string, Promise<unknown>>,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = queues.get(name) ?? Promise.resolve();
  const result = before.then(work, work);
  const settled = result.catch(() => undefined);
  queues.set(name, settled);
  try {
    return await result;
  } finally {
    if (queues.get(name) === settled) queues.delete(name);
  }
}
