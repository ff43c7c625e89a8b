/**
 * Takes an object before and after a create, update or patch; returns it after with managedFields brought up to date:
 * the writer owns what it changed, others lose what was changed or removed. Changes nothing else.
 */
import type { JsonObject, KubernetesObject } from '../manifest/object.ts';
import { groupVersionKind } from '../manifest/object.ts';
import { shapeOfKind } from './crd-shape.ts';
import { difference, differenceBelow, type FieldSet, intersection, isEmptySet, union } from './field-set.ts';
import { limitUpdaters } from './limit-updaters.ts';
import { builtInShape } from './merge-keys.table.ts';
import {
  type Owner,
  type Owners,
  ownerId,
  readOwners,
  resetFields,
  withFields,
  withOwners,
  withoutManagedFields,
} from './owners.ts';
import type { Shape } from './shape.ts';
import { type Comparison, compareValues } from './typed-value.ts';
import { fillWrittenStructs } from './written-structs.ts';

export interface UpdateToTrack {
  /** Undefined when the object is created. */
  readonly before: KubernetesObject | undefined;
  readonly after: KubernetesObject;
  readonly manager: string;
  readonly operation: 'Update';
  readonly subresource?: string | undefined;
  /** RFC 3339, seconds. */
  readonly now: string;
  /** The OpenAPI schema of a custom kind. */
  readonly schema?: JsonObject | undefined;
}

export function trackUpdate(update: UpdateToTrack): KubernetesObject {
  const { before, after, manager, operation, subresource = '', now } = update;
  const given = after.metadata.managedFields;
  // `managedFields: [{}]` is how a client asks to forget all owners.
  const reset = given !== undefined && given.length > 0 && given.every((entry) => Object.keys(entry).length === 0);
  const entries = given !== undefined && given.length > 0 ? given : before?.metadata.managedFields;
  const owners = reset ? new Map<string, Owner>() : readOwners(entries);
  // An object that nobody owns is tracked from its first apply on, not from an update.
  if (before !== undefined && owners.size === 0) return withoutManagedFields(after);

  const gvk = groupVersionKind(after);
  const shape = shapeOfKind(gvk, update.schema);
  const comparison = compareObjects(before, after, shape);
  // A write to the object itself cannot set status; what the server fills in there belongs to nobody.
  const isOwnable = subresource !== '' || builtInShape(gvk) === undefined;
  const all = union(comparison.added, comparison.modified);
  const changed = isOwnable ? all : differenceBelow(all, resetFields('', []));
  const others = releaseFields(owners, changed, comparison.removed);
  if (isEmptySet(changed)) return withOwners(after, others);

  const name = { manager, operation, apiVersion: after.apiVersion, subresource };
  const own = others.get(ownerId(name));
  const fields = own === undefined ? changed : union(own.fields, changed);
  others.set(ownerId(name), { ...name, time: now, fields });
  return withOwners(after, limitUpdaters(others));
}

/** Two states of an object compared; managedFields are no part of it. */
function compareObjects(before: KubernetesObject | undefined, after: KubernetesObject, shape: Shape): Comparison {
  const empty = { apiVersion: after.apiVersion, kind: after.kind, metadata: {} };
  const left = fillWrittenStructs(withoutManagedFields(before ?? empty), shape);
  return compareValues(left, fillWrittenStructs(withoutManagedFields(after), shape), shape);
}

/** Everyone without the fields that now hold another's value or none. */
export function releaseFields(owners: Owners, changed: FieldSet, removed: FieldSet): Map<string, Owner> {
  const left = new Map<string, Owner>();
  for (const [id, owner] of owners) {
    const fields = difference(difference(owner.fields, changed), removed);
    if (!isEmptySet(fields)) left.set(id, withFields(owner, fields));
  }
  return left;
}

/** What others own of the fields in `changed`. */
export function contestedFields(owners: Owners, changed: FieldSet, except: string): Map<string, FieldSet> {
  const contested = new Map<string, FieldSet>();
  for (const [id, owner] of owners) {
    const fields = intersection(owner.fields, changed);
    if (id !== except && !isEmptySet(fields)) contested.set(id, fields);
  }
  return contested;
}
