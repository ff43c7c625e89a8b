/**
 * The block layout of go-yaml's emitters, v2 and v3. Takes plain data, returns text with its final newline. It decides
 * neither the order of keys nor how a string is written: that is in the rules.
 */
import { emitScalar, isSimpleKey, type ScalarRules } from './emit-scalar.ts';
import type { KeyOrder } from './natural-order.ts';

/** What both writers reduce Go values to before they are emitted. */
export type EmitNode =
  | { readonly kind: 'text'; readonly text: string }
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
  if (isBlock(node)) emitBlock(e, node, 0, 0);
  else emitInline(e, node, 0, INDENT, false);
  return e.atLineStart ? e.out : `${e.out}\n`;
}

function isBlock(node: EmitNode): boolean {
  return (node.kind === 'list' && node.items.length > 0) || (node.kind === 'map' && node.entries.length > 0);
}

function emitInline(e: Emitter, node: EmitNode, column: number, indent: number, simpleKey: boolean): void {
  if (node.kind === 'text') {
    const text = emitScalar(node.text, { column, indent, simpleKey }, e.rules);
    e.out += text;
    e.atLineStart = text.charCodeAt(0) === 124 && /[\n\u2028\u2029]$/.test(text);
    return;
  }
  e.out += node.kind === 'raw' ? node.text : node.kind === 'list' ? '[]' : '{}';
  e.atLineStart = false;
}

/** The first line continues the current one when nothing but indicators stands on it. */
function startLine(e: Emitter, indent: number, first: boolean): void {
  if (first) return;
  e.out += (e.atLineStart ? '' : '\n') + ' '.repeat(indent);
  e.atLineStart = false;
}

function emitBlock(e: Emitter, node: EmitNode, indent: number, depth: number): void {
  if (node.kind === 'list') emitList(e, node.items, indent, true, depth);
  else if (node.kind === 'map') emitMap(e, node, indent, true, depth);
}

function emitList(e: Emitter, items: readonly unknown[], indent: number, compact: boolean, depth: number): void {
  for (let i = 0; i < items.length; i++) {
    startLine(e, indent, compact && i === 0);
    e.out += '- ';
    const node = e.rules.view(items[i], depth + 1);
    if (isBlock(node)) emitBlock(e, node, indent + INDENT, depth + 1);
    else emitInline(e, node, indent + 2, indent + INDENT, false);
  }
}

function emitMap(e: Emitter, node: EmitNode & { kind: 'map' }, indent: number, compact: boolean, depth: number): void {
  const { entries } = node;
  if (!node.sorted && entries.length > 1) entries.sort(([a], [b]) => e.rules.compareKeys(a, b));
  for (let i = 0; i < entries.length; i++) {
    const [key, value] = entries[i] as readonly [string, unknown];
    startLine(e, indent, compact && i === 0);
    const keyNode = e.rules.emitKey(key);
    const simple = isSimpleKey(keyNode.kind === 'text' ? keyNode.text : key);
    if (simple) {
      const from = e.out.length;
      emitInline(e, keyNode, indent, indent + INDENT, true);
      const column = indent + e.out.length - from;
      e.out += ':';
      emitValue(e, e.rules.view(value, depth + 1), { indent, column: column + 1, simple, depth: depth + 1 });
    } else {
      e.out += '? ';
      emitInline(e, keyNode, indent + 2, indent + INDENT, false);
      startLine(e, indent, false);
      e.out += ':';
      emitValue(e, e.rules.view(value, depth + 1), { indent, column: indent + 1, simple, depth: depth + 1 });
    }
  }
}

interface ValuePlace {
  readonly indent: number;
  /** Behind the colon. */
  readonly column: number;
  readonly simple: boolean;
  readonly depth: number;
}

function emitValue(e: Emitter, node: EmitNode, place: ValuePlace): void {
  const { indent, simple, depth } = place;
  if (!isBlock(node)) {
    e.out += ' ';
    emitInline(e, node, place.column + 1, indent + INDENT, false);
  } else if (!simple) {
    e.out += ' ';
    emitBlock(e, node, indent + INDENT, depth);
  } else if (node.kind === 'list') {
    emitList(e, node.items, e.rules.indentLists ? indent + INDENT : indent, false, depth);
  } else if (node.kind === 'map') {
    emitMap(e, node, indent + INDENT, false, depth);
  }
}
