/** JSON merge patch (RFC 7386): maps merge, null deletes, everything else replaces. Never changes its input. */
import { definedKeys, getOwn, isMap, setOwn } from './json-value.ts';

export function jsonMergePatch(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const merged = isMap(target) ? { ...target } : {};
  for (const key of definedKeys(patch)) {
    const value = getOwn(patch, key);
    if (value === null) delete merged[key];
    else setOwn(merged, key, jsonMergePatch(getOwn(merged, key), value));
  }
  return merged;
}
