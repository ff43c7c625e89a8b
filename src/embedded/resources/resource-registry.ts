/** Which resource types the server serves now: the built-in ones and those of established CRDs. */
import { builtinResourceTypes } from './builtin-resource-types.ts';
import type { ResourceType } from './resource-type.ts';

export interface ResourceRegistry {
  /** Changes whenever what is served changes: for caches. */
  readonly generation: number;
  all(): readonly ResourceType[];
  byName(name: string): ResourceType | undefined;
  byPath(group: string, version: string, plural: string): ResourceType | undefined;
  byKind(group: string, version: string, kind: string): ResourceType | undefined;
  setCustom(type: ResourceType): void;
  removeCustom(name: string): void;
}

export function createResourceRegistry(): ResourceRegistry {
  const types = new Map(builtinResourceTypes().map((type) => [type.name, type]));
  let byPath = indexByPath(types);
  let byKind = indexByKind(types);
  let generation = 1;
  const changed = (): void => {
    byPath = indexByPath(types);
    byKind = indexByKind(types);
    generation++;
  };
  return {
    get generation() {
      return generation;
    },
    all: () => [...types.values()],
    byName: (name) => types.get(name),
    byPath: (group, version, plural) => byPath.get(`${group}/${version}/${plural}`),
    byKind: (group, version, kind) => byKind.get(`${group}/${version}/${kind}`),
    setCustom(type) {
      types.set(type.name, type);
      changed();
    },
    removeCustom(name) {
      if (types.delete(name)) changed();
    },
  };
}

function indexByPath(types: ReadonlyMap<string, ResourceType>): Map<string, ResourceType> {
  const index = new Map<string, ResourceType>();
  for (const type of types.values())
    for (const { version } of type.versions) index.set(`${type.group}/${version}/${type.plural}`, type);
  return index;
}

function indexByKind(types: ReadonlyMap<string, ResourceType>): Map<string, ResourceType> {
  const index = new Map<string, ResourceType>();
  for (const type of types.values())
    for (const { version } of type.versions) index.set(`${type.group}/${version}/${type.kind}`, type);
  return index;
}
