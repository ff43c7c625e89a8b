/**
 * Strategic merge patch: takes an object and a patch, returns the patched object. Lists merge by the key that the kind
 * declares for this kind of patch, which is not always the one of server-side apply. Only for built-in kinds: for
 * others the API server refuses it. Never changes its input.
 */
import type { HelmGitopsError } from '../base/errors.ts';
import type { GroupVersionKind, KubernetesObject } from '../manifest/object.ts';
import { fieldsError } from './fields-errors.table.ts';
import { definedKeys, equalJson, getOwn, isMap, setOwn } from './json-value.ts';
import { builtInShape } from './merge-keys.table.ts';
import { fieldShape, itemShape, plain, type Shape } from './shape.ts';

const directive = '$patch';
const retainKeys = '$retainKeys';
const deletePrefix = '$deleteFromPrimitiveList/';
const orderPrefix = '$setElementOrder/';

export function strategicMergePatch(
  original: KubernetesObject,
  patch: object,
  gvk: GroupVersionKind,
): KubernetesObject {
  return mergeMap(original, patch, builtInShape(gvk) ?? plain) as unknown as KubernetesObject;
}

function mergeMap(original: object, patch: object, shape: Shape): object {
  const command = getOwn(patch, directive);
  if (command === 'replace') return withoutDirectives(omit(patch, directive)) as object;
  if (command === 'delete') return {};
  if (command !== undefined && command !== 'merge')
    throw invalid(`invalid value for ${directive}: ${JSON.stringify(command)}`);

  const merged = retained(original, patch);
  const orders = new Map<string, unknown[]>();
  for (const key of definedKeys(patch)) {
    const value = getOwn(patch, key);
    if (key === directive || key === retainKeys) continue;
    if (key.startsWith(orderPrefix)) orders.set(key.slice(orderPrefix.length), listOf(key, value));
    else if (key.startsWith(deletePrefix)) deleteScalars(merged, key.slice(deletePrefix.length), listOf(key, value));
    else mergeField({ merged, original, key, value, shape: fieldShape(shape, key) });
  }
  for (const [key, order] of orders) orderField({ merged, original, key, order, shape: fieldShape(shape, key) });
  return merged;
}

/** A copy of the original without the fields that `$retainKeys` does not name. */
function retained(original: object, patch: object): object {
  const copy = {};
  const names = getOwn(patch, retainKeys);
  const kept = names === undefined ? undefined : new Set(listOf(retainKeys, names));
  if (kept !== undefined) {
    const foreign = definedKeys(patch).find(
      (key) => !key.startsWith('$') && getOwn(patch, key) !== null && !kept.has(key),
    );
    if (foreign !== undefined) throw invalid(`${retainKeys} does not name the field ${foreign}, which the patch sets`);
  }
  for (const key of definedKeys(original)) {
    if (kept === undefined || kept.has(key)) setOwn(copy, key, getOwn(original, key));
  }
  return copy;
}

interface FieldPatch {
  readonly merged: object;
  readonly original: object;
  readonly key: string;
  readonly value: unknown;
  readonly shape: Shape;
}

function mergeField({ merged, key, value, shape }: FieldPatch): void {
  const old = getOwn(merged, key);
  if (value === null) delete (merged as Record<string, unknown>)[key];
  else if (isMap(value) && isMap(old) && !shape.strategic?.replace) setOwn(merged, key, mergeMap(old, value, shape));
  else if (Array.isArray(value) && Array.isArray(old)) setOwn(merged, key, mergeList(old, value, shape));
  else setOwn(merged, key, withoutDirectives(value));
}

