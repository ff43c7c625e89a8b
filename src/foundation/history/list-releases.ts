/** Takes a cluster, returns every Helm revision in it from the Secrets' labels alone: no body is read. */
import type { CallOptions, ClusterClient } from '../cluster/cluster-client.ts';
import type { KubernetesObject } from '../manifest/object.ts';
import type { ReleaseStatus } from './release-record.ts';

export interface ReleaseHead {
  readonly namespace: string;
  readonly name: string;
  readonly version: number;
  readonly status: ReleaseStatus;
  readonly resourceVersion: string;
  /** Epoch milliseconds of the last write by Helm or us; 0 where no label says it. */
  readonly modified: number;
}

export const releaseQuery = {
  apiVersion: 'v1',
  kind: 'Secret',
  labelSelector: 'owner=helm',
  fieldSelector: 'type=helm.sh/release.v1',
  metadataOnly: true,
} as const;

export async function listReleases(
  client: ClusterClient,
  namespace?: string,
  options?: CallOptions,
): Promise<ReleaseHead[]> {
  const { items } = await client.list({ ...releaseQuery, ...(namespace === undefined ? {} : { namespace }) }, options);
  return items.map(releaseHead).filter((head) => head !== undefined);
}

/** Of a Secret's metadata, from a list or a watch of `releaseQuery`. */
export function releaseHead(secret: KubernetesObject): ReleaseHead | undefined {
  const { labels = {}, namespace = '', resourceVersion = '' } = secret.metadata;
  const version = Number(labels.version);
  if (labels.name === undefined || !Number.isInteger(version)) return undefined;
  return {
    namespace,
    name: labels.name,
    version,
    status: (labels.status ?? 'unknown') as ReleaseStatus,
    resourceVersion,
    modified: (Number(labels.modifiedAt ?? labels.createdAt) || 0) * 1000,
  };
}
