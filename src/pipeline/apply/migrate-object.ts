/**
 * Hands what Helm wrote client-side over to its server-side apply, before the first such apply: else a field that the
 * chart no longer renders would stay, owned by an update that nobody repeats. As Helm 4 does when a release becomes
 * server-side, and the same with what Flux applied as a release of Helm's; who else wrote is left alone.
 */
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import { isClusterError } from '../../foundation/cluster/cluster-error.ts';
import { migrateManagers } from '../../foundation/fields/migrate-managers.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';

export interface MigrationInput {
  readonly client: ClusterClient;
  /** As it was read last. */
  readonly live: KubernetesObject;
  readonly manager: string;
  readonly signal: AbortSignal;
}

/** Flux's name, which deploys nothing but releases. */
const flux = 'helm-controller';

/** Somebody else may write in between so often. */
const attempts = 5;

export function needsMigration({ metadata }: KubernetesObject, manager: string): boolean {
  return migrateManagers(metadata.managedFields, { from: [manager, flux], to: manager }) !== undefined;
}

/** The object as it is then: `live` itself when there was nothing to hand over, undefined when it is gone. */
export async function migrateObject(input: MigrationInput): Promise<KubernetesObject | undefined> {
  const { client, manager, signal } = input;
  const { apiVersion, kind, metadata } = input.live;
  const target = { apiVersion, kind, namespace: metadata.namespace, name: metadata.name ?? '' };
  let live: KubernetesObject | undefined = input.live;
  for (let attempt = 1; live !== undefined; attempt += 1) {
    const managedFields = migrateManagers(live.metadata.managedFields, { from: [manager, flux], to: manager });
    if (managedFields === undefined) return live;
    const body = [
      { op: 'replace', path: '/metadata/managedFields', value: managedFields },
      { op: 'replace', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion },
    ];
    try {
      return await client.patch(target, { type: 'json', body }, { fieldManager: manager, signal });
    } catch (error) {
      if (isClusterError(error, 'cluster.not-found')) return undefined;
      if (!isClusterError(error, 'cluster.conflict') || attempt === attempts) throw error;
      live = await client.get(target, { signal });
    }
  }
  return undefined;
}
