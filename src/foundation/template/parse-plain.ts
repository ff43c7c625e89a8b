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

/** Of a command; '' where another operand follows. */
type Closer = '' | '|' | ')' | '}}';

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
  /** What stood behind the operand read last. */
  closer: Closer;
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
  const state = { pos: 0, vars: ['$'], rangeDepth: 0, depth: 0, end: 'none' as const, endPos: 0, closer: '' as const };
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

// Regular expressions run as machine code from the second use on; loops over units take milliseconds to get there. What
// matched is taken by its index: until functions are optimized, destructuring makes an object for each element.

/** `{{`, a trim marker, then a comment's start, a keyword, or only space. */
const LEFT =
  /\{\{(-[ \t\r\n])?(?:(\/\*)|[ \t\r\n]*(if|else|end|with|range|define|template|block|break|continue)(?=[ \t\r\n.(}])|[ \t\r\n]*)/y;
const RIGHT = /[ \t\r\n]*\}\}|[ \t\r\n]+-\}\}[ \t\r\n]*/y;
const COMMENT_END = /\}\}|[ \t\r\n]-\}\}[ \t\r\n]*/y;
const SPACE = /[ \t\r\n]*/y;
const ELSE_KIND = /[ \t\r\n]*(if|with)(?=[ \t\r\n.(}])[ \t\r\n]*/y;
const DECLARATION = /(\$\w*)(?:[ \t\r\n]*,[ \t\r\n]*(\$\w*))?[ \t\r\n]*(:=|(?<=[ \t\r\n])=)[ \t\r\n]*/y;
/** One operand without parentheses; the space behind it; what ends a command. */
const OPERAND =
  /((?:\.[A-Za-z_]\w*)+|\.|\$\w*(?:\.[A-Za-z_]\w*)*|[A-Za-z_]\w*|"(?:[^"\\\n]|\\.)*"|`[^`]*`|-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?)([ \t\r\n]*)(\||\)|-?\}\})?/y;
const FIELDS = /((?:\.[A-Za-z_]\w*)*)([ \t\r\n]*)(\||\)|-?\}\})?/y;
const STRING = /"(?:[^"\\\n]|\\.)*"|`[^`]*`/y;

const isSpace = (unit: number): boolean => unit === 0x20 || unit === 0x0a || unit === 0x09 || unit === 0x0d;

/** Takes what the pattern matches here, and gives up where it does not. */
function take(r: Reader, pattern: RegExp): void {
  pattern.lastIndex = r.pos;
  if (!pattern.test(r.text)) giveUp();
  r.pos = pattern.lastIndex;
}

// Lists

/** Text and actions up to what ends them, which is past then; `define` is known at the top only. */
function readList(r: Reader, atTop: boolean): ListNode {
  const { text, source } = r;
  const nodes: Node[] = [];
  let first = -1;
  r.end = 'none';
  while (r.end === 'none') {
    const start = r.pos;
    const open = text.indexOf('{{', start);
    if (open < 0) {
      if (text.length > start) nodes.push({ type: 'text', source, pos: start, text: text.slice(start) });
      r.end = 'eof';
      if (first < 0) first = start;
      break;
    }
    LEFT.lastIndex = open;
    const match = LEFT.exec(text)!;
    const keyword = match[3];
    r.pos = LEFT.lastIndex;
    let end = open;
    if (match[1] !== undefined) while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
    if (end > start) {
      nodes.push({ type: 'text', source, pos: start, text: text.slice(start, end) });
      if (first < 0) first = start;
    }
    if (match[2] !== undefined) {
      const close = text.indexOf('*/', r.pos);
      if (close < 0) giveUp();
      r.pos = close + 2;
      take(r, COMMENT_END);
      continue;
    }
    if (first < 0) first = open;
    const node = keyword === undefined ? readAction(r) : readControl(r, keyword, atTop);
    if (node !== undefined) nodes.push(node);
  }
  return { type: 'list', source, pos: first, nodes };
}

