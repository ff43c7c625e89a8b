/**
 * Changes one scalar of a values file in place: takes the text, a path and the value, returns the new text in which every
 * other byte is as before, or why it cannot be done. What it returns was read again and differs in that value alone.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, type Pair, parseAllDocuments, type YAMLMap } from 'yaml';
import { keyText } from '../document/read-documents.ts';
import { GoError, type GoMap, type GoValue } from '../template/value.ts';
import { resolveScalar } from '../yaml/resolve-scalar.ts';
import { copyValue } from './copy-value.ts';
import { addKey, type KeyGap } from './insert-value.ts';
import { type Compat, readValues } from './read-values.ts';
import { sameValue } from './same-value.ts';
import { type Splice, scalarSplices } from './scalar-splices.ts';
import type { ValuePath } from './value-places.ts';

export interface ValueEdit {
  readonly text: string;
  /** Keys and list indexes; at least one. */
  readonly path: ValuePath;
  /** A string, number, boolean or null. */
  readonly value: GoValue;
  readonly compat: Compat;
}

/**
 * - `unreadable`: the text is not a values file.
 * - `collection`: a map or a list stands there, or is to be written.
 * - `alias`: the value, or a table above it, is written elsewhere in the file and others read it too.
 * - `no-table`: a scalar, null or list stands where the path needs a table.
 * - `unclear`: no way of writing it leaves all else as it was.
 */
export type EditRefusal = 'unreadable' | 'collection' | 'alias' | 'no-table' | 'unclear';

export type EditedValue =
  | {
      readonly text: string;
      /** Of the text returned, from 1. */
      readonly line: number;
      /** The key was not in this file before. */
      readonly added: boolean;
    }
  | { readonly refused: EditRefusal };

export function editValue(edit: ValueEdit): EditedValue {
  if (isCollection(edit.value)) return { refused: 'collection' };
  const before = tryRead(edit.text, edit.compat);
  if (before === undefined) return { refused: 'unreadable' };
  const found = find(edit);
  if ('refused' in found) return found;
  const wanted = withValue(before, edit.path, edit.value);
  if (wanted === undefined) return { refused: 'no-table' };
  for (const splice of found.splices) {
    const text = edit.text.slice(0, splice.from) + splice.text + edit.text.slice(splice.to);
    const after = tryRead(text, edit.compat);
    if (after === undefined || !sameValue(after, wanted)) continue;
    return {
      text,
      line: lineAt(text, splice.from + (splice.text.length - splice.text.trimStart().length)),
      added: found.added,
    };
  }
  return { refused: found.shared ? 'alias' : 'unclear' };
}

interface Found {
  /** Ways to write it, the likest to what is there first. */
  readonly splices: Iterable<Splice>;
  readonly added: boolean;
  /** An alias elsewhere repeats what is written here. */
  readonly shared: boolean;
}

function find({ text, path, value, compat }: ValueEdit): Found | { readonly refused: EditRefusal } {
  const parsed = parseAllDocuments(text, {
    keepSourceTokens: true,
    uniqueKeys: false,
    merge: true,
    logLevel: 'silent',
  });
  if (parsed.length === 0)
    return { splices: addKey({ text, gap: { path, kind: 'empty' }, value }), added: true, shared: false };
  const documents = (compat === 'helm3' ? parsed.slice(0, 1) : parsed) as Document[];
  // Later documents win; where none has the key, the one that has most of the tables above it gets it.
  let gap: KeyGap | undefined;
  let refused: EditRefusal | undefined;
  for (const document of documents.toReversed()) {
    const found = walk(document, path);
    if (found.kind === 'scalar') {
      return {
        splices: scalarSplices({ text, node: found.node, value, flow: found.flow }),
        added: false,
        shared: found.shared,
      };
    }
    if (found.kind === 'refused') refused ??= found.reason;
    else if (gap === undefined || found.path.length < gap.path.length) gap = found;
  }
  if (refused !== undefined || gap === undefined) return { refused: refused ?? 'no-table' };
  return { splices: addKey({ text, gap, value }), added: true, shared: false };
}

