/**
 * Walks over values by their shape, after structured-merge-diff v6: which fields a value sets, how two values differ,
 * two values merged, and fields taken out of a value. Pure; an element without its keys and a key that occurs twice
 * are errors where Kubernetes makes them one.
 */
import { HelmGitopsError } from '../base/errors.ts';
import { emptySet, type FieldPath, type FieldSet, insertPath } from './field-set.ts';
import { fieldsError } from './fields-errors.table.ts';
import { definedKeys, equalJson, getOwn, isBlank, isMap, setOwn } from './json-value.ts';
import { fieldElement, itemElement, type PathElement, printPath } from './path-element.ts';
import { fieldShape, isNamedField, itemShape, type Shape } from './shape.ts';

function merges(shape: Shape, value: unknown): boolean {
  if (shape.atomic) return false;
  return Array.isArray(value) ? shape.list !== undefined : isMap(value);
}

/** The fields that a configuration sets: the leaves, list elements, and keys that are data. */
export function fieldsOf(value: unknown, shape: Shape): FieldSet {
  const set = emptySet();
  collect(value, shape, { set, path: [] });
  return set;
}

interface Collection {
  readonly set: FieldSet;
  readonly path: FieldPath;
}

function collect(value: unknown, shape: Shape, { set, path }: Collection): void {
  if (!merges(shape, value)) {
    // A null where a list or map belongs sets nothing by itself; the map around it counts it.
    if (path.length > 0 && value !== null) insertPath(set, path);
    return;
  }
  if (Array.isArray(value)) {
    for (const [element, item] of indexItems(value, shape, { path, strict: true })) {
      const below = [...path, element];
      collect(item, itemShape(shape), { set, path: below });
      insertPath(set, below);
    }
    return;
  }
  for (const key of definedKeys(value as object)) {
    const child = getOwn(value as object, key);
    const below = [...path, fieldElement(key)];
    collect(child, fieldShape(shape, key), { set, path: below });
    if (child === null || (isMap(child) && isBlank(child)) || !isNamedField(shape, key)) insertPath(set, below);
  }
}

interface IndexOptions {
  readonly path: FieldPath;
  /** Whether an element that occurs twice is an error. */
  readonly strict: boolean;
}

function indexItems(list: readonly unknown[], shape: Shape, { path, strict }: IndexOptions): [PathElement, unknown][] {
  const items: [PathElement, unknown][] = [];
  const seen = new Set<PathElement>();
  for (const item of list) {
    const element = at(path, () => itemElement(shape, item));
    if (strict && seen.has(element)) {
      const message = `${printPath(path)}: duplicate entries for key ${printPath([element])}`;
      throw fieldsError('fields.duplicate', message);
    }
    seen.add(element);
    items.push([element, item]);
  }
  return items;
}

function at<T>(path: FieldPath, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof HelmGitopsError)) throw error;
    throw new HelmGitopsError(error.code, error.fault, `${printPath(path)}: ${error.message}`, { cause: error });
  }
}

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** How `after` differs from `before`. */
export function compareValues(before: unknown, after: unknown, shape: Shape): Comparison {
  const comparison = { added: emptySet(), modified: emptySet(), removed: emptySet() };
  compare({ before, after, shape, path: [] }, comparison);
  return comparison;
}

interface Pair {
  readonly before: unknown;
  readonly after: unknown;
  readonly shape: Shape;
  readonly path: FieldPath;
}

function compare(pair: Pair, result: Comparison): void {
  const { before, after, shape, path } = pair;
  if (before === undefined && after === undefined) return;
  const leaf = isLeafPair(before, after, shape);
  if (leaf || before === undefined || after === undefined) {
    if (before === undefined) insertPath(result.added, path);
    else if (after === undefined) insertPath(result.removed, path);
    else if (!equalJson(before, after)) insertPath(result.modified, path);
  }
  if (leaf) return;
  if (Array.isArray(before ?? after)) compareLists(pair, result);
  else compareMaps(pair, result);
}

/** One value on both sides: atomic, scalar, of two minds, or empty on both (which keeps null, empty and absent apart). */
function isLeafPair(before: unknown, after: unknown, shape: Shape): boolean {
  if (isBlank(before) && isBlank(after)) return true;
  const present = [before, after].filter((value) => value !== undefined && value !== null);
  if (present.some((value) => !merges(shape, value))) return true;
  return present.length === 2 && Array.isArray(before) !== Array.isArray(after);
}

function compareMaps({ before, after, shape, path }: Pair, result: Comparison): void {
  const left = isMap(before) ? before : {};
  const right = isMap(after) ? after : {};
  for (const key of new Set([...definedKeys(left), ...definedKeys(right)])) {
    const pair = { before: getOwn(left, key), after: getOwn(right, key) };
    compare({ ...pair, shape: fieldShape(shape, key), path: [...path, fieldElement(key)] }, result);
  }
}

