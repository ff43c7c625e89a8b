/** What is served: every group and version with all its resources. */
import { builtinResourceTypes } from '../../../src/embedded/resources/builtin-resource-types.ts';
import { groupVersion } from '../../../src/embedded/resources/resource-type.ts';
import { get, type Scenario } from './scenario.ts';

/** `v1`, `apps/v1`, … as the embedded cluster serves them. */
export const servedVersions: readonly string[] = [
  ...new Set(
    builtinResourceTypes().flatMap(({ group, versions }) =>
      versions.map(({ version }) => groupVersion(group, version)),
    ),
  ),
];
const groups = [...new Set(servedVersions.filter((one) => one.includes('/')).map((one) => one.split('/')[0]))];

export const discoveryScenarios: readonly Scenario[] = [
  ...servedVersions.map((one) => ({
    name: `discovery: the resources of ${one}`,
    steps: [get(one.includes('/') ? `/apis/${one}` : `/api/${one}`)],
  })),
  { name: 'discovery: each group', steps: groups.map((group) => get(`/apis/${group}`)) },
];
