/** Opens the clusters of a configuration; starts the embedded ones, or joins one that runs already. */
import { access, readFile } from 'node:fs/promises';
import type { ClusterConfig } from '../config/config.ts';
import { startEmbeddedCluster } from '../embedded/start-embedded-cluster.ts';
import { HelmGitopsError } from '../foundation/base/errors.ts';
import type { ClusterClient } from '../foundation/cluster/cluster-client.ts';
import { openCluster } from '../foundation/cluster/open-cluster.ts';
import type { Emit } from '../foundation/events/event-bus.ts';

export interface OpenOptions {
  readonly emit: Emit;
  readonly stack: AsyncDisposableStack;
  /** False for commands that only look: a cluster of its own would be empty. */
  readonly mayStart: boolean;
}

export interface ConfiguredClusters {
  readonly clients: readonly ClusterClient[];
  /** Of the embedded ones. */
  readonly kubeconfigs: readonly string[];
}

export async function openConfiguredClusters(
  configs: readonly ClusterConfig[],
  options: OpenOptions,
): Promise<ConfiguredClusters> {
  const clients: ClusterClient[] = [];
  const kubeconfigs: string[] = [];
  for (const config of configs) {
    if (config.type === 'embedded') kubeconfigs.push(config.kubeconfig);
    clients.push(await openOne(config, options));
  }
  return { clients, kubeconfigs };
}

async function openOne(config: ClusterConfig, options: OpenOptions): Promise<ClusterClient> {
  const { name } = config;
  if (config.type === 'kubeconfig')
    return await openCluster({ name, kubeconfig: config.file, ...(config.context ? { context: config.context } : {}) });
  if (config.type === 'inCluster') return await openCluster({ name, inCluster: {} });
  const running = await joinRunning(config);
  if (running) return running;
  if (!options.mayStart) {
    throw new HelmGitopsError('cluster.not-running', 'transient', `the embedded cluster "${name}" does not run`, {
      hint: 'start the daemon (helm-gitops run) or the cluster alone (helm-gitops cluster start)',
    });
  }
  const { data, port, kubeconfig } = config;
  const cluster = options.stack.use(
    await startEmbeddedCluster({ ...(data ? { data } : {}), port, kubeconfigPath: kubeconfig }),
  );
  options.emit({ event: 'cluster.started', cluster: name, kubeconfig, url: cluster.url });
  return await openCluster({ name, kubeconfig });
}

/** A cluster that another process runs on the same data. */
async function joinRunning({
  name,
  kubeconfig,
}: Extract<ClusterConfig, { type: 'embedded' }>): Promise<ClusterClient | undefined> {
  try {
    await access(kubeconfig);
    await readFile(kubeconfig, 'utf8');
  } catch {
    return undefined;
  }
  const client = await openCluster({ name, kubeconfig, deadline: 2_000 });
  try {
    await client.discovery();
    return client;
  } catch {
    await client[Symbol.asyncDispose]();
    return undefined;
  }
}
