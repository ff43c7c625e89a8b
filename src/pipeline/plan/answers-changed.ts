/** Takes what a release remembers and what a cluster serves, says whether its render would be told other things now. */
import type { Discovery } from '../../foundation/cluster/cluster-client.ts';
import { digestApiVersions } from '../../foundation/cluster/digest-api-versions.ts';
import type { ReleaseState } from '../../foundation/state/release-state.ts';

export function answersChanged(state: ReleaseState | undefined, discovery: Discovery): boolean {
  const deployed = state?.deployed;
  if (!deployed) return false;
  if (deployed.kubeVersion !== undefined && deployed.kubeVersion !== discovery.kubeVersion) return true;
  const { apiVersionList } = deployed;
  if (apiVersionList !== undefined && apiVersionList !== digestApiVersions(discovery.apiVersions)) return true;
  const served = new Set(discovery.apiVersions);
  return Object.entries(deployed.apiVersions ?? {}).some(([api, answer]) => served.has(api) !== answer);
}
