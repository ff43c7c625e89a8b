/**
 * Takes the text of one file, returns the templates it defines: itself and those in its `define` and `block` actions.
 * Throws ParseError in Go's words. Knows functions by name only, and never executes anything.
 */
import { lineAt, ParseError } from './errors.ts';
import { type Lexer, newLexer, nextToken, type Token, type TokenType, tokenText } from './lex.ts';
import {
  type ActionNode,
  type BranchNode,
  type ChainNode,
  type CommandNode,
  type EndNode,
  isEmptyTree,
  type ListNode,
  type Node,
  nodeText,
  type PipeNode,
  type Source,
  type TemplateNode,
  type Tree,
  type VariableNode,
} from './node.ts';
import { parseNumber } from './number.ts';
import { quote, unquote } from './quote.ts';

/** Nesting of parentheses that Go allows. Ours is lower: each level takes several frames of JavaScript's stack. */
const MAX_PAREN_DEPTH = 1000;
/** Nesting of control actions; Go has no such limit, but a stack of its own that grows. */
const MAX_BLOCK_DEPTH = 1000;

interface Parser {
  readonly source: Source;
  readonly lexer: Lexer;
  readonly hasFunction: (name: string) => boolean;
  readonly trees: Map<string, Tree>;
  /** Tokens given back, the next one last. */
  readonly pushed: Token[];
  /** The token that the lexer gave last: errors name its line. */
  last: Token;
  /** Variables in scope. */
  vars: string[];
  /** Start of the action being parsed, −1 outside. */
  actionPos: number;
  rangeDepth: number;
  parenDepth: number;
  blockDepth: number;
}

/** `hasFunction` tells the names that may be called, built-in ones included. */
export function parse(name: string, text: string, hasFunction: (name: string) => boolean): Map<string, Tree> {
  const lexer = newLexer(text, { breakOk: !hasFunction('break'), continueOk: !hasFunction('continue') });
  const p: Parser = {
    source: { parseName: name, text },
    lexer,
    hasFunction,
    trees: new Map(),
    pushed: [],
    last: { type: 'text', pos: 0, value: '' },
    vars: ['$'],
    actionPos: -1,
    rangeDepth: 0,
    parenDepth: 0,
    blockDepth: 0,
  };
  const root = parseFile(p);
  addTree(p, { name, root });
  return p.trees;
}

// Tokens

function next(p: Parser): Token {
  const pushed = p.pushed.pop();
  if (pushed !== undefined) return pushed;
  p.last = nextToken(p.lexer);
  return p.last;
}

function peek(p: Parser): Token {
  const token = next(p);
  p.pushed.push(token);
  return token;
}

function nextNonSpace(p: Parser): Token {
  let token = next(p);
  while (token.type === 'space') token = next(p);
  return token;
}

function peekNonSpace(p: Parser): Token {
  const token = nextNonSpace(p);
  p.pushed.push(token);
  return token;
}

function expect(p: Parser, type: TokenType, context: string): Token {
  const token = nextNonSpace(p);
  return token.type === type ? token : unexpected(p, token, context);
}

const fail = (p: Parser, reason: string): never => failAt(p, p.last.pos, reason);

function failAt(p: Parser, pos: number, reason: string): never {
  throw new ParseError(p.source.parseName, lineAt(p.source.text, pos), reason);
}

function unexpected(p: Parser, token: Token, context: string): never {
  if (token.type !== 'error') return fail(p, `unexpected ${tokenText(token)} in ${context}`);
  const { text, parseName } = p.source;
  let extra = '';
  if (p.actionPos >= 0 && lineAt(text, p.actionPos) !== lineAt(text, token.pos)) {
    const started = ` started at ${parseName}:${lineAt(text, p.actionPos)}`;
    extra = token.value.endsWith(' action') ? started : ` in action${started}`;
  }
  return fail(p, token.value + extra);
}

// Templates

/** The first definition of a name in one file counts, unless it is empty. */
function addTree(p: Parser, tree: Tree): void {
  const old = p.trees.get(tree.name);
  if (old === undefined || isEmptyTree(old.root)) p.trees.set(tree.name, tree);
  else if (!isEmptyTree(tree.root)) fail(p, `template: multiple definition of template ${quote(tree.name)}`);
}

const newList = (p: Parser, pos: number): ListNode => ({ type: 'list', source: p.source, pos, nodes: [] });

