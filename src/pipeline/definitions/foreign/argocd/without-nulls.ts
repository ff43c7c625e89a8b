/** A document as Kubernetes keeps it: a field that is null is not there. Values of a chart and elements of a list keep theirs. Pure. */
import { setOwn } from '../../../../foundation/document/set-own.ts';

const free = ['valuesObject', 'elements'];

export function withoutNulls(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(withoutNulls);
  if (typeof data !== 'object' || data === null) return data;
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(data))
    if (value !== null) setOwn(kept, name, free.includes(name) ? value : withoutNulls(value));
  return kept;
}
