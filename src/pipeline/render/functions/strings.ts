/** Sprig's plain string functions. Positions and lengths are bytes, as in Go. */

import { byteLength, concatStrings, runesOf, sliceBytes } from '../../../foundation/base/byte-string.ts';
import { nilSlice } from '../../../foundation/template/kind.ts';
import { formatDefault } from '../../../foundation/template/printf.ts';
import { quote } from '../../../foundation/template/quote.ts';
import { GoError, type GoFunction, type GoInt, type GoValue } from '../../../foundation/template/value.ts';
import { aliases, goFunction, stringMap, stringSlice } from './go-function.ts';
import { strslice, strval } from './text-of.ts';
import {
  isDigit,
  isLetter,
  isSpace,
  mapRunes,
  toLowerRune,
  toTitleRune,
  toUpperRune,
  trimSpace,
} from './unicode-case.ts';

/** More than this and Go would run out of memory too; here it is an error and not a crash. */
const MAX_TEXT = 256 * 1024 * 1024;

export const stringFunctions: readonly GoFunction[] = [
  goFunction('hello', '() string', () => 'Hello!'),
  goFunction('trim', '(string) string', trimSpace),
  goFunction('upper', '(string) string', (text: string) => mapRunes(text, toUpperRune)),
  goFunction('lower', '(string) string', (text: string) => mapRunes(text, toLowerRune)),
  goFunction('title', '(string) string', title),
  goFunction('substr', '(int, int, string) string', (start: GoInt, end: GoInt, text: string) =>
    substring(start.value, end.value, text),
  ),
  goFunction('trunc', '(int, string) string', (count: GoInt, text: string) => truncate(Number(count.value), text)),
  goFunction('repeat', '(int, string) string', (count: GoInt, text: string) => repeat(text, Number(count.value))),
  ...aliases(['trimall', 'trimAll'], goFunction('', '(string, string) string', trimCutset)),
  goFunction('trimSuffix', '(string, string) string', (suffix: string, text: string) =>
    suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text,
  ),
  goFunction('trimPrefix', '(string, string) string', (prefix: string, text: string) =>
    text.startsWith(prefix) ? text.slice(prefix.length) : text,
  ),
  goFunction('contains', '(string, string) bool', (part: string, text: string) => text.includes(part)),
  goFunction('hasPrefix', '(string, string) bool', (prefix: string, text: string) => text.startsWith(prefix)),
  goFunction('hasSuffix', '(string, string) bool', (suffix: string, text: string) => text.endsWith(suffix)),
  goFunction('quote', '(...interface {}) string', (...values: GoValue[]) =>
    values
      .filter((value) => value !== null)
      .map((value) => quote(strval(value)))
      .join(' '),
  ),
  goFunction('squote', '(...interface {}) string', (...values: GoValue[]) =>
    values
      .filter((value) => value !== null)
      .map((value) => `'${formatDefault(value)}'`)
      .join(' '),
  ),
  goFunction('cat', '(...interface {}) string', (...values: GoValue[]) =>
    values
      .filter((value) => value !== null)
      .map(formatDefault)
      .join(' '),
  ),
  goFunction('indent', '(int, string) string', (spaces: GoInt, text: string) => indent(Number(spaces.value), text)),
  goFunction(
    'nindent',
    '(int, string) string',
    (spaces: GoInt, text: string) => `\n${indent(Number(spaces.value), text)}`,
  ),
  goFunction('replace', '(string, string, string) string', (old: string, replacement: string, text: string) =>
    replaceAll(text, old, replacement),
  ),
  goFunction('plural', '(string, string, int) string', (one: string, many: string, count: GoInt) =>
    count.value === 1n ? one : many,
  ),
  goFunction('toString', '(interface {}) string', strval),
  goFunction('toStrings', '(interface {}) []string', (value: GoValue) =>
    Array.isArray(value) && value.isNil === true && value.elementType === 'string'
      ? nilSlice('string')
      : stringSlice(strslice(value)),
  ),
  goFunction('join', '(string, interface {}) string', (separator: string, value: GoValue) =>
    concatStrings(strslice(value).join(separator)),
  ),
  goFunction('split', '(string, string) map[string]string', (separator: string, text: string) =>
    numbered(splitText(text, separator)),
  ),
  goFunction('splitList', '(string, string) []string', (separator: string, text: string) =>
    stringSlice(splitText(text, separator)),
  ),
  goFunction('splitn', '(string, int, string) map[string]string', (separator: string, count: GoInt, text: string) =>
    numbered(splitText(text, separator, Number(count.value))),
  ),
];

