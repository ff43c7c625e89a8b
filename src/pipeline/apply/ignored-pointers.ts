/** The places of a live object that one rule of `drift.ignore` leaves to others, as JSON pointers into it. */
import { difference, type FieldPath, type FieldSet, members } from '../../foundation/fields/field-set.ts';
import { parseFieldsV1, pathToPointer } from '../../foundation/fields/fields-v1.ts';
import { expandJqPath, parseJqPath } from '../../foundation/fields/jq-path.ts';
import { unmanaged } from '../../foundation/fields/owners.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { DriftIgnore } from '../definitions/release-definition.ts';

export function ignoredPointers(rule: DriftIgnore, live: KubernetesObject): string[] {
  const named = rule.paths.flatMap((path) => {
    if (!path.startsWith('.')) return [path];
    const parsed = parseJqPath(path);
    return parsed ? expandJqPath(parsed, live) : [];
  });
  const { managers = [] } = rule;
  if (managers.length === 0) return named;
  const theirs = (live.metadata.managedFields ?? [])
    .filter(({ manager = '', subresource }) => !subresource && managers.includes(manager))
    .flatMap(({ fieldsV1 }) => leaves(difference(parseFieldsV1(fieldsV1), unmanaged)))
    .flatMap((path) => pathToPointer(live, path) ?? []);
  // With paths: what those managers own there.
  return rule.paths.length === 0 ? theirs : theirs.filter((one) => named.some((place) => isWithin(one, place)));
}

function leaves(set: FieldSet): FieldPath[] {
  const paths = [...members(set)];
  const spell = (path: FieldPath) => path.join('\u0000');
  const inner = new Set(paths.flatMap((path) => path.slice(1).map((_, length) => spell(path.slice(0, length + 1)))));
  return paths.filter((path) => !inner.has(spell(path)));
}

function isWithin(pointer: string, place: string): boolean {
  return pointer === place || pointer.startsWith(`${place}/`);
}
