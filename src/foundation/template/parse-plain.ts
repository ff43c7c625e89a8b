/**
 * The quick way through the text of a file: one pass, no tokens. Takes what parse.ts takes and returns the same trees, or
 * undefined where it meets anything but the plain syntax of nearly all templates, mistakes among it: parse.ts then reads
 * the file and has the last word. It never throws and reports nothing.
 */
import {
  type BranchNode,
  type ChainNode,
  type CommandNode,
  isEmptyTree,
  type ListNode,
  type Node,
  type PipeNode,
  type Source,
  type TemplateNode,
  type Tree,
} from './node.ts';
import { parseNumber } from './number.ts';
import { unquote } from './quote.ts';

/** Nesting of blocks and parentheses together; deeper ones are for parse.ts. */
const MAX_DEPTH = 100;

/** What ended a list. */
type End = 'none' | 'end' | 'else' | 'if' | 'with' | 'eof';

interface Reader {
  readonly text: string;
  readonly source: Source;
  readonly hasFunction: (name: string) => boolean;
  readonly trees: Map<string, Tree>;
  pos: number;
  /** Variables in scope. */
  vars: string[];
  rangeDepth: number;
  depth: number;
  /** Of the list read last; `if` and `with` are those of an `else`, which begin at `endPos`. */
  end: End;
  endPos: number;
  /** The unit that ended the command read last: `|`, `)`, or `}` for a whole delimiter. */
  closer: number;
}

class NotPlain extends Error {}

function giveUp(): never {
  throw new NotPlain();
}

export function parsePlain(
  name: string,
  text: string,
  hasFunction: (name: string) => boolean,
): Map<string, Tree> | undefined {
  if (hasFunction('break') || hasFunction('continue')) return undefined;
  const source: Source = { parseName: name, text };
  const state = { pos: 0, vars: ['$'], rangeDepth: 0, depth: 0, end: 'none' as const, endPos: 0, closer: 0 };
  const r: Reader = { text, source, hasFunction, trees: new Map(), ...state };
  try {
    const root = readList(r, true);
    if (r.end !== 'eof') return undefined;
    addTree(r, { name, root });
    return r.trees;
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

function addTree(r: Reader, tree: Tree): void {
  const old = r.trees.get(tree.name);
  if (old === undefined || isEmptyTree(old.root)) r.trees.set(tree.name, tree);
  else if (!isEmptyTree(tree.root)) giveUp();
}

// Units

const WORD = new Uint8Array(128).fill(1, 0x30, 0x3a).fill(1, 0x41, 0x5b).fill(1, 0x61, 0x7b).fill(1, 0x5f, 0x60);

const isSpace = (unit: number): boolean => unit === 0x20 || unit === 0x0a || unit === 0x09 || unit === 0x0d;
const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;

function skipSpace(r: Reader): void {
  const { text } = r;
  let { pos } = r;
  while (isSpace(text.charCodeAt(pos))) pos++;
  r.pos = pos;
}

/** Letters, digits and underscores from `start`. What follows them is looked at by whoever reads on. */
function readWord(r: Reader, start: number): string {
  const { text } = r;
  let pos = start;
  while (WORD[text.charCodeAt(pos)] === 1) pos++;
  if (pos === start) giveUp();
  r.pos = pos;
  return text.slice(start, pos);
}

/** The `}}` or ` -}}` here, and the space behind the latter. */
function readRightDelim(r: Reader): void {
  const { text, pos } = r;
  skipSpace(r);
  if (text.startsWith('}}', r.pos)) r.pos += 2;
  else if (r.pos > pos && text.startsWith('-}}', r.pos)) {
    r.pos += 3;
    skipSpace(r);
  } else giveUp();
}

// Lists

const KEYWORDS: ReadonlySet<string> = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
]);

