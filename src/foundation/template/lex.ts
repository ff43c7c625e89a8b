/**
 * Takes template text, returns one token at a time. Trims space beside `{{-` and `-}}` and drops comments, so that the
 * parser never sees either. Never throws: a lexical error is a token, after which nothing more comes.
 */
import { quote } from './quote.ts';
import { isAlphaNumeric, isPrint, runeAt } from './runes.ts';

export type TokenType =
  | 'error'
  | 'bool'
  | 'char' // printable ASCII that means nothing by itself, such as a comma
  | 'charConstant'
  | 'complex'
  | 'assign'
  | 'declare'
  | 'eof'
  | 'field'
  | 'identifier'
  | 'leftDelim'
  | 'leftParen'
  | 'number'
  | 'pipe'
  | 'rawString'
  | 'rightDelim'
  | 'rightParen'
  | 'space'
  | 'string'
  | 'text'
  | 'variable'
  | Keyword;

export type Keyword =
  | 'block'
  | 'break'
  | 'continue'
  | 'dot'
  | 'define'
  | 'else'
  | 'end'
  | 'if'
  | 'nil'
  | 'range'
  | 'template'
  | 'with';

export interface Token {
  readonly type: TokenType;
  /** Where it starts, in UTF-16 units of the whole text. */
  readonly pos: number;
  readonly value: string;
}

export interface Lexer {
  readonly input: string;
  pos: number;
  /** Start of the token being read. */
  start: number;
  insideAction: boolean;
  parenDepth: number;
  /** Where the set defines functions named break or continue, those are no keywords. */
  readonly breakOk: boolean;
  readonly continueOk: boolean;
}

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map([
  ['block', 'block'],
  ['break', 'break'],
  ['continue', 'continue'],
  ['define', 'define'],
  ['else', 'else'],
  ['end', 'end'],
  ['if', 'if'],
  ['nil', 'nil'],
  ['range', 'range'],
  ['template', 'template'],
  ['with', 'with'],
]);
const KEYWORD_TYPES: ReadonlySet<TokenType> = new Set([...KEYWORDS.values(), 'dot']);

const EOF = -1;
/** The marker and the space that it needs beside it, without which `{{-3}}` could not be told apart. */
const TRIM_MARKER_LENGTH = 2;

export function newLexer(input: string, options: { breakOk: boolean; continueOk: boolean }): Lexer {
  return { input, pos: 0, start: 0, insideAction: false, parenDepth: 0, ...options };
}

/** A token as error messages show it. */
export function tokenText(token: Token): string {
  if (token.type === 'eof') return 'EOF';
  if (token.type === 'error') return token.value;
  if (KEYWORD_TYPES.has(token.type)) return `<${token.value}>`;
  const runes = [...token.value];
  return new TextEncoder().encode(token.value).length > 10
    ? `${quote(runes.slice(0, 10).join(''))}...`
    : quote(token.value);
}

export function nextToken(l: Lexer): Token {
  return l.insideAction ? lexInsideAction(l) : lexText(l);
}

function emit(l: Lexer, type: TokenType): Token {
  const token = { type, pos: l.start, value: l.input.slice(l.start, l.pos) };
  l.start = l.pos;
  return token;
}

function fail(l: Lexer, value: string): Token {
  const token: Token = { type: 'error', pos: l.start, value };
  l.pos = l.input.length;
  l.start = l.pos;
  l.insideAction = false;
  return token;
}

const isSpace = (unit: number): boolean => unit === 0x20 || unit === 0x09 || unit === 0x0a || unit === 0x0d;
const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;

function next(l: Lexer): number {
  if (l.pos >= l.input.length) return EOF;
  const rune = runeAt(l.input, l.pos);
  l.pos += rune > 0xffff ? 2 : 1;
  return rune;
}

function peek(l: Lexer): number {
  return l.pos >= l.input.length ? EOF : runeAt(l.input, l.pos);
}

const hasLeftTrimMarker = (input: string, at: number): boolean =>
  input[at] === '-' && isSpace(input.charCodeAt(at + 1));

