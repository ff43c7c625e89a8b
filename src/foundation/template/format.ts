/**
 * The lower half of Go's fmt: one basic value, one verb, flags, width and precision; returns the padded text. The verb
 * is known to fit the value.
 */
import { toBytes } from '../base/byte-string.ts';
import { type FloatVerb, formatFloat } from './float.ts';
import { canBackquote, quote, quoteRune, quoteToAscii } from './quote.ts';
import { isPrint, MAX_RUNE, runeCount, takeRunes } from './runes.ts';

export interface Flags {
  minus: boolean;
  plus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  /** %+v and %#v, in which the flags themselves are off. */
  plusV: boolean;
  sharpV: boolean;
  width: number | undefined;
  precision: number | undefined;
}

export const noFlags = (): Flags => ({
  minus: false,
  plus: false,
  sharp: false,
  space: false,
  zero: false,
  plusV: false,
  sharpV: false,
  width: undefined,
  precision: undefined,
});

/** Pads to the width; zeros go to the left only. */
export function pad(text: string, flags: Flags, zero = flags.zero): string {
  if (flags.width === undefined || flags.width === 0) return text;
  const missing = flags.width - runeCount(text);
  if (missing <= 0) return text;
  if (flags.minus) return text + ' '.repeat(missing);
  return (zero ? '0' : ' ').repeat(missing) + text;
}

export const formatBoolean = (value: boolean, flags: Flags): string => pad(String(value), flags);

function truncate(text: string, flags: Flags): string {
  return flags.precision === undefined ? text : takeRunes(text, flags.precision);
}

/** %s */
export const formatString = (text: string, flags: Flags): string => pad(truncate(text, flags), flags);

/** %q of a string */
export function formatQuoted(text: string, flags: Flags): string {
  const cut = truncate(text, flags);
  if (flags.sharp && canBackquote(cut)) return pad(`\`${cut}\``, flags);
  return pad(flags.plus ? quoteToAscii(cut) : quote(cut), flags);
}

/** %x and %X of strings and bytes */
export function formatHexBytes(value: string | Uint8Array, flags: Flags, upper: boolean): string {
  const all = typeof value === 'string' ? toBytes(value) : value;
  const bytes = flags.precision === undefined ? all : all.subarray(0, flags.precision);
  if (bytes.length === 0)
    return flags.width === undefined ? '' : (flags.zero && !flags.minus ? '0' : ' ').repeat(flags.width);
  const prefix = flags.sharp ? '0x' : '';
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const text = flags.space ? digits.map((pair) => prefix + pair).join(' ') : prefix + digits.join('');
  return pad(upper ? text.toUpperCase() : text, flags);
}

const BASES: ReadonlyMap<string, number> = new Map([
  ['b', 2],
  ['o', 8],
  ['O', 8],
  ['d', 10],
  ['v', 10],
  ['x', 16],
  ['X', 16],
]);

export function formatInteger(value: bigint, verb: string, flags: Flags): string {
  const negative = value < 0n;
  const base = BASES.get(verb)!;
  if (flags.precision === 0 && value === 0n) return flags.width === undefined ? '' : ' '.repeat(flags.width);
  const signed = negative || flags.plus || flags.space;
  let least = flags.precision ?? 0;
  if (flags.precision === undefined && flags.zero && !flags.minus && flags.width !== undefined) {
    least = flags.width - (signed ? 1 : 0);
  }
  let digits = (negative ? -value : value).toString(base).padStart(least, '0');
  if (flags.sharp && base === 2) digits = `0b${digits}`;
  if (flags.sharp && base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
  if (flags.sharp && base === 16) digits = `0x${digits}`;
  if (verb === 'X') digits = digits.toUpperCase();
  if (verb === 'O') digits = `0o${digits}`;
  const sign = negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  return pad(sign + digits, flags, false);
}

const validRune = (value: bigint): number => {
  const rune = value >= 0n && value <= BigInt(MAX_RUNE) ? Number(value) : 0xfffd;
  return rune >= 0xd800 && rune <= 0xdfff ? 0xfffd : rune;
};

/** %c */
export const formatRune = (value: bigint, flags: Flags): string => pad(String.fromCodePoint(validRune(value)), flags);

/** %q of an integer */
export const formatQuotedRune = (value: bigint, flags: Flags): string =>
  pad(quoteRune(validRune(value), flags.plus), flags);

/** %U */
export function formatUnicode(value: bigint, flags: Flags): string {
  const unsigned = BigInt.asUintN(64, value);
  const digits = unsigned
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(flags.precision ?? 4, 4), '0');
  const shown = flags.sharp && unsigned <= BigInt(MAX_RUNE) && isPrint(Number(unsigned));
  return pad(`U+${digits}${shown ? ` '${String.fromCodePoint(Number(unsigned))}'` : ''}`, flags, false);
}

/** `digits` is the precision where the format names none, −1 for the shortest. */
export function formatFloating(value: number, verb: FloatVerb | 'v', digits: number, flags: Flags): string {
  const precision = flags.precision ?? digits;
  const plain = formatFloat(value, verb === 'v' ? 'g' : verb, precision);
  const sign = plain.startsWith('-') ? '-' : flags.space && !flags.plus ? ' ' : '+';
  let number = plain.replace(/^[+-]/, '');
  const signed = flags.plus || sign !== '+';
  if (number === 'Inf' || number === 'NaN') {
    const bare = number === 'NaN' && !flags.space && !flags.plus;
    return pad(
      bare || (!signed && number === 'NaN') ? number : signed ? sign + number : infinity(number, sign),
      flags,
      false,
    );
  }
  if (flags.sharp && verb !== 'b') number = restoreZeros(number, verb, precision);
  if (!signed) return pad(number, flags);
  const zeros = flags.zero && !flags.minus && flags.width !== undefined ? flags.width - number.length - 1 : 0;
  return zeros > 0 ? sign + '0'.repeat(zeros) + number : pad(sign + number, flags);
}

/** Infinity always has its sign. */
const infinity = (number: string, sign: string): string => sign + number;

/** The # flag: a decimal point always, and with %g the trailing zeros. */
function restoreZeros(number: string, verb: FloatVerb | 'v', precision: number): string {
  const isHex = verb === 'x' || verb === 'X';
  const at = number.search(isHex ? /[pP]/ : /[eE]/);
  let mantissa = at < 0 ? number : number.slice(0, at);
  const tail = at < 0 ? '' : number.slice(at);
  let digits = 'vgGx'.includes(verb) ? (precision === -1 ? 6 : precision) : 0;
  const significant = mantissa.replace('.', '').replace(/^0+/, '');
  digits -= significant.length;
  if (!mantissa.includes('.')) {
    if (mantissa === '0') digits--;
    mantissa += '.';
  }
  return mantissa + '0'.repeat(Math.max(digits, 0)) + tail;
}