/** Text and actions up to what ends them, which is past then; `define` is known at the top only. */
function readList(r: Reader, atTop: boolean): ListNode {
  const { text, source } = r;
  const nodes: Node[] = [];
  let first = -1;
  r.end = 'none';
  while (r.end === 'none') {
    const start = r.pos;
    let open = text.indexOf('{{', start);
    if (open < 0) {
      r.end = 'eof';
      open = text.length;
    }
    r.pos = open + 2;
    let end = open;
    if (text.charCodeAt(r.pos) === 0x2d && isSpace(text.charCodeAt(open + 3))) {
      r.pos = open + 4;
      while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
    }
    if (end > start) {
      nodes.push({ type: 'text', source, pos: start, text: text.slice(start, end) });
      if (first < 0) first = start;
    }
    if (r.end === 'eof') break;
    if (text.charCodeAt(r.pos) === 0x2f) {
      readComment(r);
      continue;
    }
    if (first < 0) first = open;
    const node = readAction(r, atTop);
    if (node !== undefined) nodes.push(node);
  }
  return { type: 'list', source, pos: first < 0 ? text.length : first, nodes };
}

function readComment(r: Reader): void {
  const end = r.text.startsWith('/*', r.pos) ? r.text.indexOf('*/', r.pos + 2) : -1;
  if (end < 0) giveUp();
  r.pos = end + 2;
  // At most one space belongs to the delimiter here.
  if (!r.text.startsWith('}}', r.pos) && !r.text.startsWith('-}}', r.pos + 1)) giveUp();
  readRightDelim(r);
}

/** Undefined for what stands in no list: definitions, and what ends one. */
function readAction(r: Reader, atTop: boolean): Node | undefined {
  skipSpace(r);
  const { pos, text, source } = r;
  const unit = text.charCodeAt(pos);
  // b to w are what keywords begin with.
  if (unit >= 0x62 && unit <= 0x77) {
    const word = readWord(r, pos);
    if (KEYWORDS.has(word)) return readControl(r, word, atTop);
    r.pos = pos;
  }
  return { type: 'action', source, pos, pipe: readPipe(r, { closer: 0x7d, variables: 1 }) };
}

/** The keyword past. */
function readControl(r: Reader, word: string, atTop: boolean): Node | undefined {
  const { source } = r;
  if (!endsKeyword(r.text.charCodeAt(r.pos))) giveUp();
  switch (word) {
    case 'if':
    case 'range':
    case 'with':
      return readBranch(r, word);
    case 'end':
      readRightDelim(r);
      r.end = 'end';
      return undefined;
    case 'else':
      readElse(r);
      return undefined;
    case 'define':
      return atTop ? readDefinition(r) : giveUp();
    case 'block':
    case 'template':
      return readTemplate(r, word);
    case 'break':
    case 'continue': {
      const pos = r.pos - word.length;
      readRightDelim(r);
      return r.rangeDepth > 0 ? { type: word, source, pos } : giveUp();
    }
  }
  return giveUp();
}

const endsKeyword = (unit: number): boolean => isSpace(unit) || unit === 0x7d || unit === 0x28 || unit === 0x2e;

function readElse(r: Reader): void {
  skipSpace(r);
  r.endPos = r.pos;
  if (WORD[r.text.charCodeAt(r.pos)] !== 1) {
    // Its space may belong to the delimiter.
    r.pos--;
    if (!isSpace(r.text.charCodeAt(r.pos))) r.pos++;
    readRightDelim(r);
    r.end = 'else';
    return;
  }
  const word = readWord(r, r.pos);
  if ((word !== 'if' && word !== 'with') || !endsKeyword(r.text.charCodeAt(r.pos))) giveUp();
  r.end = word;
}

/** {{if pipeline}} list [{{else}} list] {{end}}, and so for range and with; the keyword past. */
function readBranch(r: Reader, type: BranchNode['type']): BranchNode {
  const { source } = r;
  const scope = r.vars.length;
  if (++r.depth > MAX_DEPTH) giveUp();
  skipSpace(r);
  const pipe = readPipe(r, { closer: 0x7d, variables: type === 'range' ? 2 : 1 });
  if (type === 'range') r.rangeDepth++;
  const list = readList(r, false);
  if (type === 'range') r.rangeDepth--;
  let elseList: ListNode | undefined;
  if (r.end === 'else') {
    elseList = readList(r, false);
  } else if (r.end !== 'end' && r.end === type) {
    const { endPos } = r;
    elseList = { type: 'list', source, pos: endPos, nodes: [readBranch(r, type)] };
    r.end = 'end';
  }
  if ((r.end as End) !== 'end') giveUp();
  r.end = 'none';
  r.depth--;
  r.vars.length = scope;
  return { type, source, pos: pipe.pos, pipe, list, elseList };
}

