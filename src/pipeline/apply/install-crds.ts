/**
 * Brings the CustomResourceDefinitions of a chart's `crds/` folders into the cluster before anything else of the
 * release, and waits until they are served. Existing ones are left as they are, as Helm does, unless asked to replace.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { parseManifest } from '../../foundation/manifest/parse-manifest.ts';
import type { CrdFile } from '../render/rendered-release.ts';
import { fieldManager } from './apply-plan.ts';

export interface CrdInput {
  readonly client: ClusterClient;
  readonly crds: readonly CrdFile[];
  readonly policy: 'skip' | 'create' | 'createReplace';
  readonly signal: AbortSignal;
}

/** Helm's own limit. */
const establishTimeout = 60_000;

/** The names of those that were created or changed. */
export async function installCrds({ client, crds, policy, signal }: CrdInput): Promise<string[]> {
  if (policy === 'skip' || crds.length === 0) return [];
  const installed: KubernetesObject[] = [];
  const pending: KubernetesObject[] = [];
  for (const object of crds.flatMap(({ text }) => parseManifest(text))) {
    const { name = '' } = object.metadata;
    const exists =
      policy === 'create' && (await client.get({ apiVersion: object.apiVersion, kind: object.kind, name }, { signal }));
    if (!exists) installed.push(await client.apply(object, { fieldManager, force: true, signal }));
    // Another release may have brought it a moment ago.
    else if (!isEstablished(exists)) pending.push(object);
  }
  const definitions = [...installed, ...pending].filter(({ kind }) => kind === 'CustomResourceDefinition');
  for (const crd of definitions) await established(client, crd, signal);
  if (definitions.length > 0) await client.discovery({ refresh: true, signal });
  return installed.map(({ metadata }) => metadata.name ?? '');
}

function isEstablished(crd: KubernetesObject | undefined): boolean {
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
