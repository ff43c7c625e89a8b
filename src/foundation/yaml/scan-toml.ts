/**
 * The characters, keys and scalars of TOML 1.1 as BurntSushi/toml 1.6.0 tells them apart. Each function takes the scanner
 * where something begins, moves it behind that and returns it; throws a TomlProblem with BurntSushi's words and line.
 */
import { quote, quoteRune } from '../template/quote.ts';

export interface TomlScanner {
  readonly text: string;
  pos: number;
  /** What was read last was the end: lines are counted differently then. */
  atEnd: boolean;
}

/** A mistake in the text; the reader adds the key that it was at. */
export class TomlProblem extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

export type TomlTokenType = 'string' | 'multiline' | 'raw' | 'integer' | 'float' | 'bool' | 'datetime';

export interface TomlToken {
  readonly type: TomlTokenType;
  readonly text: string;
  readonly line: number;
}

export const END = 0;
const [TAB, NEWLINE, RETURN, SPACE, QUOTE, HASH, APOSTROPHE, DOT] = [9, 10, 13, 32, 34, 35, 39, 46];

/** Newlines before the position, from 1. */
export function lineOf(s: TomlScanner, pos = s.pos): number {
  let line = 1;
  for (let at = s.text.indexOf('\n'); at >= 0 && at < pos; at = s.text.indexOf('\n', at + 1)) line++;
  return line;
}

/** As BurntSushi: at the end, a final newline does not count. */
export function fail(s: TomlScanner, message: string): never {
  const lessOne = s.atEnd && s.text[s.pos - 1] === '\n' ? 1 : 0;
  throw new TomlProblem(lineOf(s) - lessOne, message);
}

export function failLineBefore(s: TomlScanner, message: string): never {
  throw new TomlProblem(lineOf(s) - 1, message);
}

/** One character, END behind the last. */
export function next(s: TomlScanner): number {
  const { text, pos } = s;
  if (pos >= text.length) {
    s.atEnd = true;
    return END;
  }
  const rune = text.codePointAt(pos)!;
  if (rune < 32 || rune === 0x7f) {
    const fine = rune === TAB || rune === NEWLINE || (rune === RETURN && text[pos + 1] === '\n');
    const hex = rune.toString(16).padStart(2, '0');
    if (!fine) throw new TomlProblem(lineOf(s), `TOML files cannot contain control characters: '0x${hex}'`);
  }
  if (rune >= 0xdc80 && rune <= 0xdcff) {
    throw new TomlProblem(lineOf(s), `invalid UTF-8 byte: 0x${(rune - 0xdc00).toString(16)}`);
  }
  s.pos += rune > 0xffff ? 2 : 1;
  return rune;
}

export function backTo(s: TomlScanner, pos: number): void {
  s.pos = pos;
  s.atEnd = false;
}

export function peek(s: TomlScanner): number {
  const { pos } = s;
  const rune = next(s);
  backTo(s, pos);
  return rune;
}

function accept(s: TomlScanner, char: string): boolean {
  const { pos } = s;
  if (next(s) === char.charCodeAt(0)) return true;
  backTo(s, pos);
  return false;
}

export const isWhitespace = (rune: number): boolean => rune === TAB || rune === SPACE;
export const isNewline = (rune: number): boolean => rune === NEWLINE || rune === RETURN;
const isDigit = (rune: number): boolean => rune >= 48 && rune <= 57;
const inSet = (set: string, rune: number): boolean => rune !== END && set.includes(String.fromCodePoint(rune));
const HEX = '0123456789abcdefABCDEF';

/** Reads on while it fits; the scanner stands behind the last that did. */
export function skip(s: TomlScanner, fits: (rune: number) => boolean): void {
  for (;;) {
    const { pos } = s;
    if (fits(next(s))) continue;
    backTo(s, pos);
    return;
  }
}

/** From behind the `#` to the end of its line. */
export const skipComment = (s: TomlScanner): void => skip(s, (rune) => !isNewline(rune) && rune !== END);

const shown = (rune: number): string => quoteRune(rune);
const plain = (rune: number): string => String.fromCodePoint(rune);

// Keys

const isBareKey = (rune: number): boolean => rune !== END && /[A-Za-z0-9_-]/.test(String.fromCodePoint(rune));

/** One part, quoted or bare; a bare one may be empty, which what follows is blamed for. */
function keyPart(s: TomlScanner): TomlToken {
  const first = peek(s);
  if (first === QUOTE || first === APOSTROPHE) {
    next(s);
    return first === QUOTE ? quotedString(s) : rawString(s);
  }
  const start = s.pos;
  skip(s, isBareKey);
  return { type: 'raw', text: s.text.slice(start, s.pos), line: lineOf(s) };
}