function readAction(r: Reader): Node {
  const { source, pos } = r;
  return { type: 'action', source, pos, pipe: readPipe(r, { closer: '}}', variables: 1 }) };
}

/** The keyword past. Undefined for what stands in no list: definitions, and what ends one. */
function readControl(r: Reader, keyword: string, atTop: boolean): Node | undefined {
  switch (keyword) {
    case 'if':
    case 'range':
    case 'with':
      take(r, SPACE);
      return readBranch(r, keyword);
    case 'end':
      take(r, RIGHT);
      r.end = 'end';
      return undefined;
    case 'else':
      readElse(r);
      return undefined;
    case 'define':
      return atTop ? readDefinition(r) : giveUp();
    case 'block':
    case 'template':
      return readTemplate(r, keyword);
    case 'break':
    case 'continue': {
      const pos = r.pos - keyword.length;
      take(r, RIGHT);
      return r.rangeDepth > 0 ? { type: keyword, source: r.source, pos } : giveUp();
    }
  }
  return giveUp();
}

function readElse(r: Reader): void {
  ELSE_KIND.lastIndex = r.pos;
  const kind = ELSE_KIND.exec(r.text)?.[1];
  if (kind === undefined) {
    take(r, RIGHT);
    r.end = 'else';
    return;
  }
  take(r, SPACE);
  r.endPos = r.pos;
  r.pos = ELSE_KIND.lastIndex;
  r.end = kind as 'if' | 'with';
}

/** {{if pipeline}} list [{{else}} list] {{end}}, and so for range and with; at the pipeline. */
function readBranch(r: Reader, type: BranchNode['type']): BranchNode {
  const { source } = r;
  const scope = r.vars.length;
  if (++r.depth > MAX_DEPTH) giveUp();
  const pipe = readPipe(r, { closer: '}}', variables: type === 'range' ? 2 : 1 });
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
  take(r, SPACE);
  const name = readName(r);
  take(r, RIGHT);
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
  take(r, SPACE);
  const { pos } = r;
  const name = readName(r);
  let pipe: PipeNode | undefined;
  RIGHT.lastIndex = r.pos;
  if (type === 'template' && RIGHT.test(text)) {
    r.pos = RIGHT.lastIndex;
  } else {
    take(r, SPACE);
    pipe = readPipe(r, { closer: '}}', variables: 1 });
  }
  if (type === 'block') addTree(r, { name, root: readBody(r) });
  return { type: 'template', source, pos, name, pipe };
}

function readName(r: Reader): string {
  const { text, pos } = r;
  take(r, STRING);
  return unquote(text.slice(pos, r.pos)) ?? giveUp();
}

// Pipelines

interface PipeRule {
  /** What must end it. */
  readonly closer: Closer;
  /** That it may declare. */
  readonly variables: number;
}

