/** Go's strconv.Quote and Unquote: string and character literals in Go's syntax, both ways. */
import { fromBytes, toBytes } from '../base/byte-string.ts';
import { isPrint, MAX_RUNE } from './runes.ts';

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const SHORT_ESCAPES: ReadonlyMap<number, string> = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [12, '\\f'],
  [10, '\\n'],
  [13, '\\r'],
  [9, '\\t'],
  [11, '\\v'],
]);

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');

/** `%q` of a string. */
export function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : `"${escapeAll(text, '"', false)}"`;
}

/** `%+q` of a string. */
export function quoteToAscii(text: string): string {
  return `"${escapeAll(text, '"', true)}"`;
}

/** `%q` of an integer; what is no rune becomes U+FFFD. */
export function quoteRune(rune: number, ascii = false): string {
  const valid = rune <= MAX_RUNE && !(rune >= 0xd800 && rune <= 0xdfff) && rune >= 0;
  return `'${escapeRune(valid ? rune : 0xfffd, "'", ascii)}'`;
}

function escapeAll(text: string, delimiter: string, ascii: boolean): string {
  let escaped = '';
  for (const char of text) escaped += escapeRune(char.codePointAt(0)!, delimiter, ascii);
  return escaped;
}

function escapeRune(rune: number, delimiter: string, ascii: boolean): string {
  if (rune >= 0xdc80 && rune <= 0xdcff) return `\\x${hex(rune - 0xdc00, 2)}`;
  const char = String.fromCodePoint(rune);
  if (char === delimiter || char === '\\') return `\\${char}`;
  if ((rune < 0x80 || !ascii) && isPrint(rune)) return char;
  const short = SHORT_ESCAPES.get(rune);
  if (short !== undefined) return short;
  if (rune < 0x20 || rune === 0x7f) return `\\x${hex(rune, 2)}`;
  return rune < 0x10000 ? `\\u${hex(rune, 4)}` : `\\U${hex(rune, 8)}`;
}

/** Go's strconv.CanBackquote: one line, no control characters but tab, no backquote, no stray bytes. */
export function canBackquote(text: string): boolean {
  return text.isWellFormed() && !/[\x00-\x08\x0a-\x1f`\x7f\ufeff]/.test(text);
}

/** The value of a string literal in double quotes or backquotes; undefined where Go says `invalid syntax`. */
export function unquote(literal: string): string | undefined {
  const delimiter = literal.charAt(0);
  if (literal.length < 2 || literal.at(-1) !== delimiter) return undefined;
  const body = literal.slice(1, -1);
  if (delimiter === '`') return body.includes('`') ? undefined : body.replaceAll('\r', '');
  if (delimiter !== '"') return undefined;
  return body.includes('\\') ? unescapeAll(body) : body.includes('\n') || body.includes('"') ? undefined : body;
}

function unescapeAll(body: string): string | undefined {
  let text = '';
  let rest = 0;
  while (rest < body.length) {
    if (body[rest] !== '\\') {
      if (body[rest] === '"' || body[rest] === '\n') return undefined;
      text += body[rest++];
      continue;
    }
    const escaped = readEscape(body, rest, '"');
    if (escaped === undefined) return undefined;
    text += escaped.text;
    rest = escaped.end;
  }
  // Bytes written one by one (\xc3\xa9) may form a character.
  return text.isWellFormed() ? text : fromBytes(toBytes(text));
}

const SINGLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([abfnrtv\\'"]))/y;

/** `value` is the number that a character literal means; for a byte escape that is the byte. */
function readEscape(
  body: string,
  at: number,
  delimiter: string,
): { text: string; value: number; end: number } | undefined {
  ESCAPE.lastIndex = at;
  const match = ESCAPE.exec(body);
  if (match === null) return undefined;
  const end = at + match[0].length;
  const [, byte, short, long, octal, single] = match;
  if (single !== undefined) {
    if ((single === '"' || single === "'") && single !== delimiter) return undefined;
    const text = SINGLE[single] ?? single;
    return { text, value: text.charCodeAt(0), end };
  }
  if (byte !== undefined || octal !== undefined) {
    const value = byte !== undefined ? Number.parseInt(byte, 16) : Number.parseInt(octal!, 8);
    if (value > 0xff) return undefined;
    return { text: String.fromCharCode(value < 0x80 ? value : 0xdc00 + value), value, end };
  }
  const value = Number.parseInt((short ?? long)!, 16);
  if (value > MAX_RUNE || (value >= 0xd800 && value <= 0xdfff)) return undefined;
  return { text: String.fromCodePoint(value), value, end };
}

/**
 * The first character of a character literal's inside and what follows it, as strconv.UnquoteChar returns them;
 * undefined where Go says `invalid syntax`.
 */
export function unquoteChar(literal: string): { value: number; tail: string } | undefined {
  const inside = literal.slice(1);
  if (inside === '' || inside.startsWith("'")) return undefined;
  if (inside.startsWith('\\')) {
    const escaped = readEscape(inside, 0, "'");
    return escaped && { value: escaped.value, tail: inside.slice(escaped.end) };
  }
  const rune = inside.codePointAt(0)!;
  const value = rune >= 0xd800 && rune <= 0xdfff ? 0xfffd : rune;
  return { value, tail: inside.slice(rune > 0xffff ? 2 : 1) };
}