/** `a . "b" =`, the equals sign included. Each part is handed out before the next is looked at. */
export function* keyParts(s: TomlScanner): Generator<TomlToken> {
  skip(s, isWhitespace);
  const first = peek(s);
  if (first === 61 || first === END) fail(s, "unexpected '=': key name appears blank");
  if (first === DOT) fail(s, "unexpected '.': keys cannot start with a '.'");
  for (;;) {
    skip(s, isWhitespace);
    const rune = peek(s);
    if (rune === 61 || rune === END) fail(s, "unexpected '='");
    if (rune === DOT) fail(s, "unexpected '.'");
    yield keyPart(s);
    skip(s, isWhitespace);
    const separator = next(s);
    if (separator === 61) return;
    if (separator === DOT) continue;
    if (separator === END) fail(s, "unexpected EOF; expected key separator '='");
    const message = `expected '.' or '=', but got ${shown(separator)} instead`;
    if (separator === NEWLINE) failLineBefore(s, message);
    fail(s, message);
  }
}

/** From behind `[` or `[[` up to the first closing bracket, which is read. */
export function* tableNameParts(s: TomlScanner): Generator<TomlToken> {
  for (;;) {
    skip(s, isWhitespace);
    const rune = peek(s);
    if (rune === 93 || rune === END) fail(s, 'unexpected end of table name (table names cannot be empty)');
    if (rune === DOT) fail(s, 'unexpected table separator (table names cannot be empty)');
    yield keyPart(s);
    skip(s, isWhitespace);
    const separator = next(s);
    if (separator === 93) return;
    if (separator !== DOT) fail(s, `expected '.' or ']' to end table name, but got ${shown(separator)} instead`);
  }
}

// Strings: the opening quotes are read

function quotedString(s: TomlScanner): TomlToken {
  const start = s.pos;
  for (;;) {
    const { pos } = s;
    const rune = next(s);
    if (rune === END) fail(s, `unexpected EOF; expected '"'`);
    if (isNewline(rune)) failLineBefore(s, 'strings cannot contain newlines');
    if (rune === 92) readEscape(s, start);
    else if (rune === QUOTE) return { type: 'string', text: s.text.slice(start, pos), line: lineOf(s, pos) };
  }
}

function rawString(s: TomlScanner): TomlToken {
  const start = s.pos;
  for (;;) {
    const { pos } = s;
    const rune = next(s);
    if (rune === END) fail(s, `unexpected EOF; expected "'"`);
    if (isNewline(rune)) failLineBefore(s, 'strings cannot contain newlines');
    if (rune === APOSTROPHE) return { type: 'raw', text: s.text.slice(start, pos), line: lineOf(s, pos) };
  }
}

/** Up to two quotes may stand before the closing three. */
function multilineString(s: TomlScanner, mark: string): TomlToken {
  const start = s.pos;
  const isRaw = mark === "'";
  for (;;) {
    const rune = next(s);
    if (rune === END) fail(s, isRaw ? `unexpected EOF; expected "'''"` : `unexpected EOF; expected '"""'`);
    if (rune === 92 && !isRaw) {
      const { pos } = s;
      if (isNewline(next(s))) continue;
      backTo(s, pos);
      readEscape(s, start);
      continue;
    }
    const behind = s.pos;
    if (rune !== mark.charCodeAt(0) || s.text.slice(behind, behind + 2) !== mark + mark) continue;
    s.pos += 2;
    if (peek(s) !== rune) {
      const text = s.text.slice(start, behind - 1);
      return { type: isRaw ? 'raw' : 'multiline', text: withoutFirstNewline(text), line: lineOf(s, behind - 1) };
    }
    const current = s.text.slice(start, s.pos);
    const five = mark.repeat(5);
    const quoteAround = isRaw ? '"' : "'";
    if (current.endsWith(five) && (isRaw || !current.endsWith(`\\${five}`)))
      fail(s, `unexpected ${quoteAround}${mark.repeat(6)}${quoteAround}`);
    s.pos = behind;
  }
}

const withoutFirstNewline = (text: string): string => text.replace(/^\r?\n/, '');

const HEX_ESCAPES: Readonly<Record<string, readonly [count: number, word: string]>> = {
  x: [2, 'two'],
  u: [4, 'four'],
  U: [8, 'eight'],
};

/** Only looked at: the reader replaces it. */
function readEscape(s: TomlScanner, start: number): void {
  const rune = next(s);
  if (inSet('ebtnfr" \t\\', rune)) return;
  const [count, word] = HEX_ESCAPES[plain(rune)] ?? [0, ''];
  if (count === 0) {
    const message = `invalid escape in string '\\${plain(rune)}'`;
    throw new TomlProblem(lineOf(s) - (s.atEnd ? 1 : 0), message);
  }
  for (let i = 0; i < count; i++) {
    if (inSet(HEX, next(s))) continue;
    const current = s.text.slice(start, s.pos);
    fail(s, `expected ${word} hexadecimal digits after '\\${plain(rune)}', but got ${quote(current)} instead`);
  }
}

