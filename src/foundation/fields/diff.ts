/**
 * Takes two states of an object and returns the fields in which they differ, with JSON pointers. Elements of lists
 * that merge are compared by their keys, wherever they stand; null and absent are one. Never changes its input.
 */
import type { GroupVersionKind, JsonObject, KubernetesObject } from '../manifest/object.ts';
import { shapeOfKind } from './crd-shape.ts';
import type { FieldPath } from './field-set.ts';
import { definedKeys, equalJson, getOwn, isBlank, isMap } from './json-value.ts';
import { fieldElement, itemElement, type PathElement, printPath } from './path-element.ts';
import { writePointer } from './pointer.ts';
import { equalQuantities } from './quantity.ts';
import { fieldShape, itemShape, type Shape } from './shape.ts';

export interface FieldDifference {
  /** Into the live object; where the field is only in the recorded one, into that. */
  readonly pointer: string;
  /** As Kubernetes spells it: `.spec.template.spec.containers[name="x"].image`. */
  readonly path: string;
  /** Undefined: not there. */
  readonly recorded: unknown;
  readonly live: unknown;
}

export interface DiffOptions {
  /** The OpenAPI schema of a custom kind. */
  readonly schema?: JsonObject | undefined;
  /** Whether fields that only `live` has are told too. Default: true. */
  readonly extra?: boolean;
  /** Both sides are the server's: what it stores empty is not what it stores not at all. Default: false. */
  readonly stored?: boolean;
}

/** `apiVersion`, `kind` and managedFields are no part of it; a Secret's `stringData` counts as `data`. */
export function diffFields(
  recorded: KubernetesObject,
  live: KubernetesObject,
  gvk: GroupVersionKind,
  { schema, extra = true, stored = false }: DiffOptions = {},
): FieldDifference[] {
  const found: FieldDifference[] = [];
  const shape = shapeOfKind(gvk, schema);
  diffValues(
    { left: compared(recorded), right: compared(live), shape, stored, here: { recorded: [], live: [], path: [] } },
    found,
  );
  return extra ? found : found.filter((difference) => difference.recorded !== undefined);
}

type Steps = readonly (string | number)[];

interface Here {
  readonly recorded: Steps;
  readonly live: Steps;
  readonly path: FieldPath;
}

interface Sides {
  readonly left: unknown;
  readonly right: unknown;
  readonly shape: Shape;
  readonly stored: boolean;
  readonly here: Here;
}

function compared(object: KubernetesObject): object {
  const { apiVersion: _version, kind, metadata, ...rest } = object;
  const { managedFields: _managed, ...named } = metadata;
  return kind === 'Secret' ? { metadata: named, ...foldStringData(rest) } : { metadata: named, ...rest };
}

/** What the API server makes of `stringData`: base64 in `data`, over what stands there. */
function foldStringData({ stringData, data, ...rest }: Record<string, unknown>): Record<string, unknown> {
  if (!isMap(stringData)) return data === undefined ? rest : { ...rest, data };
  const encoded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(String(text)).toString('base64')]);
  return { ...rest, data: { ...(isMap(data) ? data : {}), ...Object.fromEntries(encoded) } };
}

function diffValues(sides: Sides, found: FieldDifference[]): void {
  const { left, right, shape, stored, here } = sides;
  if (same(sides)) return;
  if (isMap(left) && isMap(right)) {
    for (const key of new Set([...definedKeys(left), ...definedKeys(right)])) {
      const below = {
        recorded: [...here.recorded, key],
        live: [...here.live, key],
        path: [...here.path, fieldElement(key)],
      };
      const field = shape.atomic ? {} : fieldShape(shape, key);
      diffValues({ left: getOwn(left, key), right: getOwn(right, key), shape: field, stored, here: below }, found);
    }
    return;
  }
  if (Array.isArray(left) && Array.isArray(right) && diffLists({ left, right, shape, stored, here }, found)) return;
  const recorded = left ?? undefined;
  const live = right ?? undefined;
  const pointer = writePointer(live === undefined ? here.recorded : here.live);
  found.push({ pointer, path: printPath(here.path), recorded, live });
}

function same({ left, right, shape, stored }: Omit<Sides, 'here'>): boolean {
  if (left === right || ((left ?? null) === null && (right ?? null) === null)) return true;
  if (!stored && isBlank(left) && isBlank(right) && mayVanish(left, right, shape)) return true;
  if (shape.quantity && equalQuantities(left, right)) return true;
  return equalJson(left, right);
}

/** An empty list or label map is dropped when it is stored, an empty struct such as `emptyDir: {}` is not. */
function mayVanish(left: unknown, right: unknown, shape: Shape): boolean {
  return Array.isArray(left ?? right) || shape.always === true || shape.atomic === true || shape.values !== undefined;
}

interface ListSides {
  readonly left: readonly unknown[];
  readonly right: readonly unknown[];
  readonly shape: Shape;
  readonly stored: boolean;
  readonly here: Here;
}

/** False when the lists can only be told as a whole. */
function diffLists({ left, right, shape, stored, here }: ListSides, found: FieldDifference[]): boolean {
  if (shape.atomic || shape.list === undefined) return diffByIndex({ left, right, shape, stored, here }, found);
  const olds = indexByElement(left, shape);
  const news = indexByElement(right, shape);
  if (olds === undefined || news === undefined) return false;
  for (const element of new Set([...olds.keys(), ...news.keys()])) {
    const old = olds.get(element);
    const now = news.get(element);
    const below = {
      recorded: [...here.recorded, old ?? left.length],
      live: [...here.live, now ?? right.length],
      path: [...here.path, element],
    };
    const pair = { left: old === undefined ? undefined : left[old], right: now === undefined ? undefined : right[now] };
    diffValues({ ...pair, shape: itemShape(shape), stored, here: below }, found);
  }
  return true;
}

/** Of a list that is one value: which of its maps changed, where it still has as many. */
function diffByIndex({ left, right, shape, stored, here }: ListSides, found: FieldDifference[]): boolean {
  if (left.length !== right.length || ![...left, ...right].every(isMap)) return false;
  for (const [index, item] of left.entries()) {
    const below = {
      recorded: [...here.recorded, index],
      live: [...here.live, index],
      path: [...here.path, `i:${index}`],
    };
    diffValues({ left: item, right: right[index], shape: itemShape(shape), stored, here: below }, found);
  }
  return true;
}

/** Undefined when an element lacks its keys or occurs twice. */
function indexByElement(list: readonly unknown[], shape: Shape): Map<PathElement, number> | undefined {
  const indexes = new Map<PathElement, number>();
  for (const [index, item] of list.entries()) {
    if (shape.list !== 'set' && !isMap(item)) return undefined;
    const element = elementOrNone(shape, item);
    if (element === undefined || indexes.has(element)) return undefined;
    indexes.set(element, index);
  }
  return indexes;
}

function elementOrNone(shape: Shape, item: unknown): PathElement | undefined {
  try {
    return itemElement(shape, item);
  } catch {
    return undefined;
  }
}
