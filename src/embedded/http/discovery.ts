/** What the server serves, in both forms of discovery: one document per group version, or all of it aggregated. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../foundation/manifest/object.ts';
import type { ResourceRegistry } from '../resources/resource-registry.ts';
import { groupVersion, type ResourceType, type ServedVersion, type Subresource } from '../resources/resource-type.ts';

interface GroupOfVersions {
  readonly name: string;
  /** Most preferred first. */
  readonly versions: string[];
}

/** Kubernetes' own order: stable before beta before alpha, higher before lower, other names last. */
export function compareVersions(left: string, right: string): number {
  const rank = (version: string): number[] => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
    if (match === null) return [0, 0, 0];
    const [, major, stage, minor = '0'] = match;
    return [stage === undefined ? 3 : stage === 'beta' ? 2 : 1, Number(major), Number(minor)];
  };
  const [a, b] = [rank(left), rank(right)];
  for (let index = 0; index < 3; index++) if (a[index] !== b[index]) return (b[index] ?? 0) - (a[index] ?? 0);
  return left < right ? -1 : left > right ? 1 : 0;
}

function groupsOf(registry: ResourceRegistry): GroupOfVersions[] {
  const groups = new Map<string, Set<string>>();
  for (const { group, versions } of registry.all()) {
    const known = groups.get(group) ?? new Set();
    for (const { version } of versions) known.add(version);
    groups.set(group, known);
  }
  return [...groups].map(([name, versions]) => ({ name, versions: [...versions].sort(compareVersions) }));
}

export function groupList(registry: ResourceRegistry, more: readonly JsonObject[]): JsonObject {
  const groups = groupsOf(registry).filter(({ name }) => name !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: [...groups.map(groupDocument), ...more] };
}

export function oneGroup(registry: ResourceRegistry, name: string): JsonObject | undefined {
  const group = groupsOf(registry).find((one) => one.name === name && name !== '');
  return group === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...groupDocument(group) };
}

function groupDocument({ name, versions }: GroupOfVersions): JsonObject {
  const listed = versions.map((version) => ({ groupVersion: groupVersion(name, version), version }));
  return { name, versions: listed, preferredVersion: listed[0] ?? {} };
}

export function resourceList(registry: ResourceRegistry, group: string, version: string): JsonObject | undefined {
  const found = registry.all().flatMap((type) => {
    const served = type.group === group ? type.versions.find((one) => one.version === version) : undefined;
    return served === undefined ? [] : [{ type, served }];
  });
  if (found.length === 0) return undefined;
  const resources = found
    .sort((left, right) => (left.type.plural < right.type.plural ? -1 : 1))
    .flatMap(({ type, served }) => [
      resourceDocument(type, served),
      ...served.subresources.map((sub) => subresourceDocument(type, sub)),
    ]);
  // The core group's list does not say which version of the list it is.
  const own: JsonObject = group === '' ? {} : { apiVersion: 'v1' };
  return { kind: 'APIResourceList', ...own, groupVersion: groupVersion(group, version), resources };
}

function resourceDocument(type: ResourceType, { version }: ServedVersion): JsonObject {
  const { plural, singular, kind, namespaced, verbs, shortNames, categories } = type;
  const hash = createHash('sha256')
    .update(`${type.name}/${type.storageVersion}/${version}`)
    .digest()
    .subarray(0, 8)
    .toString('base64');
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: [...verbs],
    ...(shortNames.length === 0 ? {} : { shortNames: [...shortNames] }),
    ...(categories.length === 0 ? {} : { categories: [...categories] }),
    ...(verbs.includes('watch') ? { storageVersionHash: hash } : {}),
  };
}

function subresourceDocument(type: ResourceType, sub: Subresource): JsonObject {
  const foreign = sub.group !== type.group || sub.kind === 'Scale' || sub.kind === 'Eviction';
  return {
    name: `${type.plural}/${sub.name}`,
    singularName: '',
    namespaced: type.namespaced,
    ...(foreign ? { group: sub.group, version: sub.version } : {}),
    kind: sub.kind,
    verbs: [...sub.verbs],
  };
}

/** `core`: of /api, else of /apis. */
export function aggregated(
  registry: ResourceRegistry,
  { core, more }: { core: boolean; more: readonly JsonObject[] },
): JsonObject {
  const groups = groupsOf(registry).filter(({ name }) => (name === '') === core);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: [...groups.map((group) => aggregatedGroup(registry, group)), ...more],
  };
}

function aggregatedGroup(registry: ResourceRegistry, { name, versions }: GroupOfVersions): JsonObject {
  const listed = versions.map((version) => {
    const types = registry
      .all()
      .filter((type) => type.group === name && type.versions.some((one) => one.version === version));
    return { version, resources: types.map((type) => aggregatedResource(type, version)), freshness: 'Current' };
  });
  return { metadata: name === '' ? {} : { name }, versions: listed };
}

function aggregatedResource(type: ResourceType, version: string): JsonObject {
  const { plural, singular, kind, namespaced, verbs, shortNames, categories, group } = type;
  const subresources = type.versions.find((one) => one.version === version)?.subresources ?? [];
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: [...verbs],
    ...(shortNames.length === 0 ? {} : { shortNames: [...shortNames] }),
    ...(categories.length === 0 ? {} : { categories: [...categories] }),
    ...(subresources.length === 0
      ? {}
      : {
          subresources: subresources.map((sub) => ({
            subresource: sub.name,
            responseKind: { group: sub.group, version: sub.version, kind: sub.kind },
            verbs: [...sub.verbs],
          })),
        }),
  };
}