/** {{define "name"}} list {{end}}, the keyword past. */
function readDefinition(r: Reader): undefined {
  skipSpace(r);
  const name = readString(r).text;
  readRightDelim(r);
  addTree(r, { name, root: readBody(r) });
}

/** Of a define or block: it sees no variables of its surroundings. */
function readBody(r: Reader): ListNode {
  const { vars, rangeDepth } = r;
  r.vars = ['$'];
  r.rangeDepth = 0;
  if (++r.depth > MAX_DEPTH) giveUp();
  const list = readList(r, false);
  if (r.end !== 'end') giveUp();
  r.end = 'none';
  r.depth--;
  r.vars = vars;
  r.rangeDepth = rangeDepth;
  return list;
}

/** {{template "name" [pipeline]}}, {{block "name" pipeline}} list {{end}} */
function readTemplate(r: Reader, type: 'template' | 'block'): TemplateNode {
  const { source, text } = r;
  skipSpace(r);
  const { pos } = r;
  const name = readString(r).text;
  const after = r.pos;
  skipSpace(r);
  const ends = text.startsWith('}}', r.pos) || text.startsWith('-}}', r.pos);
  let pipe: PipeNode | undefined;
  if (type === 'template' && ends) {
    r.pos = after;
    readRightDelim(r);
  } else {
    pipe = readPipe(r, { closer: 0x7d, variables: 1 });
  }
  if (type === 'block') addTree(r, { name, root: readBody(r) });
  return { type: 'template', source, pos, name, pipe };
}

// Pipelines

interface PipeRule {
  /** The unit that must end it: `)` or `}`. */
  readonly closer: number;
  /** That it may declare. */
  readonly variables: number;
}

/** declarations? command ('|' command)*, with what ends it; at its first unit. */
function readPipe(r: Reader, rule: PipeRule): PipeNode {
  const { text, source, pos } = r;
  const pipe: PipeNode = { type: 'pipe', source, pos, isAssign: false, decl: [], cmds: [] };
  if (text.charCodeAt(pos) === 0x24) readDeclarations(r, pipe, rule.variables);
  pipe.cmds.push(readCommand(r));
  while (r.closer === 0x7c) {
    skipSpace(r);
    const cmd = readCommand(r);
    switch (cmd.args[0]!.type) {
      case 'bool':
      case 'dot':
      case 'nil':
      case 'number':
      case 'string':
        giveUp();
    }
    pipe.cmds.push(cmd);
  }
  if (r.closer !== rule.closer) giveUp();
  return pipe;
}

/** `$x :=`, `$x =`, `$x, $y :=`; goes back where the variable is an operand. */
function readDeclarations(r: Reader, pipe: PipeNode, most: number): void {
  const { text, source } = r;
  const start = r.pos;
  const names: { pos: number; name: string }[] = [];
  for (;;) {
    const { pos } = r;
    if (text.charCodeAt(pos) !== 0x24) giveUp();
    const name = readVariable(r);
    names.push({ pos, name });
    skipSpace(r);
    const unit = text.charCodeAt(r.pos);
    if (unit === 0x2c) {
      if (names.length >= most) giveUp();
      r.pos++;
      skipSpace(r);
      continue;
    }
    if (unit === 0x3a && text.charCodeAt(r.pos + 1) === 0x3d) r.pos += 2;
    else if (unit === 0x3d && isSpace(text.charCodeAt(r.pos - 1))) r.pos++;
    else if (names.length > 1) giveUp();
    else {
      r.pos = start;
      return;
    }
    pipe.isAssign = unit === 0x3d;
    break;
  }
  for (const { pos, name } of names) {
    pipe.decl.push({ type: 'variable', source, pos, ident: [name] });
    r.vars.push(name);
  }
  skipSpace(r);
}

function readVariable(r: Reader): string {
  const { text, pos } = r;
  if (WORD[text.charCodeAt(pos + 1)] !== 1) {
    r.pos++;
    return '$';
  }
  readWord(r, pos + 1);
  return text.slice(pos, r.pos);
}

