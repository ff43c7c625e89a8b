/**
 * Takes the `fieldsV1` of a managedFields entry and returns a set of paths, and the other way round.
 */
import { parseExactJson } from '../base/exact-json.ts';
import type { JsonObject } from '../manifest/object.ts';
import { emptySet, type FieldPath, type FieldSet, isEmptySet } from './field-set.ts';
import { getOwn, isMap, setOwn } from './json-value.ts';
import { compareElements, parseElement } from './path-element.ts';

/** Elements in no known spelling are left out. */
export function parseFieldsV1(fields: unknown): FieldSet {
  const set = emptySet();
  if (!isMap(fields)) return set;
  for (const [key, below] of Object.entries(fields)) {
    const element = parseElement(key);
    if (key === '.') set.member = true;
    if (element === undefined) continue;
    const child = parseFieldsV1(below);
    set.children.set(element, child.children.size === 0 ? { ...child, member: true } : child);
  }
  return set;
}

export function writeFieldsV1(set: FieldSet): JsonObject {
  const fields: JsonObject = {};
  const sorted = [...set.children].sort(([left], [right]) => compareElements(left, right));
  for (const [element, child] of sorted) {
    if (isEmptySet(child)) continue;
    const below = writeFieldsV1(child);
    const inner = child.member && Object.keys(below).length > 0 ? { '.': {}, ...below } : below;
    setOwn(fields, element, inner);
  }
  return fields;
}

/** Whether a list element is the one that a path element means. */
export function matchesItem(element: string, item: unknown, index: string): boolean {
  if (element.startsWith('i:')) return element.slice(2) === index;
  if (element.startsWith('f:')) return false;
  const wanted: unknown = parseExactJson(element.slice(2));
  if (element.startsWith('v:')) return wanted === item;
  return (
    isMap(item) &&
    Object.entries(wanted as object).every(([key, value]) => (getOwn(item, key) ?? defaultKey(key)) === value)
  );
}

/** The one key that Kubernetes fills in when it is left out. */
function defaultKey(key: string): string | undefined {
  return key === 'protocol' ? 'TCP' : undefined;
}

/** Where a path leads in an object, as a JSON pointer; undefined when there is nothing. */
export function pathToPointer(object: unknown, path: FieldPath): string | undefined {
  let value = object;
  let pointer = '';
  for (const element of path) {
    const name = element.startsWith('f:') ? element.slice(2) : undefined;
    if (name !== undefined) {
      if (!isMap(value) || !Object.hasOwn(value, name)) return undefined;
      value = getOwn(value, name);
      pointer += `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    } else {
      if (!Array.isArray(value)) return undefined;
      const index = value.findIndex((item, at) => matchesItem(element, item, String(at)));
      if (index < 0) return undefined;
      value = value[index];
      pointer += `/${index}`;
    }
  }
  return pointer;
}
