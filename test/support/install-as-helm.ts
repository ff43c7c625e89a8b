/** A release as Helm leaves it, of a chart in a folder: the record of its first revision, and the objects by Helm's field manager. */
import { parseAllDocuments } from 'yaml';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { renderRelease } from './render-here.ts';

export interface ReleaseToInstall {
  readonly name: string;
  readonly namespace: string;
  /** A folder. */
  readonly chart: string;
  /** As for `--set`. */
  readonly set?: readonly string[];
}

export async function installAsHelm(client: ClusterClient, { name, namespace, chart, set = [] }: ReleaseToInstall) {
  const release = { name, namespace, revision: 1, isInstall: true, isUpgrade: false };
  const { manifest } = await renderRelease(chart, { set, input: { release } });
  const options = { fieldManager: 'helm', force: true };
  await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, options);
  const labels = { 'app.kubernetes.io/managed-by': 'Helm' };
  const annotations = { 'meta.helm.sh/release-name': name, 'meta.helm.sh/release-namespace': namespace };
  for (const document of parseAllDocuments(manifest)) {
    const object = document.toJS() as KubernetesObject;
    await client.apply({ ...object, metadata: { ...object.metadata, namespace, labels, annotations } }, options);
  }
  const time = '2026-01-01T00:00:00Z';
  const info = {
    first_deployed: time,
    last_deployed: time,
    description: 'Install complete',
    status: 'deployed',
  } as const;
  const metadata = { name: 'echo', version: '1.0.0', apiVersion: 'v2' };
  await openHistory({ client, namespace, name, onUnreadable: () => undefined }).create({
    ...{ name, namespace, version: 1, info, config: {}, manifest, hooks: [] },
    chart: { metadata, templates: [], values: {}, files: [] },
  });
}
