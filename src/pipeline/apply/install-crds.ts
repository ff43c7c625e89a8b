/**
 * Brings the CustomResourceDefinitions of a chart's `crds/` folders into the cluster before anything else of the
 * release, and waits until they are served. Existing ones are left as they are, as Helm does, unless asked to replace.
 */
import type { ClusterClient } from '../../foundation/cluster/cluster-client.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { parseManifest } from '../../foundation/manifest/parse-manifest.ts';
import type { CrdFile } from '../render/rendered-release.ts';
import { fieldManager } from './apply-plan.ts';
import { awaitEstablished, isEstablished } from './await-established.ts';

export interface CrdInput {
  readonly client: ClusterClient;
  readonly crds: readonly CrdFile[];
  /** By name, those that are among the templates too, marked as the release's: made as they are there, and never replaced. */
  readonly rendered: ReadonlyMap<string, KubernetesObject>;
  readonly policy: 'skip' | 'create' | 'createReplace';
  readonly signal: AbortSignal;
}

/** The names of those that were created or changed. */
export async function installCrds({ client, crds, rendered, policy, signal }: CrdInput): Promise<string[]> {
  if (policy === 'skip' || crds.length === 0) return [];
  const installed: KubernetesObject[] = [];
  const pending: KubernetesObject[] = [];
  for (const object of crds.flatMap(({ text }) => parseManifest(text))) {
    const { name = '' } = object.metadata;
    const own = rendered.get(name);
    const exists =
      (policy === 'create' || own) &&
      (await client.get({ apiVersion: object.apiVersion, kind: object.kind, name }, { signal }));
    if (!exists) installed.push(await client.apply(own ?? object, { fieldManager, force: true, signal }));
    // Another release may have brought it a moment ago.
    else if (!isEstablished(exists)) pending.push(object);
  }
  await awaitEstablished(client, [...installed, ...pending], signal);
  return installed.map(({ metadata }) => metadata.name ?? '');
}
