/** Group versions that APIServices promise from elsewhere. Nobody answers there: they are listed, and asking them is 503. */
import type { JsonObject } from '../../foundation/manifest/object.ts';
import { objectAt } from '../defaults/set-default.ts';
import type { ResourceRegistry } from '../resources/resource-registry.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { compareVersions } from './discovery.ts';

export interface PromisedGroup {
  readonly name: string;
  /** Most preferred first. */
  readonly versions: readonly string[];
}

export function promisedGroups(objects: ObjectStore, registry: ResourceRegistry): PromisedGroup[] {
  const groups = new Map<string, string[]>();
  for (const { spec } of objects.list('apiservices.apiregistration.k8s.io')) {
    const { group, version } = spec as JsonObject;
    if (objectAt(spec as JsonObject, 'service') === undefined) continue;
    const served = registry.all().some((type) => type.group === group);
    if (!served) groups.set(String(group), [...(groups.get(String(group)) ?? []), String(version)]);
  }
  return [...groups].map(([name, versions]) => ({ name, versions: versions.sort(compareVersions) }));
}

export function promisedDocument({ name, versions }: PromisedGroup): JsonObject {
  const listed = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: listed, preferredVersion: listed[0] ?? {} };
}

/** In aggregated discovery: known, but not since when. */
export function staleGroup({ name, versions }: PromisedGroup): JsonObject {
  return { metadata: { name }, versions: versions.map((version) => ({ version, freshness: 'Stale' })) };
}
