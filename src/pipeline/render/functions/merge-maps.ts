/**
 * darccio/mergo 1.0.1 on maps, as `merge` and `mergeOverwrite` call it. Takes the target, which it changes, and a
 * source, whose nested values the target shares afterwards: a later `set` on one shows in the other.
 */
import type { GoMap, GoValue } from '../../../foundation/template/value.ts';
import { isEmpty } from './emptiness.ts';

/**
 * Without `overwrite` only empty values of the target are filled. With it even an empty value of the source wins,
 * but an empty map never replaces a map that has entries.
 */
export function mergeMaps(target: GoMap, source: GoMap, overwrite: boolean): void {
  for (const [key, value] of [...source]) {
    const known = target.get(key) ?? null;
    if (value === null) {
      if (overwrite) target.set(key, null);
      continue;
    }
    if (value instanceof Map && known instanceof Map) mergeMaps(known, value, overwrite);
    if (!isEmpty(known)) {
      if (value instanceof Map && known instanceof Map) continue;
      if (isSlice(value)) {
        if (overwrite) target.set(key, value);
        continue;
      }
    }
    if (overwrite || isEmpty(known)) target.set(key, value);
  }
}

const isSlice = (value: GoValue): boolean => Array.isArray(value) || value instanceof Uint8Array;
