/** A cell of a custom resource: the value at a printer column's JSONPath, shown as its type asks. */
import { writeExactJson } from '../../../foundation/base/exact-json.ts';
import { getOwn, isMap } from '../../../foundation/fields/json-value.ts';
import type { JsonObject } from '../../../foundation/manifest/object.ts';
import type { PrinterColumn } from '../../resources/resource-type.ts';
import { age } from './age.ts';
import type { Cell } from './cell.ts';

type Step =
  | { readonly field: string }
  | { readonly index: number }
  | { readonly all: true }
  | { readonly filter: readonly string[]; readonly equals: string };

const stepPattern =
  /\.([A-Za-z0-9_/\u0000-]+|\*)|\['([^']+)'\]|\[(-?\d+)\]|\[\*\]|\[\?\(\s*@\.([A-Za-z0-9_.-]+)\s*==\s*["']([^"']*)["']\s*\)\]/gy;

export function customCell(object: JsonObject, column: PrinterColumn, now: number): Cell {
  const values = evaluate(object, column.jsonPath);
  const [first] = values;
  if (first === undefined || first === null) return null;
  if (column.type === 'date') return typeof first === 'string' ? age(first, now) : null;
  if (column.type === 'string')
    return values.map((value) => (typeof value === 'string' ? value : writeExactJson(value))).join(',');
  return typeof first === 'number' || typeof first === 'boolean' || typeof first === 'string'
    ? first
    : writeExactJson(first);
}

function parse(path: string): Step[] {
  const steps: Step[] = [];
  const text = path.startsWith('.') || path.startsWith('[') ? path : `.${path}`;
  // `\.` within a name is a dot of the name.
  for (const part of text.replaceAll('\\.', '\u0000').matchAll(stepPattern)) {
    const [whole, name, quoted, index, filter, equals] = part;
    if (name === '*' || whole === '[*]') steps.push({ all: true });
    else if (name !== undefined || quoted !== undefined)
      steps.push({ field: (name ?? quoted ?? '').replaceAll('\u0000', '.') });
    else if (index !== undefined) steps.push({ index: Number(index) });
    else if (filter !== undefined) steps.push({ filter: filter.split('.'), equals: equals ?? '' });
  }
  return steps;
}

function evaluate(object: JsonObject, path: string): unknown[] {
  let values: unknown[] = [object];
  for (const step of parse(path))
    values = values.flatMap((value) => take(value, step)).filter((value) => value !== undefined);
  return values;
}

function take(value: unknown, step: Step): unknown[] {
  if ('field' in step) return isMap(value) ? [getOwn(value, step.field)] : [];
  if ('index' in step) return Array.isArray(value) ? [value.at(step.index)] : [];
  if ('all' in step) return Array.isArray(value) ? value : isMap(value) ? Object.values(value) : [];
  if (!Array.isArray(value)) return [];
  return value.filter(
    (item) =>
      String(step.filter.reduce<unknown>((inner, key) => (isMap(inner) ? getOwn(inner, key) : undefined), item)) ===
      step.equals,
  );
}
