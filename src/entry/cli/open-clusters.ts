/**
 * The clusters that a command asks: one that is out of reach is left out of the answer, which is said, and the command
 * ends with 1. A command never starts a cluster.
 */
import type { Config } from '../../config/config.ts';
import type { ConfiguredCluster } from '../../daemon/clusters/configured-clusters.ts';
import { asHelmGitopsError, HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { isClusterError, isOutOfReach } from '../../foundation/cluster/cluster-error.ts';
import type { CommandLine } from './run-command-line.ts';

export interface FleetClusters {
  readonly clients: readonly ClusterClient[];
  find(name: string): ClusterClient | undefined;
  /** Undefined where the cluster is out of reach, now or before. Of an only cluster the error is thrown. */
  ask<Answer>(client: ClusterClient, question: () => Promise<Answer>): Promise<Answer | undefined>;
  /** Names; the answer lacks what is in them. */
  readonly leftOut: ReadonlySet<string>;
  /** The same for one release; of what the cluster cannot answer just for that one, `what` is said to be left out. */
  askFor<Answer>(client: ClusterClient, what: string, question: () => Promise<Answer>): Promise<Answer | undefined>;
  /** Said, and the command ends with 1. */
  leaveOut(what: string, error: unknown): void;
  /** Something was left out. */
  readonly isPartial: boolean;
}

export async function openClusters(
  line: CommandLine,
  config: Config,
  stack: AsyncDisposableStack,
): Promise<FleetClusters> {
  const leftOut = new Set<string>();
  let isPartial = false;
  const say = (what: string, thrown: unknown) => {
    const { message, hint } = asHelmGitopsError(thrown);
    line.stderr.write(`warning: ${what} is left out: ${message}${hint ? ` (${hint})` : ''}\n`);
  };
  const isOnly = config.clusters.length === 1;
  const leaveOut = (name: string, thrown: unknown): undefined => {
    const { fault } = asHelmGitopsError(thrown);
    if (isOnly || fault !== 'transient' || line.signal.aborted) throw thrown;
    if (leftOut.has(name)) return undefined;
    leftOut.add(name);
    say(`cluster ${name}`, thrown);
    return undefined;
  };
  const omit = (what: string, error: unknown): undefined => {
    isPartial = true;
    say(what, error);
  };
  const unlessLeftOut = async <Answer>(
    { name }: ClusterClient,
    question: () => Promise<Answer>,
    failed: (error: unknown) => undefined,
  ): Promise<Answer | undefined> => (leftOut.has(name) ? undefined : await question().catch(failed));
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
    ask: (client, question) => unlessLeftOut(client, question, (error) => leaveOut(client.name, error)),
    askFor: (client, what, question) =>
      unlessLeftOut(client, question, (error) => {
        if (isSilent(error)) return leaveOut(client.name, error);
        if (asHelmGitopsError(error).fault !== 'transient' || line.signal.aborted) throw error;
        return omit(what, error);
      }),
    leaveOut: omit,
    get isPartial() {
      return isPartial || leftOut.size > 0;
    },
  };
}

/** Of the cluster as a whole. */
const isSilent = (error: unknown): boolean => isOutOfReach(error) || isClusterError(error, 'cluster.timeout');

async function prepareOne(
  { environment }: CommandLine,
  config: Config,
  cluster: Config['clusters'][number],
): Promise<ConfiguredCluster> {
  // Late, as many commands ask no cluster.
  const { foreignFolders, prepareClusters } = await import('../../daemon/clusters/configured-clusters.ts');
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
