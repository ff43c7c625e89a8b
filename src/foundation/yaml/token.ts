/** Tokens of YAML, the scanner's state, and what all of its parts need: looking at characters, lines and errors. */
import { GoError } from '../template/value.ts';

export const STREAM_END = 1;
export const VERSION_DIRECTIVE = 2;
export const TAG_DIRECTIVE = 3;
export const DOCUMENT_START = 4;
export const DOCUMENT_END = 5;
export const BLOCK_SEQUENCE_START = 6;
export const BLOCK_MAPPING_START = 7;
export const BLOCK_END = 8;
export const FLOW_SEQUENCE_START = 9;
export const FLOW_SEQUENCE_END = 10;
export const FLOW_MAPPING_START = 11;
export const FLOW_MAPPING_END = 12;
export const BLOCK_ENTRY = 13;
export const FLOW_ENTRY = 14;
export const KEY = 15;
export const VALUE = 16;
export const ALIAS = 17;
export const ANCHOR = 18;
export const TAG = 19;
export const SCALAR = 20;

export interface Token {
  readonly type: number;
  /** Counted from 0. */
  readonly line: number;
  /** A scalar's text, an anchor's name, a tag's handle, a directive's version or handle. */
  readonly value: string;
  /** A tag's suffix or a directive's prefix. */
  readonly suffix: string;
  readonly plain: boolean;
  /** Set while this token may turn out to begin a mapping key. */
  readonly key: SimpleKey | undefined;
}

export interface SimpleKey {
  possible: boolean;
  /** The parser waits with the key's token until it is decided. go-yaml forgets to when a flow collection ends at once. */
  awaited: boolean;
  /** In block context at the indentation of the mapping, nothing but a key can stand. */
  readonly required: boolean;
  /** The token's number in the stream. */
  readonly number: number;
  readonly pos: number;
  readonly line: number;
  readonly column: number;
}

export interface Scanner {
  /** The input, followed by NULs so that looking ahead needs no bounds check. */
  readonly text: string;
  /** Where the NULs begin. */
  readonly end: number;
  pos: number;
  line: number;
  lineStart: number;
  indent: number;
  readonly indents: number[];
  flowLevel: number;
  simpleKeyAllowed: boolean;
  /** One per flow level, the block level first. */
  readonly keys: (SimpleKey | undefined)[];
  tokens: Token[];
  head: number;
  /** How many tokens were taken. */
  parsed: number;
  available: boolean;
}

export function newScanner(text: string): Scanner {
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  return {
    text: `${text}\0\0\0\0`,
    end: text.length,
    pos: start,
    line: 0,
    lineStart: start,
    indent: -1,
    indents: [],
    flowLevel: 0,
    simpleKeyAllowed: true,
    keys: [undefined],
    tokens: [],
    head: 0,
    parsed: 0,
    available: false,
  };
}

export function isBreak(c: number): boolean {
  return c === 10 || c === 13 || c === 0x85 || c === 0x2028 || c === 0x2029;
}

/** A space, tab, line break or the end. */
export function isBlankZ(c: number): boolean {
  return c > 32 ? c === 0x85 || c === 0x2028 || c === 0x2029 : c === 32 || c === 10 || c === 9 || c === 13 || c === 0;
}

export function isAlpha(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 95 || c === 45;
}

export function skipLine(s: Scanner): void {
  s.pos += s.text.charCodeAt(s.pos) === 13 && s.text.charCodeAt(s.pos + 1) === 10 ? 2 : 1;
  s.line++;
  s.lineStart = s.pos;
}

/** Takes a line break and returns what it stands for in a scalar: nothing at the end of the stream. */
export function readLine(s: Scanner): string {
  const c = s.text.charCodeAt(s.pos);
  if (!isBreak(c)) return '';
  skipLine(s);
  return c === 0x2028 ? '\u2028' : c === 0x2029 ? '\u2029' : '\n';
}

/** `---` or `...` at the start of a line. */
export function atDocumentIndicator(s: Scanner): boolean {
  if (s.pos !== s.lineStart) return false;
  const c = s.text.charCodeAt(s.pos);
  if (c !== 45 && c !== 46) return false;
  return (
    s.text.charCodeAt(s.pos + 1) === c && s.text.charCodeAt(s.pos + 2) === c && isBlankZ(s.text.charCodeAt(s.pos + 3))
  );
}

/** Go counts lines from 0 and adds one only for errors of the scanner; line 0 is left out or replaced by the context's. */
export function scannerError(s: Scanner, contextLine: number, problem: string): GoError {
  const line = s.line !== 0 ? s.line + 1 : contextLine;
  return syntaxError(line, problem);
}

export function syntaxError(line: number, problem: string): GoError {
  return new GoError(line === 0 ? `yaml: ${problem}` : `yaml: line ${line}: ${problem}`);
}
