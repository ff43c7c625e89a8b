/**
 * Deletes namespaces, and returns when they are gone: emptying one of 200 releases keeps both cores busy for three
 * seconds, some seconds after it was asked for, which would be part of whatever is timed then.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';

export async function deleteNamespaces(client: ClusterClient, names: readonly string[]): Promise<void> {
  const targets = names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', name }));
  for (const target of targets) await client.delete(target);
  for (const target of targets) while (await client.get(target)) await sleep(100);
}
