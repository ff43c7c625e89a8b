/** A document as Kubernetes keeps it: a field that is null is not there. What lies below a `free` field keeps its nulls. Pure. */
import { setOwn } from '../../../foundation/document/set-own.ts';

export function dropNulls(data: unknown, free: readonly string[]): unknown {
  if (Array.isArray(data)) return data.map((item) => dropNulls(item, free));
  if (typeof data !== 'object' || data === null) return data;
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(data))
    if (value !== null) setOwn(kept, name, free.includes(name) ? value : dropNulls(value, free));
  return kept;
}
