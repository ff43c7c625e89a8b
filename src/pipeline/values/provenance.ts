/**
 * Which line set a value, and which values two merges differ in: what `changed` of a log line is made of. Takes what
 * `mergeValues` returned; reads nothing.
 */
import { parseAllDocuments } from 'yaml';
import { compareStrings } from '../../foundation/base/byte-string.ts';
import type { Place } from '../../foundation/base/errors.ts';
import { MASK } from '../../foundation/manifest/mask.ts';
import { GoInt, type GoMap, type GoValue } from '../../foundation/template/value.ts';
import { type ValuePath, valuePlaces } from '../../foundation/values/value-places.ts';
import type { ValueLayer } from './merge-values.ts';

export interface ChangedValue {
  readonly path: ValuePath;
  /** Undefined: not there. */
  readonly before: GoValue | undefined;
  readonly after: GoValue | undefined;
}

/** The place that set a key last; undefined where none of the layers did, so that it is the chart's default. */
export function locateValue(layers: readonly ValueLayer[], path: ValuePath): Place | undefined {
  for (const layer of layers.toReversed()) {
    const place = locateInLayer(layer, path);
    if (place !== undefined) return place;
  }
  return undefined;
}

export const locateInLayer = (layer: ValueLayer, path: ValuePath): Place | undefined =>
  layer.type === 'file' ? valuePlaces({ ...layer, file: layer.path })(path) : locateInValues(layer, path);

/** Whether it may not be shown: what set it last was encrypted, or nothing sets it now and something encrypted may have. */
export function isSecretValue(layers: readonly ValueLayer[], path: ValuePath): boolean {
  const last = layers.findLast((layer) => locateInLayer(layer, path) !== undefined);
  if (last === undefined) return layers.some(({ secret }) => secret);
  if (!last.secret || last.type === 'values' || last.shown === undefined) return last.secret === true;
  // What was not encrypted stands there as it is.
  let value: unknown = parseAllDocuments(last.shown, { logLevel: 'silent', merge: true }).at(-1)?.toJS();
  for (const step of path)
    value = typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? Object(value)[step] : undefined;
  return value === undefined || JSON.stringify(value).includes(MASK);
}

/** An entry of a definition has one place. */
export function locateInValues(
  { values, place }: Extract<ValueLayer, { type: 'values' }>,
  path: ValuePath,
): Place | undefined {
  let value: GoValue | undefined = values;
  for (const step of path) {
    if (value instanceof Map) value = value.get(String(step));
    else if (Array.isArray(value)) value = value[Number(step)];
    else return place;
    if (value === undefined) return undefined;
  }
  return place;
}

/** A copy in which a key is as it was; undefined: not there. A table that loses its last key stays. */
export function withValue(values: GoMap, path: ValuePath, value: GoValue | undefined): GoMap {
  return replaced(values, path, value) as GoMap;
}

function replaced(
  within: GoValue | undefined,
  [step, ...rest]: ValuePath,
  value: GoValue | undefined,
): GoValue | undefined {
  if (step === undefined) return value;
  if (Array.isArray(within) && typeof step === 'number')
    return within.map((item, index) => (index === step ? (replaced(item, rest, value) ?? null) : item));
  const copy: GoMap = new Map(within instanceof Map ? within : []);
  const inner = replaced(copy.get(String(step)), rest, value);
  if (inner === undefined) copy.delete(String(step));
  else copy.set(String(step), inner);
  return copy;
}

/** Leaf by leaf, keys sorted; lists are leaves unless they are equally long. */
export function changedValues(before: GoMap, after: GoMap): ChangedValue[] {
  const changes: ChangedValue[] = [];
  collect(before, after, [], changes);
  return changes;
}

function collect(before: GoValue | undefined, after: GoValue | undefined, path: ValuePath, into: ChangedValue[]): void {
  if (before instanceof Map && after instanceof Map) {
    for (const key of [...new Set([...before.keys(), ...after.keys()])].sort(compareStrings)) {
      collect(before.get(key), after.get(key), [...path, key], into);
    }
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    for (const [index, item] of before.entries()) collect(item, after[index], [...path, index], into);
  } else if (isOneTable(before, after)) {
    collectTable(before, after, path, into);
  } else if (!sameScalar(before, after)) {
    into.push({ path, before, after });
  }
}

/** A table on one side only. */
const isOneTable = (before: GoValue | undefined, after: GoValue | undefined): boolean =>
  (before instanceof Map && after === undefined) || (after instanceof Map && before === undefined);

function collectTable(
  before: GoValue | undefined,
  after: GoValue | undefined,
  path: ValuePath,
  into: ChangedValue[],
): void {
  const table = (before ?? after) as GoMap;
  if (table.size === 0) into.push({ path, before, after });
  for (const key of [...table.keys()].sort(compareStrings)) {
    const value = table.get(key);
    if (before === undefined) collect(undefined, value, [...path, key], into);
    else collect(value, undefined, [...path, key], into);
  }
}

function sameScalar(a: GoValue | undefined, b: GoValue | undefined): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (a instanceof GoInt && b instanceof GoInt) return a.kind === b.kind && a.value === b.value;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === 0 && b.length === 0;
  return false;
}

/** `image.tag`, `hosts[0].name`; a key with a dot of its own is quoted. */
export function formatValuePath(path: ValuePath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += (text === '' ? '' : '.') + (/[.[\]"\\\s]/.test(step) || step === '' ? JSON.stringify(step) : step);
  }
  return text;
}

/** `image.tag`, `"a.b".c` or `a\.b.c`; what stands behind a list's index is left out, for a list is one value. */
export function parseValuePath(text: string): string[] {
  const steps: string[] = [];
  for (const [, quoted, plain = '', index] of text.matchAll(
    /(?:("(?:[^"\\]|\\.)*")|((?:[^.[\\]|\\.)+))(\[\d+\])?\.?/g,
  )) {
    steps.push(quoted === undefined ? plain.replace(/\\(.)/g, '$1') : unquoted(quoted));
    if (index !== undefined) break;
  }
  return steps;
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
