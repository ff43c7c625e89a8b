/** Values that came from another thread: its copy keeps maps and lists, and of an integer only the fields. */
import { GoInt, type GoMap, type GoValue, type IntKind } from '../template/value.ts';

/** Writes into the copy, which is nobody else's. */
export function reviveValues(copied: GoMap): GoMap {
  for (const [key, value] of copied) copied.set(key, revived(value));
  return copied;
}

function revived(value: GoValue): GoValue {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  if (value instanceof Map) return reviveValues(value);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = revived(value[i] ?? null);
    return value;
  }
  const { kind, value: number } = value as unknown as { kind: IntKind; value: bigint };
  return new GoInt(kind, number);
}