// Numbers, dates and words

/** Everything but arrays and inline tables, whose brackets the reader has looked for. */
export function scanScalar(s: TomlScanner): TomlToken {
  const start = s.pos;
  const rune = next(s);
  if (isDigit(rune)) return number(s, start, rune);
  switch (plain(rune)) {
    case '"':
    case "'":
      return string(s, plain(rune));
    case '.':
      return fail(s, "floats must start with a digit, not '.'");
    case '-':
    case '+':
      return signed(s, start);
    case 'i':
    case 'n':
      if ((accept(s, 'n') && accept(s, 'f')) || (accept(s, 'a') && accept(s, 'n'))) return token(s, start, 'float');
  }
  if (rune !== END && /\p{L}/u.test(plain(rune))) return word(s, start);
  if (rune === END) fail(s, 'unexpected EOF; expected value');
  const message = `expected value but found ${shown(rune)} instead`;
  return rune === NEWLINE ? failLineBefore(s, message) : fail(s, message);
}

const token = (s: TomlScanner, start: number, type: TomlTokenType): TomlToken => ({
  type,
  text: s.text.slice(start, s.pos),
  line: lineOf(s),
});

function string(s: TomlScanner, mark: string): TomlToken {
  const { pos } = s;
  if (accept(s, mark)) {
    if (accept(s, mark)) return multilineString(s, mark);
    backTo(s, pos);
  }
  return mark === '"' ? quotedString(s) : rawString(s);
}

/** It begins where the last character was read, which after a false start of inf or nan is not the first. */
function word(s: TomlScanner, start: number): TomlToken {
  const from = Math.max(start, s.pos - 1);
  backTo(s, from);
  skip(s, (rune) => rune !== END && /\p{L}/u.test(plain(rune)));
  const text = s.text.slice(from, s.pos);
  if (text === 'true' || text === 'false') return { type: 'bool', text, line: lineOf(s) };
  return fail(s, `expected value but found ${quote(text)} instead`);
}

function signed(s: TomlScanner, start: number): TomlToken {
  const rune = next(s);
  const current = (): string => s.text.slice(start, s.pos);
  switch (plain(rune)) {
    case 'i':
    case 'n': {
      const rest = rune === 105 ? 'nf' : 'an';
      if (!accept(s, rest[0]!) || !accept(s, rest[1]!)) fail(s, `invalid float: '${current()}'`);
      return token(s, start, 'float');
    }
    case '0': {
      const following = peek(s);
      if (inSet('box', following))
        fail(s, `cannot use sign with non-decimal numbers: '${current()}${plain(following)}'`);
      break;
    }
    case '.':
      fail(s, "floats must start with a digit, not '.'");
  }
  return isDigit(rune) ? decimal(s, start) : fail(s, `expected a digit but got ${shown(rune)}`);
}

const BASES: Readonly<Record<string, readonly [digits: string, name: string]>> = {
  b: ['01', 'a binary'],
  o: ['01234567', 'an octal'],
  x: [HEX, 'a hexadecimal'],
};

/** A number without a sign, or a date; the first digit is read. */
function number(s: TomlScanner, start: number, first: number): TomlToken {
  const { pos } = s;
  const second = next(s);
  const [digits, name] = BASES[plain(second)] ?? ['', ''];
  if (first === 48 && digits !== '') {
    const following = peek(s);
    if (!inSet(digits, following)) fail(s, `not ${name} number: '${s.text.slice(start, s.pos)}${plain(following)}'`);
    skip(s, (rune) => rune === 95 || inSet(digits, rune));
    return token(s, start, 'integer');
  }
  backTo(s, pos);
  skip(s, isDigit);
  const behind = peek(s);
  if (inSet('-:', behind) && (first !== 48 || s.pos > pos)) {
    skip(s, (rune) => isDigit(rune) || inSet('-:Tt .Zz+', rune));
    const found = token(s, start, 'datetime');
    return { ...found, text: found.text.trim() };
  }
  return decimal(s, start);
}

function decimal(s: TomlScanner, start: number): TomlToken {
  skip(s, (rune) => isDigit(rune) || rune === 95);
  if (!inSet('.eE', peek(s))) return token(s, start, 'integer');
  skip(s, (rune) => isDigit(rune) || inSet('_.-+eE', rune));
  return token(s, start, 'float');
}

export const isComment = (rune: number): boolean => rune === HASH;
