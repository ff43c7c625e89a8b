/**
 * JSON documents in ConfigMaps of one namespace: read, changed under a precondition, removed. Never loses what somebody
 * else wrote meanwhile: the change is made again on what is there then. Remembers what it last saw, so that a change
 * costs one call; the precondition tells when that was out of date.
 */
import { HelmGitopsError } from '../base/errors.ts';
import type { ClusterClient } from '../cluster/cluster-client.ts';
import { isClusterError } from '../cluster/cluster-error.ts';
import type { KubernetesObject } from '../manifest/object.ts';
import { isOlderVersion } from '../manifest/resource-version.ts';

export type DocumentKind = 'release' | 'repository' | 'environment' | 'daemon';

export const kindLabel = 'helm-gitops.io/state';
export const stateKey = 'state.json';
/** What stood under the other one and could not be understood: it is kept for a person to look at. */
export const unreadableKey = 'state.json.unreadable';
const fieldManager = 'helm-gitops';
const maxTries = 20;
/** Of them without an answer. */
const maxLost = 3;
const passing = ['cluster.unreachable', 'cluster.timeout', 'cluster.server-error', 'cluster.unavailable'] as const;

/** A ConfigMap as it is, or as it shall become. */
export interface Document {
  /** `state.json`; undefined where there is none. */
  readonly text: string | undefined;
  /** What it takes the place of cannot be understood. */
  readonly replacesUnreadable?: boolean;
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
  /** After a new list: everything else is gone. */
  forgetOthers(present: ReadonlySet<string>): void;
  /** While a watch tells of every change, reading asks nobody. */
  watched(is: boolean): void;
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
  const how = { ...call, fieldManager, answerMetadata: true };
  const kind = { apiVersion: 'v1', kind: 'ConfigMap' } as const;
  /** Null: known to be absent. */
  const known = new Map<string, KubernetesObject | null>();
  const queues = new Map<string, Promise<unknown>>();
  /** Where a write failed, what is known may not be true. */
  const doubtful = new Set<string>();
  let isWatched = false;

  /** Unless something newer is known already: watch and writes tell in any order. */
  function note(name: string, configMap: KubernetesObject | null): void {
    const before = known.get(name);
    if (configMap && before && !doubtful.has(name) && isOlder(configMap, before)) return;
    known.set(name, configMap);
    doubtful.delete(name);
  }

  async function get(name: string): Promise<KubernetesObject | undefined> {
    const found = await client.get({ ...kind, namespace, name }, call);
    note(name, found ?? null);
    return found;
  }

  const store: ConfigMapStore = {
    get: async (name) => (isWatched && !doubtful.has(name) ? (known.get(name) ?? undefined) : await get(name)),
    async list(documentKind) {
      if (isWatched && doubtful.size === 0) {
        return [...known.values()].filter(
          (item) => item?.metadata.labels?.[kindLabel] === documentKind,
        ) as KubernetesObject[];
      }
      const { items } = await client.list({ ...kind, namespace, labelSelector: `${kindLabel}=${documentKind}` }, call);
      for (const item of items) note(item.metadata.name ?? '', item);
      return items;
    },
    change: (documentKind, name, change) =>
      inTurn(queues, name, async () => {
        for (let tries = 0; tries < maxTries; tries++) {
          const cached = doubtful.has(name) ? undefined : known.get(name);
          const base = cached === undefined ? await store.get(name) : (cached ?? undefined);
          const before = base && documentOf(base);
          const after = change(before);
          if (after === undefined || after === before) return base;
          try {
            const desired = desiredConfigMap(base, after, { ...kind, namespace, name, documentKind });
            const { metadata } = await (base === undefined ? client.create(desired, how) : client.update(desired, how));
            const written = { ...desired, metadata };
            note(name, written);
            return written;
          } catch (error) {
            doubtful.add(name);
            const raced = isClusterError(error, 'cluster.conflict', 'cluster.already-exists');
            const gone = base !== undefined && isClusterError(error, 'cluster.not-found');
            // Nobody knows whether it was carried out: what is there then tells.
            const lost = tries < maxLost && isClusterError(error, ...passing);
            if (!raced && !gone && !lost) throw error;
          }
        }
        throw new HelmGitopsError('state.conflict', 'transient', `ConfigMap ${name} was changed each time we tried to`);
      }),
    remove: (name) =>
      inTurn(queues, name, async () => {
        await client.delete({ ...kind, namespace, name }, call);
        note(name, null);
      }),
    watched(is) {
      isWatched = is;
    },
    observed(name, configMap) {
      // A deletion that we wait for ourselves may be told after the ConfigMap was made anew.
      if (configMap || !queues.has(name)) note(name, configMap ?? null);
    },
    forgetOthers(present) {
      for (const name of known.keys()) if (!present.has(name) && !queues.has(name)) note(name, null);
    },
  };
  return store;
}

function isOlder({ metadata }: KubernetesObject, { metadata: known }: KubernetesObject): boolean {
  return metadata.uid === known.uid && isOlderVersion(metadata.resourceVersion, known.resourceVersion);
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
  if (document.replacesUnreadable && data[stateKey] !== undefined) data[unreadableKey] = data[stateKey];
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
