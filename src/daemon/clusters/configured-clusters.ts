/** Takes the clusters of a configuration, returns how to open each; starts the embedded ones, or joins one that runs already. */
import { dirname, join } from 'node:path';
import type { ClusterConfig, Config } from '../../config/config.ts';
import { startEmbeddedCluster } from '../../embedded/start-embedded-cluster.ts';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { defaultInCluster, type InCluster } from '../../foundation/cluster/in-cluster.ts';
import { type ClusterOptions, openCluster, readClusterFiles } from '../../foundation/cluster/open-cluster.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';

export interface OpenOptions {
  readonly emit: Emit;
  readonly stack: AsyncDisposableStack;
  /** False for commands that only look: a cluster of its own would be empty. */
  readonly mayStart: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folders that others write to: no plugin is run on the word of a kubeconfig in them. */
  readonly foreign: readonly string[];
}

export interface ConfiguredCluster {
  readonly name: string;
  /** Of an embedded one. */
  readonly kubeconfig: string | undefined;
  /** A new client each time; may take as long as a credential plugin does, and fail. */
  readonly open: () => Promise<ClusterClient>;
}

/** Starts what is embedded, and looks at the files that the others name; none is connected to. */
export async function prepareClusters(
  configs: readonly ClusterConfig[],
  options: OpenOptions,
): Promise<readonly ConfiguredCluster[]> {
  return await Promise.all(configs.map((config) => prepare(config, options)));
}

async function prepare(config: ClusterConfig, options: OpenOptions): Promise<ConfiguredCluster> {
  const { name } = config;
  const { environment, foreign } = options;
  if (config.type === 'embedded') {
    const { kubeconfig } = config;
    await ensureRuns(config, options);
    return { name, kubeconfig, open: () => openCluster({ name, kubeconfig }) };
  }
  const place: ClusterOptions =
    config.type === 'kubeconfig'
      ? { name, kubeconfig: config.file, ...(config.context ? { context: config.context } : {}) }
      : { name, inCluster: inClusterOf(environment) };
  const way = { ...place, environment, foreign };
  await readClusterFiles(way);
  return { name, kubeconfig: undefined, open: () => openCluster(way) };
}

function inClusterOf(environment: OpenOptions['environment']): InCluster {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = environment;
  return host && port ? { host, port } : defaultInCluster;
}

async function ensureRuns(config: EmbeddedConfig, options: OpenOptions): Promise<void> {
  if (await runsElsewhere(config)) return;
  const { name, data, port, kubeconfig } = config;
  if (!options.mayStart) {
    throw new HelmGitopsError('cluster.not-running', 'transient', `the embedded cluster "${name}" does not run`, {
      hint: 'start the daemon (helm-gitops run) or the cluster alone (helm-gitops cluster start)',
    });
  }
  const cluster = options.stack.use(
    await startEmbeddedCluster({ ...(data ? { data } : {}), port, kubeconfigPath: kubeconfig }),
  );
  options.emit({ event: 'cluster.started', cluster: name, kubeconfig, url: cluster.url });
}

type EmbeddedConfig = Extract<ClusterConfig, { type: 'embedded' }>;

/** Another process runs a cluster on the same data. */
async function runsElsewhere({ name, kubeconfig }: EmbeddedConfig): Promise<boolean> {
  try {
    await using client = await openCluster({ name, kubeconfig, deadline: 2_000 });
    await client.discovery();
    return true;
  } catch {
    return false;
  }
}

/** What others write to: working trees that are followed, and copies of repositories. */
export function foreignFolders({ file, repositories }: Pick<Config, 'file' | 'repositories'>): string[] {
  const folders = repositories.filter(({ type }) => type === 'folder').map(({ url }) => url);
  return [...folders, join(dirname(file), '.helm-gitops', 'cache')];
}
