/** The clusters that one scenario runs on: the embedded one always, a real one where `KUBECONFIG_REAL` names it. */
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { startEmbeddedCluster } from '../../src/embedded/start-embedded-cluster.ts';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';

export interface TestCluster {
  readonly name: 'embedded' | 'real';
  /** Lines for `clusters:` of a configuration in this folder. */
  config(folder: string): string;
  kubeconfig(folder: string): string;
  /** Undefined: runs. */
  readonly skipped: string | undefined;
}

const real = process.env['KUBECONFIG_REAL'];

export const testClusters: readonly TestCluster[] = [
  {
    name: 'embedded',
    config: () => 'clusters: [{name: test, embedded: {data: cluster}}]',
    kubeconfig: (folder) => join(folder, 'cluster', 'kubeconfig'),
    skipped: undefined,
  },
  {
    name: 'real',
    config: () => `clusters: [{name: test, kubeconfig: "${real}"}]`,
    kubeconfig: () => real ?? '',
    skipped: real ? undefined : 'KUBECONFIG_REAL names no cluster',
  },
];

/** Its administrator's kubeconfig. An embedded one is started for it, without a daemon, and ends with the stack. */
export async function adminOf(cluster: TestCluster, folder: string, stack: AsyncDisposableStack): Promise<string> {
  if (cluster.name === 'real') return cluster.kubeconfig(folder);
  const kubeconfigPath = join(folder, 'admin');
  stack.use(await startEmbeddedCluster({ port: 0, kubeconfigPath }));
  return kubeconfigPath;
}

/** A bare control plane provisions no volumes: claims find these. */
export async function addVolumes(client: ClusterClient, count: number, prefix = 'test'): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    const name = `${prefix}-volume-${number}`;
    const spec = { capacity: { storage: '20Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: `/tmp/${name}` } };
    await client.apply(
      { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec },
      { fieldManager: 'test', force: true },
    );
  }
}

/** All at once: a real cluster looks at each only 5 s after it was deleted. */
export async function removeNamespaces(client: ClusterClient, names: readonly string[]): Promise<void> {
  const targets = names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', name }));
  for (const target of targets) await client.delete(target).catch(() => undefined);
  const left = async () => (await Promise.all(targets.map((target) => client.get(target)))).filter(Boolean);
  await vi.waitFor(async () => expect(await left()).toEqual([]), { timeout: 90_000, interval: 200 });
}

export async function connect(cluster: TestCluster, folder: string): Promise<ClusterClient> {
  return await openCluster({ name: 'test', kubeconfig: cluster.kubeconfig(folder) });
}
