/**
 * The managedFields of an object as a map of owners and back: one owner per manager, operation, subresource and, for
 * updates, version. Entries that cannot be read count as none.
 */
import type { KubernetesObject, ManagedFieldsEntry } from '../manifest/object.ts';
import { difference, emptySet, type FieldSet, isEmptySet, setOf, union } from './field-set.ts';
import { matchesItem, parseFieldsV1, writeFieldsV1 } from './fields-v1.ts';
import { getOwn, isMap } from './json-value.ts';
import { fieldElement } from './path-element.ts';
import { pointerSteps } from './pointer.ts';

export interface Owner {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time?: string | undefined;
  readonly fields: FieldSet;
}

export type Owners = ReadonlyMap<string, Owner>;

export type OwnerName = Pick<Owner, 'manager' | 'operation' | 'apiVersion' | 'subresource'>;

/** Who applies stays one owner over all versions of an API; who updates does not. */
export function ownerId({ manager, operation, apiVersion, subresource }: OwnerName): string {
  return JSON.stringify([manager, operation, operation === 'Apply' ? '' : apiVersion, subresource]);
}

export function readOwners(entries: readonly ManagedFieldsEntry[] | undefined): Map<string, Owner> {
  const owners = new Map<string, Owner>();
  for (const entry of entries ?? []) {
    const { manager = '', operation = 'Update', apiVersion = '', subresource = '', time } = entry;
    if (operation !== 'Apply' && operation !== 'Update') continue;
    const owner = { manager, operation, apiVersion, subresource, time, fields: parseFieldsV1(entry.fieldsV1) };
    const id = ownerId(owner);
    const same = owners.get(id);
    owners.set(id, same === undefined ? owner : { ...owner, fields: union(same.fields, owner.fields) });
  }
  return owners;
}

/** Sorted as Kubernetes sorts: applies first, then by time, manager, version, subresource; owners of nothing vanish. */
export function writeOwners(owners: Owners): ManagedFieldsEntry[] {
  const entries: ManagedFieldsEntry[] = [];
  for (const owner of owners.values()) {
    const fields = difference(owner.fields, unmanaged);
    if (isEmptySet(fields)) continue;
    entries.push({
      apiVersion: owner.apiVersion,
      fieldsType: 'FieldsV1',
      fieldsV1: writeFieldsV1(fields),
      manager: owner.manager,
      operation: owner.operation,
      ...(owner.subresource === '' ? {} : { subresource: owner.subresource }),
      ...(owner.time === undefined ? {} : { time: owner.time }),
    });
  }
  return entries.sort(compareEntries);
}

function compareEntries(left: ManagedFieldsEntry, right: ManagedFieldsEntry): number {
  return (
    compareText(left.operation, right.operation) ||
    compareText(left.time, right.time) ||
    compareText(left.manager, right.manager) ||
    compareText(left.apiVersion, right.apiVersion) ||
    compareText(left.subresource, right.subresource)
  );
}

function compareText(left = '', right = ''): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

export function withFields(owner: Owner, fields: FieldSet): Owner {
  return { ...owner, fields };
}

/** The object with these owners as its managedFields; without any, the field is absent. */
export function withOwners(object: KubernetesObject, owners: Owners): KubernetesObject {
  const { managedFields: _, ...metadata } = object.metadata;
  const entries = writeOwners(owners);
  return { ...object, metadata: entries.length === 0 ? metadata : { ...metadata, managedFields: entries } };
}

export function withoutManagedFields(object: KubernetesObject): KubernetesObject {
  return withOwners(object, new Map());
}

/** What nobody owns: names and what the API server alone writes. */
export const unmanaged: FieldSet = setOf(
  [
    'apiVersion',
    'kind',
    'metadata',
    ...[
      'name',
      'namespace',
      'creationTimestamp',
      'selfLink',
      'uid',
      'clusterName',
      'generation',
      'managedFields',
      'resourceVersion',
    ].map((field) => `metadata/${field}`),
  ].map((path) => path.split('/').map((name) => `f:${name}`)),
);

/**
 * What a write through a subresource (`''`: the object itself) cannot set: it is neither merged nor owned.
 * Built-in kinds keep status apart; labels cannot be set through status.
 */
export function resetFields(subresource: string, topLevel: Iterable<string>): FieldSet {
  if (subresource === 'status') {
    const others = [...topLevel].filter((key) => !['metadata', 'status', 'apiVersion', 'kind'].includes(key));
    return setOf([...others.map((key) => [`f:${key}`]), ['f:metadata', 'f:labels']]);
  }
  return subresource === '' ? setOf([['f:status']]) : emptySet();
}

/**
 * The entries that own a place, and those that own a list or map around it as a whole. A pointer to a map or list that
 * is merged also names those who own something in it.
 */
export function ownersOf(object: KubernetesObject, pointer: string): ManagedFieldsEntry[] {
  const entries = object.metadata.managedFields ?? [];
  const steps = pointerSteps(pointer);
  return entries.filter((entry) => owns(parseFieldsV1(entry.fieldsV1), object, steps));
}

function owns(set: FieldSet, value: unknown, steps: readonly string[]): boolean {
  const [step, ...rest] = steps;
  if (step === undefined) return !isEmptySet(set);
  // A member with nothing below it is a leaf or an atomic value: its owner owns all of it.
  if (set.member && set.children.size === 0) return true;
  if (Array.isArray(value)) {
    const item: unknown = value[Number(step)];
    const found = [...set.children].filter(([element]) => matchesItem(element, item, step));
    return found.some(([, child]) => owns(child, item, rest));
  }
  const child = set.children.get(fieldElement(step));
  return child !== undefined && owns(child, isMap(value) ? getOwn(value, step) : undefined, rest);
}
