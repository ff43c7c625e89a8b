/** The built-in escapers html, js and urlquery. */
import { toBytes } from '../base/byte-string.ts';
import { isFunction } from './kind.ts';
import { sprint } from './printf.ts';
import { isPrint } from './runes.ts';
import { GoObject, type GoValue } from './value.ts';

/** As Sprint, but each operand as a template would print it: nil is `<no value>`, pointers are followed. */
function printArgs(args: readonly GoValue[]): string {
  if (typeof args[0] === 'string' && args.length === 1) return args[0];
  return sprint(args.map(printableValue));
}

/** What a template prints in place of this value. */
export function printableValue(value: GoValue): GoValue {
  if (value === null) return '<no value>';
  if (!(value instanceof GoObject) || value.type.kind !== 'ptr' || value.format !== undefined) return value;
  return new GoObject({ ...value.type, name: value.type.name.replace(/^\*/, ''), kind: 'struct' }, value.fields);
}

export const isPrintable = (value: GoValue): boolean => !isFunction(value);

const HTML: ReadonlyMap<string, string> = new Map([
  ['\0', '\ufffd'],
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);

export function html(...args: GoValue[]): string {
  return printArgs(args).replace(/[\0"'&<>]/g, (char) => HTML.get(char)!);
}

const JS: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ["'", "\\'"],
  ['"', '\\"'],
  ['<', '\\u003C'],
  ['>', '\\u003E'],
  ['&', '\\u0026'],
  ['=', '\\u003D'],
]);

export function js(...args: GoValue[]): string {
  return printArgs(args).replace(
    /[\\'"<>&=\x00-\x1f]|[\u0080-\u{10ffff}]/gu,
    (char) => JS.get(char) ?? escapeForJs(char),
  );
}

/** Printable characters stay, and so do stray bytes, which Go takes for the printable U+FFFD. */
function escapeForJs(char: string): string {
  const rune = char.codePointAt(0)!;
  if (!char.isWellFormed() || (rune >= 0x80 && isPrint(rune))) return char;
  return `\\u${rune.toString(16).toUpperCase().padStart(4, '0')}`;
}

const UNRESERVED = /[A-Za-z0-9\-_.~]/;

/** Go's url.QueryEscape. */
export function queryEscape(text: string): string {
  if (/^[A-Za-z0-9\-_.~]*$/.test(text)) return text;
  let escaped = '';
  for (const byte of toBytes(text)) {
    const char = String.fromCharCode(byte);
    if (byte === 0x20) escaped += '+';
    else escaped += UNRESERVED.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}

export const urlquery = (...args: GoValue[]): string => queryEscape(printArgs(args));
