/**
 * Composes the nodes of one YAML document from tokens, by go-yaml v2's grammar and with its error texts. Takes a stream,
 * returns the next document's root, or undefined at the end. It never resolves scalars: that is decode's.
 */
import { GoError } from '../template/value.ts';
import { peekToken, skipToken } from './scan.ts';
import {
  ALIAS,
  ANCHOR,
  BLOCK_END,
  BLOCK_ENTRY,
  BLOCK_MAPPING_START,
  BLOCK_SEQUENCE_START,
  DOCUMENT_END,
  DOCUMENT_START,
  FLOW_ENTRY,
  FLOW_MAPPING_END,
  FLOW_MAPPING_START,
  FLOW_SEQUENCE_END,
  FLOW_SEQUENCE_START,
  KEY,
  newScanner,
  SCALAR,
  type Scanner,
  STREAM_END,
  syntaxError,
  TAG,
  TAG_DIRECTIVE,
  type Token,
  VALUE,
  VERSION_DIRECTIVE,
} from './token.ts';

export type YamlNode = ScalarNode | SequenceNode | MappingNode | AliasNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  /** Counted from 0. */
  readonly line: number;
  /** In full, `''` without one. */
  readonly tag: string;
  readonly value: string;
  /** To be resolved by its text: a plain scalar without a tag, or the tag `!`. */
  readonly implicit: boolean;
}

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly line: number;
  readonly children: YamlNode[];
}

/** Keys and values by turns. */
export interface MappingNode {
  readonly kind: 'mapping';
  readonly line: number;
  readonly children: YamlNode[];
}

export interface AliasNode {
  readonly kind: 'alias';
  readonly line: number;
  readonly name: string;
  readonly target: YamlNode;
}

export interface YamlStream {
  readonly scanner: Scanner;
  started: boolean;
  tags: Map<string, string>;
  anchors: Map<string, YamlNode>;
}

export function newStream(text: string): YamlStream {
  return { scanner: newScanner(text), started: false, tags: new Map(), anchors: new Map() };
}

export function parseDocument(stream: YamlStream): YamlNode | undefined {
  const s = stream.scanner;
  stream.anchors = new Map();
  let token = peekToken(s);
  if (stream.started) {
    while (token.type === DOCUMENT_END) {
      skipToken(s);
      token = peekToken(s);
    }
  }
  if (token.type === STREAM_END) return undefined;
  const explicit =
    stream.started || token.type === VERSION_DIRECTIVE || token.type === TAG_DIRECTIVE || token.type === DOCUMENT_START;
  stream.started = true;
  readDirectives(stream);
  let root: YamlNode;
  if (explicit) {
    token = peekToken(s);
    if (token.type !== DOCUMENT_START) throw syntaxError(token.line, 'did not find expected <document start>');
    skipToken(s);
    token = peekToken(s);
    root = token.type <= DOCUMENT_END ? emptyScalar(token.line) : parseNode(stream, true, false);
  } else {
    root = parseNode(stream, true, false);
  }
  if (peekToken(s).type === DOCUMENT_END) skipToken(s);
  return root;
}

function readDirectives(stream: YamlStream): void {
  const s = stream.scanner;
  stream.tags = new Map();
  let versioned = false;
  let token = peekToken(s);
  for (; token.type === VERSION_DIRECTIVE || token.type === TAG_DIRECTIVE; token = peekToken(s)) {
    if (token.type === VERSION_DIRECTIVE) {
      if (versioned) throw syntaxError(token.line, 'found duplicate %YAML directive');
      if (token.value !== '1.1') throw syntaxError(token.line, 'found incompatible YAML document');
      versioned = true;
    } else {
      if (stream.tags.has(token.value)) throw syntaxError(token.line, 'found duplicate %TAG directive');
      stream.tags.set(token.value, token.suffix);
    }
    skipToken(s);
  }
  if (!stream.tags.has('!')) stream.tags.set('!', '!');
  if (!stream.tags.has('!!')) stream.tags.set('!!', 'tag:yaml.org,2002:');
}

function emptyScalar(line: number): ScalarNode {
  return { kind: 'scalar', line, tag: '', value: '', implicit: true };
}

/** Go prefers the line of the problem over that of the construct it lies in, except when the former is line 0. */
function parserError(problem: string, token: Token, contextLine: number): GoError {
  return syntaxError(token.line !== 0 ? token.line : contextLine, problem);
}

