/** A document as Kubernetes keeps it: a field that is null is not there. Values of a chart keep theirs. Pure. */
import { setOwn } from '../../../../foundation/document/set-own.ts';

export function withoutNulls(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(withoutNulls);
  if (typeof data !== 'object' || data === null) return data;
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(data))
    if (value !== null) setOwn(kept, name, name === 'valuesObject' ? value : withoutNulls(value));
  return kept;
}