function compareLists({ before, after, shape, path }: Pair, result: Comparison): void {
  const left = groupItems(before, shape, path);
  const right = groupItems(after, shape, path);
  for (const element of new Set([...left.keys(), ...right.keys()])) {
    const olds = left.get(element) ?? [];
    const news = right.get(element) ?? [];
    const below = [...path, element];
    if (olds.length <= 1 && news.length <= 1) {
      compare({ before: olds[0], after: news[0], shape: itemShape(shape), path: below }, result);
    } else if (news.length === 0) {
      insertPath(result.removed, below);
    } else if (olds.length === 0) {
      insertPath(result.added, below);
    } else if (!equalJson(olds, news)) {
      insertPath(result.modified, below);
    }
  }
}

function groupItems(value: unknown, shape: Shape, path: FieldPath): Map<PathElement, unknown[]> {
  const groups = new Map<PathElement, unknown[]>();
  if (!Array.isArray(value)) return groups;
  for (const [element, item] of indexItems(value, shape, { path, strict: false })) {
    const group = groups.get(element);
    if (group === undefined) groups.set(element, [item]);
    else group.push(item);
  }
  return groups;
}

/** `config` laid over `live`: leaves of `config` win, lists that merge keep the order of both as far as possible. */
export function mergeValues(live: unknown, config: unknown, shape: Shape, path: FieldPath = []): unknown {
  if (config === undefined) return live;
  if (live === undefined || live === null) return config;
  if (isLeafPair(live, config, shape)) return config;
  if (config === null) return live;
  if (Array.isArray(config)) return mergeLists(live as unknown[], config, shape, path);
  const merged = {};
  const left = live as object;
  for (const key of new Set([...definedKeys(left), ...definedKeys(config as object)])) {
    const pair = [getOwn(left, key), getOwn(config as object, key)] as const;
    setOwn(merged, key, mergeValues(...pair, fieldShape(shape, key), [...path, fieldElement(key)]));
  }
  return merged;
}

/**
 * The order of structured-merge-diff 6: elements of `live` stay where they are, elements of `config` stand in their own
 * order, and one that both hold is placed when its turn in `config` comes.
 */
function mergeLists(live: readonly unknown[], config: readonly unknown[], shape: Shape, path: FieldPath): unknown[] {
  const left = indexItems(live, shape, { path, strict: false });
  const right = indexItems(config, shape, { path, strict: true });
  const counts = Map.groupBy(left, ([element]) => element);
  const wanted = new Map(right);
  const shared = right.map(([element]) => element).filter((element) => counts.has(element));
  const placed = new Set<PathElement>();
  const merged: unknown[] = [];
  const place = ([element, item]: [PathElement, unknown]) => {
    const same = counts.get(element) ?? [];
    placed.add(element);
    merged.push(mergeValues(same.length === 1 ? same[0]?.[1] : undefined, item, itemShape(shape), [...path, element]));
    if (shared[0] === element) shared.shift();
  };
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const old = left[l];
    const next = right[r];
    if (old !== undefined && next !== undefined) {
      if (old[0] === next[0]) {
        place(next);
        l += 1;
        r += 1;
        continue;
      }
      // It belongs to both, but its turn comes later.
      if (wanted.has(old[0]) && shared.length > 0 && shared[0] !== old[0]) {
        l += 1;
        continue;
      }
    }
    if (old !== undefined) {
      if (!wanted.has(old[0])) {
        merged.push(old[1]);
        l += 1;
        continue;
      }
      if (placed.has(old[0])) l += 1;
    }
    if (next !== undefined) {
      place(next);
      r += 1;
    }
  }
  return merged;
}

/**
 * `value` without the members of `set`. A map or list within it that loses all it held stays, empty, as it has since
 * structured-merge-diff 6.3; what is one value goes as a whole (null).
 */
export function removeFields(value: unknown, set: FieldSet, shape: Shape): unknown {
  if (isBlank(value)) return null;
  if (!merges(shape, value)) return Array.isArray(value) || isMap(value) ? null : value;
  if (Array.isArray(value)) {
    const kept: unknown[] = [];
    for (const [element, item] of indexItems(value, shape, { path: [], strict: false })) {
      const child = set.children.get(element);
      if (!child?.member) kept.push(removeBelow(item, child, itemShape(shape)));
    }
    return kept;
  }
  const kept = {};
  for (const key of definedKeys(value as object)) {
    const child = set.children.get(fieldElement(key));
    const field = getOwn(value as object, key);
    if (!child?.member) setOwn(kept, key, removeBelow(field, child, fieldShape(shape, key)));
  }
  return kept;
}

function removeBelow(value: unknown, set: FieldSet | undefined, shape: Shape): unknown {
  if (set === undefined || set.children.size === 0) return value;
  const rest = removeFields(value, set, shape);
  if (rest !== null) return rest;
  return Array.isArray(value) ? [] : isMap(value) ? {} : null;
}
