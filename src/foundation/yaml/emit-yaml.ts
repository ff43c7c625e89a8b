/**
 * The block layout of go-yaml's emitters, v2 and v3. Takes plain data, returns text with its final newline. It decides
 * neither the order of keys nor how a string is written: that is in the rules.
 */
import { emitScalar, isSimpleKey, type ScalarPlace, type ScalarRules } from './emit-scalar.ts';
import type { KeyOrder } from './natural-order.ts';

/** What both writers reduce Go values to before they are emitted. */
export type EmitNode =
  /** `tag`: shown before the text. */
  | { readonly kind: 'text'; readonly text: string; readonly tag?: string }
  /** Written as it is: numbers, booleans, null, tagged scalars. */
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly unknown[] }
  | { readonly kind: 'map'; readonly entries: (readonly [string, unknown])[]; readonly sorted: boolean };

export interface EmitRules extends ScalarRules {
  readonly compareKeys: KeyOrder;
  /** v2 puts a list under its key without indenting it. */
  readonly indentLists: boolean;
  readonly view: (value: unknown, depth: number) => EmitNode;
  readonly emitKey: (key: string) => EmitNode;
}

interface Emitter {
  readonly rules: EmitRules;
  out: string;
  /** A literal block has just ended the line. */
  atLineStart: boolean;
}

const INDENT = 2;

export function emitYaml(value: unknown, rules: EmitRules): string {
  const e: Emitter = { rules, out: '', atLineStart: true };
  const node = rules.view(value, 0);
  if (isBlock(node)) emitBlock(e, node, { indent: 0, compact: true, depth: 0 });
  else emitInline(e, node, { column: 0, indent: INDENT, simpleKey: false });
  return e.atLineStart ? e.out : `${e.out}\n`;
}

type BlockNode = EmitNode & { kind: 'list' | 'map' };

interface BlockPlace {
  readonly indent: number;
  /** The first line continues the current one, on which nothing but indicators stands. */
  readonly compact: boolean;
  readonly depth: number;
}

function isBlock(node: EmitNode): node is BlockNode {
  return (node.kind === 'list' && node.items.length > 0) || (node.kind === 'map' && node.entries.length > 0);
}

function emitInline(e: Emitter, node: EmitNode, place: ScalarPlace): void {
  if (node.kind === 'text') {
    const text = emitScalar(node.text, place, e.rules);
    e.out += node.tag === undefined ? text : `${node.tag} ${text}`;
    e.atLineStart = text.charCodeAt(0) === 124 && /[\n\u2028\u2029]$/.test(text);
    return;
  }
  e.out += node.kind === 'raw' ? node.text : node.kind === 'list' ? '[]' : '{}';
  e.atLineStart = false;
}

function startLine(e: Emitter, indent: number): void {
  e.out += (e.atLineStart ? '' : '\n') + ' '.repeat(indent);
  e.atLineStart = false;
}

function emitBlock(e: Emitter, node: BlockNode, place: BlockPlace): void {
  if (node.kind === 'list') emitList(e, node.items, place);
  else emitMap(e, node, place);
}

function emitList(e: Emitter, items: readonly unknown[], place: BlockPlace): void {
  const { indent } = place;
  const depth = place.depth + 1;
  for (let i = 0; i < items.length; i++) {
    if (i > 0 || !place.compact) startLine(e, indent);
    e.out += '- ';
    const node = e.rules.view(items[i], depth);
    if (isBlock(node)) emitBlock(e, node, { indent: indent + INDENT, compact: true, depth });
    else emitInline(e, node, { column: indent + 2, indent: indent + INDENT, simpleKey: false });
  }
}

function emitMap(e: Emitter, node: EmitNode & { kind: 'map' }, place: BlockPlace): void {
  const { entries } = node;
  if (!node.sorted && entries.length > 1) entries.sort(([a], [b]) => e.rules.compareKeys(a, b));
  for (let i = 0; i < entries.length; i++) {
    if (i > 0 || !place.compact) startLine(e, place.indent);
    emitEntry(e, entries[i] as readonly [string, unknown], place);
  }
}

function emitEntry(e: Emitter, [key, value]: readonly [string, unknown], place: BlockPlace): void {
  const { indent } = place;
  const depth = place.depth + 1;
  const keyNode = e.rules.emitKey(key);
  const simple = isSimpleKey(keyNode.kind === 'raw' ? key : keyNode.kind === 'text' ? keyNode.text : '');
  let column = indent;
  if (simple) {
    const from = e.out.length;
    emitInline(e, keyNode, { column, indent: indent + INDENT, simpleKey: true });
    column += e.out.length - from;
  } else {
    e.out += '? ';
    emitInline(e, keyNode, { column: indent + 2, indent: indent + INDENT, simpleKey: false });
    startLine(e, indent);
  }
  e.out += ':';
  const node = e.rules.view(value, depth);
  if (!isBlock(node)) {
    e.out += ' ';
    emitInline(e, node, { column: column + 2, indent: indent + INDENT, simpleKey: false });
  } else if (!simple) {
    e.out += ' ';
    emitBlock(e, node, { indent: indent + INDENT, compact: true, depth });
  } else {
    const under = node.kind === 'list' && !e.rules.indentLists ? indent : indent + INDENT;
    emitBlock(e, node, { indent: under, compact: false, depth });
  }
}
