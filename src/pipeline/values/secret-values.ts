/**
 * What lies at some keys of recorded values, as texts for masking: the record of a release still holds what an encrypted
 * file of git no longer does.
 */
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import { parseValuePath } from './provenance.ts';

export function secretValues(values: JsonObject, keys: readonly string[]): string[] {
  return keys.flatMap((key) => leaves(valueAt(values, parseValuePath(key))));
}

function valueAt(values: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = values;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, step))
      return undefined;
    value = value[step];
  }
  return value;
}

function leaves(value: Json | undefined): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leaves);
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
}
