/**
 * Takes an object as it was applied and as it is live; returns what others added to it: fields, keys and list elements
 * that managedFields give to another manager and that the applied object does not state. What was added as one is told
 * as one. Never tells of what both state: a different value there is a change, not an addition.
 */
import type { KubernetesObject, ManagedFieldsEntry } from '../manifest/object.ts';
import { difference, type FieldPath, type FieldSet, isEmptySet } from './field-set.ts';
import { matchesItem, parseFieldsV1, pathToPointer } from './fields-v1.ts';
import { getOwn, isMap } from './json-value.ts';
import { unmanaged } from './owners.ts';
import { fieldName, type PathElement } from './path-element.ts';

export interface ForeignField {
  /** Into the live object. */
  readonly pointer: string;
  readonly owner: ManagedFieldsEntry;
}

/** `counts`: whose additions are told; those of status and of other subresources never are. */
export function foreignFields(
  applied: KubernetesObject,
  live: KubernetesObject,
  counts: (manager: string) => boolean,
): ForeignField[] {
  const found = new Map<string, ForeignField>();
  for (const owner of live.metadata.managedFields ?? []) {
    if (owner.subresource || !counts(owner.manager ?? '')) continue;
    const theirs = difference(parseFieldsV1(owner.fieldsV1), unmanaged);
    for (const path of additions(theirs, applied, [])) {
      const pointer = pathToPointer(live, path);
      if (pointer !== undefined && !bookkeeping.test(pointer) && !found.has(pointer))
        found.set(pointer, { pointer, owner });
    }
  }
  return [...found.values()];
}

/** Written by controllers of any name for their own ends; status of kinds that keep it with the rest. */
const bookkeeping = /^\/(status|metadata\/(finalizers|ownerReferences))(\/|$)/;

/** The topmost paths of `theirs` at which `own` has nothing. */
function* additions(theirs: FieldSet, own: unknown, path: FieldPath): Generator<FieldPath> {
  for (const [element, below] of theirs.children) {
    if (isEmptySet(below)) continue;
    const here = [...path, element];
    const stated = childAt(own, element);
    if (stated === undefined || stated === null) yield here;
    else yield* additions(below, stated, here);
  }
}

function childAt(value: unknown, element: PathElement): unknown {
  const name = fieldName(element);
  if (name !== undefined) return isMap(value) ? getOwn(value, name) : undefined;
  return Array.isArray(value) ? value.find((item, index) => matchesItem(element, item, String(index))) : undefined;
}
