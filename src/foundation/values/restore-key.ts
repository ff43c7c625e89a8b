/**
 * Puts a key of a values file back as another text has it: its lines with their comments where it stood among its neighbours,
 * or in place of what stands there now. Takes both texts and a path, returns the text in which every other byte is as before,
 * or why it cannot be done. What it returns was read again and differs in that key alone.
 */
import { type Pair, YAMLMap } from 'yaml';
import { columnOf } from './column-of.ts';
import { type EditRefusal, editValue, isCollection, keyName, tryRead, withValue } from './edit-value.ts';
import { endOfBlock, keyStart, newlineOf } from './insert-value.ts';
import { commentsAbove, endOfKey, endOfPair, findTable, type KeyTable, keyLines } from './key-lines.ts';
import type { Compat } from './read-values.ts';
import { sameValue } from './same-value.ts';
import type { Splice } from './scalar-splices.ts';
import { type ValuePath, valueAt } from './value-places.ts';

export interface KeyRestoration {
  readonly text: string;
  /** Keys and list indexes, a key at the end. */
  readonly path: ValuePath;
  /** Has the key as it is to be. */
  readonly source: string;
  readonly compat: Compat;
}

export type RestoredKey = { readonly text: string; readonly line: number } | { readonly refused: EditRefusal };

export function restoreKey({ text, path, source, compat }: KeyRestoration): RestoredKey {
  const [before, had] = [tryRead(text, compat), tryRead(source, compat)];
  const value = had && valueAt(had, path);
  if (before === undefined || value === undefined) return { refused: 'unreadable' };
  const there = findTable(source, path, compat);
  const isBare = path.length === 1 && before.size === 0;
  const here = findTable(text, path, compat) ?? (isBare ? { map: new YAMLMap(), pair: undefined } : undefined);
  const splice = here && there?.pair && spliceOf({ text, source, here, there: { ...there, pair: there.pair } });
  const wanted = withValue(before, path, value);
  if (splice && wanted) {
    const after = text.slice(0, splice.from) + splice.text + text.slice(splice.to);
    const read = tryRead(after, compat);
    if (read && sameValue(read, wanted)) return { text: after, line: text.slice(0, splice.from).split('\n').length };
  }
  // A single value can be written where no lines are its own.
  return isCollection(value) ? { refused: 'unclear' } : editValue({ text, path, value, compat });
}

interface Both {
  readonly text: string;
  readonly source: string;
  readonly here: KeyTable;
  readonly there: KeyTable & { readonly pair: Pair };
}

function spliceOf(both: Both): Splice | undefined {
  const { text, source, here, there } = both;
  if (here.map.flow === true) return there.map.flow === true ? flowSplice(both) : undefined;
  const lines = there.map.flow === true ? undefined : keyLines(source, there.pair);
  if (lines === undefined) return undefined;
  const column = columnOf(source, keyStart(there.pair) ?? 0);
  if (here.pair !== undefined) {
    const replaced = keyLines(text, here.pair);
    const written = shifted(both, source.slice(lines.from, lines.to), column);
    return replaced && written !== undefined ? { ...replaced, text: ended(text, replaced.to, written) } : undefined;
  }
  const at = placeAmong(both);
  const known = new Set(text.split(/\r?\n/));
  let from = lines.from;
  for (const start of commentsAbove(source, from, column).toReversed()) {
    if (known.has(source.slice(start, from).replace(/\r?\n$/, ''))) break;
    from = start;
  }
  const written = shifted(both, source.slice(from, lines.to), column);
  if (at === undefined || written === undefined) return undefined;
  const cut = at > 0 && text.charAt(at - 1) !== '\n';
  return { from: at, to: at, text: cut ? newlineOf(text) + ended(text, at, written) : written };
}

function flowSplice({ source, here, there }: Both): Splice | undefined {
  const ends = (pair: Pair) => [keyStart(pair) ?? 0, endOfPair(pair) ?? 0] as const;
  const written = source.slice(...ends(there.pair));
  if (here.pair !== undefined) {
    const [from, to] = ends(here.pair);
    return { from, to, text: written };
  }
  const at = there.map.items.indexOf(there.pair);
  const before = there.map.items.slice(0, at).toReversed();
  const [known] = before.flatMap((one) => hereOf(here, one) ?? []);
  const [first] = here.map.items;
  const to = known ? ends(known)[1] : first ? ends(first)[0] : (here.map.range?.[0] ?? 0) + 1;
  return { from: to, to, text: known ? `, ${written}` : first ? `${written}, ` : written };
}

const hereOf = ({ map }: KeyTable, { key }: Pair): Pair | undefined =>
  map.items.findLast((one) => keyName(one.key) === keyName(key));

/** A text whose last line has no end keeps it that way. */
function ended(text: string, to: number, written: string): string {
  return to === text.length && !text.endsWith('\n') ? written.replace(/\r?\n$/, '') : written;
}

/** With the indentation and the line ends of where it goes; undefined where it cannot move so far out. */
function shifted({ text, here }: Both, block: string, column: number): string | undefined {
  const first = here.map.items[0];
  const by = (first ? columnOf(text, keyStart(first) ?? 0) : column) - column;
  const lines = block.replace(/\r?\n$/, '').split(/\r?\n/);
  const newline = newlineOf(text);
  if (by < 0 && lines.some((line) => line !== '' && line.slice(0, -by).trim() !== '')) return undefined;
  const moved = lines.map((line) => (line === '' ? '' : by < 0 ? line.slice(-by) : ' '.repeat(by) + line));
  return moved.join(newline) + newline;
}

/** Behind the nearest neighbour before it that is here, else before the nearest one behind it. */
function placeAmong({ text, source, here, there }: Both): number | undefined {
  const at = there.map.items.indexOf(there.pair);
  for (const before of there.map.items.slice(0, at).toReversed()) {
    const known = hereOf(here, before);
    if (known) return endOfKey(text, known);
  }
  for (const behind of there.map.items.slice(at + 1)) {
    const known = hereOf(here, behind);
    if (known) return aboveKey({ text, source, known, behind });
  }
  return endOfBlock(text, here.map);
}

/** Its comments stay with it: those that stood above it there too. */
function aboveKey({ text, source, known, behind }: { text: string; source: string; known: Pair; behind: Pair }) {
  const [lines, there] = [keyLines(text, known), keyLines(source, behind)];
  if (lines === undefined) return undefined;
  const above = (whole: string, from: number, pair: Pair) =>
    commentsAbove(whole, from, columnOf(whole, keyStart(pair) ?? 0));
  const theirs = new Set(
    there && above(source, there.from, behind).map((start) => source.slice(start).split('\n', 1)[0]?.trim()),
  );
  let { from } = lines;
  for (const start of above(text, from, known).toReversed()) {
    if (!theirs.has(text.slice(start, from).trim())) break;
    from = start;
  }
  return from;
}