function mergeList(original: readonly unknown[], patch: readonly unknown[], shape: Shape): unknown[] {
  const rule = shape.strategic;
  if (rule?.primitive)
    return ordered([...new Set([...original, ...patch])], patch, { original, identity: (item) => item });
  const key = rule?.key;
  if (key === undefined) return patch.map(withoutDirectives);
  const items = patch.map((item) => keyedItem(item, key));
  if (items.some((item) => getOwn(item, directive) === 'replace')) {
    return items.filter((item) => getOwn(item, directive) !== 'replace').map(withoutDirectives);
  }
  const identity = (item: unknown): unknown => (isMap(item) ? getOwn(item, key) : undefined);
  let merged: unknown[] = [...original];
  const wanted: unknown[] = [];
  for (const item of items) {
    if (getOwn(item, directive) === 'delete') {
      merged = merged.filter((other) => !equalJson(identity(other), identity(item)));
      continue;
    }
    wanted.push(item);
    const index = merged.findIndex((other) => equalJson(identity(other), identity(item)));
    const old = merged[index];
    if (isMap(old)) merged[index] = mergeMap(old, item, itemShape(shape));
    else merged.push(withoutDirectives(item));
  }
  return ordered(merged, wanted, { original, identity });
}

function keyedItem(item: unknown, key: string): object {
  if (!isMap(item)) throw invalid(`a list that merges by ${key} holds something that is not a map`);
  const known = getOwn(item, key) !== undefined || getOwn(item, directive) === 'replace';
  if (!known) throw invalid(`map does not contain declared merge key: ${key}`);
  return item;
}

interface Ordering {
  readonly original: readonly unknown[];
  readonly identity: (item: unknown) => unknown;
}

/** What the patch names stands in the patch's order; the rest stays in front of what followed it in the original. */
function ordered(merged: readonly unknown[], order: readonly unknown[], { original, identity }: Ordering): unknown[] {
  const position = (list: readonly unknown[], item: unknown) =>
    list.findIndex((other) => equalJson(identity(other), identity(item)));
  const named = merged.filter((item) => position(order, item) >= 0);
  named.sort((left, right) => position(order, left) - position(order, right));
  const others = merged.filter((item) => position(order, item) < 0);
  others.sort((left, right) => position(original, left) - position(original, right));
  const result: unknown[] = [];
  let next = 0;
  for (const item of others) {
    const place = position(original, item);
    while (next < named.length && !(place >= 0 && place < position(original, named[next]))) {
      result.push(named[next]);
      next += 1;
    }
    result.push(item);
  }
  return [...result, ...named.slice(next)];
}

interface FieldOrder {
  readonly merged: object;
  readonly original: object;
  readonly key: string;
  readonly order: readonly unknown[];
  readonly shape: Shape;
}

function orderField({ merged, original, key, order, shape }: FieldOrder): void {
  const list = getOwn(merged, key);
  const old = getOwn(original, key);
  if (!Array.isArray(list)) return;
  const mergeKey = shape.strategic?.key;
  const identity = (item: unknown): unknown => (mergeKey !== undefined && isMap(item) ? getOwn(item, mergeKey) : item);
  setOwn(merged, key, ordered(list, order, { original: Array.isArray(old) ? old : [], identity }));
}

function deleteScalars(merged: object, key: string, values: readonly unknown[]): void {
  const list = getOwn(merged, key);
  if (Array.isArray(list))
    setOwn(
      merged,
      key,
      list.filter((item) => !values.includes(item)),
    );
}

/** A value that is taken as it is: nulls and directives in it say nothing. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives);
  if (!isMap(value)) return value;
  const kept = {};
  for (const key of definedKeys(value)) {
    const special =
      key === directive || key === retainKeys || key.startsWith(deletePrefix) || key.startsWith(orderPrefix);
    const field = getOwn(value, key);
    if (!special && field !== null) setOwn(kept, key, withoutDirectives(field));
  }
  return kept;
}

function omit(object: object, name: string): object {
  const { [name]: _, ...rest } = object as Record<string, unknown>;
  return rest;
}

function listOf(key: string, value: unknown): unknown[] {
  if (!Array.isArray(value)) throw invalid(`${key} must be a list`);
  return value;
}

function invalid(message: string): HelmGitopsError {
  return fieldsError('fields.patch', message);
}
