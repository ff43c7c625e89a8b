/**
 * What can be said of one release without a cluster: its chart is rendered with its values, as `render` does, and what
 * comes of it is held to its Project. Throws the first thing that is wrong; lookups find nothing.
 */
import type { Discovery } from '../foundation/cluster/cluster-client.ts';
import { parseManifest } from '../foundation/manifest/parse-manifest.ts';
import type { PreparedRelease } from './context.ts';
import { clusterKinds } from './definitions/cluster-kinds.table.ts';
import { holdToProject } from './definitions/hold-to-project.ts';
import { type OfflineRendering, renderOffline } from './render-offline.ts';

export function checkRelease(prepared: PreparedRelease, rendering: Omit<OfflineRendering, 'isInstall'>): void {
  const { manifest, hooks, crds } = renderOffline(prepared, { ...rendering, isInstall: true });
  // Placed as hooks are: what is of no known kind counts as lying in the release's namespace.
  const all = [{ manifest }, ...hooks];
  for (const one of all) parseManifest(one.manifest);
  const parsed = crds.flatMap(({ text }) => parseManifest(text));
  holdToProject(prepared.definition, { objects: [], hooks: all, crds: parsed, discovery: offlineDiscovery });
}

const offlineDiscovery: Discovery = {
  kubeVersion: '',
  resource: (gvk) => {
    const { group, kind } = gvk;
    if (!clusterKinds.has(group === '' ? kind : `${group}/${kind}`)) return undefined;
    return { ...gvk, plural: '', verbs: [], namespaced: false };
  },
  resources: [],
  apiVersions: [],
  unavailable: [],
};
