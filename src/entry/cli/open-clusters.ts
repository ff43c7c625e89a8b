/**
 * The clusters that a command asks: one that is out of reach is left out of the answer, which is said, and the command
 * ends with 1. A command never starts a cluster.
 */
import type { Config } from '../../config/config.ts';
import { type ConfiguredCluster, foreignFolders, prepareClusters } from '../../daemon/configured-clusters.ts';
import { asHelmGitopsError, HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import type { CommandLine } from './run-command-line.ts';

export interface FleetClusters {
  readonly clients: readonly ClusterClient[];
  find(name: string): ClusterClient | undefined;
  /** Undefined where the cluster is out of reach, now or before. Of an only cluster the error is thrown. */
  ask<Answer>(client: ClusterClient, question: () => Promise<Answer>): Promise<Answer | undefined>;
  /** Names; the answer lacks what is in them. */
  readonly leftOut: ReadonlySet<string>;
}

export async function openClusters(
  line: CommandLine,
  config: Config,
  stack: AsyncDisposableStack,
): Promise<FleetClusters> {
  const leftOut = new Set<string>();
  const isOnly = config.clusters.length === 1;
  const leaveOut = (name: string, thrown: unknown): undefined => {
    const { fault, message, hint } = asHelmGitopsError(thrown);
    if (isOnly || fault !== 'transient' || line.signal.aborted) throw thrown;
    if (leftOut.has(name)) return undefined;
    leftOut.add(name);
    line.stderr.write(`warning: cluster ${name} is left out: ${message}${hint ? ` (${hint})` : ''}\n`);
    return undefined;
  };
  const opened = await Promise.all(
    config.clusters.map(async (cluster) => {
      try {
        return await (await prepareOne(line, config, cluster)).open();
      } catch (error) {
        return leaveOut(cluster.name, error);
      }
    }),
  );
  const clients = opened.filter((client) => client !== undefined);
  for (const client of clients) stack.use(client);
  return {
    clients,
    leftOut,
    find(name) {
      if (config.clusters.some((cluster) => cluster.name === name)) return clients.find((one) => one.name === name);
      throw new HelmGitopsError('cluster.unknown', 'user', `no cluster named "${name}" is configured`);
    },
    ask: async (client, question) =>
      leftOut.has(client.name)
        ? undefined
        : await question().catch((error: unknown) => {
            if (!asHelmGitopsError(error).code.startsWith('cluster.')) throw error;
            return leaveOut(client.name, error);
          }),
  };
}

async function prepareOne(
  { environment }: CommandLine,
  config: Config,
  cluster: Config['clusters'][number],
): Promise<ConfiguredCluster> {
  await using stack = new AsyncDisposableStack();
  const foreign = foreignFolders(config);
  const [one] = await prepareClusters([cluster], {
    emit: () => undefined,
    stack,
    mayStart: false,
    environment,
    foreign,
  });
  return one as ConfiguredCluster;
}