/** Text up to the next `{{`, then that. */
function lexText(l: Lexer): Token {
  for (;;) {
    const delimiter = l.input.indexOf('{{', l.pos);
    if (delimiter < 0) {
      l.pos = l.input.length;
      return emit(l, l.pos > l.start ? 'text' : 'eof');
    }
    if (delimiter > l.pos) {
      l.pos = delimiter;
      if (hasLeftTrimMarker(l.input, delimiter + 2))
        while (l.pos > l.start && isSpace(l.input.charCodeAt(l.pos - 1))) l.pos--;
      const text = emit(l, 'text');
      l.pos = delimiter;
      l.start = delimiter;
      if (text.value !== '') return text;
    }
    const token = lexLeftDelim(l);
    if (token !== undefined) return token;
  }
}

/** The `{{` token, an error, or undefined where a comment was skipped. */
function lexLeftDelim(l: Lexer): Token | undefined {
  l.pos += 2;
  const afterMarker = hasLeftTrimMarker(l.input, l.pos) ? TRIM_MARKER_LENGTH : 0;
  if (l.input.startsWith('/*', l.pos + afterMarker)) {
    l.pos += afterMarker;
    l.start = l.pos;
    return skipComment(l);
  }
  const token = emit(l, 'leftDelim');
  l.insideAction = true;
  l.parenDepth = 0;
  l.pos += afterMarker;
  l.start = l.pos;
  return token;
}

function skipComment(l: Lexer): Token | undefined {
  const end = l.input.indexOf('*/', l.pos + 2);
  if (end < 0) return fail(l, 'unclosed comment');
  l.pos = end + 2;
  const delimiter = atRightDelim(l);
  if (delimiter === 0) return fail(l, 'comment ends before closing delimiter');
  skipRightDelim(l, delimiter);
  l.start = l.pos;
  return undefined;
}

/** Length of the right delimiter here, trim marker included; 0 for none. */
function atRightDelim(l: Lexer): 0 | 2 | 4 {
  const { input, pos } = l;
  // Asked before each token: most begin with neither.
  const unit = input.charCodeAt(pos);
  if (unit === 0x7d) return input.charCodeAt(pos + 1) === 0x7d ? 2 : 0;
  return isSpace(unit) && input[pos + 1] === '-' && input.startsWith('}}', pos + TRIM_MARKER_LENGTH) ? 4 : 0;
}

function skipRightDelim(l: Lexer, length: 2 | 4): void {
  l.pos += length;
  if (length === 4) while (isSpace(l.input.charCodeAt(l.pos))) l.pos++;
}

function lexRightDelim(l: Lexer, length: 2 | 4): Token {
  const pos = l.pos + length - 2;
  skipRightDelim(l, length);
  l.start = l.pos;
  l.insideAction = false;
  return { type: 'rightDelim', pos, value: '}}' };
}

function lexInsideAction(l: Lexer): Token {
  const delimiter = atRightDelim(l);
  if (delimiter !== 0) return l.parenDepth === 0 ? lexRightDelim(l, delimiter) : fail(l, 'unclosed left paren');
  const rune = next(l);
  switch (rune) {
    case EOF:
      return fail(l, 'unclosed action');
    case 0x20:
    case 0x09:
    case 0x0a:
    case 0x0d:
      return lexSpace(l);
    case 0x2e: // .
      return l.pos < l.input.length && !isDigit(l.input.charCodeAt(l.pos)) ? lexField(l, 'field') : lexNumber(l);
    case 0x24: // $
      return lexField(l, 'variable');
    case 0x22: // "
      return lexQuoted(l, '"');
    case 0x27: // '
      return lexQuoted(l, "'");
    case 0x60: // `
      return lexRawQuote(l);
    case 0x28: // (
      l.parenDepth++;
      return emit(l, 'leftParen');
    case 0x29: // )
      l.parenDepth--;
      return l.parenDepth < 0 ? fail(l, 'unexpected right paren') : emit(l, 'rightParen');
    case 0x7c: // |
      return emit(l, 'pipe');
    case 0x3d: // =
      return emit(l, 'assign');
    case 0x3a: // :
      return next(l) === 0x3d ? emit(l, 'declare') : fail(l, 'expected :=');
  }
  if (rune === 0x2b || rune === 0x2d || isDigit(rune)) return lexNumber(l);
  if (isAlphaNumeric(rune)) return lexIdentifier(l);
  if (rune < 0x80 && isPrint(rune)) return emit(l, 'char');
  return fail(l, `unrecognized character in action: ${unicodeText(rune)}`);
}

/** `%#U` */
function unicodeText(rune: number): string {
  const code = `U+${rune.toString(16).toUpperCase().padStart(4, '0')}`;
  return isPrint(rune) ? `${code} '${String.fromCodePoint(rune)}'` : code;
}

