/** What the cells of tables are made of: steps into an object that may lack everything. */
import { getOwn, isMap } from '../../../foundation/fields/json-value.ts';
import type { JsonObject } from '../../../foundation/manifest/object.ts';

export type Cell = string | number | boolean | null;

/** All cells of a row, in the order of the columns. */
export type RowCells = (object: JsonObject, now: number) => Cell[];

/** `spec.template.metadata`: the value there, undefined where a step fails. */
export function at(object: unknown, path: string): unknown {
  let value = object;
  for (const step of path.split('.')) {
    if (!isMap(value)) return undefined;
    value = getOwn(value, step);
  }
  return value;
}

export function text(object: unknown, path: string, fallback = '<none>'): string {
  const value = at(object, path);
  return value === undefined || value === null || value === '' ? fallback : String(value);
}

export function count(object: unknown, path: string): number {
  const value = at(object, path);
  return typeof value === 'number' ? value : 0;
}

export function items(object: unknown, path: string): JsonObject[] {
  const value = at(object, path);
  return Array.isArray(value) ? value.filter(isMap) : [];
}

export function size(object: unknown, path: string): number {
  const value = at(object, path);
  if (Array.isArray(value)) return value.length;
  return isMap(value) ? Object.keys(value).length : 0;
}

export function nameOf(object: JsonObject): string {
  return text(object, 'metadata.name', '');
}

export function createdAt(object: JsonObject): string | undefined {
  const value = at(object, 'metadata.creationTimestamp');
  return typeof value === 'string' ? value : undefined;
}

/** As `metav1.FormatLabelSelector` prints one. */
export function selectorText(selector: unknown): string {
  const labels = at(selector, 'matchLabels');
  const expressions = items(selector, 'matchExpressions').map(expressionText);
  const parts = [...labelPairs(labels), ...expressions];
  return parts.length === 0 ? '<none>' : parts.join(',');
}

export function labelPairs(labels: unknown): string[] {
  if (!isMap(labels)) return [];
  return Object.keys(labels)
    .sort()
    .map((key) => `${key}=${String(labels[key])}`);
}

function expressionText(expression: JsonObject): string {
  const { key, operator, values } = expression;
  const list = Array.isArray(values) ? values.join(',') : '';
  if (operator === 'Exists') return String(key);
  if (operator === 'DoesNotExist') return `!${String(key)}`;
  return `${String(key)} ${operator === 'In' ? 'in' : 'notin'} (${list})`;
}

/** Names and images of a pod template's containers. */
export function containerTexts(podSpec: unknown): [names: string, images: string] {
  const containers = items(podSpec, 'containers');
  return [
    containers.map((one) => text(one, 'name', '')).join(','),
    containers.map((one) => text(one, 'image', '')).join(','),
  ];
}
