/**
 * Which lines of a values file are a key's own: from the key to the end of its value, comments on those lines and further in
 * included. Takes the text and where the key stands in it; it never judges what taking them away means.
 */
import { isAlias, isMap, isNode, isSeq, type Pair, parseAllDocuments, type YAMLMap } from 'yaml';
import { columnOf, lineStart } from './column-of.ts';
import { pairOf } from './edit-value.ts';
import { endOfNode, keyStart } from './insert-value.ts';
import type { Compat } from './read-values.ts';
import type { ValuePath } from './value-places.ts';

export interface KeyTable {
  readonly map: YAMLMap;
  /** Its last of that name, which counts. */
  readonly pair: Pair | undefined;
}

/** Offsets; `to` is the beginning of the next line, or the end of the text. */
export interface Lines {
  readonly from: number;
  readonly to: number;
}

/** The table that has the key, else the last that could; undefined where an alias or a list's length is in the way. */
export function findTable(text: string, path: ValuePath, compat: Compat): KeyTable | undefined {
  const options = { keepSourceTokens: true, uniqueKeys: false, merge: true, logLevel: 'silent' } as const;
  const parsed = parseAllDocuments(text, options);
  const documents = compat === 'helm3' ? parsed.slice(0, 1) : [...parsed];
  const tables = documents.toReversed().flatMap(({ contents }): KeyTable[] => {
    const map = tableAt(contents, path.slice(0, -1));
    return map === undefined ? [] : [{ map, pair: pairOf(map, path.at(-1) ?? '') }];
  });
  return tables.find(({ pair }) => pair !== undefined) ?? tables[0];
}

function tableAt(contents: unknown, path: ValuePath): YAMLMap | undefined {
  let node = contents;
  for (const step of path) {
    if (isMap(node)) node = pairOf(node, step)?.value;
    else if (isSeq(node)) node = node.items[Number(step)];
    else return undefined;
    if (isAlias(node)) return undefined;
  }
  return isMap(node) ? node : undefined;
}

/** Undefined where it shares its first line with something else. */
export function keyLines(text: string, pair: Pair): Lines | undefined {
  const start = keyStart(pair);
  if (start === undefined) return undefined;
  const from = lineStart(text, start);
  if (!/^ *$/.test(text.slice(from, start))) return undefined;
  return { from, to: endOfKey(text, pair) };
}

/** Behind its last line, and the comments behind that which stand further in than the key. */
export function endOfKey(text: string, pair: Pair): number {
  const value = endOfNode(pair.value) ?? endOfNode(pair.key) ?? text.length;
  const column = columnOf(text, keyStart(pair) ?? 0);
  let end = text.charAt(value - 1) === '\n' ? value : nextLine(text, value);
  for (let at = end; at < text.length; ) {
    const next = nextLine(text, at);
    const line = text.slice(at, next);
    const indent = line.search(/\S/);
    if (indent >= 0 && (line.charAt(indent) !== '#' || indent <= column)) break;
    if (indent >= 0) end = next;
    at = next;
  }
  return end;
}

/** Comments right above a line, as far in as it is: the offset at which the first begins. */
export function commentsAbove(text: string, from: number, column: number): number[] {
  const starts: number[] = [];
  for (let at = from; at > 0; ) {
    const start = lineStart(text, at - 1);
    const line = text.slice(start, at);
    if (line.search(/\S/) !== column || line.charAt(column) !== '#') break;
    starts.unshift(start);
    at = start;
  }
  return starts;
}

function nextLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at + 1;
}

/** Where a key in a flow table ends; nothing behind it belongs to it. */
export const endOfPair = ({ key, value }: Pair): number | undefined =>
  (isNode(value) ? value.range?.[1] : undefined) ?? (isNode(key) ? key.range?.[1] : undefined);