/** A run of spaces; its last one may belong to a trimming delimiter. */
function lexSpace(l: Lexer): Token {
  while (isSpace(l.input.charCodeAt(l.pos))) l.pos++;
  if (l.input[l.pos] === '-' && l.input.startsWith('}}', l.pos + 1)) {
    l.pos--;
    if (l.pos === l.start) return lexRightDelim(l, 4);
  }
  return emit(l, 'space');
}

function skipAlphaNumeric(l: Lexer): void {
  const { input } = l;
  for (;;) {
    const unit = input.charCodeAt(l.pos);
    if (unit < 0x80) {
      if (!isAlphaNumeric(unit)) return;
      l.pos++;
    } else {
      const rune = peek(l);
      if (rune === EOF || !isAlphaNumeric(rune)) return;
      l.pos += rune > 0xffff ? 2 : 1;
    }
  }
}

/** Whether an identifier may end here. Breaks .X.Y into two tokens. */
function atTerminator(l: Lexer): boolean {
  if (l.pos >= l.input.length) return true;
  switch (l.input.charCodeAt(l.pos)) {
    case 0x20:
    case 0x09:
    case 0x0a:
    case 0x0d:
    case 0x2e: // .
    case 0x2c: // ,
    case 0x7c: // |
    case 0x3a: // :
    case 0x29: // )
    case 0x28: // (
      return true;
  }
  return l.input.startsWith('}}', l.pos);
}

function lexIdentifier(l: Lexer): Token {
  skipAlphaNumeric(l);
  if (!atTerminator(l)) return fail(l, `bad character ${unicodeText(peek(l))}`);
  const word = l.input.slice(l.start, l.pos);
  const keyword = KEYWORDS.get(word);
  if (keyword !== undefined) {
    const isFunction = (keyword === 'break' && !l.breakOk) || (keyword === 'continue' && !l.continueOk);
    return emit(l, isFunction ? 'identifier' : keyword);
  }
  return emit(l, word === 'true' || word === 'false' ? 'bool' : 'identifier');
}

/** .Field or $variable; the first character is past. */
function lexField(l: Lexer, type: 'field' | 'variable'): Token {
  if (atTerminator(l)) return emit(l, type === 'variable' ? 'variable' : 'dot');
  skipAlphaNumeric(l);
  return atTerminator(l) ? emit(l, type) : fail(l, `bad character ${unicodeText(peek(l))}`);
}

/** Quoted string or character constant; whether its escapes are right is for the parser to see. */
function lexQuoted(l: Lexer, delimiter: '"' | "'"): Token {
  const { input } = l;
  for (; l.pos < input.length; l.pos++) {
    const char = input[l.pos];
    if (char === delimiter) {
      l.pos++;
      return emit(l, delimiter === '"' ? 'string' : 'charConstant');
    }
    if (char === '\\') l.pos++;
    if (l.pos >= input.length || input[l.pos] === '\n') break;
  }
  return fail(l, delimiter === '"' ? 'unterminated quoted string' : 'unterminated character constant');
}

function lexRawQuote(l: Lexer): Token {
  const end = l.input.indexOf('`', l.pos);
  if (end < 0) return fail(l, 'unterminated raw quoted string');
  l.pos = end + 1;
  return emit(l, 'rawString');
}

/** A number, its first character past. Accepts some that are none, such as 089: the parser notices. */
function lexNumber(l: Lexer): Token {
  l.pos = l.start;
  if (!scanNumber(l)) return fail(l, `bad number syntax: ${quote(l.input.slice(l.start, l.pos))}`);
  const sign = l.input[l.pos];
  if (sign !== '+' && sign !== '-') return emit(l, 'number');
  if (!scanNumber(l) || l.input[l.pos - 1] !== 'i') {
    return fail(l, `bad number syntax: ${quote(l.input.slice(l.start, l.pos))}`);
  }
  return emit(l, 'complex');
}

const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]*\.?[0-9a-fA-F_]*(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*\.?[0-7_]*|0[bB][01_]*\.?[01_]*|[0-9_]*\.?[0-9_]*(?:[eE][+-]?[0-9_]*)?)i?/y;

function scanNumber(l: Lexer): boolean {
  NUMBER.lastIndex = l.pos;
  NUMBER.test(l.input);
  l.pos = NUMBER.lastIndex;
  if (!isAlphaNumeric(peek(l))) return true;
  next(l);
  return false;
}