const numbered = (parts: readonly string[]) => stringMap(parts.map((part, i) => [`_${i}`, part] as const));

/** strings.Title: a letter behind anything that is no letter, digit or underscore (beyond ASCII: behind a space). */
function title(text: string): string {
  let previous = 0x20;
  return mapRunes(text, (rune) => {
    const starts = isSeparator(previous);
    previous = rune;
    return starts ? toTitleRune(rune) : rune;
  });
}

function isSeparator(rune: number): boolean {
  if (rune < 0x80) return !/[0-9A-Za-z_]/.test(String.fromCharCode(rune));
  return !isLetter(rune) && !isDigit(rune) && isSpace(rune);
}

const outOfRange = (at: bigint, length: bigint): GoError =>
  new GoError(`runtime error: slice bounds out of range [:${at}]${at < 0n ? '' : ` with length ${length}`}`);

function substring(start: bigint, end: bigint, text: string): string {
  const length = BigInt(byteLength(text));
  if (start < 0n) {
    if (end < 0n || end > length) throw outOfRange(end, length);
    return sliceBytes(text, 0, Number(end));
  }
  if (end < 0n || end > length) {
    if (start > length) throw new GoError(`runtime error: slice bounds out of range [${start}:${length}]`);
    return sliceBytes(text, Number(start));
  }
  if (start > end) throw new GoError(`runtime error: slice bounds out of range [${start}:${end}]`);
  return sliceBytes(text, Number(start), Number(end));
}

function truncate(count: number, text: string): string {
  const length = byteLength(text);
  if (count < 0 && length + count > 0) return sliceBytes(text, length + count);
  return count >= 0 && length > count ? sliceBytes(text, 0, count) : text;
}

export function repeat(text: string, count: number): string {
  if (count < 0) throw new GoError('strings: negative Repeat count');
  if (text.length * count > MAX_TEXT) throw new GoError('strings: Repeat output length overflow');
  return concatStrings(text.repeat(count));
}

function indent(spaces: number, text: string): string {
  const pad = repeat(' ', spaces);
  const lines = text.split('\n');
  if (lines.length * pad.length > MAX_TEXT) throw new GoError('strings: Repeat output length overflow');
  return pad + lines.join(`\n${pad}`);
}

/** strings.Replace: an empty `old` matches before every rune and at the end. */
function replaceAll(text: string, old: string, replacement: string): string {
  if (old === '') return concatStrings(replacement, ...[...text].map((char) => char + replacement));
  return concatStrings(text.replaceAll(old, () => replacement));
}

/** strings.SplitN; without a separator into runes. */
function splitText(text: string, separator: string, count = -1): string[] {
  if (count === 0) return [];
  const parts = separator === '' ? [...text] : text.split(separator);
  if (count < 0 || parts.length <= count) return parts;
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)];
}

/** strings.Trim: every rune of the set, from both ends. */
function trimCutset(cutset: string, text: string): string {
  const set = new Set(runesOf(cutset));
  const chars = [...text];
  const inSet = (char: string | undefined) => char !== undefined && runesOf(char).some((rune) => set.has(rune));
  let start = 0;
  let end = chars.length;
  while (start < end && inSet(chars[start])) start += 1;
  while (end > start && inSet(chars[end - 1])) end -= 1;
  return chars.slice(start, end).join('');
}
