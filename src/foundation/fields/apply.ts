/**
 * Server-side apply: takes the live object and what a manager applies; returns the merged object with managedFields,
 * or whose fields stand against it. Defaults, validation and resourceVersion are the API server's.
 */
import type { JsonObject, KubernetesObject, ObjectMeta } from '../manifest/object.ts';
import { groupVersionKind } from '../manifest/object.ts';
import { shapeOfKind } from './crd-shape.ts';
import {
  difference,
  differenceBelow,
  equalSets,
  type FieldSet,
  intersection,
  isEmptySet,
  members,
  union,
  withNamedFields,
} from './field-set.ts';
import { definedKeys, equalJson, getOwn, isMap, setOwn } from './json-value.ts';
import {
  type Owner,
  type OwnerName,
  type Owners,
  ownerId,
  readOwners,
  resetFields,
  unmanaged,
  withOwners,
  withoutManagedFields,
} from './owners.ts';
import { printPath } from './path-element.ts';
import { fieldShape, itemShape, type Shape } from './shape.ts';
import { contestedFields, releaseFields, trackUpdate } from './track-update.ts';
import { compareValues, fieldsOf, mergeValues, removeFields } from './typed-value.ts';
import { fillWrittenStructs } from './written-structs.ts';

export interface PatchToApply {
  readonly live: KubernetesObject | undefined;
  readonly applied: KubernetesObject;
  readonly manager: string;
  readonly force: boolean;
  readonly subresource?: string | undefined;
  /** RFC 3339, seconds. */
  readonly now: string;
  /** The OpenAPI schema of a custom kind. */
  readonly schema?: JsonObject | undefined;
  /** Fields that this request cannot set, instead of the usual ones (`status`, or all but it). */
  readonly reset?: FieldSet | undefined;
}

export interface FieldConflict {
  readonly manager: string;
  /** As Kubernetes spells them: `.spec.containers[name="x"].image`. */
  readonly fields: string[];
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
}

export interface AppliedPatch {
  readonly object: KubernetesObject;
  /** Not empty only when the patch was not forced; then `object` is the live one. */
  readonly conflicts: FieldConflict[];
  /** With force: what was taken from whom. */
  readonly taken: FieldConflict[];
}

export function applyPatch(patch: PatchToApply): AppliedPatch {
  const { live, applied, manager, force, subresource = '', now } = patch;
  const shape = shapeOfKind(groupVersionKind(applied), patch.schema);
  const reset = patch.reset ?? resetFields(subresource, Object.keys(applied));
  const config = withoutReset(withoutManagedFields(applied), reset);
  const base = live === undefined ? undefined : ensureOwned(live, now, patch.schema);
  const owners = readOwners(base?.metadata.managedFields);
  const name: OwnerName = { manager, operation: 'Apply', apiVersion: applied.apiVersion, subresource };
  const id = ownerId(name);
  const last = owners.get(id);

  const fields = difference(differenceBelow(fieldsOf(config, shape), reset), unmanaged);
  owners.set(id, { ...name, time: last?.time, fields });
  const start = withoutManagedFields(base ?? { apiVersion: applied.apiVersion, kind: applied.kind, metadata: {} });
  const merged = mergeValues(start, config, shape);
  const pruned = prune(merged, { owners, last: last?.fields, shape });
  const whole = patch.schema === undefined ? dropNulls(pruned, shape) : pruned;
  const object = keepSystemFields(whole as KubernetesObject, live);

  const before = fillWrittenStructs(start, shape);
  // A map that lost all it held is still there, and not removed for those who own the map itself.
  const comparison = compareValues(before, pruned, shape);
  const changed = union(comparison.added, comparison.modified);
  const contested = describe(contestedFields(owners, changed, id), owners);
  if (!force && contested.length > 0) return { object: live ?? applied, conflicts: contested, taken: [] };

  const left = releaseOthers(owners, { id, changed, removed: comparison.removed });
  const same = base !== undefined && equalJson(withoutManagedFields(base), object);
  const settled = same && last !== undefined && equalSets(last.fields, fields);
  const time = settled ? last.time : now;
  left.set(id, { ...name, time, fields });
  return { object: withOwners(object, left), conflicts: [], taken: force ? contested : [] };
}