/** `indentless`: a sequence may stand here without being indented, as a mapping's value. */
function parseNode(stream: YamlStream, block: boolean, indentless: boolean): YamlNode {
  const s = stream.scanner;
  let token = peekToken(s);
  if (token.type === SCALAR) {
    skipToken(s);
    return { kind: 'scalar', line: token.line, tag: '', value: token.value, implicit: token.plain };
  }
  if (token.type === ALIAS) {
    const target = stream.anchors.get(token.value);
    if (target === undefined) throw new GoError(`yaml: unknown anchor '${token.value}' referenced`);
    skipToken(s);
    return { kind: 'alias', line: token.line, name: token.value, target };
  }
  const { line } = token;
  let anchor = '';
  let tag: Token | undefined;
  if (token.type === ANCHOR) {
    anchor = token.value;
    skipToken(s);
    token = peekToken(s);
    if (token.type === TAG) {
      tag = token;
      skipToken(s);
      token = peekToken(s);
    }
  } else if (token.type === TAG) {
    tag = token;
    skipToken(s);
    token = peekToken(s);
    if (token.type === ANCHOR) {
      anchor = token.value;
      skipToken(s);
      token = peekToken(s);
    }
  }
  const fullTag = tag === undefined ? '' : expandTag(stream, tag, line);
  return parseContent(stream, { block, indentless, line, anchor, tag: fullTag });
}

function expandTag(stream: YamlStream, token: Token, contextLine: number): string {
  if (token.value === '') return token.suffix;
  const prefix = stream.tags.get(token.value);
  if (prefix === undefined) throw parserError('found undefined tag handle', token, contextLine);
  return prefix + token.suffix;
}

interface NodeStart {
  readonly block: boolean;
  readonly indentless: boolean;
  readonly line: number;
  readonly anchor: string;
  readonly tag: string;
}

function parseContent(stream: YamlStream, start: NodeStart): YamlNode {
  const { block, line, tag } = start;
  const token = peekToken(stream.scanner);
  const isBlockEntry = start.indentless && token.type === BLOCK_ENTRY;
  if (isBlockEntry || token.type === FLOW_SEQUENCE_START || (block && token.type === BLOCK_SEQUENCE_START)) {
    const node: SequenceNode = { kind: 'sequence', line, children: [] };
    anchorNode(stream, start, node);
    if (isBlockEntry) parseIndentlessSequence(stream, node.children);
    else if (token.type === FLOW_SEQUENCE_START) parseFlowSequence(stream, node.children);
    else parseBlockSequence(stream, node.children);
    return node;
  }
  if (token.type === FLOW_MAPPING_START || (block && token.type === BLOCK_MAPPING_START)) {
    const node: MappingNode = { kind: 'mapping', line, children: [] };
    anchorNode(stream, start, node);
    if (token.type === FLOW_MAPPING_START) parseFlowMapping(stream, node.children);
    else parseBlockMapping(stream, node.children);
    return node;
  }
  if (token.type === SCALAR) {
    skipToken(stream.scanner);
    const implicit = tag === '!' || (tag === '' && token.plain);
    const node: ScalarNode = { kind: 'scalar', line, tag, value: token.value, implicit };
    anchorNode(stream, start, node);
    return node;
  }
  if (start.anchor !== '' || tag !== '') {
    const node: ScalarNode = { kind: 'scalar', line, tag, value: '', implicit: tag === '' };
    anchorNode(stream, start, node);
    return node;
  }
  throw parserError('did not find expected node content', token, line);
}

function anchorNode(stream: YamlStream, start: NodeStart, node: YamlNode): void {
  if (start.anchor !== '') stream.anchors.set(start.anchor, node);
}

function parseBlockSequence(stream: YamlStream, children: YamlNode[]): void {
  const s = stream.scanner;
  const contextLine = peekToken(s).line;
  skipToken(s);
  for (;;) {
    const token = peekToken(s);
    if (token.type === BLOCK_END) break;
    if (token.type !== BLOCK_ENTRY) throw parserError("did not find expected '-' indicator", token, contextLine);
    skipToken(s);
    const { type } = peekToken(s);
    const empty = type === BLOCK_ENTRY || type === BLOCK_END;
    children.push(empty ? emptyScalar(token.line) : parseNode(stream, true, false));
  }
  skipToken(s);
}

