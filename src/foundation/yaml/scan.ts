/**
 * The YAML token scanner, with the rules and the error texts of go.yaml.in/yaml/v2 2.4.3 (a libyaml descendant): what it
 * accepts beyond the specification, charts rely on. Takes text, returns tokens one after another through `peekToken` and
 * `skipToken`. It never resolves scalars and never looks further ahead than a simple key needs.
 */
import { scanBlockScalar, scanFlowScalar, scanPlainScalar } from './scan-scalar.ts';
import { scanAnchor, scanDirective, scanTag } from './scan-tag.ts';
import {
  ALIAS,
  ANCHOR,
  atDocumentIndicator,
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
  isBlankZ,
  isBreak,
  KEY,
  type Scanner,
  type SimpleKey,
  STREAM_END,
  scannerError,
  skipLine,
  type Token,
  VALUE,
} from './token.ts';

const MAX_DEPTH = 10_000;
/** A simple key is at most this many characters long. */
const MAX_KEY = 1024;

export function peekToken(s: Scanner): Token {
  if (!s.available) fetchMoreTokens(s);
  return s.tokens[s.head] as Token;
}

export function skipToken(s: Scanner): void {
  s.available = false;
  s.parsed++;
  s.head++;
  if (s.head === s.tokens.length) {
    s.head = 0;
    s.tokens.length = 0;
  }
}

/** Until the first token in the queue can no longer become a simple key. */
function fetchMoreTokens(s: Scanner): void {
  for (;;) {
    if (s.head !== s.tokens.length) {
      const key = (s.tokens[s.head] as Token).key;
      if (key === undefined || !key.awaited || !isValidKey(s, key)) break;
    }
    fetchNextToken(s);
  }
  s.available = true;
}

function fetchNextToken(s: Scanner): void {
  scanToNextToken(s);
  unrollIndent(s, s.pos - s.lineStart);
  const fetch = fetcherFor(s, s.text.charCodeAt(s.pos));
  if (fetch === undefined) throw scannerError(s, s.line, 'found character that cannot start any token');
  fetch(s);
}

/** The function for the token that begins with `c`; undefined where none can. */
function fetcherFor(s: Scanner, c: number): ((s: Scanner) => void) | undefined {
  if (c === 0) return fetchStreamEnd;
  if (s.pos === s.lineStart) {
    if (c === 37) return fetchDirective;
    if (atDocumentIndicator(s)) return fetchDocumentIndicator;
  }
  switch (c) {
    case 91:
    case 123:
      return fetchFlowStart;
    case 93:
    case 125:
      return fetchFlowEnd;
    case 44:
      return fetchFlowEntry;
    case 42:
    case 38:
      return fetchAnchor;
    case 33:
      return fetchTag;
    case 39:
    case 34:
      return fetchQuoted;
    case 45:
      return isBlankZ(s.text.charCodeAt(s.pos + 1)) ? fetchBlockEntry : fetchPlain;
    case 63:
    case 58:
      if (s.flowLevel === 0 && !isBlankZ(s.text.charCodeAt(s.pos + 1))) return fetchPlain;
      return c === 63 ? fetchKey : fetchValue;
    case 124:
    case 62:
      return s.flowLevel === 0 ? fetchBlockScalar : undefined;
    case 35:
    case 37:
    case 64:
    case 96:
      return undefined;
    default:
      return isBlankZ(c) ? undefined : fetchPlain;
  }
}

function scanToNextToken(s: Scanner): void {
  const text = s.text;
  let pos = s.pos;
  // A second byte order mark is skipped as well, and then counts as a column.
  if (pos === 1 && s.lineStart === 1 && text.charCodeAt(1) === 0xfeff) pos++;
  for (;;) {
    let c = text.charCodeAt(pos);
    while (c === 32 || (c === 9 && (s.flowLevel > 0 || !s.simpleKeyAllowed))) c = text.charCodeAt(++pos);
    if (c === 35) {
      do c = text.charCodeAt(++pos);
      while (!(isBreak(c) || c === 0));
    }
    s.pos = pos;
    if (!isBreak(c)) return;
    skipLine(s);
    pos = s.pos;
    if (s.flowLevel === 0) s.simpleKeyAllowed = true;
  }
}