/** The applier keeps all that it applies; the others lose what changed under them. */
function releaseOthers(
  owners: Owners,
  change: { id: string; changed: FieldSet; removed: FieldSet },
): Map<string, Owner> {
  const others = new Map(owners);
  others.delete(change.id);
  return releaseFields(others, change.changed, change.removed);
}

/** An object that nobody owns yet: all it holds belongs to `before-first-apply` from now on. */
function ensureOwned(live: KubernetesObject, now: string, schema: JsonObject | undefined): KubernetesObject {
  if ((live.metadata.managedFields ?? []).length > 0) return live;
  return trackUpdate({
    before: undefined,
    after: live,
    manager: 'before-first-apply',
    operation: 'Update',
    now,
    schema,
  });
}

function withoutReset(object: KubernetesObject, reset: FieldSet): KubernetesObject {
  const kept: Record<string, unknown> = {};
  for (const key of definedKeys(object)) {
    if (reset.children.get(`f:${key}`)?.member) continue;
    const below = reset.children.get(`f:${key}`);
    const value = getOwn(object, key);
    setOwn(
      kept,
      key,
      below !== undefined && isMap(value) ? withoutReset(value as unknown as KubernetesObject, below) : value,
    );
  }
  return kept as unknown as KubernetesObject;
}

interface Pruning {
  readonly owners: Owners;
  /** What the manager applied the last time. */
  readonly last: FieldSet | undefined;
  readonly shape: Shape;
}

/**
 * Takes out what the manager no longer applies and nobody else owns. Everything it applied before goes first, then
 * what any owner holds comes back, then what it never owned (defaults inside an element that stays, for example).
 */
function prune(merged: unknown, { owners, last, shape }: Pruning): unknown {
  if (last === undefined || isEmptySet(last)) return merged;
  const lastNamed = withNamedFields(last, shape);
  const all = [...owners.values()].reduce((set, owner) => union(set, owner.fields), {
    member: false,
    children: new Map(),
  } as FieldSet);
  const mergedSet = withNamedFields(fieldsOf(merged, shape), shape);
  const bare = removeFields(merged, lastNamed, shape);
  const bareSet = withNamedFields(fieldsOf(bare, shape), shape);
  const owned = removeFields(merged, difference(mergedSet, union(bareSet, withNamedFields(all, shape))), shape);
  const ownedSet = withNamedFields(fieldsOf(owned, shape), shape);
  return removeFields(merged, intersection(difference(mergedSet, ownedSet), lastNamed), shape) ?? {};
}

/** A null says "no value" to every field of a built-in kind; in a custom one it stays, to be refused where it may not be. */
function dropNulls(value: unknown, shape: Shape): unknown {
  if (shape.atomic) return value;
  if (Array.isArray(value))
    return shape.items === undefined ? value : value.map((item) => dropNulls(item, itemShape(shape)));
  if (!isMap(value)) return value;
  const kept = {};
  for (const key of definedKeys(value)) {
    const field = getOwn(value, key);
    if (field !== null || fieldShape(shape, key).nullable) setOwn(kept, key, dropNulls(field, fieldShape(shape, key)));
  }
  return kept;
}

const systemFields = [
  'uid',
  'creationTimestamp',
  'generation',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'resourceVersion',
];

/** What only the API server writes is as it was, whatever was applied. */
function keepSystemFields(object: KubernetesObject, live: KubernetesObject | undefined): KubernetesObject {
  const metadata: ObjectMeta = { ...object.metadata };
  for (const field of systemFields) {
    const value = live?.metadata[field];
    if (value === undefined) delete metadata[field];
    else metadata[field] = value;
  }
  return { ...object, metadata };
}

function describe(contested: Map<string, FieldSet>, owners: Owners): FieldConflict[] {
  const conflicts: FieldConflict[] = [];
  for (const [id, fields] of contested) {
    const owner = owners.get(id);
    if (owner === undefined) continue;
    const { manager, operation, apiVersion, subresource } = owner;
    conflicts.push({ manager, operation, apiVersion, subresource, fields: [...members(fields)].map(printPath) });
  }
  return conflicts;
}
