/**
 * Adds a key to a values file where its neighbours are: behind the last key of the deepest table that is there, with that
 * table's indentation, flow or block as it is. Yields splices; it does not judge them.
 */
import { isMap, isNode, isSeq, type Pair, type YAMLMap } from 'yaml';
import type { GoValue } from '../template/value.ts';
import { columnOf } from './column-of.ts';
import type { Splice } from './scalar-splices.ts';
import { scalarTexts } from './scalar-splices.ts';
import type { ValuePath } from './value-places.ts';

/** What is missing of a path, and what is there to hang it on. */
export type KeyGap =
  | { readonly kind: 'empty'; readonly path: ValuePath }
  | { readonly kind: 'map'; readonly map: YAMLMap; readonly path: ValuePath }
  /** A key without colon in a flow map, or without value behind `?`. */
  | { readonly kind: 'bare'; readonly pair: Pair; readonly path: ValuePath; readonly flow: boolean };

interface Insertion {
  readonly text: string;
  readonly gap: KeyGap;
  readonly value: GoValue;
}

export function* addKey({ text, gap, value }: Insertion): Generator<Splice> {
  if (gap.path.some((step) => typeof step === 'number')) return;
  switch (gap.kind) {
    case 'empty':
      yield* atEnd(text, gap.path, value);
      return;
    case 'map':
      yield* gap.map.flow === true ? intoFlow(text, gap, value) : intoBlock(text, gap, value);
      return;
    case 'bare':
      if (gap.path.length === 1 && gap.flow) yield* behindKey(gap.pair, value);
  }
}

function* atEnd(text: string, path: ValuePath, value: GoValue): Generator<Splice> {
  const newline = newlineOf(text);
  const before = text === '' || text.endsWith('\n') ? '' : newline;
  for (const lines of blockLines(path, value, { indent: '', unit: indentUnit(text), newline })) {
    yield { from: text.length, to: text.length, text: before + lines };
  }
}

function* intoBlock(text: string, { map, path }: KeyGap & { kind: 'map' }, value: GoValue): Generator<Splice> {
  const newline = newlineOf(text);
  const at = endOfBlock(text, map);
  const indent = ' '.repeat(columnOf(text, keyStart(map.items[0] as Pair) ?? 0));
  const before = at === 0 || text.charAt(at - 1) === '\n' ? '' : newline;
  for (const lines of blockLines(path, value, { indent, unit: indentUnit(text), newline })) {
    // The last line of a text without a newline at its end stays without one.
    const written = before === '' || at < text.length ? lines : lines.slice(0, -newline.length);
    yield { from: at, to: at, text: before + written };
  }
}

function* intoFlow(text: string, { map, path }: KeyGap & { kind: 'map' }, value: GoValue): Generator<Splice> {
  const [from = 0, to = from] = map.range ?? [];
  const close = to - 1;
  const inside = text.slice(from + 1, close);
  const at = from + 1 + inside.trimEnd().length;
  const last = inside.trimEnd().at(-1);
  for (const entry of flowEntries(path, value)) {
    if (map.items.length === 0) yield { from: from + 1, to: from + 1, text: entry };
    else yield { from: at, to: at, text: last === ',' ? ` ${entry}` : `, ${entry}` };
  }
}

function* behindKey(pair: Pair, value: GoValue): Generator<Splice> {
  const [, to] = (pair.key as { range?: readonly number[] }).range ?? [];
  if (to === undefined) return;
  for (const written of scalarTexts(value, { flow: true })) yield { from: to, to, text: `: ${written}` };
}

interface BlockForm {
  readonly indent: string;
  /** What a table within a table is indented by. */
  readonly unit: string;
  readonly newline: string;
}

function* blockLines(path: ValuePath, value: GoValue, { indent, unit, newline }: BlockForm): Generator<string> {
  for (const written of scalarTexts(value, { flow: false })) {
    yield path
      .map((step, depth) => `${indent}${unit.repeat(depth)}${keyWritten(step)}:`)
      .join(newline)
      .concat(` ${written}${newline}`);
  }
}

function* flowEntries(path: ValuePath, value: GoValue): Generator<string> {
  const opened = path.map(keyWritten).join(': {');
  for (const written of scalarTexts(value, { flow: true })) {
    yield `${opened}: ${written}${'}'.repeat(path.length - 1)}`;
  }
}

const keyWritten = (step: string | number): string =>
  /^[A-Za-z_][A-Za-z0-9_./-]*$/.test(String(step)) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(String(step))
    ? String(step)
    : JSON.stringify(String(step));

/** Behind the line on which the table's last value ends, comments on that line included. */
export function endOfBlock(text: string, map: YAMLMap): number {
  const end = endOfNode(map) ?? text.length;
  if (text.charAt(end - 1) === '\n') return end;
  const lineEnd = text.indexOf('\n', end);
  return lineEnd < 0 ? text.length : lineEnd + 1;
}

/** A table's own range may take in comments that follow it; its last scalar's does not. */
export function endOfNode(node: unknown): number | undefined {
  if (isMap(node) && node.flow !== true && node.items.length > 0) {
    const { key, value } = node.items.at(-1) as Pair;
    return endOfNode(value) ?? endOfNode(key);
  }
  if (isSeq(node) && node.flow !== true && node.items.length > 0) return endOfNode(node.items.at(-1));
  return isNode(node) ? node.range?.[1] : undefined;
}

export const keyStart = (pair: Pair): number | undefined =>
  (pair.key as { range?: readonly number[] } | null)?.range?.[0];

export const newlineOf = (text: string): string => (/\r\n/.test(text) ? '\r\n' : '\n');

/** That of the first table within a table; two spaces where the file has none. */
function indentUnit(text: string): string {
  return /^\S[^\n]*:[ \t]*\r?\n( +)[^\s-]/m.exec(text)?.[1] ?? '  ';
}
