/** The clusters of the configuration; where it names none, the one this process runs in, or else the built-in one. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Path } from '../foundation/document/read-documents.ts';
import type { ClusterConfig, Config } from './config.ts';
import type { Resolver } from './resolve-config.ts';
import type { ClusterEntry } from './schema.ts';

type Clusters = Pick<Config, 'clusters' | 'clusterAliases' | 'clusterLabels' | 'clustersFrom'>;

export async function resolveClusters(
  entries: readonly ClusterEntry[] | undefined,
  resolver: Resolver,
): Promise<Clusters> {
  if (entries === undefined || entries.length === 0) return chooseCluster(resolver);
  const clusters: ClusterConfig[] = [];
  const clusterAliases = new Map<string, string>();
  const clusterLabels = new Map<string, Readonly<Record<string, string>>>();
  for (const [index, entry] of entries.entries()) {
    const cluster = await resolveCluster(entry, ['clusters', index], resolver);
    if (cluster === undefined) continue;
    if (clusters.some(({ name }) => name === cluster.name))
      resolver.fail(['clusters', index], `there is another cluster ${JSON.stringify(cluster.name)}`);
    clusters.push(cluster);
    if (entry.labels !== undefined) clusterLabels.set(cluster.name, entry.labels);
    for (const [position, alias] of (entry.aliases ?? []).entries()) {
      const other = clusterAliases.get(alias);
      if (other !== undefined)
        resolver.fail(
          ['clusters', index, 'aliases', position],
          `the alias ${JSON.stringify(alias)} is also one of ${other}`,
        );
      clusterAliases.set(alias, cluster.name);
    }
  }
  refuseSharedFiles(clusters, resolver);
  return { clusters, clusterAliases, clusterLabels, clustersFrom: 'configuration' };
}

async function chooseCluster(resolver: Resolver): Promise<Clusters> {
  const mounted = await access(join(resolver.serviceAccountFolder, 'token')).then(
    () => true,
    () => false,
  );
  const none = { clusterAliases: new Map(), clusterLabels: new Map() };
  if (mounted)
    return { ...none, clusters: [{ type: 'inCluster', name: 'in-cluster' }], clustersFrom: 'service account' };
  return { ...none, clusters: [embedded('local', {}, resolver)], clustersFrom: 'default' };
}

async function resolveCluster(entry: ClusterEntry, at: Path, resolver: Resolver): Promise<ClusterConfig | undefined> {
  const kinds = (['embedded', 'kubeconfig', 'inCluster'] as const).filter((kind) => entry[kind] !== undefined);
  if (kinds.length !== 1) {
    const found = kinds.length === 0 ? 'none' : kinds.join(' and ');
    resolver.fail(at, `expected one of embedded, kubeconfig and inCluster, found ${found}`);
    return undefined;
  }
  if (entry.context !== undefined && entry.kubeconfig === undefined)
    resolver.fail([...at, 'context'], '"context" goes with "kubeconfig" only');
  if (entry.kubeconfig !== undefined) {
    const file = await resolver.readableToRun(entry.kubeconfig, [...at, 'kubeconfig']);
    return { type: 'kubeconfig', name: entry.name ?? 'main', file, context: entry.context };
  }
  if (entry.inCluster) return { type: 'inCluster', name: entry.name ?? 'in-cluster' };
  return embedded(entry.name ?? 'local', entry.embedded ?? {}, resolver);
}

function embedded(
  name: string,
  written: { data?: string | undefined; port?: number | undefined },
  resolver: Resolver,
): ClusterConfig {
  const data = written.data === undefined ? undefined : resolver.absolute(written.data);
  const kubeconfig = join(data ?? resolver.absolute('.helm-gitops'), 'kubeconfig');
  return { type: 'embedded', name, data, port: written.port ?? 0, kubeconfig };
}

/** Two built-in clusters would overwrite each other's data or kubeconfig. */
function refuseSharedFiles(clusters: readonly ClusterConfig[], resolver: Resolver): void {
  const owners = new Map<string, string>();
  for (const cluster of clusters) {
    if (cluster.type !== 'embedded') continue;
    const other = owners.get(cluster.kubeconfig);
    if (other !== undefined) {
      const message = `the embedded clusters ${other} and ${cluster.name} would share ${cluster.kubeconfig}`;
      resolver.fail(['clusters'], message, 'give each its own embedded.data');
    }
    owners.set(cluster.kubeconfig, cluster.name);
  }
}