function parseIndentlessSequence(stream: YamlStream, children: YamlNode[]): void {
  const s = stream.scanner;
  for (let token = peekToken(s); token.type === BLOCK_ENTRY; token = peekToken(s)) {
    skipToken(s);
    const { type } = peekToken(s);
    const empty = type === BLOCK_ENTRY || type === KEY || type === VALUE || type === BLOCK_END;
    children.push(empty ? emptyScalar(token.line) : parseNode(stream, true, false));
  }
}

function parseBlockMapping(stream: YamlStream, children: YamlNode[]): void {
  const s = stream.scanner;
  const contextLine = peekToken(s).line;
  skipToken(s);
  for (;;) {
    const token = peekToken(s);
    if (token.type === BLOCK_END) break;
    if (token.type !== KEY) throw parserError('did not find expected key', token, contextLine);
    skipToken(s);
    children.push(parseBlockMappingPart(stream, token.line));
    const value = peekToken(s);
    if (value.type === VALUE) {
      skipToken(s);
      children.push(parseBlockMappingPart(stream, value.line));
    } else {
      children.push(emptyScalar(value.line));
    }
  }
  skipToken(s);
}

function parseBlockMappingPart(stream: YamlStream, line: number): YamlNode {
  const { type } = peekToken(stream.scanner);
  const empty = type === KEY || type === VALUE || type === BLOCK_END;
  return empty ? emptyScalar(line) : parseNode(stream, true, true);
}

function parseFlowSequence(stream: YamlStream, children: YamlNode[]): void {
  const s = stream.scanner;
  const contextLine = peekToken(s).line;
  skipToken(s);
  for (let first = true; ; first = false) {
    let token = peekToken(s);
    if (token.type === FLOW_SEQUENCE_END) break;
    if (!first) {
      if (token.type !== FLOW_ENTRY) throw parserError("did not find expected ',' or ']'", token, contextLine);
      skipToken(s);
      token = peekToken(s);
      if (token.type === FLOW_SEQUENCE_END) break;
    }
    children.push(token.type === KEY ? parseFlowPair(stream) : parseNode(stream, false, false));
  }
  skipToken(s);
}

/** `[a: b]` is a list that holds a map. An empty key takes the token behind it along: a mistake of go-yaml v2. */
function parseFlowPair(stream: YamlStream): MappingNode {
  const s = stream.scanner;
  const node: MappingNode = { kind: 'mapping', line: peekToken(s).line, children: [] };
  skipToken(s);
  const key = peekToken(s);
  if (key.type === VALUE || key.type === FLOW_ENTRY || key.type === FLOW_SEQUENCE_END) {
    skipToken(s);
    node.children.push(emptyScalar(key.line));
  } else {
    node.children.push(parseNode(stream, false, false));
  }
  let token = peekToken(s);
  if (token.type === VALUE) {
    skipToken(s);
    token = peekToken(s);
    if (token.type !== FLOW_ENTRY && token.type !== FLOW_SEQUENCE_END) {
      node.children.push(parseNode(stream, false, false));
      peekToken(s);
      return node;
    }
  }
  node.children.push(emptyScalar(token.line));
  peekToken(s);
  return node;
}

function parseFlowMapping(stream: YamlStream, children: YamlNode[]): void {
  const s = stream.scanner;
  const contextLine = peekToken(s).line;
  skipToken(s);
  for (let first = true; ; first = false) {
    let token = peekToken(s);
    if (token.type === FLOW_MAPPING_END) break;
    if (!first) {
      if (token.type !== FLOW_ENTRY) throw parserError("did not find expected ',' or '}'", token, contextLine);
      skipToken(s);
      token = peekToken(s);
      if (token.type === FLOW_MAPPING_END) break;
    }
    if (token.type === KEY) {
      skipToken(s);
      children.push(parseFlowMappingPart(stream, true));
      token = peekToken(s);
      if (token.type === VALUE) skipToken(s);
      children.push(token.type === VALUE ? parseFlowMappingPart(stream, false) : emptyScalar(token.line));
    } else {
      children.push(parseNode(stream, false, false));
      children.push(emptyScalar(peekToken(s).line));
    }
  }
  skipToken(s);
}

function parseFlowMappingPart(stream: YamlStream, isKey: boolean): YamlNode {
  const token = peekToken(stream.scanner);
  const empty = (isKey && token.type === VALUE) || token.type === FLOW_ENTRY || token.type === FLOW_MAPPING_END;
  return empty ? emptyScalar(token.line) : parseNode(stream, false, false);
}
