/** Equality of JSON values as schemas mean it: numbers by value, maps whatever the order of their keys. */
import { GoInt, type GoValue } from '../template/value.ts';

export function sameValue(a: GoValue, b: GoValue): boolean {
  const [x, y] = [asNumber(a), asNumber(b)];
  if (x !== undefined || y !== undefined) return x === y;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => sameValue(item, b[i]!));
  if (a instanceof Map && b instanceof Map) {
    return a.size === b.size && [...a].every(([key, item]) => b.has(key) && sameValue(item, b.get(key)!));
  }
  return a === b;
}

export function asNumber(value: GoValue): number | undefined {
  if (typeof value === 'number') return value;
  return value instanceof GoInt ? Number(value.value) : undefined;
}
