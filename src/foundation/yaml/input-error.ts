/**
 * Characters that YAML input must not hold. go-yaml reads 512 bytes at a time and complains about a bad character as soon
 * as its block is read, before the syntax of anything in that block.
 */
import { byteLength, toBytes } from '../base/byte-string.ts';
import { GoError } from '../template/value.ts';

const BLOCK = 512;
/** How far the scanner looks ahead. */
const AHEAD = 3;

const BAD =
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|(?:[\ud800-\udbff](?![\udc00-\udfff]))|(?:(?<![\ud800-\udbff])[\udc00-\udfff])/;

/** The index of the first bad character, or −1. */
export const findBadInput = (text: string): number => text.search(BAD);

/** The error for the bad character at `at`, if the scanner came so far (`reached`, an index into `text`) that Go saw it. */
export function inputError(text: string, at: number, reached: number): GoError | undefined {
  if (at < 0) return undefined;
  if (byteLength(text.slice(0, reached)) + AHEAD < blockStart(text, at)) return undefined;
  const unit = text.charCodeAt(at);
  if (unit < 0xd800 || unit > 0xdfff) return new GoError('yaml: control characters are not allowed');
  const byte = unit - 0xdc00;
  const width = (byte & 0xe0) === 0xc0 ? 2 : (byte & 0xf0) === 0xe0 ? 3 : (byte & 0xf8) === 0xf0 ? 4 : 1;
  if (width === 1) return new GoError('yaml: invalid leading UTF-8 octet');
  const left = byteLength(text.slice(at));
  return new GoError(`yaml: ${width > left ? 'incomplete UTF-8 octet sequence' : 'invalid trailing UTF-8 octet'}`);
}

/** Where the block begins that holds the character at `at`: one cut off at the end of a block opens the next one. */
function blockStart(text: string, at: number): number {
  const bytes = toBytes(text.slice(0, at));
  let start = 0;
  while (start + BLOCK <= bytes.length) {
    let end = start + BLOCK;
    while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
    start = end;
  }
  return start;
}
