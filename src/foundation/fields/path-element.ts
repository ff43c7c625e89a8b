/**
 * One step of a field path, written as managedFields writes it: `f:name`, `k:{"name":"x"}`, `v:"x"` or `i:0`. The
 * written form is the identity of a step, so it is always the canonical one: keys sorted, no spaces.
 */

import type { HelmGitopsError } from '../base/errors.ts';
import { parseExactJson, writeExactJson } from '../base/exact-json.ts';
import { fieldsError } from './fields-errors.table.ts';
import { getOwn, isMap } from './json-value.ts';
import type { Shape } from './shape.ts';

export type PathElement = string;

export function fieldElement(name: string): PathElement {
  return `f:${name}`;
}

/** The name in an `f:` element, else undefined. */
export function fieldName(element: PathElement): string | undefined {
  return element.startsWith('f:') ? element.slice(2) : undefined;
}

/** The step to an element of a list that merges; throws when the element lacks what tells it apart. */
export function itemElement(shape: Shape, item: unknown): PathElement {
  if (shape.list === 'set') return `v:${stableJson(item)}`;
  const { keys, defaults = {} } = shape.list ?? { keys: [] };
  if (!isMap(item)) throw invalid(`associative list with keys may not have non-map elements`);
  const found: [string, unknown][] = [];
  for (const key of keys) {
    const value = getOwn(item, key) ?? getOwn(defaults, key);
    if (value !== undefined) found.push([key, value]);
  }
  if (found.length === 0)
    throw invalid(`associative list with keys has an element that omits key fields ${JSON.stringify(keys)}`);
  return `k:${stableJson(Object.fromEntries(found))}`;
}

function invalid(message: string): HelmGitopsError {
  return fieldsError('fields.invalid', message);
}

/** Compact JSON with sorted keys. */
export function stableJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`;
  if (!isMap(value)) return writeExactJson(value) ?? 'null';
  const parts = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${stableJson(getOwn(value, key))}`);
  return `{${parts.join(',')}}`;
}

/** A foreign spelling of an element in canonical form; undefined when it is none. */
export function parseElement(text: string): PathElement | undefined {
  const body = text.slice(2);
  if (text.startsWith('f:')) return text;
  if (text.startsWith('i:')) return /^-?\d+$/.test(body) ? text : undefined;
  if (!text.startsWith('k:') && !text.startsWith('v:')) return undefined;
  try {
    const value: unknown = parseExactJson(body);
    if (text.startsWith('k:') && !isMap(value)) return undefined;
    return text.slice(0, 2) + stableJson(value);
  } catch {
    return undefined;
  }
}

/** As Kubernetes spells it in conflicts: `.name`, `[name="x"]`, `[="x"]`, `[0]`. */
export function printElement(element: PathElement): string {
  const body = element.slice(2);
  if (element.startsWith('f:')) return `.${body}`;
  if (element.startsWith('i:')) return `[${body}]`;
  const value: unknown = parseExactJson(body);
  if (element.startsWith('v:')) return `[=${writeExactJson(value)}]`;
  const keys = Object.entries(value as object).map(([key, part]) => `${key}=${writeExactJson(part)}`);
  return `[${keys.join(',')}]`;
}

export function printPath(path: readonly PathElement[]): string {
  return path.map(printElement).join('');
}

const rank: Readonly<Record<string, number>> = { f: 0, k: 1, v: 2, i: 3 };

/** The order of structured-merge-diff: fields, keys, values, indexes. */
export function compareElements(left: PathElement, right: PathElement): number {
  const kind = left.charAt(0);
  const order = (rank[kind] ?? 4) - (rank[right.charAt(0)] ?? 4);
  if (order !== 0) return order;
  if (kind === 'f') return compareText(left, right);
  if (kind === 'i') return Number(left.slice(2)) - Number(right.slice(2));
  return compareValues(parseExactJson(left.slice(2)), parseExactJson(right.slice(2)));
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

const isNumber = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

function compareValues(left: unknown, right: unknown): number {
  if (isNumber(left) && isNumber(right)) return left < right ? -1 : left > right ? 1 : 0;
  if (isMap(left) && isMap(right)) return compareEntries(Object.entries(left), Object.entries(right));
  return compareText(
    typeof left === 'string' ? left : stableJson(left),
    typeof right === 'string' ? right : stableJson(right),
  );
}

function compareEntries(left: [string, unknown][], right: [string, unknown][]): number {
  for (const [index, [key, value]] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareText(key, other[0]) || compareValues(value, other[1]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
