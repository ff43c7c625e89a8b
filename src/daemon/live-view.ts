/**
 * Follows the objects of deployed releases by one watch per kind, and says which releases have to be looked at again:
 * for drift when anything but status moved, for health when a workload's status did. It keeps a fingerprint per
 * object, never the object.
 */
import { createHash } from 'node:crypto';
import type { ClusterClient, Watch } from '../foundation/cluster/cluster-client.ts';
import type { ReleaseRecord } from '../foundation/history/release-record.ts';
import { type KubernetesObject, keyId, objectKey } from '../foundation/manifest/object.ts';
import { parseManifest } from '../foundation/manifest/parse-manifest.ts';
import { placeRecorded } from '../pipeline/plan/place-objects.ts';

export interface LiveViewOptions {
  readonly client: ClusterClient;
  /** An object of the release has moved in what it should be. */
  readonly onMoved: (id: string, key: string) => void;
  /** A workload's status has moved. */
  readonly onStatus: (id: string, object: KubernetesObject) => void;
  readonly onLost: (resource: string, error: unknown) => void;
  readonly onRestored: (resource: string) => void;
}

export interface LiveView extends AsyncDisposable {
  track(id: string, record: ReleaseRecord): Promise<void>;
  untrack(id: string): void;
}

interface Tracked {
  readonly id: string;
  /** Undefined until it was seen, null when it is gone. */
  fingerprint: string | null | undefined;
}

const workloadKinds: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

export function createLiveView(options: LiveViewOptions): LiveView {
  const tracked = new Map<string, Tracked>();
  const watches = new Map<string, Watch>();

  const moved = (object: KubernetesObject, fingerprint: string | null) => {
    const key = keyId(objectKey(object));
    const entry = tracked.get(key);
    if (!entry) return;
    const before = entry.fingerprint;
    entry.fingerprint = fingerprint;
    if (before !== fingerprint) options.onMoved(entry.id, key);
    if (fingerprint !== null && workloadKinds.has(object.kind)) options.onStatus(entry.id, object);
  };

  const follow = (apiVersion: string, kind: string): void => {
    const resource = `${apiVersion}/${kind}`;
    if (watches.has(resource)) return;
    const complete = (object: KubernetesObject): KubernetesObject => ({ ...object, apiVersion, kind });
    const watch = options.client.watch(
      { apiVersion, kind, metadataOnly: !workloadKinds.has(kind) },
      {
        replaced(items) {
          const seen = new Set<string>();
          for (const object of items.map(complete)) {
            seen.add(keyId(objectKey(object)));
            moved(object, fingerprintOf(object));
          }
          for (const [key, entry] of tracked) {
            if (seen.has(key) || entry.fingerprint === null || !key.startsWith(prefix(apiVersion, kind))) continue;
            entry.fingerprint = null;
            options.onMoved(entry.id, key);
          }
        },
        changed(type, object) {
          const whole = complete(object);
          moved(whole, type === 'DELETED' ? null : fingerprintOf(whole));
        },
        lost: (error) => options.onLost(resource, error),
        restored: () => options.onRestored(resource),
      },
    );
    watches.set(resource, watch);
  };

  return {
    async track(id, record) {
      const discovery = await options.client.discovery();
      const objects = placeRecorded({
        objects: parseManifest(record.manifest),
        namespace: record.namespace,
        discovery,
      });
      const keys = new Set(objects.map((object) => keyId(objectKey(object))));
      for (const [key, entry] of tracked) if (entry.id === id && !keys.has(key)) tracked.delete(key);
      for (const key of keys) if (tracked.get(key)?.id !== id) tracked.set(key, { id, fingerprint: undefined });
      for (const { apiVersion, kind } of objects) follow(apiVersion, kind);
    },
    untrack(id) {
      for (const [key, entry] of tracked) if (entry.id === id) tracked.delete(key);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...watches.values()].map((watch) => watch[Symbol.asyncDispose]()));
    },
  };
}

function prefix(apiVersion: string, kind: string): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return `${group}/${kind}/`;
}

/** Moves whenever somebody writes anything but status: who, when and which fields are in managedFields. */
function fingerprintOf({ metadata }: KubernetesObject): string {
  const fields = (metadata.managedFields ?? []).filter(({ subresource }) => subresource !== 'status');
  return createHash('sha1')
    .update(
      JSON.stringify([
        metadata.uid,
        metadata.generation,
        metadata.labels,
        metadata.annotations,
        metadata.deletionTimestamp,
        fields,
      ]),
    )
    .digest('base64');
}