// Simple keys

function isValidKey(s: Scanner, key: SimpleKey): boolean {
  if (!key.possible) return false;
  if (key.line < s.line || isTooLong(s, key)) {
    if (key.required) throw scannerError(s, key.line, "could not find expected ':'");
    key.possible = false;
    return false;
  }
  return true;
}

function isTooLong(s: Scanner, key: SimpleKey): boolean {
  if (key.pos + MAX_KEY >= s.pos) return false;
  let count = 0;
  for (let i = key.pos; i < s.pos; i++) if ((s.text.charCodeAt(i) & 0xfc00) !== 0xdc00) count++;
  return count > MAX_KEY;
}

function newKey(s: Scanner, possible: boolean): SimpleKey {
  const column = s.pos - s.lineStart;
  return {
    possible,
    awaited: possible,
    required: possible && s.flowLevel === 0 && s.indent === column,
    number: s.parsed + s.tokens.length - s.head,
    pos: s.pos,
    line: s.line,
    column,
  };
}

function saveSimpleKey(s: Scanner): SimpleKey | undefined {
  if (!s.simpleKeyAllowed) return undefined;
  removeSimpleKey(s);
  const key = newKey(s, true);
  s.keys[s.keys.length - 1] = key;
  return key;
}

function removeSimpleKey(s: Scanner): void {
  const key = s.keys[s.keys.length - 1];
  if (key?.possible !== true) return;
  if (key.required) throw scannerError(s, key.line, "could not find expected ':'");
  key.possible = false;
}

// Indentation

interface BlockStart {
  readonly type: number;
  readonly column: number;
  readonly line: number;
  /** Of the token that it goes before, or −1. */
  readonly number: number;
}

function rollIndent(s: Scanner, { type, column, line, number }: BlockStart): void {
  if (s.flowLevel > 0 || s.indent >= column) return;
  s.indents.push(s.indent);
  s.indent = column;
  if (s.indents.length > MAX_DEPTH) throw scannerError(s, s.line, `exceeded max depth of ${MAX_DEPTH}`);
  insertToken(s, number, structure(type, line));
}

function blockHere(s: Scanner, type: number): BlockStart {
  return { type, column: s.pos - s.lineStart, line: s.line, number: -1 };
}

function unrollIndent(s: Scanner, column: number): void {
  if (s.flowLevel > 0) return;
  while (s.indent > column) {
    s.tokens.push(structure(BLOCK_END, s.line));
    s.indent = s.indents.pop() ?? -1;
  }
}

function structure(type: number, line: number): Token {
  return { type, line, value: '', suffix: '', plain: false, key: undefined };
}

/** Before the token of that number; at the end for −1 and, as in Go, when that token is already taken. */
function insertToken(s: Scanner, number: number, token: Token): void {
  if (number < s.parsed) s.tokens.push(token);
  else s.tokens.splice(s.head + number - s.parsed, 0, token);
}

/** Appends a token of `length` characters. */
function push(s: Scanner, type: number, length: number): void {
  s.tokens.push(structure(type, s.line));
  s.pos += length;
}

// One function per kind of token

function fetchStreamEnd(s: Scanner): void {
  if (s.pos !== s.lineStart) {
    s.line++;
    s.lineStart = s.pos;
  }
  unrollIndent(s, -1);
  removeSimpleKey(s);
  s.simpleKeyAllowed = false;
  s.tokens.push(structure(STREAM_END, s.line));
}

function fetchDirective(s: Scanner): void {
  unrollIndent(s, -1);
  removeSimpleKey(s);
  s.simpleKeyAllowed = false;
  s.tokens.push(scanDirective(s));
}

function fetchDocumentIndicator(s: Scanner): void {
  unrollIndent(s, -1);
  removeSimpleKey(s);
  s.simpleKeyAllowed = false;
  push(s, s.text.charCodeAt(s.pos) === 45 ? DOCUMENT_START : DOCUMENT_END, 3);
}

