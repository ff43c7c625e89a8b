/**
 * Composes the nodes of a plain document a line at a time: most of what charts hold and render are keys, dashes and scalars
 * of one line, which one expression takes in a fraction of the scanner's time. Takes text, returns the root that
 * `parseDocument` would, or undefined wherever it isn't sure: errors, nested flow collections, anchors, tags, tabs, a `\r`.
 */
import type { MappingNode, ScalarNode, SequenceNode, YamlNode } from './parse.ts';
import { scanBlockScalar, scanPlainScalar } from './scan-scalar.ts';
import { newScanner, type Scanner, type Token } from './token.ts';

/** Neither a control character nor a break but `\n`, no byte order mark, nothing beyond 16 bits. */
const TEXT = /^[\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/;

const QUOTED = `"[^"\\\\\n]*"|'[^'\n]*'`;
const DASHES = '((?:- +)*)';
const KEY = `(?:(\\w[\\w./-]*|${QUOTED}):(?: +|(?=\\n|$)))?`;
const PLAIN = '((?:[\\w./$()+=<~^;\\\\]|-(?=[^ \\n]))[^\\n :]*(?:(?::(?=[^ \\n])| +(?=[^ #\\n]))[^\\n :]*)*)';
const ITEM = `(?:[\\w./$][\\w./$-]*|${QUOTED})`;
const FLOW = `(\\{ *\\}|\\[ *(?:${ITEM} *(?:, *${ITEM} *)*)?\\])`;
const REST = '(?:([|>])|(?:(?<=[ \\n]|^)#[^\\n]*)?(?:\\n|$))';
/** Spaces belong to one part alone, so that a line which doesn't fit is given up in linear time. */
const LINE = new RegExp(`( *)${DASHES}${KEY}(?:(?:${PLAIN}|(${QUOTED})|${FLOW}) *)?${REST}`, 'y');
const ITEMS = new RegExp(ITEM, 'g');
/** The head of a literal block, to the indentation of its first line. */
const LITERAL = /\|([-+]?)\n( +)(?=[^ \n])/y;

/** In characters: a line of several millions is too much for the expression. */
const LONGEST = 1_000_000;
/** Some less than the scanner's. */
const LONGEST_KEY = 1000;

/** A collection that further lines may belong to. */
interface Open {
  readonly node: MappingNode | SequenceNode;
  readonly column: number;
  /** The line of the key or dash whose value is still to come, or −1. */
  awaits: number;
}

interface Reader {
  readonly text: string;
  readonly scanner: Scanner;
  readonly open: Open[];
  root: YamlNode | undefined;
  line: number;
  /** Where the line begins. */
  pos: number;
  /** The last line's plain scalar, which may go on in the next one. */
  plain: { readonly at: number; readonly line: number; readonly parent: Open } | undefined;
  started: boolean;
}

export function readBlock(text: string): YamlNode | undefined {
  if (text.length > LONGEST || !TEXT.test(text)) return undefined;
  const r: Reader = {
    text,
    scanner: newScanner(text),
    open: [],
    root: undefined,
    line: 0,
    pos: 0,
    plain: undefined,
    started: false,
  };
  while (r.pos < text.length) {
    LINE.lastIndex = r.pos;
    const match = LINE.exec(text);
    if (!(match !== null && readLine(r, match, LINE.lastIndex)) && !continuePlain(r)) return undefined;
  }
  closeTo(r, -1);
  return r.root;
}

/** False, with nothing changed that counts, where the line does not fit. */
function readLine(r: Reader, match: RegExpExecArray, end: number): boolean {
  const [, indent = '', dashes = '', key, plain, quoted, flow, block] = match;
  const value = plain ?? quoted ?? flow;
  const begins = dashes !== '' || key !== undefined;
  if (!begins && value === undefined && block === undefined) {
    if (match[0].includes('#')) r.plain = undefined;
  } else {
    if (block !== undefined && (value !== undefined || !begins)) return false;
    if (begins) {
      if (key === undefined && value === undefined && block === undefined) return false;
      const column = readDashes(r, indent.length, dashes);
      if (column < 0 || (key !== undefined && !readKey(r, column, key))) return false;
    } else if (!awaitsValue(r, indent.length)) {
      return startDocument(r, match[0]) && nextLine(r, end);
    }
    if (block !== undefined) return readBlockScalar(r, block, end - 1);
    r.plain = undefined;
    if (plain !== undefined) {
      const at = r.text.indexOf(plain, r.pos + indent.length + dashes.length + (key?.length ?? 0));
      r.plain = { at, line: r.line, parent: r.open.at(-1) as Open };
      fill(r, scalar(r.line, plain, true));
    } else if (value !== undefined) {
      fill(r, quotedOrFlow(r, value));
    }
  }
  return nextLine(r, end);
}

function nextLine(r: Reader, pos: number): true {
  r.line++;
  r.pos = pos;
  return true;
}

function startDocument(r: Reader, line: string): boolean {
  if (r.started || r.root !== undefined || !/^--- *\n?$/.test(line)) return false;
  r.started = true;
  return true;
}

/** A value that stands in the line below its key. */
function awaitsValue(r: Reader, column: number): boolean {
  const top = r.open.at(-1);
  return top !== undefined && top.awaits >= 0 && top.column < column;
}

/** Opens what the dashes from `column` on begin, and returns the column behind them, or −1. */
function readDashes(r: Reader, column: number, dashes: string): number {
  let at = column;
  for (const dash of dashes === '' ? [] : (dashes.match(/- +/g) ?? [])) {
    closeTo(r, at);
    const top = r.open.at(-1);
    const isNext = top?.column === at && top.node.kind === 'sequence';
    if (!isNext && !openCollection(r, 'sequence', at)) return -1;
    (r.open.at(-1) as Open).awaits = r.line;
    at += dash.length;
  }
  return at;
}

function readKey(r: Reader, column: number, key: string): boolean {
  if (key.length > LONGEST_KEY) return false;
  closeTo(r, column);
  let top = r.open.at(-1);
  if (top?.column === column && top.node.kind === 'sequence') {
    // As a mapping's value a sequence may stand in the mapping's own column.
    if (r.open.at(-2)?.column !== column) return false;
    r.open.pop();
    top = r.open.at(-1);
  }
  if (top?.column === column) endValue(top);
  else if (!openCollection(r, 'mapping', column)) return false;
  const mapping = r.open.at(-1) as Open;
  mapping.node.children.push(/^\w/.test(key) ? scalar(r.line, key, true) : quotedOrFlow(r, key));
  mapping.awaits = r.line;
  return true;
}

/** What isn't plainly literal by the scanner itself, whose errors are left to it too. */
function readBlockScalar(r: Reader, style: string, at: number): boolean {
  if (style === '|' && readLiteral(r, at)) return true;
  const s = scannerAt(r, at, r.line);
  const token = attempt(() => scanBlockScalar(s, style === '|'));
  if (token === undefined) return false;
  fill(r, scalar(r.line, token.value, false));
  r.plain = undefined;
  return moveTo(r, s);
}

/** Takes lines that are as far indented as the first or empty; false, with nothing changed, where others are among them. */
function readLiteral(r: Reader, at: number): boolean {
  const { text } = r;
  LITERAL.lastIndex = at;
  const [header = '', chomping, indent = ''] = LITERAL.exec(text) ?? [];
  if (header === '' || indent.length <= (r.open.at(-1)?.column ?? -1)) return false;
  const from = at + header.length;
  let pos = from - indent.length;
  let line = r.line + 1;
  while (pos < text.length && (text.startsWith(indent, pos) || text.startsWith('\n', pos))) {
    const stop = text.indexOf('\n', pos);
    pos = stop < 0 ? text.length : stop + 1;
    line++;
  }
  if (/^ *(?:\n|$)/.test(text.slice(pos, pos + indent.length)) && pos < text.length) return false;
  const kept = text.slice(from, pos).replaceAll(`\n${indent}`, '\n');
  fill(r, scalar(r.line, chomping === '+' ? kept : chomp(kept, chomping === '-'), false));
  r.plain = undefined;
  r.pos = pos;
  r.line = line;
  return true;
}

/** Without the breaks at its end, all or but one. */
function chomp(text: string, all: boolean): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 10) end--;
  return text.slice(0, all ? end : end + 1);
}