/** As itemList, but to the end of the text, and with `define`. */
function parseFile(p: Parser): ListNode {
  const root = newList(p, peek(p).pos);
  while (peek(p).type !== 'eof') {
    if (peek(p).type === 'leftDelim') {
      const delimiter = next(p);
      const first = nextNonSpace(p);
      if (first.type === 'define') {
        parseDefinition(p);
        continue;
      }
      p.pushed.push(first, delimiter);
    }
    const node = textOrAction(p);
    if (isEnd(node)) fail(p, `unexpected ${nodeText(node)}`);
    root.nodes.push(node);
  }
  return root;
}

/** {{define "name"}} itemList {{end}}, the keyword past. */
function parseDefinition(p: Parser): void {
  const context = 'define clause';
  const name = templateName(p, nextNonSpace(p), context);
  expect(p, 'rightDelim', context);
  // Go parses it by a parser of its own, which does not know in which action it is.
  addTree(p, { name, root: separateBody(p, context) });
}

/** The body of a define or block: it sees no variables of its surroundings, and ends with {{end}} only. */
function separateBody(p: Parser, context: string, blockPos?: number): ListNode {
  const { vars, rangeDepth, actionPos } = p;
  p.vars = ['$'];
  p.rangeDepth = 0;
  p.actionPos = -1;
  const { list, end } = itemList(p);
  if (end.type !== 'end') failAt(p, blockPos ?? p.last.pos, `unexpected ${nodeText(end)} in ${context}`);
  p.vars = vars;
  p.rangeDepth = rangeDepth;
  p.actionPos = actionPos;
  return list;
}

const isEnd = (node: Node): node is EndNode => node.type === 'end' || node.type === 'else';

/** textOrAction* up to {{end}} or {{else}}, which is returned apart. */
function itemList(p: Parser): { list: ListNode; end: EndNode } {
  const list = newList(p, peekNonSpace(p).pos);
  if (++p.blockDepth > MAX_BLOCK_DEPTH) fail(p, 'max block depth exceeded');
  while (peekNonSpace(p).type !== 'eof') {
    const node = textOrAction(p);
    if (isEnd(node)) {
      p.blockDepth--;
      return { list, end: node };
    }
    list.nodes.push(node);
  }
  return fail(p, 'unexpected EOF');
}

function textOrAction(p: Parser): Node {
  const token = nextNonSpace(p);
  if (token.type === 'text') return { type: 'text', source: p.source, pos: token.pos, text: token.value };
  if (token.type !== 'leftDelim') return unexpected(p, token, 'input');
  p.actionPos = token.pos;
  const node = action(p);
  p.actionPos = -1;
  return node;
}

// Actions

/** What follows `{{`: a keyword's action, or a pipeline. */
function action(p: Parser): Node {
  const token = nextNonSpace(p);
  switch (token.type) {
    case 'block':
      return blockControl(p);
    case 'break':
    case 'continue':
      return loopControl(p, token.type, token.pos);
    case 'else':
      return elseControl(p);
    case 'end':
      return { type: 'end', source: p.source, pos: expect(p, 'rightDelim', 'end').pos };
    case 'if':
    case 'range':
    case 'with':
      return branchControl(p, token.type);
    case 'template':
      return templateControl(p);
  }
  p.pushed.push(token);
  const node: ActionNode = {
    type: 'action',
    source: p.source,
    pos: token.pos,
    pipe: pipeline(p, 'command', 'rightDelim'),
  };
  return node;
}

function loopControl(p: Parser, type: 'break' | 'continue', pos: number): Node {
  const token = nextNonSpace(p);
  if (token.type !== 'rightDelim') return unexpected(p, token, `{{${type}}}`);
  if (p.rangeDepth === 0) fail(p, `{{${type}}} outside {{range}}`);
  return { type, source: p.source, pos };
}

/** {{if pipeline}} itemList [{{else}} itemList] {{end}}, and so for range and with; the keyword past. */
function branchControl(p: Parser, type: BranchNode['type']): BranchNode {
  const scope = p.vars.length;
  const pipe = pipeline(p, type, 'rightDelim');
  if (type === 'range') p.rangeDepth++;
  const { list, end } = itemList(p);
  if (type === 'range') p.rangeDepth--;
  const elseList = end.type === 'else' ? elseBranch(p, type, end) : undefined;
  p.vars.length = scope;
  return { type, source: p.source, pos: pipe.pos, pipe, list, elseList };
}