/** declarations? command ('|' command)*, with what ends it; at its first unit. */
function readPipe(r: Reader, rule: PipeRule): PipeNode {
  const { text, source, pos } = r;
  const pipe: PipeNode = { type: 'pipe', source, pos, isAssign: false, decl: [], cmds: [] };
  if (text.charCodeAt(pos) === 0x24) readDeclarations(r, pipe, rule.variables);
  pipe.cmds.push(readCommand(r));
  while (r.closer === '|') {
    take(r, SPACE);
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

/** `$x :=`, `$x =`, `$x, $y :=`; nothing where the variable is an operand. */
function readDeclarations(r: Reader, pipe: PipeNode, most: number): void {
  const { text, source, pos } = r;
  DECLARATION.lastIndex = pos;
  const match = DECLARATION.exec(text);
  if (match === null) return;
  const [, first = '', second, sign] = match;
  r.pos = DECLARATION.lastIndex;
  pipe.isAssign = sign === '=';
  pipe.decl.push({ type: 'variable', source, pos, ident: [first] });
  r.vars.push(first);
  if (second === undefined) return;
  if (most < 2) giveUp();
  pipe.decl.push({ type: 'variable', source, pos: text.indexOf('$', pos + 1), ident: [second] });
  r.vars.push(second);
}

/** operand (space operand)*, with what ends it. */
function readCommand(r: Reader): CommandNode {
  const { text, source } = r;
  const cmd: CommandNode = { type: 'command', source, pos: r.pos, args: [] };
  do cmd.args.push(text.charCodeAt(r.pos) === 0x28 ? readParentheses(r) : readOperand(r));
  while (r.closer === '');
  return cmd;
}

/** Where another operand or the end of the command is to follow. */
function endOperand(r: Reader, space: string, closer: string | undefined): void {
  if (closer === undefined) {
    if (space === '') giveUp();
    r.closer = '';
  } else if (closer === '-}}') {
    if (space === '') giveUp();
    take(r, SPACE);
    r.closer = '}}';
  } else {
    r.closer = closer as Closer;
  }
}

function readParentheses(r: Reader): Node {
  if (++r.depth > MAX_DEPTH) giveUp();
  r.pos++;
  take(r, SPACE);
  const pipe = readPipe(r, { closer: ')', variables: 1 });
  r.depth--;
  return readChain(r, pipe);
}

/** The .X.Y behind a node, if there are any. */
function readChain(r: Reader, node: Node): Node {
  const { source, pos } = r;
  FIELDS.lastIndex = pos;
  const match = FIELDS.exec(r.text)!;
  const fields = match[1]!;
  r.pos = FIELDS.lastIndex;
  endOperand(r, match[2]!, match[3]);
  if (fields === '') return node;
  const chain: ChainNode = { type: 'chain', source, pos, node, field: fields.slice(1).split('.') };
  return chain;
}

function readOperand(r: Reader): Node {
  const { text, source, pos } = r;
  OPERAND.lastIndex = pos;
  const match = OPERAND.exec(text);
  if (match === null) giveUp();
  const token = match[1]!;
  const space = match[2]!;
  const closer = match[3];
  r.pos = OPERAND.lastIndex;
  const unit = token.charCodeAt(0);
  const isWord = unit >= 0x41 && unit !== 0x60;
  if (isWord && space === '' && closer === undefined) {
    if (token === 'true' || token === 'false' || token === 'nil') giveUp();
    return readChain(r, newIdentifier(r, token, pos));
  }
  endOperand(r, space, closer);
  if (isWord) return newWord(r, token, pos);
  switch (unit) {
    case 0x2e: {
      if (token === '.') return { type: 'dot', source, pos };
      const ident = token.slice(1).split('.');
      // Several stand where the second does.
      return { type: 'field', source, pos: ident.length === 1 ? pos : pos + 1 + ident[0]!.length, ident };
    }
    case 0x24: {
      const ident = token.split('.');
      const [name = ''] = ident;
      if (!r.vars.includes(name)) giveUp();
      return { type: 'variable', source, pos: ident.length === 1 ? pos : pos + name.length, ident };
    }
    case 0x22:
    case 0x60:
      return { type: 'string', source, pos, quoted: token, text: textOf(token) };
  }
  return { type: 'number', source, pos, text: token, value: parseNumber(token, 'number') };
}

/** Most strings need no more than their quotes taken off. */
function textOf(literal: string): string {
  if (literal.charCodeAt(0) === 0x22 && !literal.includes('\\')) return literal.slice(1, -1);
  return unquote(literal) ?? giveUp();
}

function newWord(r: Reader, word: string, pos: number): Node {
  const { source } = r;
  if (word === 'true' || word === 'false') return { type: 'bool', source, pos, value: word === 'true' };
  if (word === 'nil') return { type: 'nil', source, pos };
  return newIdentifier(r, word, pos);
}

function newIdentifier(r: Reader, ident: string, pos: number): Node {
  if (!r.hasFunction(ident) || KEYWORDS.has(ident)) giveUp();
  return { type: 'identifier', source: r.source, pos, ident };
}

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
