/** Go's reflect.DeepEqual, on which `has`, `uniq`, `without` and `deepEqual` rest: 1 and 1.0 differ, types count. */
import { typeName } from '../../../foundation/template/kind.ts';
import { GoInt, type GoMap, GoObject, type GoSlice, type GoValue } from '../../../foundation/template/value.ts';

export function deepEqual(a: GoValue, b: GoValue): boolean {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object')
    return a === b && typeof a !== 'function';
  if (typeName(a) !== typeName(b)) return false;
  if (a instanceof GoInt) return a.value === (b as GoInt).value;
  if (a instanceof Uint8Array) return Buffer.compare(a, b as Uint8Array) === 0;
  if (Array.isArray(a)) return equalSlices(a, b as GoSlice);
  if (a instanceof Map) return equalMaps(a, b as GoMap);
  return a instanceof GoObject && equalObjects(a, b as GoObject);
}

function equalSlices(a: GoSlice, b: GoSlice): boolean {
  if (a.length !== b.length || (a.isNil ?? false) !== (b.isNil ?? false)) return false;
  return a === b || a.every((item, i) => deepEqual(item, b[i] ?? null));
}

function equalMaps(a: GoMap, b: GoMap): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [key, value] of a) if (!b.has(key) || !deepEqual(value, b.get(key) ?? null)) return false;
  return true;
}

function equalObjects(a: GoObject, b: GoObject): boolean {
  if (a === b) return true;
  if (a.fields.size > 0 || b.fields.size > 0) return equalMaps(a.fields as GoMap, b.fields as GoMap);
  return equalInside(a.inner, b.inner);
}

/** What Go keeps in unexported fields, which DeepEqual compares too: of a time, a duration, a version. */
function equalInside(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const others = new Map(Object.entries(b));
  return Object.entries(a).every(([key, value]) => typeof value === 'function' || equalInside(value, others.get(key)));
}
