/** Sprig's notion of an empty value, which `default`, `coalesce`, `empty`, `all`, `any` and `compact` share. */
import { GoInt, type GoValue } from '../../../foundation/template/value.ts';

/** nil, false, 0, "", and lists and maps without items; structs and functions never are. */
export function isEmpty(value: GoValue): boolean {
  if (value === null || value === false || value === '' || value === 0) return true;
  if (value instanceof GoInt) return value.value === 0n;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Map) return value.size === 0;
  return false;
}
