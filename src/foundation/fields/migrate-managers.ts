/**
 * Takes an object's managedFields and returns them with what client-side managers updated owned by `helm`'s apply, so
 * that the next apply removes what the chart no longer renders: what Helm 4 does before its first server-side apply.
 * Undefined when there is nothing to migrate.
 */
import type { ManagedFieldsEntry } from '../manifest/object.ts';
import { difference, type FieldSet, setOf, union } from './field-set.ts';
import { parseFieldsV1, writeFieldsV1 } from './fields-v1.ts';

export interface Migration {
  /** Managers whose updates and applies are taken over. Helm 4 itself takes over the updates of `helm` alone. */
  readonly from?: readonly string[];
  readonly to?: string;
}

const lastApplied: FieldSet = setOf([
  ['f:metadata', 'f:annotations', 'f:kubectl.kubernetes.io/last-applied-configuration'],
]);

export function migrateManagers(
  entries: readonly ManagedFieldsEntry[] | undefined,
  { from = ['helm', 'kubectl-client-side-apply'], to = 'helm' }: Migration = {},
): ManagedFieldsEntry[] | undefined {
  let current = [...(entries ?? [])];
  let migrated = false;
  for (const manager of from) {
    if (!current.some((entry) => isTaken(entry, manager, to))) continue;
    current = takeOver(current, manager, to);
    migrated = true;
  }
  return migrated ? current : undefined;
}

function isTaken({ manager, operation, subresource = '' }: ManagedFieldsEntry, from: string, to: string): boolean {
  return manager === from && subresource === '' && (operation === 'Update' || from !== to);
}

/** Only what is of the applier's own version is merged; that of other versions is dropped, as Kubernetes does. */
function takeOver(entries: readonly ManagedFieldsEntry[], manager: string, to: string): ManagedFieldsEntry[] {
  const taken = entries.filter((entry) => isTaken(entry, manager, to));
  const applier = entries.find(
    (entry) => entry.manager === to && entry.operation === 'Apply' && (entry.subresource ?? '') === '',
  );
  const base = applier ?? taken[0];
  if (base === undefined) return [...entries];
  const merged = taken.find((entry) => entry.apiVersion === base.apiVersion);
  const fields = union(parseFieldsV1(base.fieldsV1), parseFieldsV1(merged?.fieldsV1));
  const owner: ManagedFieldsEntry = {
    ...base,
    manager: to,
    operation: 'Apply',
    fieldsV1: writeFieldsV1(difference(fields, lastApplied)),
  };
  return entries
    .filter((entry) => entry === base || !taken.includes(entry))
    .map((entry) => (entry === base ? owner : entry));
}
