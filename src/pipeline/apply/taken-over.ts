/**
 * Takes an object before and after a forced apply, returns which fields other managers lost to it. Where both wanted
 * the same value they share the field, and nobody lost anything.
 */
import { difference, type FieldPath, intersection, members } from '../../foundation/fields/field-set.ts';
import { pathToPointer } from '../../foundation/fields/fields-v1.ts';
import { ownerId, readOwners } from '../../foundation/fields/owners.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';

export interface TakenOver {
  readonly manager: string;
  /** JSON pointers into the object as it was; never empty. */
  readonly pointers: readonly string[];
}

export function takenOver(before: KubernetesObject, after: KubernetesObject, taker: string): TakenOver[] {
  const now = readOwners(after.metadata.managedFields);
  const ours = [...now.values()].find(({ manager, operation }) => manager === taker && operation === 'Apply');
  if (ours === undefined) return [];
  const found = new Map<string, string[]>();
  for (const owner of readOwners(before.metadata.managedFields).values()) {
    if (owner.manager === taker) continue;
    const left = now.get(ownerId(owner));
    const lost = intersection(left ? difference(owner.fields, left.fields) : owner.fields, ours.fields);
    const pointers = [...leaves(members(lost))]
      .map((path) => pathToPointer(before, path))
      .filter((one) => one !== undefined);
    if (pointers.length > 0) found.set(owner.manager, [...(found.get(owner.manager) ?? []), ...pointers]);
  }
  return [...found].map(([manager, pointers]) => ({ manager, pointers: [...new Set(pointers)].sort() }));
}

/** Of a map that was lost with what lies in it, only what lies in it. */
function* leaves(paths: Iterable<FieldPath>): Generator<FieldPath> {
  const all = [...paths];
  for (const path of all) {
    const isAround = all.some(
      (other) => other.length > path.length && path.every((element, at) => other[at] === element),
    );
    if (!isAround) yield path;
  }
}
