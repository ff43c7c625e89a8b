/**
 * Takes a cluster and a release's name, returns its revisions as Helm's storage driver keeps them. Never overwrites what
 * somebody else wrote meanwhile: every write has a precondition.
 */

import { asHelmGitopsError, HelmGitopsError } from '../base/errors.ts';
import type { ClusterClient } from '../cluster/cluster-client.ts';
import { isClusterError } from '../cluster/cluster-error.ts';
import type { KubernetesObject } from '../manifest/object.ts';
import { decodeRecord } from './record-codec.ts';
import {
  customLabels,
  recordKind,
  recordName,
  recordObject,
  recordText,
  type Stamp,
  type StorageDriver,
  tooLarge,
} from './record-object.ts';
import type { ReleaseHistory, ReleaseRecord, ReleaseStatus, RevisionMark, StoredRelease } from './release-record.ts';

/** Told once per object of a history that cannot be decoded; `object` is its name. */
export type OnUnreadable = (object: string, error: HelmGitopsError, namespace: string) => void;

export interface HistoryOptions {
  readonly client: ClusterClient;
  /** Where the records lie (records-namespace.ts). */
  readonly namespace: string;
  readonly name: string;
  /** Default: secret, as Helm's. */
  readonly driver?: StorageDriver;
  readonly onUnreadable: OnUnreadable;
  /** Told of each record that is read, before anything is done with it. */
  readonly onRecord?: ((record: ReleaseRecord) => void) | undefined;
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
}

const fieldManager = 'helm-gitops';
/** Of a write that was not carried out and that nothing speaks against. */
const maxTries = 4;

export function openHistory(options: HistoryOptions): ReleaseHistory {
  const { client, namespace, name, driver = 'secret' } = options;
  const call = options.signal === undefined ? {} : { signal: options.signal };
  const how = { ...call, fieldManager, answerMetadata: true };
  const now = options.now ?? (() => new Date());
  const told = new Set<string>();
  const kind = recordKind(driver);
  const reference = (version: number) => ({ ...kind, namespace, name: recordName(name, version) });
  const query = { ...kind, namespace, labelSelector: `owner=helm,name=${name}` };

  async function write(record: ReleaseRecord, label: Stamp['label'], resourceVersion?: string): Promise<StoredRelease> {
    const object = await recordObject(record, { driver, namespace, label, time: now() });
    const stored = ({ metadata }: KubernetesObject) => ({ record, resourceVersion: metadata.resourceVersion ?? '' });
    let answered = true;
    for (let tries = 1; ; tries += 1) {
      try {
        if (resourceVersion === undefined) return stored(await client.create(object, how));
        const metadata = { ...object.metadata, resourceVersion };
        return stored(await client.update({ ...object, metadata }, how));
      } catch (error) {
        const failure = writeError(error, { record, object, update: resourceVersion !== undefined });
        if (!isDoubtful(error)) throw failure;
        const there = await client.get(reference(record.version), call).catch(() => Promise.reject(failure));
        // It was carried out, and the answer was lost; who is refused the first time has met another hand.
        answered &&= isRefusal(error);
        if (!answered && there && recordText(there) === recordText(object)) return stored(there);
        if (there?.metadata.resourceVersion !== resourceVersion || tries >= maxTries) throw failure;
      }
    }
  }

  async function readable(object: KubernetesObject): Promise<StoredRelease | undefined> {
    try {
      // Of a list the items bear no kind.
      const found = await readObject({ ...object, ...kind });
      options.onRecord?.(found.record);
      return found;
    } catch (error) {
      const id = object.metadata.name ?? '';
      if (!told.has(id)) options.onUnreadable(id, asHelmGitopsError(error), namespace);
      told.add(id);
      return undefined;
    }
  }

  async function marks(): Promise<readonly RevisionMark[]> {
    const { items } = await client.list({ ...query, metadataOnly: true }, call);
    return items
      .map(markOf)
      .filter((mark) => mark !== undefined)
      .sort((a, b) => a.version - b.version);
  }

  return {
    marks,
    next: async () => ((await marks()).at(-1)?.version ?? 0) + 1,
    async list() {
      const { items } = await client.list(query, call);
      const found = await Promise.all(items.map(readable));
      return found.filter((entry) => entry !== undefined).sort((a, b) => a.record.version - b.record.version);
    },
    async get(version) {
      const object = await client.get(reference(version), call);
      return object === undefined ? undefined : await readable(object);
    },
    create: (record) => write(record, 'createdAt'),
    update: (stored, record) =>
      write({ ...record, version: stored.record.version }, 'modifiedAt', stored.resourceVersion),
    async delete(version) {
      await client.delete(reference(version), call);
    },
  };
}

/** Undefined for an object that merely bears Helm's labels. */
export function markOf({ metadata }: KubernetesObject): RevisionMark | undefined {
  const { name = '', version = '', status = 'unknown' } = metadata.labels ?? {};
  if (!/^[1-9]\d{0,8}$/.test(version) || metadata.name !== recordName(name, Number(version))) return undefined;
  return {
    version: Number(version),
    status: status as ReleaseStatus,
    resourceVersion: metadata.resourceVersion ?? '',
  };
}

async function readObject(object: KubernetesObject): Promise<StoredRelease> {
  const { kind, metadata } = object;
  const text = recordText(object);
  if (text === undefined)
    throw new HelmGitopsError('history.unreadable', 'transient', `${kind} ${metadata.name} holds no release`);
  const record = await decodeRecord(text);
  const labels = customLabels(metadata.labels ?? {});
  return {
    record: {
      ...record,
      // Where Helm 2 to 3 migrations left the namespace out, it is the object's.
      namespace: record.namespace || (metadata.namespace ?? ''),
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
    },
    resourceVersion: metadata.resourceVersion ?? '',
  };
}

const isRefusal = (error: unknown) => isClusterError(error, 'cluster.conflict', 'cluster.already-exists');

/** Nobody knows whether such a write was carried out; a conflict may be with ourselves, or have passed. */
function isDoubtful(error: unknown): boolean {
  const silent = ['cluster.unreachable', 'cluster.timeout', 'cluster.server-error', 'cluster.unavailable'] as const;
  return isRefusal(error) || isClusterError(error, ...silent);
}

interface Attempted {
  readonly record: ReleaseRecord;
  readonly object: KubernetesObject;
  readonly update: boolean;
}

function writeError(error: unknown, { record, object, update }: Attempted): unknown {
  const release = `revision ${record.version} of release ${record.name}`;
  const conflict = (message: string) => new HelmGitopsError('history.conflict', 'transient', message, { cause: error });
  if (isClusterError(error, 'cluster.already-exists')) return conflict(`${release} exists already`);
  if (isClusterError(error, 'cluster.conflict')) return conflict(`${release} was changed by somebody else`);
  // A create fails so when the namespace is missing, and says that itself.
  if (update && isClusterError(error, 'cluster.not-found')) return conflict(`${release} was deleted by somebody else`);
  if (isClusterError(error, 'cluster.too-large')) return tooLarge(record, JSON.stringify(object.data).length);
  return error;
}