function fetchFlowStart(s: Scanner): void {
  const type = s.text.charCodeAt(s.pos) === 91 ? FLOW_SEQUENCE_START : FLOW_MAPPING_START;
  const key = saveSimpleKey(s);
  s.keys.push(newKey(s, false));
  s.flowLevel++;
  if (s.flowLevel > MAX_DEPTH) throw scannerError(s, s.line, `exceeded max depth of ${MAX_DEPTH}`);
  s.simpleKeyAllowed = true;
  s.tokens.push({ type, line: s.line, value: '', suffix: '', plain: false, key });
  s.pos++;
}

function fetchFlowEnd(s: Scanner): void {
  removeSimpleKey(s);
  if (s.flowLevel > 0) {
    s.flowLevel--;
    const inner = s.keys.pop();
    const outer = s.keys[s.keys.length - 1];
    // Without a key of its own, the level's number is that of its opening token.
    if (outer !== undefined && outer.number === inner?.number) outer.awaited = false;
  }
  s.simpleKeyAllowed = false;
  push(s, s.text.charCodeAt(s.pos) === 93 ? FLOW_SEQUENCE_END : FLOW_MAPPING_END, 1);
}

function fetchFlowEntry(s: Scanner): void {
  removeSimpleKey(s);
  s.simpleKeyAllowed = true;
  push(s, FLOW_ENTRY, 1);
}

function fetchBlockEntry(s: Scanner): void {
  if (s.flowLevel === 0) {
    if (!s.simpleKeyAllowed) {
      throw scannerError(s, s.line, 'block sequence entries are not allowed in this context');
    }
    rollIndent(s, blockHere(s, BLOCK_SEQUENCE_START));
  }
  removeSimpleKey(s);
  s.simpleKeyAllowed = true;
  push(s, BLOCK_ENTRY, 1);
}

function fetchKey(s: Scanner): void {
  if (s.flowLevel === 0) {
    if (!s.simpleKeyAllowed) throw scannerError(s, s.line, 'mapping keys are not allowed in this context');
    rollIndent(s, blockHere(s, BLOCK_MAPPING_START));
  }
  removeSimpleKey(s);
  s.simpleKeyAllowed = s.flowLevel === 0;
  push(s, KEY, 1);
}

function fetchValue(s: Scanner): void {
  const key = s.keys[s.keys.length - 1];
  if (key !== undefined && isValidKey(s, key)) {
    insertToken(s, key.number, structure(KEY, key.line));
    rollIndent(s, { type: BLOCK_MAPPING_START, column: key.column, line: key.line, number: key.number });
    key.possible = false;
    s.simpleKeyAllowed = false;
  } else {
    if (s.flowLevel === 0) {
      if (!s.simpleKeyAllowed) throw scannerError(s, s.line, 'mapping values are not allowed in this context');
      rollIndent(s, blockHere(s, BLOCK_MAPPING_START));
    }
    s.simpleKeyAllowed = s.flowLevel === 0;
  }
  push(s, VALUE, 1);
}

function fetchAnchor(s: Scanner): void {
  const key = saveSimpleKey(s);
  s.simpleKeyAllowed = false;
  s.tokens.push(scanAnchor(s, s.text.charCodeAt(s.pos) === 42 ? ALIAS : ANCHOR, key));
}

function fetchTag(s: Scanner): void {
  const key = saveSimpleKey(s);
  s.simpleKeyAllowed = false;
  s.tokens.push(scanTag(s, key));
}

function fetchBlockScalar(s: Scanner): void {
  removeSimpleKey(s);
  s.simpleKeyAllowed = true;
  s.tokens.push(scanBlockScalar(s, s.text.charCodeAt(s.pos) === 124));
}

function fetchQuoted(s: Scanner): void {
  const key = saveSimpleKey(s);
  s.simpleKeyAllowed = false;
  s.tokens.push(scanFlowScalar(s, key, s.text.charCodeAt(s.pos)));
}

/** A plain scalar that ended in a line break lets a key follow. */
function fetchPlain(s: Scanner): void {
  const key = saveSimpleKey(s);
  s.simpleKeyAllowed = false;
  s.tokens.push(scanPlainScalar(s, key));
}
