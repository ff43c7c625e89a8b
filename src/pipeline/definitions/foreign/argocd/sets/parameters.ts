/** Parameters of an application: plain data as the Go values that its templates see, and how they are put together. Pure. */
import { formatDefault } from '../../../../../foundation/template/printf.ts';
import type { GoMap, GoValue } from '../../../../../foundation/template/value.ts';

/** Numbers are float64, as JSON's in Go. */
export function goValueOf(data: unknown): GoValue {
  if (Array.isArray(data)) return data.map(goValueOf);
  if (typeof data === 'object' && data !== null) return goMapOf(data);
  return typeof data === 'string' || typeof data === 'number' || typeof data === 'boolean' ? data : null;
}

export const goMapOf = (data: object): GoMap =>
  new Map(Object.entries(data).map(([key, value]) => [key, goValueOf(value)] as const));

/** A map[string]string, of which a missing key is "". */
export function textMap(entries: Iterable<readonly [string, string]>): GoMap {
  const map: GoMap = new Map(entries);
  map.elementType = 'string';
  return map;
}

/** Nested keys as one each, with dots between: `a.b.0`. What is empty leaves nothing. */
export function flatten(parameters: GoMap): Map<string, string> {
  const flat = new Map<string, string>();
  const visit = (value: GoValue, key: string) => {
    if (value instanceof Map) for (const [name, inner] of value) visit(inner, key === '' ? name : `${key}.${name}`);
    else if (Array.isArray(value)) for (const [index, inner] of value.entries()) visit(inner, `${key}.${index}`);
    else flat.set(key, typeof value === 'string' ? value : formatDefault(value));
  };
  visit(parameters, '');
  return flat;
}

/** Maps merge at every depth; of anything else `over` wins. */
export function mergeParameters(under: GoMap, over: GoMap): GoMap {
  const merged: GoMap = new Map(under);
  for (const [key, value] of over) {
    const before = merged.get(key);
    merged.set(key, value instanceof Map && before instanceof Map ? mergeParameters(before, value) : value);
  }
  return merged;
}
