/**
 * Takes a key out of a values file in place: takes the text and a path, returns the text without the lines of that key, in
 * which every other byte is as before, or why it cannot be done. What it returns was read again and lacks that key alone.
 */
import type { Pair } from 'yaml';
import type { GoValue } from '../template/value.ts';
import { columnOf, lineStart } from './column-of.ts';
import { copyValue } from './copy-value.ts';
import { type EditRefusal, isCollection, tryRead } from './edit-value.ts';
import { keyStart } from './insert-value.ts';
import { commentsAbove, endOfKey, endOfPair, findTable, type KeyTable, keyLines } from './key-lines.ts';
import type { Compat } from './read-values.ts';
import { sameValue } from './same-value.ts';
import type { Splice } from './scalar-splices.ts';
import type { ValuePath } from './value-places.ts';

export interface KeyRemoval {
  readonly text: string;
  /** Keys and list indexes, a key at the end. */
  readonly path: ValuePath;
  readonly compat: Compat;
  /** Comments above the key go with it unless this text has them too. Default: they stay. */
  readonly known?: string;
}

export type RemovedKey = { readonly text: string; readonly line: number } | { readonly refused: EditRefusal };

export function removeKey({ text, path, compat, known = text }: KeyRemoval): RemovedKey {
  const before = tryRead(text, compat);
  if (before === undefined) return { refused: 'unreadable' };
  const wanted = withoutKey(before, path);
  const table = findTable(text, path, compat);
  if (wanted === undefined || table === undefined) return { refused: table === undefined ? 'alias' : 'no-table' };
  const splice = table.pair && cut(text, table as KeyTable & { pair: Pair }, known);
  if (splice === undefined) return { refused: 'unclear' };
  const after = text.slice(0, splice.from) + text.slice(splice.to);
  const read = tryRead(after, compat);
  if (read === undefined || !sameValue(read, wanted)) return { refused: 'unclear' };
  return { text: after, line: text.slice(0, splice.from).split('\n').length };
}

function cut(text: string, table: KeyTable & { pair: Pair }, known: string): Omit<Splice, 'text'> | undefined {
  if (table.map.flow === true) return cutFromFlow(text, table);
  const lines = keyLines(text, table.pair);
  if (lines === undefined) return cutFromItem(text, table);
  const kept = new Set(known.split(/\r?\n/));
  const above = commentsAbove(text, lines.from, columnOf(text, keyStart(table.pair) ?? 0));
  let from = lines.from;
  for (const start of above.toReversed()) {
    if (kept.has(text.slice(start, from).replace(/\r?\n$/, ''))) break;
    from = start;
  }
  return { from, to: lines.to };
}

/** The first key of a list's item: the next one moves up behind the dash. */
function cutFromItem(text: string, { map, pair }: KeyTable & { pair: Pair }): Omit<Splice, 'text'> | undefined {
  const next = map.items[1];
  const [from, to] = [keyStart(pair), next && keyStart(next)];
  if (map.items[0] !== pair || from === undefined || to === undefined) return undefined;
  if (!/^ *(?:- +)+$/.test(text.slice(lineStart(text, from), from))) return undefined;
  return /^ *$/.test(text.slice(endOfKey(text, pair), to)) ? { from, to } : undefined;
}

/** With one of the commas beside it. */
function cutFromFlow(text: string, { map, pair }: KeyTable & { pair: Pair }): Omit<Splice, 'text'> | undefined {
  const at = map.items.indexOf(pair);
  const [from, to] = [keyStart(pair), endOfPair(pair)];
  if (from === undefined || to === undefined) return undefined;
  const [last, next] = [map.items[at - 1], map.items[at + 1]];
  const [start, end] = [last && endOfPair(last), next && keyStart(next)];
  const between = /^[\s,]*$/;
  if (end !== undefined) return between.test(text.slice(to, end)) ? { from, to: end } : undefined;
  if (start !== undefined) return between.test(text.slice(start, from)) ? { from: start, to } : undefined;
  return { from, to };
}

function withoutKey(values: GoValue, path: ValuePath): GoValue | undefined {
  const copy = copyValue(values);
  let table: GoValue | undefined = copy;
  for (const step of path.slice(0, -1))
    table = table instanceof Map ? table.get(String(step)) : isCollection(table) ? table[Number(step)] : undefined;
  return table instanceof Map && table.delete(String(path.at(-1))) ? copy : undefined;
}
