/**
 * What a cluster serves: aggregated discovery in three requests, one request per group version where the server is too
 * old for it (before 1.27), and one more for a group version that a miss asks about.
 */
import type { GroupVersionKind } from '../manifest/object.ts';
import type { ApiResource, Discovery } from './cluster-client.ts';
import { clusterError, isClusterError } from './cluster-error.ts';

/** GET of a path, parsed. */
export type Fetch = (path: string, accept?: string) => Promise<unknown>;

const aggregatedAccept = [
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList',
  'application/json',
].join(',');

/** One group version. Kinds of subresources (`Scale`) count for `.Capabilities.APIVersions` only. */
export interface GroupVersion {
  readonly groupVersion: string;
  readonly resources: readonly ApiResource[];
  readonly kinds: readonly string[];
  readonly available: boolean;
}

export async function fetchDiscovery(fetch: Fetch): Promise<Discovery> {
  const lists = Promise.all([fetchAll(fetch, '/api'), fetchAll(fetch, '/apis')]);
  // Of what is no API server all three fail; the version's error says so.
  lists.catch(() => undefined);
  const version = await fetchVersion(fetch);
  return createDiscovery(version, (await lists).flat());
}

/** One that does not know the answer is no API server. */
async function fetchVersion(fetch: Fetch): Promise<string> {
  try {
    const answer = (await fetch('/version')) as { gitVersion?: unknown } | null;
    if (typeof answer?.gitVersion === 'string') return answer.gitVersion;
  } catch (error) {
    if (!isClusterError(error, 'cluster.bad-request', 'cluster.not-found', 'cluster.protocol', 'cluster.not-allowed'))
      throw error;
    if (/HTTP request to an HTTPS server/.test(error.message))
      throw clusterError('cluster.protocol', error.message, { hint: 'write https:// in the kubeconfig' });
  }
  throw clusterError('cluster.protocol', 'discover /version: what answers there is not a Kubernetes API server', {
    hint: 'check the URL in the kubeconfig, its path included',
  });
}

/** The same with one group version replaced, or without it. */
export function withGroupVersion(known: Discovery, groupVersion: string, fresh: GroupVersion | undefined): Discovery {
  const rest = groupVersionsOf(known).filter((entry) => entry.groupVersion !== groupVersion);
  return createDiscovery(known.kubeVersion, fresh === undefined ? rest : [...rest, fresh]);
}

const contents = new WeakMap<Discovery, readonly GroupVersion[]>();

function groupVersionsOf(discovery: Discovery): readonly GroupVersion[] {
  return contents.get(discovery) ?? [];
}

function createDiscovery(kubeVersion: string, groupVersions: readonly GroupVersion[]): Discovery {
  const byKind = new Map<string, ApiResource>();
  const apiVersions = new Set<string>();
  for (const { groupVersion, resources, kinds } of groupVersions) {
    apiVersions.add(groupVersion);
    for (const kind of kinds) apiVersions.add(`${groupVersion}/${kind}`);
    for (const resource of resources) if (!byKind.has(kindId(resource))) byKind.set(kindId(resource), resource);
  }
  const discovery: Discovery = {
    kubeVersion,
    resource: (gvk) => byKind.get(kindId(gvk)),
    resources: [...byKind.values()],
    apiVersions: [...apiVersions],
    unavailable: groupVersions.filter((entry) => !entry.available).map((entry) => entry.groupVersion),
  };
  contents.set(discovery, groupVersions);
  return discovery;
}

function kindId({ group, version, kind }: GroupVersionKind): string {
  return `${group}/${version}/${kind}`;
}

interface AggregatedResource {
  resource: string;
  responseKind?: { group?: string; version?: string; kind?: string } | null;
  scope?: string;
  verbs?: string[];
  subresources?: { responseKind?: { kind?: string } | null }[];
}
interface AggregatedGroup {
  metadata?: { name?: string };
  versions?: { version: string; freshness?: string; resources?: AggregatedResource[] }[];
}

async function fetchAll(fetch: Fetch, root: '/api' | '/apis'): Promise<GroupVersion[]> {
  const answer = (await fetch(root, aggregatedAccept)) as {
    kind?: string;
    items?: AggregatedGroup[];
    groups?: { versions?: { groupVersion: string }[] }[];
    versions?: string[];
  };
  if (answer.kind === 'APIGroupDiscoveryList') return (answer.items ?? []).flatMap(fromAggregated);
  const names = answer.versions ?? (answer.groups ?? []).flatMap((g) => (g.versions ?? []).map((v) => v.groupVersion));
  const found = await Promise.all(
    names.map((name) => fetchGroupVersion(fetch, name).catch(() => unavailableGroupVersion(name))),
  );
  return found.filter((entry) => entry !== undefined);
}

function fromAggregated(group: AggregatedGroup): GroupVersion[] {
  const name = group.metadata?.name ?? '';
  return (group.versions ?? []).map(({ version, freshness, resources = [] }) => {
    // `Stale`: an aggregated API that did not answer; what it last said is still listed.
    if (freshness === 'Stale' && resources.length === 0) return unavailableGroupVersion(joinGroup(name, version));
    const own = resources.filter((resource) => resource.responseKind?.kind);
    const kinds = resources.flatMap((resource) => [
      resource.responseKind?.kind,
      ...(resource.subresources ?? []).map((subresource) => subresource.responseKind?.kind),
    ]);
    return {
      groupVersion: joinGroup(name, version),
      resources: own.map((resource) => ({
        group: name,
        version,
        kind: resource.responseKind?.kind ?? '',
        plural: resource.resource,
        namespaced: resource.scope === 'Namespaced',
        verbs: resource.verbs ?? [],
      })),
      kinds: kinds.filter((kind): kind is string => kind !== undefined && kind !== ''),
      available: freshness !== 'Stale',
    };
  });
}

/** What the server says of one group version now; undefined where it does not know it. */
export async function fetchGroupVersion(fetch: Fetch, groupVersion: string): Promise<GroupVersion | undefined> {
  const slash = groupVersion.indexOf('/');
  const group = slash < 0 ? '' : groupVersion.slice(0, slash);
  const version = groupVersion.slice(slash + 1);
  const path =
    slash < 0
      ? `/api/${encodeURIComponent(version)}`
      : `/apis/${groupVersion.split('/').map(encodeURIComponent).join('/')}`;
  let answer: { resources?: { name: string; kind: string; namespaced?: boolean; verbs?: string[] }[] };
  try {
    answer = (await fetch(path)) as typeof answer;
  } catch (error) {
    if (isClusterError(error, 'cluster.not-found')) return undefined;
    throw error;
  }
  const all = answer.resources ?? [];
  return {
    groupVersion,
    resources: all
      .filter(({ name }) => !name.includes('/'))
      .map(({ name, kind, namespaced, verbs }) => ({
        ...{ group, version, kind, plural: name },
        namespaced: namespaced === true,
        verbs: verbs ?? [],
      })),
    kinds: all.map(({ kind }) => kind),
    available: true,
  };
}

function unavailableGroupVersion(groupVersion: string): GroupVersion {
  return { groupVersion, resources: [], kinds: [], available: false };
}

function joinGroup(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}