/** {{else if}} and {{else with}} are an else that holds that one action, and share its {{end}}. */
function elseBranch(p: Parser, type: BranchNode['type'], end: EndNode): ListNode {
  if (type !== 'range' && peek(p).type === type) {
    next(p);
    const list = newList(p, end.pos);
    if (++p.blockDepth > MAX_BLOCK_DEPTH) fail(p, 'max block depth exceeded');
    list.nodes.push(branchControl(p, type));
    p.blockDepth--;
    return list;
  }
  const { list, end: last } = itemList(p);
  if (last.type !== 'end') fail(p, `expected end; found ${nodeText(last)}`);
  return list;
}

function elseControl(p: Parser): EndNode {
  const following = peekNonSpace(p);
  if (following.type === 'if' || following.type === 'with')
    return { type: 'else', source: p.source, pos: following.pos };
  return { type: 'else', source: p.source, pos: expect(p, 'rightDelim', 'else').pos };
}

/** {{block "name" pipeline}} itemList {{end}}: a definition and its use in one. */
function blockControl(p: Parser): TemplateNode {
  const context = 'block clause';
  const token = nextNonSpace(p);
  const name = templateName(p, token, context);
  const pipe = pipeline(p, context, 'rightDelim');
  // Go reads the body with another parser: what ends it wrongly is reported where this one stopped.
  addTree(p, { name, root: separateBody(p, context, p.last.pos) });
  return { type: 'template', source: p.source, pos: token.pos, name, pipe };
}

/** {{template "name" [pipeline]}} */
function templateControl(p: Parser): TemplateNode {
  const context = 'template clause';
  const token = nextNonSpace(p);
  const name = templateName(p, token, context);
  const following = nextNonSpace(p);
  let pipe: PipeNode | undefined;
  if (following.type !== 'rightDelim') {
    p.pushed.push(following);
    pipe = pipeline(p, context, 'rightDelim');
  }
  return { type: 'template', source: p.source, pos: token.pos, name, pipe };
}

function templateName(p: Parser, token: Token, context: string): string {
  if (token.type !== 'string' && token.type !== 'rawString') return unexpected(p, token, context);
  return unquote(token.value) ?? fail(p, 'invalid syntax');
}

// Pipelines

/** declarations? command ('|' command)* */
function pipeline(p: Parser, context: string, end: TokenType): PipeNode {
  const pipe: PipeNode = {
    type: 'pipe',
    source: p.source,
    pos: peekNonSpace(p).pos,
    isAssign: false,
    decl: [],
    cmds: [],
  };
  while (declaration(p, pipe, context));
  for (;;) {
    const token = nextNonSpace(p);
    if (token.type === end) break;
    p.pushed.push(token);
    if (!startsCommand(token.type)) unexpected(p, nextNonSpace(p), context);
    pipe.cmds.push(command(p));
  }
  checkPipeline(p, pipe, context);
  return pipe;
}

/** One `$x :=`, `$x =` or `$x,`; whether another may follow. */
function declaration(p: Parser, pipe: PipeNode, context: string): boolean {
  const variable = peekNonSpace(p);
  if (variable.type !== 'variable') return false;
  next(p);
  // "$x foo" uses $x and "$x := foo" declares it: what stands between matters only to the former.
  const between = peek(p);
  const following = peekNonSpace(p);
  if (following.type === 'assign' || following.type === 'declare') {
    pipe.isAssign = following.type === 'assign';
    nextNonSpace(p);
    declare(p, pipe, variable);
    return false;
  }
  if (following.type === 'char' && following.value === ',') {
    nextNonSpace(p);
    declare(p, pipe, variable);
    if (context !== 'range' || pipe.decl.length >= 2) fail(p, `too many declarations in ${context}`);
    const second = peekNonSpace(p).type;
    if (second !== 'variable' && second !== 'rightDelim' && second !== 'rightParen')
      fail(p, 'range can only initialize variables');
    return true;
  }
  if (between.type === 'space') p.pushed.push(between);
  p.pushed.push(variable);
  return false;
}

function declare(p: Parser, pipe: PipeNode, token: Token): void {
  pipe.decl.push(newVariable(p, token.pos, token.value));
  p.vars.push(token.value);
}

function startsCommand(type: TokenType): boolean {
  switch (type) {
    case 'bool':
    case 'charConstant':
    case 'complex':
    case 'dot':
    case 'field':
    case 'identifier':
    case 'number':
    case 'nil':
    case 'rawString':
    case 'string':
    case 'variable':
    case 'leftParen':
      return true;
  }
  return false;
}

