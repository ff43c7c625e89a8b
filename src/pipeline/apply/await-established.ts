/**
 * Takes CustomResourceDefinitions that were written, returns when all of them are served and the client knows their kinds.
 * It changes nothing; among other objects it passes over what is none.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';

/** Helm's own limit, in milliseconds. */
const establishTimeout = 60_000;

export async function awaitEstablished(
  client: ClusterClient,
  objects: readonly KubernetesObject[],
  signal: AbortSignal,
): Promise<void> {
  const definitions = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
  for (const crd of definitions) await established(client, crd, signal);
  if (definitions.length > 0) await client.discovery({ refresh: true, signal });
}

export function isEstablished(crd: KubernetesObject | undefined): boolean {
  const status = crd?.['status'] as { conditions?: { type: string; status: string }[] } | undefined;
  return status?.conditions?.some((one) => one.type === 'Established' && one.status === 'True') === true;
}

async function established(client: ClusterClient, crd: KubernetesObject, signal: AbortSignal): Promise<void> {
  const { name = '' } = crd.metadata;
  for (let waited = 0; waited < establishTimeout; waited += 100) {
    const live = await client.get({ apiVersion: crd.apiVersion, kind: crd.kind, name }, { signal });
    if (isEstablished(live)) return;
    await delay(100, undefined, { signal });
  }
  throw new HelmGitopsError(
    'apply.crd-not-established',
    'cluster',
    `CustomResourceDefinition/${name} was not established within 60 s`,
    {
      hint: `kubectl describe crd ${name} says why`,
    },
  );
}