/** operand (space operand)*, with what ends it. */
function readCommand(r: Reader): CommandNode {
  const { text, source } = r;
  const cmd: CommandNode = { type: 'command', source, pos: r.pos, args: [] };
  for (;;) {
    cmd.args.push(readOperand(r));
    const after = r.pos;
    skipSpace(r);
    const { pos } = r;
    const unit = text.charCodeAt(pos);
    if (unit === 0x7c || unit === 0x29) {
      r.pos++;
      r.closer = unit;
      return cmd;
    }
    if (unit === 0x7d || (unit === 0x2d && text.charCodeAt(pos + 1) === 0x7d)) {
      r.pos = after;
      readRightDelim(r);
      r.closer = 0x7d;
      return cmd;
    }
    if (pos === after) giveUp();
  }
}

function readOperand(r: Reader): Node {
  const { text, source, pos } = r;
  const unit = text.charCodeAt(pos);
  switch (unit) {
    case 0x2e:
      return readField(r);
    case 0x24: {
      const name = readVariable(r);
      if (!r.vars.includes(name)) giveUp();
      if (text.charCodeAt(r.pos) !== 0x2e) return { type: 'variable', source, pos, ident: [name] };
      const second = r.pos;
      return { type: 'variable', source, pos: second, ident: [name, ...readFields(r)] };
    }
    case 0x22:
    case 0x60: {
      const { quoted, text: value } = readString(r);
      return { type: 'string', source, pos, quoted, text: value };
    }
    case 0x28: {
      if (++r.depth > MAX_DEPTH) giveUp();
      r.pos++;
      skipSpace(r);
      const pipe = readPipe(r, { closer: 0x29, variables: 1 });
      r.depth--;
      return chained(r, pipe);
    }
  }
  if (unit === 0x2d || isDigit(unit)) return readNumber(r);
  const ident = readWord(r, pos);
  if (ident === 'true' || ident === 'false') return { type: 'bool', source, pos, value: ident === 'true' };
  if (ident === 'nil') return { type: 'nil', source, pos };
  if (!r.hasFunction(ident) || KEYWORDS.has(ident)) giveUp();
  return chained(r, { type: 'identifier', source, pos, ident });
}

function chained(r: Reader, node: Node): Node {
  const { source, pos } = r;
  if (r.text.charCodeAt(pos) !== 0x2e) return node;
  const chain: ChainNode = { type: 'chain', source, pos, node, field: readFields(r) };
  return chain;
}

/** `.`, .X, .X.Y; the last stands where its second field does. */
function readField(r: Reader): Node {
  const { text, source, pos } = r;
  if (WORD[text.charCodeAt(pos + 1)] !== 1) {
    r.pos++;
    return { type: 'dot', source, pos };
  }
  const ident = readFields(r);
  return { type: 'field', source, pos: ident.length === 1 ? pos : pos + 1 + ident[0]!.length, ident };
}

/** .X.Y, at its first dot. */
function readFields(r: Reader): string[] {
  const { text } = r;
  const names: string[] = [];
  while (text.charCodeAt(r.pos) === 0x2e) {
    if (isDigit(text.charCodeAt(r.pos + 1))) giveUp();
    names.push(readWord(r, r.pos + 1));
  }
  return names;
}

/** In double quotes or backquotes. */
function readString(r: Reader): { quoted: string; text: string } {
  const { text, pos } = r;
  const delimiter = text[pos];
  if (delimiter !== '"' && delimiter !== '`') giveUp();
  let end = text.indexOf(delimiter, pos + 1);
  if (end < 0) giveUp();
  if (delimiter === '"') {
    while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
    if (end < 0) giveUp();
  }
  r.pos = end + 1;
  const quoted = text.slice(pos, r.pos);
  return { quoted, text: unquote(quoted) ?? giveUp() };
}

/** Behind an odd number of backslashes. */
function isEscaped(text: string, at: number): boolean {
  let pos = at;
  while (text.charCodeAt(pos - 1) === 0x5c) pos--;
  return (at - pos) % 2 === 1;
}

/** A decimal one. */
function readNumber(r: Reader): Node {
  const { text, source, pos } = r;
  let end = pos + 1;
  while (isDigit(text.charCodeAt(end))) end++;
  if (text.charCodeAt(end) === 0x2e) while (isDigit(text.charCodeAt(++end)));
  const literal = text.slice(pos, end);
  if (!/^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(literal)) giveUp();
  r.pos = end;
  return { type: 'number', source, pos, text: literal, value: parseNumber(literal, 'number') };
}
