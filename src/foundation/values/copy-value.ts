/** A deep copy of a value that came from YAML, JSON or `--set`: maps and lists anew, everything else shared. */
import type { GoMap, GoSlice, GoValue } from '../template/value.ts';

export function copyValue(value: GoValue): GoValue {
  if (Array.isArray(value)) {
    const list: GoSlice = new Array(value.length);
    for (let i = 0; i < value.length; i++) list[i] = copyValue(value[i] as GoValue);
    return list;
  }
  return value instanceof Map ? copyMap(value) : value;
}

export function copyMap(map: GoMap): GoMap {
  const copy: GoMap = new Map();
  for (const [key, value] of map) copy.set(key, value !== null && typeof value === 'object' ? copyValue(value) : value);
  return copy;
}
