/**
 * Which line set a value, and which values two merges differ in: what `changed` of a log line is made of. Takes what
 * `mergeValues` returned; reads nothing.
 */
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, type Pair, parseAllDocuments } from 'yaml';
import { compareStrings } from '../../foundation/base/byte-string.ts';
import type { Place } from '../../foundation/base/errors.ts';
import { GoInt, type GoMap, type GoValue } from '../../foundation/template/value.ts';
import type { ValueLayer } from './merge-values.ts';

export type ValuePath = readonly (string | number)[];

export interface ChangedValue {
  readonly path: ValuePath;
  /** Undefined: not there. */
  readonly before: GoValue | undefined;
  readonly after: GoValue | undefined;
}

/** The place that set a key last; undefined where none of the layers did, so that it is the chart's default. */
export function locateValue(layers: readonly ValueLayer[], path: ValuePath): Place | undefined {
  for (const layer of layers.toReversed()) {
    const place = layer.type === 'file' ? locateInFile(layer, path) : locateInValues(layer, path);
    if (place !== undefined) return place;
  }
  return undefined;
}

function locateInFile({ path: file, text }: Extract<ValueLayer, { type: 'file' }>, path: ValuePath): Place | undefined {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, merge: true });
  for (const document of [...documents].reverse()) {
    const offset = offsetOf(document.contents, path);
    if (offset === undefined) continue;
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col, excerpt: text.split('\n')[line - 1] ?? '' };
  }
  return undefined;
}

/** Where the key of the last step stands, or the list item. Of duplicate keys the last one counts, as when reading. */
function offsetOf(root: unknown, path: ValuePath): number | undefined {
  let node: unknown = root;
  let offset: number | undefined;
  for (const step of path) {
    if (isAlias(node)) return offset;
    if (isMap(node)) {
      const pair = node.items.findLast((item) => keyText(item as Pair) === String(step));
      if (pair === undefined) return undefined;
      offset = isNode(pair.key) ? pair.key.range?.[0] : offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      if (!isNode(node)) return undefined;
      offset = (node as Node).range?.[0];
    } else {
      // A scalar or null above the key: this file removed or replaced the whole table.
      return isNode(node) ? offset : undefined;
    }
  }
  return offset;
}

const keyText = ({ key }: Pair): string | undefined => (isScalar(key) ? String(key.source ?? key.value) : undefined);

function locateInValues(
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
    else text += (text === '' ? '' : '.') + (/[.[\]"\s]/.test(step) || step === '' ? JSON.stringify(step) : step);
  }
  return text;
}
