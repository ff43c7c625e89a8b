/**
 * Takes the plan of a release that is only observed, returns what a deploy would change of what runs: Helm's marks of
 * ownership, which every object would get, are no change. Pure.
 */
import { objectLabel } from '../../foundation/manifest/object.ts';
import { isOwnershipMark } from './ownership.ts';
import type { Change, ChangeCounts, FieldChange, Plan } from './plan.ts';

export interface ObservedChanges extends ChangeCounts {
  /** `Deployment/shop /spec/replicas; Service/shop`, cut short. */
  readonly changed: string | undefined;
}

/** So many are named. */
const named = 10;

export function observedChanges({ changes }: Plan): ObservedChanges {
  const counts: ChangeCounts = { create: 0, update: 0, delete: 0, unchanged: 0 };
  const names: string[] = [];
  for (const change of changes) {
    const does = effectOf(change);
    counts[does] += 1;
    if (does !== 'unchanged') names.push(describe(change, does));
  }
  const more = names.length > named ? [`and ${names.length - named} more`] : [];
  const changed = names.length === 0 ? undefined : [...names.slice(0, named), ...more].join('; ');
  return { ...counts, changed };
}

function effectOf({ operation, fields }: Change): keyof ChangeCounts {
  if (operation === 'create' || operation === 'delete') return operation;
  if (operation === 'unchanged' || operation === 'keep') return 'unchanged';
  if (operation === 'replacementRefused') return 'update';
  return fields.every(isMark) ? 'unchanged' : 'update';
}

const isMark = ({ pointer, before, after }: FieldChange) => isOwnershipMark(pointer, { before, after });

function describe({ key, fields }: Change, does: keyof ChangeCounts): string {
  if (does !== 'update') return `${does} ${objectLabel(key)}`;
  const [first, ...others] = fields.filter((field) => !isMark(field));
  if (first === undefined) return objectLabel(key);
  return `${objectLabel(key)} ${first.pointer}${others.length === 0 ? '' : ` and ${others.length} more`}`;
}
