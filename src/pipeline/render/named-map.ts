/**
 * One map under two types: templates see `.Values` as common.Values, while the same table met from its parent is a plain
 * map[string]interface {}. The view shares the map's storage, so that `set` through either is seen through both.
 */
import type { GoMap, GoValue, NamedType } from '../../foundation/template/value.ts';

export function namedMap(map: GoMap, type: NamedType): GoMap {
  const view = {
    __proto__: Map.prototype,
    namedType: type,
    plain: map,
    get size() {
      return map.size;
    },
    get: (key: string) => map.get(key),
    has: (key: string) => map.has(key),
    set: (key: string, value: GoValue) => {
      map.set(key, value);
      return view;
    },
    delete: (key: string) => map.delete(key),
    clear: () => map.clear(),
    keys: () => map.keys(),
    values: () => map.values(),
    entries: () => map.entries(),
    forEach: (visit: (value: GoValue, key: string, from: GoMap) => void) => map.forEach(visit),
    [Symbol.iterator]: () => map[Symbol.iterator](),
    [Symbol.toStringTag]: 'Map',
  };
  return view as unknown as GoMap;
}
