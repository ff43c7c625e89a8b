/**
 * Takes a cluster and a release's name, returns its revisions as Helm's Secret driver keeps them. Never overwrites what
 * somebody else wrote meanwhile: every write has a precondition.
 */

import { asHelmGitopsError, HelmGitopsError } from '../base/errors.ts';
import type { ClusterClient } from '../cluster/cluster-client.ts';
import { isClusterError } from '../cluster/cluster-error.ts';
import type { KubernetesObject } from '../manifest/object.ts';
import { decodeRecord } from './record-codec.ts';
import type { ReleaseHistory, ReleaseRecord, ReleaseStatus, RevisionMark, StoredRelease } from './release-record.ts';
import { customLabels, type Stamp, secretName, secretObject, tooLarge } from './secret-object.ts';

export interface HistoryOptions {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly name: string;
  /** Told once per Secret of this history that cannot be decoded. */
  readonly onUnreadable: (secret: string, error: HelmGitopsError) => void;
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
}

const fieldManager = 'helm-gitops';

export function openHistory(options: HistoryOptions): ReleaseHistory {
  const { client, namespace, name } = options;
  const call = options.signal === undefined ? {} : { signal: options.signal };
  const now = options.now ?? (() => new Date());
  const told = new Set<string>();
  const reference = (version: number) => ({ ...secretKind, namespace, name: secretName(name, version) });
  const query = { ...secretKind, namespace, labelSelector: `owner=helm,name=${name}` };

  async function write(record: ReleaseRecord, label: Stamp['label'], resourceVersion?: string): Promise<StoredRelease> {
    const secret = await secretObject({ ...record, namespace }, { label, time: now() });
    try {
      const written =
        resourceVersion === undefined
          ? await client.create(secret, { ...call, fieldManager })
          : await client.update(
              { ...secret, metadata: { ...secret.metadata, resourceVersion } },
              { ...call, fieldManager },
            );
      return { record, resourceVersion: written.metadata.resourceVersion ?? '' };
    } catch (error) {
      throw writeError(error, { record, secret, update: resourceVersion !== undefined });
    }
  }

  async function readable(secret: KubernetesObject): Promise<StoredRelease | undefined> {
    try {
      return await readSecret(secret);
    } catch (error) {
      const id = secret.metadata.name ?? '';
      if (!told.has(id)) options.onUnreadable(id, asHelmGitopsError(error));
      told.add(id);
      return undefined;
    }
  }

  return {
    async marks() {
      const { items } = await client.list({ ...query, metadataOnly: true }, call);
      return items
        .map(markOf)
        .filter((mark) => mark !== undefined)
        .sort((a, b) => a.version - b.version);
    },
    async list() {
      const { items } = await client.list(query, call);
      const found = await Promise.all(items.map(readable));
      return found.filter((entry) => entry !== undefined).sort((a, b) => a.record.version - b.record.version);
    },
    async get(version) {
      const secret = await client.get(reference(version), call);
      return secret === undefined ? undefined : await readable(secret);
    },
    create: (record) => write(record, 'createdAt'),
    update: (stored, record) =>
      write({ ...record, version: stored.record.version }, 'modifiedAt', stored.resourceVersion),
    async delete(version) {
      await client.delete(reference(version), call);
    },
  };
}

/** Undefined for a Secret that merely bears Helm's labels. */
export function markOf({ metadata }: KubernetesObject): RevisionMark | undefined {
  const { name = '', version = '', status = 'unknown' } = metadata.labels ?? {};
  if (!/^[1-9]\d{0,8}$/.test(version) || metadata.name !== secretName(name, Number(version))) return undefined;
  return {
    version: Number(version),
    status: status as ReleaseStatus,
    resourceVersion: metadata.resourceVersion ?? '',
  };
}

const secretKind = { apiVersion: 'v1', kind: 'Secret' } as const;

async function readSecret(secret: KubernetesObject): Promise<StoredRelease> {
  const data = (secret.data as { release?: unknown } | undefined)?.release;
  if (typeof data !== 'string')
    throw new HelmGitopsError('history.unreadable', 'transient', `Secret ${secret.metadata.name} holds no release`);
  const record = await decodeRecord(Buffer.from(data, 'base64').toString('latin1'));
  const labels = customLabels(secret.metadata.labels ?? {});
  return {
    record: {
      ...record,
      // Where Helm 2 to 3 migrations left the namespace out, it is the Secret's.
      namespace: record.namespace || (secret.metadata.namespace ?? ''),
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
    },
    resourceVersion: secret.metadata.resourceVersion ?? '',
  };
}

interface Attempted {
  readonly record: ReleaseRecord;
  readonly secret: KubernetesObject;
  readonly update: boolean;
}

function writeError(error: unknown, { record, secret, update }: Attempted): unknown {
  const release = `revision ${record.version} of release ${record.name}`;
  const conflict = (message: string) => new HelmGitopsError('history.conflict', 'transient', message, { cause: error });
  if (isClusterError(error, 'cluster.already-exists')) return conflict(`${release} exists already`);
  if (isClusterError(error, 'cluster.conflict')) return conflict(`${release} was changed by somebody else`);
  // A create fails so when the namespace is missing, and says that itself.
  if (update && isClusterError(error, 'cluster.not-found')) return conflict(`${release} was deleted by somebody else`);
  if (isClusterError(error, 'cluster.too-large')) return tooLarge(record, JSON.stringify(secret.data).length);
  return error;
}
