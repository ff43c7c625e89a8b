/**
 * A JSON parser with encoding/json's error texts, for what JSON.parse gets wrong or cannot tell: escaped keys, numbers
 * beyond float64, and why a text is none. Takes text, returns Go values; throws a GoError.
 */
import { GoError, type GoMap, type GoSlice, type GoValue } from '../template/value.ts';

interface Cursor {
  readonly text: string;
  at: number;
  overflow: string | undefined;
}

const MAX_DEPTH = 10_000;

export interface ParsedJson {
  readonly value: GoValue;
  /** A number that no float64 holds: an error, but one that comes behind a root of the wrong type. */
  readonly overflow: string | undefined;
}

export function parseJson(text: string): ParsedJson {
  const c: Cursor = { text, at: 0, overflow: undefined };
  const value = parseValue(c, 0);
  skipBlanks(c);
  if (c.at < text.length) throw unexpected(c, 'after top-level value');
  return { value, overflow: c.overflow };
}

function skipBlanks(c: Cursor): void {
  let unit = c.text.charCodeAt(c.at);
  while (unit === 32 || unit === 10 || unit === 13 || unit === 9) unit = c.text.charCodeAt(++c.at);
}

function unexpected(c: Cursor, where: string): GoError {
  if (c.at >= c.text.length) return new GoError('unexpected end of JSON input');
  return new GoError(`invalid character ${quoteAt(c)} ${where}`);
}

/** Within a word or number Go feeds its state machine a space at the end of the text. */
function unexpectedWithin(c: Cursor, where: string): GoError {
  if (c.at >= c.text.length) return new GoError(`invalid character ' ' ${where}`);
  return unexpected(c, where);
}

const NAMED: Readonly<Record<string, string>> = {
  "'": "\\'",
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
};

/** Go quotes the byte: of a character beyond ASCII the first one, as if it were Latin-1. */
function quoteAt(c: Cursor): string {
  const char = c.text.charAt(c.at);
  const named = NAMED[char];
  if (named !== undefined) return `'${named}'`;
  const point = c.text.codePointAt(c.at) ?? 0;
  if (point < 0x20 || point === 0x7f) return `'\\x${point.toString(16).padStart(2, '0')}'`;
  if (point < 0x80) return `'${char}'`;
  const stray = point >= 0xdc80 && point <= 0xdcff;
  const byte = stray ? point - 0xdc00 : (Buffer.from(String.fromCodePoint(point))[0] ?? 0);
  return byte < 0xa1 || byte === 0xad ? `'\\u${byte.toString(16).padStart(4, '0')}'` : `'${String.fromCharCode(byte)}'`;
}

function parseValue(c: Cursor, depth: number): GoValue {
  skipBlanks(c);
  switch (c.text.charAt(c.at)) {
    case '{':
      return parseObject(c, nested(depth));
    case '[':
      return parseList(c, nested(depth));
    case '"':
      return parseString(c);
    case 't':
      return parseWord(c, 'true', true);
    case 'f':
      return parseWord(c, 'false', false);
    case 'n':
      return parseWord(c, 'null', null);
    default:
      return parseNumber(c);
  }
}

function nested(depth: number): number {
  if (depth >= MAX_DEPTH) throw new GoError('exceeded max depth');
  return depth + 1;
}

function parseWord<T extends GoValue>(c: Cursor, word: string, value: T): T {
  for (let i = 0; i < word.length; i++, c.at++) {
    if (c.text.charAt(c.at) !== word.charAt(i)) {
      throw unexpectedWithin(c, `in literal ${word} (expecting '${word.charAt(i)}')`);
    }
  }
  return value;
}

function skipDigits(c: Cursor): boolean {
  const from = c.at;
  let unit = c.text.charCodeAt(c.at);
  while (unit >= 48 && unit <= 57) unit = c.text.charCodeAt(++c.at);
  return c.at > from;
}

function parseNumber(c: Cursor): number | null {
  const from = c.at;
  const first = c.text.charAt(from);
  if (first !== '-' && !(first >= '0' && first <= '9')) throw unexpected(c, 'looking for beginning of value');
  if (first === '-') c.at++;
  if (c.text.charAt(c.at) === '0') c.at++;
  else if (!skipDigits(c)) throw unexpectedWithin(c, 'in numeric literal');
  if (c.text.charAt(c.at) === '.') {
    c.at++;
    if (!skipDigits(c)) throw unexpectedWithin(c, 'after decimal point in numeric literal');
  }
  if (c.text.charAt(c.at) === 'e' || c.text.charAt(c.at) === 'E') {
    c.at++;
    if (c.text.charAt(c.at) === '-' || c.text.charAt(c.at) === '+') c.at++;
    if (!skipDigits(c)) throw unexpectedWithin(c, 'in exponent of numeric literal');
  }
  const digits = c.text.slice(from, c.at);
  const value = Number(digits);
  if (Number.isFinite(value)) return value;
  c.overflow ??= digits;
  return null;
}

/** A string by itself JSON.parse reads well; half of a surrogate pair becomes U+FFFD. */
function parseString(c: Cursor): string {
  const from = c.at;
  let escaped = false;
  for (let unit = c.text.charCodeAt(++c.at); unit !== 34; unit = c.text.charCodeAt(++c.at)) {
    if (Number.isNaN(unit)) throw unexpected(c, '');
    if (unit < 32) throw unexpected(c, 'in string literal');
    if (unit !== 92) continue;
    escaped = true;
    checkEscape(c);
  }
  c.at++;
  const text = escaped ? (JSON.parse(c.text.slice(from, c.at)) as string) : c.text.slice(from + 1, c.at - 1);
  return text.toWellFormed();
}

function checkEscape(c: Cursor): void {
  c.at++;
  const letter = c.text.charAt(c.at);
  if (letter === 'u') {
    for (let i = 0; i < 4; i++) {
      c.at++;
      if (!/^[0-9a-fA-F]$/.test(c.text.charAt(c.at))) {
        throw unexpectedWithin(c, 'in \\u hexadecimal character escape');
      }
    }
  } else if (letter === '' || !'bfnrt\\/"'.includes(letter)) {
    throw unexpectedWithin(c, 'in string escape code');
  }
}

function parseObject(c: Cursor, depth: number): GoMap {
  const map: GoMap = new Map();
  c.at++;
  skipBlanks(c);
  if (c.text.charAt(c.at) === '}') {
    c.at++;
    return map;
  }
  for (;;) {
    skipBlanks(c);
    if (c.text.charAt(c.at) !== '"') throw unexpected(c, 'looking for beginning of object key string');
    const key = parseString(c);
    skipBlanks(c);
    if (c.text.charAt(c.at) !== ':') throw unexpected(c, 'after object key');
    c.at++;
    map.set(key, parseValue(c, depth));
    skipBlanks(c);
    const next = c.text.charAt(c.at);
    if (next !== ',' && next !== '}') throw unexpected(c, 'after object key:value pair');
    c.at++;
    if (next === '}') return map;
  }
}

function parseList(c: Cursor, depth: number): GoSlice {
  const list: GoSlice = [];
  c.at++;
  skipBlanks(c);
  if (c.text.charAt(c.at) === ']') {
    c.at++;
    return list;
  }
  for (;;) {
    list.push(parseValue(c, depth));
    skipBlanks(c);
    const next = c.text.charAt(c.at);
    if (next !== ',' && next !== ']') throw unexpected(c, 'after array element');
    c.at++;
    if (next === ']') return list;
  }
}
