/**
 * Takes the template of a generator and that of the set, returns the one that counts: what the generator's leaves empty is the
 * set's. Lists and values of a chart are taken whole. Pure.
 */
import { setOwn } from '../../../../../foundation/document/set-own.ts';

type Data = Readonly<Record<string, unknown>>;

export function mergeTemplate(own: Data | undefined, base: Data): Data {
  const merged: Record<string, unknown> = { ...own };
  for (const [key, value] of Object.entries(base)) {
    const given = own !== undefined && Object.hasOwn(own, key) ? own[key] : undefined;
    if (isEmpty(given)) setOwn(merged, key, value);
    else if (isMap(given) && isMap(value) && key !== 'valuesObject') setOwn(merged, key, mergeTemplate(given, value));
  }
  return merged;
}

const isMap = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Go's zero values: what is false or 0 counts as left out. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '' || value === 0) return true;
  return Array.isArray(value) && value.length === 0;
}
