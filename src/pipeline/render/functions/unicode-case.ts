/**
 * Go's simple case mapping, rune by rune: ß stays ß, İ becomes i, and a stray byte becomes U+FFFD. JavaScript's own
 * functions map in full and by context ("ß" to "SS", a final Σ).
 */
import { RUNE_ERROR } from '../../../foundation/base/byte-string.ts';

/** unicode.IsSpace. */
const SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
/** Greek letters with iota subscript whose simple upper and title case is the one eight, or few, above. */
const IOTA_SUBSCRIPT = /^[\u1f80-\u1f87\u1f90-\u1f97\u1fa0-\u1fa7]$/;
const IOTA_ALONE = new Map([
  [0x1fb3, 0x1fbc],
  [0x1fc3, 0x1fcc],
  [0x1ff3, 0x1ffc],
]);
/** Upper, title and lower forms of the digraphs Ǆ, Ǉ, Ǌ and Ǳ. */
const DIGRAPHS = [0x1c4, 0x1c7, 0x1ca, 0x1f1];

const char = (rune: number): string => String.fromCodePoint(rune);
const single = (mapped: string, rune: number): number => {
  const point = mapped.codePointAt(0)!;
  return mapped.length === (point > 0xffff ? 2 : 1) ? point : rune;
};

export const isSpace = (rune: number): boolean => SPACE.test(char(rune));
export const isUpper = (rune: number): boolean => /^\p{Lu}$/u.test(char(rune));
export const isLower = (rune: number): boolean => /^\p{Ll}$/u.test(char(rune));
export const isTitle = (rune: number): boolean => /^\p{Lt}$/u.test(char(rune));
export const isLetter = (rune: number): boolean => /^\p{L}$/u.test(char(rune));
export const isDigit = (rune: number): boolean => /^\p{Nd}$/u.test(char(rune));

export function toUpperRune(rune: number): number {
  if (rune < 0x80) return rune >= 0x61 && rune <= 0x7a ? rune - 32 : rune;
  if (IOTA_SUBSCRIPT.test(char(rune))) return rune + 8;
  return IOTA_ALONE.get(rune) ?? single(char(rune).toUpperCase(), rune);
}

export function toLowerRune(rune: number): number {
  if (rune < 0x80) return rune >= 0x41 && rune <= 0x5a ? rune + 32 : rune;
  return rune === 0x130 ? 0x69 : single(char(rune).toLowerCase(), rune);
}

export function toTitleRune(rune: number): number {
  const digraph = DIGRAPHS.find((first) => rune >= first && rune <= first + 2);
  if (digraph !== undefined) return digraph + 1;
  const georgian = (rune >= 0x10d0 && rune <= 0x10fa) || (rune >= 0x10fd && rune <= 0x10ff);
  return georgian ? rune : toUpperRune(rune);
}

/** strings.Map. */
export function mapRunes(text: string, mapping: (rune: number) => number): string {
  let mapped = '';
  for (const part of text) {
    const rune = part.codePointAt(0)!;
    mapped += char(mapping(rune >= 0xd800 && rune <= 0xdfff ? RUNE_ERROR : rune));
  }
  return mapped;
}

/** strings.TrimSpace, by a walk from both ends: a regular expression would try every blank within. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACE.test(text[start]!)) start += 1;
  while (end > start && SPACE.test(text[end - 1]!)) end -= 1;
  return text.slice(start, end);
}
