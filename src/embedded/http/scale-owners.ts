/** managedFields of an object as those of its Scale, which knows the replicas alone, and back. */
import { difference, type FieldPath, hasPath, isEmptySet, setOf } from '../../foundation/fields/field-set.ts';
import { type Owner, ownerId, readOwners, writeOwners } from '../../foundation/fields/owners.ts';
import { fieldElement } from '../../foundation/fields/path-element.ts';
import type { ManagedFieldsEntry } from '../../foundation/manifest/object.ts';

type Entries = readonly ManagedFieldsEntry[] | undefined;

export interface ScaledPlace {
  /** Where the object has its replicas in this version of its API; undefined: the version has no scale. */
  readonly replicasAt: (apiVersion: string) => readonly string[] | undefined;
  /** The version of this request. */
  readonly apiVersion: string;
}

export const scaleVersion = 'autoscaling/v1';
const inScale = setOf([['f:spec', 'f:replicas']]);

const fieldPath = (steps: readonly string[]): FieldPath => steps.map(fieldElement);

export function scaleEntries(entries: Entries, { replicasAt }: ScaledPlace): ManagedFieldsEntry[] {
  const owners = new Map<string, Owner>();
  for (const [id, owner] of readOwners(entries)) {
    const steps = replicasAt(owner.apiVersion);
    if (steps !== undefined && hasPath(owner.fields, fieldPath(steps)))
      owners.set(id, { ...owner, apiVersion: scaleVersion, fields: inScale });
  }
  return writeOwners(owners);
}

/** As the API server does it: who has become an owner by its Scale has no time. */
export function parentEntries(entries: Entries, scaled: Entries, place: ScaledPlace): ManagedFieldsEntry[] {
  const left = readOwners(scaled);
  const owners = new Map<string, Owner>();
  for (const [id, owner] of readOwners(entries)) {
    const steps = place.replicasAt(owner.apiVersion);
    if (steps === undefined) continue;
    const kept = !hasPath(owner.fields, fieldPath(steps)) || left.delete(id);
    const fields = kept ? owner.fields : difference(owner.fields, setOf([fieldPath(steps)]));
    if (!isEmptySet(fields)) owners.set(`own ${id}`, { ...owner, fields });
  }
  const steps = place.replicasAt(place.apiVersion) ?? [];
  for (const owner of left.values()) {
    const scaler = { ...owner, apiVersion: place.apiVersion, time: undefined, fields: setOf([fieldPath(steps)]) };
    owners.set(`scale ${ownerId(scaler)}`, scaler);
  }
  return writeOwners(owners);
}
