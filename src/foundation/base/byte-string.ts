/**
 * Go's strings are bytes, ours are UTF-16. A byte that is no part of UTF-8 stands here as a lone low surrogate
 * U+DC80…U+DCFF (see template/value.ts); these functions go to bytes and back, and walk runes as Go's `range` does.
 */

const ENCODER = new TextEncoder();
export const RUNE_ERROR = 0xfffd;

/** True when the string holds no stray bytes, so that JavaScript's own functions see what Go sees. */
export const isPlain = (text: string): boolean => text.isWellFormed();

const strayByte = (unit: number): boolean => unit >= 0xdc80 && unit <= 0xdcff;

/** The bytes Go would hold. */
export function toBytes(text: string): Uint8Array {
  if (text.isWellFormed()) return ENCODER.encode(text);
  const parts: number[] = [];
  for (const char of text) {
    const point = char.codePointAt(0)!;
    if (strayByte(point)) parts.push(point - 0xdc00);
    else parts.push(...ENCODER.encode(char));
  }
  return Uint8Array.from(parts);
}

/** Length of the UTF-8 sequence that starts at `at`, or 0 when there is none (Go's DecodeRune has width 1 then). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const second = bytes[at + 1] ?? 0;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) {
    const next = bytes[at + i] ?? 0;
    if (next < 0x80 || next > 0xbf) return 0;
  }
  return length;
}

/** The string of these bytes; what is no UTF-8 becomes U+DC80…U+DCFF, byte by byte. */
export function fromBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoded = buffer.toString('utf8');
  if (!decoded.includes('\ufffd')) return decoded;
  let text = '';
  let start = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += buffer.toString('utf8', start, at) + String.fromCharCode(0xdc00 + bytes[at]!);
    at += 1;
    start = at;
  }
  return text + buffer.toString('utf8', start);
}

/** Go's len(). */
export function byteLength(text: string): number {
  if (text.isWellFormed()) return Buffer.byteLength(text, 'utf8');
  return toBytes(text).length;
}

/** Go's text[start:end] in bytes; the bounds must lie within the string. */
export function sliceBytes(text: string, start: number, end?: number): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text.slice(start, end);
  return fromBytes(toBytes(text).subarray(start, end));
}

/** Joins strings whose stray bytes may form UTF-8 together, as they would in Go. */
export function concatStrings(...parts: readonly string[]): string {
  const joined = parts.join('');
  return joined.isWellFormed() ? joined : fromBytes(toBytes(joined));
}

/** Code points as Go's []rune(text): a stray byte is U+FFFD. */
export function runesOf(text: string): number[] {
  const runes: number[] = [];
  for (const char of text) {
    const point = char.codePointAt(0)!;
    runes.push(point >= 0xd800 && point <= 0xdfff ? RUNE_ERROR : point);
  }
  return runes;
}

/** Go's string(runes). */
export function fromRunes(runes: readonly number[]): string {
  let text = '';
  for (const rune of runes) text += String.fromCodePoint(rune);
  return text;
}

/** Go's `<` on strings: bytewise, which for UTF-8 is by code point (JavaScript's own order is by UTF-16 unit). */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  if (/^[\x00-\ud7ff]*$/.test(a) && /^[\x00-\ud7ff]*$/.test(b)) return a < b ? -1 : 1;
  return Buffer.compare(toBytes(a), toBytes(b));
}
