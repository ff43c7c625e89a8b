/** What Go knows about single runes: which are printable, which may stand in an identifier. */
import { compareStrings } from '../base/byte-string.ts';
import { ASSIGNED_AFTER_UNICODE_15 } from './unicode-15.table.ts';

// Made when asked: classes by name take a quarter of a millisecond each, and most charts are ASCII.
const isGraphic = (char: string): boolean => /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char);
const isLetterOrDigit = (char: string): boolean => /^[\p{L}\p{Nd}]$/u.test(char);
const SURROGATE_OR_ABOVE = /[\ud800-\uffff]/;
const NON_ASCII = /[\u0080-\uffff]/;

export const MAX_RUNE = 0x10ffff;

const isSurrogate = (rune: number): boolean => rune >= 0xd800 && rune <= 0xdfff;

function knownToGo(rune: number): boolean {
  return !ASSIGNED_AFTER_UNICODE_15.some(([first, last]) => rune >= first && rune <= last);
}

/** Go's unicode.IsPrint and strconv.IsPrint: letters, marks, numbers, punctuation, symbols, and the ASCII space. */
export function isPrint(rune: number): boolean {
  if (rune < 0x7f) return rune >= 0x20;
  if (rune > MAX_RUNE || isSurrogate(rune)) return false;
  return isGraphic(String.fromCodePoint(rune)) && knownToGo(rune);
}

/** What identifiers are made of: letters, digits and underscore. */
export function isAlphaNumeric(rune: number): boolean {
  if (rune < 0x80) {
    return (
      (rune >= 0x61 && rune <= 0x7a) ||
      (rune >= 0x41 && rune <= 0x5a) ||
      (rune >= 0x30 && rune <= 0x39) ||
      rune === 0x5f
    );
  }
  return !isSurrogate(rune) && isLetterOrDigit(String.fromCodePoint(rune)) && knownToGo(rune);
}

/** The rune at a UTF-16 index; a stray byte is U+FFFD, as Go decodes it. */
export function runeAt(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  if (unit < 0xd800 || unit > 0xdfff) return unit;
  return unit < 0xdc00 ? text.codePointAt(index)! : 0xfffd;
}

export const isAscii = (text: string): boolean => !NON_ASCII.test(text);

/** Go's utf8.RuneCountInString: an invalid byte counts as one. */
export function runeCount(text: string): number {
  if (isAscii(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** The first `count` runes. */
export function takeRunes(text: string, count: number): string {
  if (text.length <= count) return text;
  let end = 0;
  for (const char of text) {
    if (count-- <= 0) break;
    end += char.length;
  }
  return text.slice(0, end);
}

/** Sorts in place, bytewise. */
export function sortStrings(strings: string[]): string[] {
  for (const text of strings) if (SURROGATE_OR_ABOVE.test(text)) return strings.sort(compareStrings);
  return strings.sort();
}
