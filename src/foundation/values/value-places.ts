/** Where in the text of a values file a key stands. Takes the text, returns a way to ask; it never judges the YAML. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLMap,
} from 'yaml';
import type { Place } from '../base/errors.ts';
import { keyText, mergedMaps } from '../document/read-documents.ts';
import type { GoMap, GoValue } from '../template/value.ts';

export type ValuePath = readonly (string | number)[];

export interface ValuesText {
  readonly file: string;
  readonly text: string;
  /** The line of the file that each line of the text comes from, where the text was made of a template. */
  readonly lines?: readonly number[] | undefined;
  /** What the file holds is never shown. */
  readonly secret?: boolean | undefined;
}

/** Of the key of the last step, or of the list item; undefined where the text does not set it. */
export type Locate = (path: ValuePath) => Place | undefined;

/** Of several documents and of duplicate keys the last one counts, as when reading. */
export function valuePlaces({ file, text, lines, secret = false }: ValuesText): Locate {
  const counter = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: counter, uniqueKeys: false, merge: true });
  const documents = [...parsed].reverse() as Document[];
  const rows = text.split('\n');
  return (path) => {
    for (const document of documents) {
      const offset = offsetOf(document, path);
      if (offset === undefined) continue;
      const { line, col } = counter.linePos(offset);
      const place = { file, line: lines?.[line - 1] ?? line, column: col };
      return secret || lines !== undefined ? place : { ...place, excerpt: rows[line - 1] ?? '' };
    }
    return undefined;
  };
}

function offsetOf(document: Document, path: ValuePath): number | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const step of path) {
    if (isAlias(node)) return offset;
    if (isMap(node)) {
      const pair = pairIn(node, String(step), document);
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

/** A key of the map's own, else one that `<<` brings in. */
function pairIn(map: YAMLMap, key: string, document: Document): Pair | undefined {
  const own = map.items.findLast((item) => keyText((item as Pair).key) === key);
  if (own !== undefined) return own as Pair;
  for (const merged of mergedMaps(map, document)) {
    const pair = pairIn(merged, key, document);
    if (pair !== undefined) return pair;
  }
  return undefined;
}

/** What stands at a path of values that were read. */
export function valueAt(values: GoMap, path: ValuePath): GoValue | undefined {
  let value: GoValue | undefined = values;
  for (const step of path) {
    if (value instanceof Map) value = value.get(String(step));
    else if (Array.isArray(value)) value = value[Number(step)];
    else return undefined;
  }
  return value;
}