/** Takes a plain scalar that reaches over lines once more, whole, when the line behind its first does not fit. */
function continuePlain(r: Reader): boolean {
  if (r.plain === undefined || r.plain.parent !== r.open.at(-1)) return false;
  const { at, line, parent } = r.plain;
  const s = scannerAt(r, at, line);
  const token = attempt(() => scanPlainScalar(s, undefined));
  if (token === undefined || s.line <= r.line || r.text.slice(s.lineStart, s.pos).trim() !== '') return false;
  parent.node.children.splice(-1, 1, scalar(line, token.value, true));
  r.plain = undefined;
  return moveTo(r, s);
}

function attempt(scan: () => Token): Token | undefined {
  try {
    return scan();
  } catch {
    return undefined;
  }
}

function scannerAt(r: Reader, pos: number, line: number): Scanner {
  const lineStart = r.text.lastIndexOf('\n', pos) + 1;
  return Object.assign(r.scanner, { pos, line, lineStart, indent: r.open.at(-1)?.column ?? -1 });
}

function moveTo(r: Reader, s: Scanner): true {
  r.line = s.line;
  r.pos = s.pos < r.text.length ? s.lineStart : r.text.length;
  return true;
}

function openCollection(r: Reader, kind: 'mapping' | 'sequence', column: number): boolean {
  const top = r.open.at(-1);
  const node = { kind, line: r.line, children: [] };
  if (top === undefined) {
    if (r.root !== undefined) return false;
    r.root = node;
  } else {
    const isIndented = column > top.column || (kind === 'sequence' && top.node.kind === 'mapping');
    if (top.awaits < 0 || !isIndented) return false;
    fill(r, node);
  }
  r.open.push({ node, column, awaits: -1 });
  return true;
}

/** Ends what begins right of `column`. */
function closeTo(r: Reader, column: number): void {
  for (let top = r.open.at(-1); top !== undefined && top.column > column; top = r.open.at(-1)) {
    endValue(top);
    r.open.pop();
  }
}

/** A key without a value has an empty one. */
function endValue(open: Open): void {
  if (open.awaits >= 0) open.node.children.push(scalar(open.awaits, '', true));
  open.awaits = -1;
}

function fill(r: Reader, node: YamlNode): void {
  const top = r.open.at(-1) as Open;
  top.node.children.push(node);
  top.awaits = -1;
}

function scalar(line: number, value: string, implicit: boolean): ScalarNode {
  return { kind: 'scalar', line, tag: '', value, implicit };
}

function quotedOrFlow(r: Reader, text: string): YamlNode {
  const first = text.charAt(0);
  if (first === '"' || first === "'") return scalar(r.line, text.slice(1, -1), false);
  if (first === '{') return { kind: 'mapping', line: r.line, children: [] };
  const children = (text.match(ITEMS) ?? []).map((item) =>
    /^["']/.test(item) ? scalar(r.line, item.slice(1, -1), false) : scalar(r.line, item, true),
  );
  return { kind: 'sequence', line: r.line, children };
}