function checkPipeline(p: Parser, pipe: PipeNode, context: string): void {
  if (pipe.cmds.length === 0) fail(p, `missing value for ${context}`);
  for (let i = 1; i < pipe.cmds.length; i++) {
    switch (pipe.cmds[i]!.args[0]!.type) {
      case 'bool':
      case 'dot':
      case 'nil':
      case 'number':
      case 'string':
        fail(p, `non executable command in pipeline stage ${i + 1}`);
    }
  }
}

/** operand (space operand)*, up to a pipe, which is taken, or the end, which is left. */
function command(p: Parser): CommandNode {
  const cmd: CommandNode = { type: 'command', source: p.source, pos: peekNonSpace(p).pos, args: [] };
  for (;;) {
    peekNonSpace(p);
    const node = operand(p);
    if (node !== undefined) cmd.args.push(node);
    const token = next(p);
    if (token.type === 'space') continue;
    if (token.type === 'rightDelim' || token.type === 'rightParen') p.pushed.push(token);
    else if (token.type !== 'pipe') unexpected(p, token, 'operand');
    break;
  }
  if (cmd.args.length === 0) fail(p, 'empty command');
  return cmd;
}

/** term .Field*; undefined where none starts here. */
function operand(p: Parser): Node | undefined {
  const node = term(p);
  if (node === undefined || peek(p).type !== 'field') return node;
  const chain: ChainNode = { type: 'chain', source: p.source, pos: peek(p).pos, node, field: [] };
  while (peek(p).type === 'field') chain.field.push(next(p).value.slice(1));
  switch (node.type) {
    // .X.Y and $x.Y are one node each, which stands where the second token does.
    case 'field':
      return { type: 'field', source: p.source, pos: chain.pos, ident: [...node.ident, ...chain.field] };
    case 'variable':
      return { type: 'variable', source: p.source, pos: chain.pos, ident: [...node.ident, ...chain.field] };
    case 'bool':
    case 'string':
    case 'number':
    case 'nil':
    case 'dot':
      return fail(p, `unexpected . after term ${quote(nodeText(node))}`);
  }
  return chain;
}

/** literal, function, `.`, .Field, $, or a pipeline in parentheses; undefined where none of them is next. */
function term(p: Parser): Node | undefined {
  const token = nextNonSpace(p);
  const { source } = p;
  const { pos } = token;
  switch (token.type) {
    case 'identifier':
      if (!p.hasFunction(token.value)) fail(p, `function ${quote(token.value)} not defined`);
      return { type: 'identifier', source, pos, ident: token.value };
    case 'dot':
    case 'nil':
      return { type: token.type, source, pos };
    case 'variable':
      if (!p.vars.includes(token.value)) fail(p, `undefined variable ${quote(token.value)}`);
      return newVariable(p, pos, token.value);
    case 'field':
      return { type: 'field', source, pos, ident: [token.value.slice(1)] };
    case 'bool':
      return { type: 'bool', source, pos, value: token.value === 'true' };
    case 'charConstant':
    case 'complex':
    case 'number':
      return newNumber(p, token);
    case 'leftParen':
      return parenthesized(p);
    case 'string':
    case 'rawString':
      return {
        type: 'string',
        source,
        pos,
        quoted: token.value,
        text: unquote(token.value) ?? fail(p, 'invalid syntax'),
      };
  }
  p.pushed.push(token);
  return undefined;
}

function parenthesized(p: Parser): PipeNode {
  if (p.parenDepth >= MAX_PAREN_DEPTH) fail(p, 'max expression depth exceeded');
  p.parenDepth++;
  const pipe = pipeline(p, 'parenthesized pipeline', 'rightParen');
  p.parenDepth--;
  return pipe;
}

function newVariable(p: Parser, pos: number, value: string): VariableNode {
  return { type: 'variable', source: p.source, pos, ident: [value] };
}

function newNumber(p: Parser, token: Token): Node {
  const kind = token.type === 'charConstant' ? 'char' : token.type === 'complex' ? 'complex' : 'number';
  try {
    return {
      type: 'number',
      source: p.source,
      pos: token.pos,
      text: token.value,
      value: parseNumber(token.value, kind),
    };
  } catch (error) {
    return fail(p, (error as Error).message);
  }
}
