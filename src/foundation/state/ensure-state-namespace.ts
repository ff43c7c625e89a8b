/** Makes the namespace that keeps the daemon's state. */
import type { ClusterClient } from '../cluster/cluster-client.ts';
import { isClusterError } from '../cluster/cluster-error.ts';

export async function ensureStateNamespace(client: ClusterClient, name: string, signal?: AbortSignal): Promise<void> {
  const call = signal === undefined ? {} : { signal };
  const labels = { 'app.kubernetes.io/managed-by': 'helm-gitops' };
  const known = await client.get({ apiVersion: 'v1', kind: 'Namespace', name }, call).catch((error) => {
    if (isClusterError(error, 'cluster.forbidden')) return undefined;
    throw error;
  });
  if (known) return;
  try {
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }, call);
  } catch (error) {
    // Without the right to create one it has to be there; what is missing shows with the first ConfigMap.
    if (!isClusterError(error, 'cluster.already-exists', 'cluster.forbidden')) throw error;
  }
}
