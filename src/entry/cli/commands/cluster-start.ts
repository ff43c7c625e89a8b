/** `cluster start`: the embedded cluster alone, until stopped. */
import { startEmbeddedCluster } from '../../../embedded/start-embedded-cluster.ts';
import { HelmGitopsError } from '../../../foundation/base/errors.ts';
import { type GlobalOptions, readConfig } from '../open-fleet.ts';
import type { CommandLine } from '../run-command-line.ts';

export async function clusterStart(line: CommandLine, options: GlobalOptions): Promise<number> {
  const config = await readConfig(line, options);
  const cluster = config.clusters.find(({ type }) => type === 'embedded');
  if (cluster?.type !== 'embedded') {
    throw new HelmGitopsError('cluster.none-embedded', 'user', 'the configuration has no embedded cluster', {
      hint: 'add one: clusters: [{name: local, embedded: {data: .helm-gitops/cluster}}]',
    });
  }
  const { data, port, kubeconfig } = cluster;
  await using running = await startEmbeddedCluster({ ...(data ? { data } : {}), port, kubeconfigPath: kubeconfig });
  line.stdout.write(`${running.url}\nkubectl --kubeconfig ${kubeconfig} get namespaces\n`);
  if (!line.signal.aborted)
    await new Promise((resolve) => line.signal.addEventListener('abort', resolve, { once: true }));
  return 0;
}
