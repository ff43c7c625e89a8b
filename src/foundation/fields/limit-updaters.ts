/**
 * Takes the owners of an object and returns at most ten that update: the oldest others merge into `ancient-changes`,
 * one for each version, as the API server keeps it. Who applies is never merged.
 */
import { union } from './field-set.ts';
import { type Owner, type Owners, ownerId } from './owners.ts';

const limit = 10;
const bucket = 'ancient-changes';

export function limitUpdaters(owners: Owners): Map<string, Owner> {
  const limited = new Map(owners);
  const updaters = [...owners].filter(([, owner]) => owner.operation === 'Update');
  let surplus = updaters.length - limit;
  if (surplus <= 0) return limited;
  updaters.sort(([, left], [, right]) => ((left.time ?? '') < (right.time ?? '') ? -1 : 1));
  const first = new Map<string, [string, Owner]>();
  for (const [id, owner] of updaters) {
    if (surplus <= 0) break;
    const partner = first.get(owner.apiVersion);
    if (partner === undefined) {
      first.set(owner.apiVersion, [id, owner]);
      continue;
    }
    limited.delete(id);
    limited.delete(partner[0]);
    const name = { manager: bucket, operation: 'Update' as const, apiVersion: owner.apiVersion, subresource: '' };
    const existing = limited.get(ownerId(name));
    const fields = union(union(partner[1].fields, owner.fields), existing?.fields ?? owner.fields);
    const merged: Owner = { ...name, time: owner.time, fields };
    limited.set(ownerId(name), merged);
    first.set(owner.apiVersion, [ownerId(name), merged]);
    surplus -= 1;
  }
  return limited;
}
