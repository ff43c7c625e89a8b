/** Sprig's functions over words: wrapping, abbreviating, case styles (Masterminds/goutils and huandu/xstrings). */
import {
  byteLength,
  fromBytes,
  fromRunes,
  runesOf,
  sliceBytes,
  toBytes,
} from '../../../foundation/base/byte-string.ts';
import type { GoFunction, GoInt } from '../../../foundation/template/value.ts';
import { goFunction } from './go-function.ts';
import { isLower, isSpace, isTitle, isUpper, toLowerRune, toTitleRune, toUpperRune } from './unicode-case.ts';
import { lowerCaseWords, pascalCase } from './word-case.ts';

export const wordFunctions: readonly GoFunction[] = [
  goFunction('abbrev', '(int, string) string', (width: GoInt, text: string) =>
    width.value < 4n ? text : abbreviate(text, 0, Number(width.value)),
  ),
  goFunction('abbrevboth', '(int, int, string) string', (left: GoInt, right: GoInt, text: string) =>
    right.value < 4n || (left.value > 0n && right.value < 7n)
      ? text
      : abbreviate(text, Number(left.value), Number(right.value)),
  ),
  goFunction('untitle', '(string) string', untitle),
  goFunction('nospace', '(string) string', removeSpaces),
  goFunction('initials', '(string) string', initials),
  goFunction('swapcase', '(string) string', swapCase),
  goFunction('snakecase', '(string) string', (text: string) => lowerCaseWords(text, '_')),
  goFunction('kebabcase', '(string) string', (text: string) => lowerCaseWords(text, '-')),
  goFunction('camelcase', '(string) string', pascalCase),
  goFunction('wrap', '(int, string) string', (width: GoInt, text: string) =>
    wrap(text, { width: Number(width.value), newLine: '\n', breakWords: false }),
  ),
  goFunction('wrapWith', '(int, string, string) string', (width: GoInt, newLine: string, text: string) =>
    wrap(text, { width: Number(width.value), newLine: newLine === '' ? '\n' : newLine, breakWords: true }),
  ),
];

/** goutils.AbbreviateFull; an error there (too narrow with an offset) means an empty result. */
function abbreviate(text: string, offset: number, width: number): string {
  const length = byteLength(text);
  if (text === '' || width < 4) return '';
  if (length <= width) return text;
  let left = Math.min(offset, length);
  if (length - left < width - 3) left = length - (width - 3);
  if (left <= 4) return `${sliceBytes(text, 0, width - 3)}...`;
  if (width < 7) return '';
  if (left + width - 3 < length) return `...${abbreviate(sliceBytes(text, left), 0, width - 3)}`;
  return `...${sliceBytes(text, length - (width - 3))}`;
}

function untitle(text: string): string {
  let first = true;
  const runes = runesOf(text).map((rune) => {
    if (isSpace(rune)) {
      first = true;
      return rune;
    }
    const mapped = first ? toLowerRune(rune) : rune;
    first = false;
    return mapped;
  });
  return fromRunes(runes);
}

/** goutils takes every byte for a rune: text beyond ASCII that holds a space comes out garbled, as upstream. */
function removeSpaces(text: string): string {
  const bytes = [...toBytes(text)];
  const kept = bytes.filter((byte) => !isSpace(byte));
  return kept.length === bytes.length ? text : fromRunes(kept);
}

function initials(text: string): string {
  let gap = true;
  const kept: number[] = [];
  for (const byte of toBytes(text)) {
    if (isSpace(byte)) gap = true;
    else if (gap) {
      kept.push(byte);
      gap = false;
    }
  }
  return fromRunes(kept);
}

function swapCase(text: string): string {
  let space = true;
  const runes = runesOf(text).map((rune) => {
    if (isUpper(rune) || isTitle(rune)) {
      space = false;
      return toLowerRune(rune);
    }
    if (isLower(rune)) {
      const mapped = space ? toTitleRune(rune) : toUpperRune(rune);
      space = false;
      return mapped;
    }
    space = isSpace(rune);
    return rune;
  });
  return fromRunes(runes);
}

interface Wrapping {
  readonly width: number;
  readonly newLine: string;
  readonly breakWords: boolean;
}

const SPACE_BYTE = 0x20;

/** goutils.WrapCustom: breaks at the last space within the width, counted in bytes. */
function wrap(text: string, { width, newLine, breakWords }: Wrapping): string {
  const bytes = toBytes(text);
  const limit = Math.max(width, 1);
  const separator = toBytes(newLine);
  const parts: Uint8Array[] = [];
  let offset = 0;
  const breakAt = (end: number, next: number): void => {
    parts.push(bytes.subarray(offset, end), separator);
    offset = next;
  };
  while (bytes.length - offset > limit) {
    if (bytes[offset] === SPACE_BYTE) {
      offset += 1;
      continue;
    }
    const space = bytes.subarray(offset, offset + limit + 1).lastIndexOf(SPACE_BYTE);
    if (space >= 0) {
      breakAt(offset + space, offset + space + 1);
    } else if (breakWords) {
      breakAt(offset + limit, offset + limit);
    } else {
      const next = bytes.indexOf(SPACE_BYTE, offset + limit);
      if (next < 0) break;
      breakAt(next, next + 1);
    }
  }
  return fromBytes(Buffer.concat([...parts, bytes.subarray(offset)]));
}