type Walked =
  | { readonly kind: 'scalar'; readonly node: Target; readonly flow: boolean; readonly shared: boolean }
  | { readonly kind: 'refused'; readonly reason: EditRefusal }
  | KeyGap;

/** The scalar's range in the text. */
export interface Target {
  readonly range: readonly [number, number];
  readonly style: string | undefined;
  readonly tagged: boolean;
}

const refuse = (reason: EditRefusal): Walked => ({ kind: 'refused', reason });

function walk(document: Document, path: ValuePath): Walked {
  let node: unknown = document.contents;
  let flow = false;
  let shared = false;
  if (node === null || (isScalar(node) && node.value === null)) return { kind: 'empty', path };
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) return refuse('alias');
    if (isMap(node) || isSeq(node)) {
      flow ||= node.flow === true;
      shared ||= node.anchor !== undefined;
    }
    if (isMap(node)) {
      const pair = pairOf(node, step);
      if (pair === undefined) return { kind: 'map', map: node, path: path.slice(depth) };
      if (pair.value === null || pair.value === undefined) return { kind: 'bare', pair, path: path.slice(depth), flow };
      node = pair.value;
    } else if (isSeq(node) && node.items[Number(step)] !== undefined) {
      node = node.items[Number(step)];
    } else {
      return refuse('no-table');
    }
  }
  if (isAlias(node)) return { kind: 'scalar', node: targetOf(node), flow, shared };
  if (!isScalar(node)) return refuse('collection');
  return { kind: 'scalar', node: targetOf(node), flow, shared: shared || node.anchor !== undefined };
}

function targetOf(node: { range?: readonly number[] | null; type?: unknown; tag?: unknown }): Target {
  const [from = 0, to = from] = node.range ?? [];
  const style = typeof node.type === 'string' ? node.type : undefined;
  return { range: [from, to], style, tagged: node.tag !== undefined };
}

/** The last of that name counts, as when reading. */
export function pairOf(map: YAMLMap, step: string | number): Pair | undefined {
  return map.items.findLast((item) => keyName((item as Pair).key) === String(step)) as Pair | undefined;
}

/** As Go reads it: `on` is the key "true". */
export function keyName(key: unknown): string | undefined {
  const text = keyText(key);
  if (text === undefined || !isScalar(key) || key.type !== 'PLAIN' || resolveScalar(text) === undefined) return text;
  return [...(tryRead(`${text}: x`, 'helm3')?.keys() ?? [])][0] ?? text;
}

export function withValue(values: GoMap, path: ValuePath, value: GoValue): GoValue | undefined {
  const copy = copyValue(values);
  let table: GoValue = copy;
  for (const step of path.slice(0, -1)) {
    let next: GoValue | undefined = childOf(table, step);
    if (next === undefined && table instanceof Map) {
      next = new Map();
      table.set(String(step), next);
    }
    if (!isCollection(next)) return undefined;
    table = next;
  }
  const last = path.at(-1) as string | number;
  if (table instanceof Map) table.set(String(last), value);
  else if (Array.isArray(table) && Number(last) < table.length) table[Number(last)] = value;
  else return undefined;
  return copy;
}

function childOf(table: GoValue, step: string | number): GoValue | undefined {
  if (table instanceof Map) return table.get(String(step));
  return Array.isArray(table) ? table[Number(step)] : undefined;
}

export const isCollection = (value: GoValue | undefined): value is GoMap | GoValue[] =>
  value instanceof Map || Array.isArray(value);

export function tryRead(text: string, compat: Compat): GoMap | undefined {
  try {
    return readValues(text, compat);
  } catch (error) {
    if (error instanceof GoError) return undefined;
    throw error;
  }
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;
