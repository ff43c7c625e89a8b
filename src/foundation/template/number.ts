/** Number literals of the template language: what strconv.ParseInt, ParseUint (base 0) and ParseFloat make of them. */
import { quote, unquoteChar } from './quote.ts';

/** What one literal may be taken for; Go decides by where it is used. */
export interface NumberValue {
  int: bigint | undefined;
  uint: bigint | undefined;
  float: number | undefined;
  complex: Complex | undefined;
}

export interface Complex {
  readonly re: number;
  readonly im: number;
}

const MAX_INT64 = (1n << 63n) - 1n;
const MIN_INT64 = -(1n << 63n);
const MAX_UINT64 = (1n << 64n) - 1n;

/** Underscores stand between digits, or between a base prefix and a digit. */
const INTEGER = /^([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$/;
const DECIMAL = /^[+-]?(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?$/;
const HEX_FLOAT = /^([+-]?)0[xX]((?:_?[0-9a-fA-F])*)(?:\.((?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?))?[pP]([+-]?\d(?:_?\d)*)$/;

/** Throws an Error with Go's text where the literal is malformed. */
export function parseNumber(text: string, kind: 'number' | 'char' | 'complex'): NumberValue {
  if (kind === 'char') return parseChar(text);
  if (kind === 'complex') return parseComplex(text);
  if (text.endsWith('i')) {
    const im = parseFloat64(text.slice(0, -1));
    if (im !== undefined) return simplifyComplex({ re: 0, im });
  }
  return parseReal(text);
}

function parseChar(text: string): NumberValue {
  const char = unquoteChar(text);
  if (char === undefined) throw new Error('invalid syntax');
  if (char.tail !== "'") throw new Error(`malformed character constant: ${text}`);
  const value = BigInt(char.value);
  return { int: value, uint: value, float: char.value, complex: undefined };
}

function parseReal(text: string): NumberValue {
  const whole = parseInteger(text);
  if (whole !== undefined) {
    const int = whole >= MIN_INT64 && whole <= MAX_INT64 ? whole : undefined;
    // ParseUint takes no sign; Go mends that for zero only.
    const uint = whole === 0n || (whole > 0n && whole <= MAX_UINT64 && !/^[+-]/.test(text)) ? whole : undefined;
    if (int !== undefined || uint !== undefined) return { int, uint, float: Number(whole), complex: undefined };
  }
  const float = parseFloat64(text);
  if (float === undefined) throw new Error(`illegal number syntax: ${quote(text)}`);
  if (!/[.eEpP]/.test(text)) throw new Error(`integer overflow: ${quote(text)}`);
  const int = integerOf(float, MIN_INT64, MAX_INT64);
  return { int, uint: integerOf(float, 0n, MAX_UINT64), float, complex: undefined };
}

function integerOf(value: number, low: bigint, high: bigint): bigint | undefined {
  if (!Number.isInteger(value)) return undefined;
  const whole = BigInt(value);
  return whole >= low && whole <= high ? whole : undefined;
}

function parseInteger(text: string): bigint | undefined {
  const match = INTEGER.exec(text);
  if (match === null) return undefined;
  const body = match[2]!.replaceAll('_', '');
  const octal = /^0[0-7]+$/.test(body);
  const value = BigInt(octal ? `0o${body.slice(1)}` : body);
  return match[1] === '-' ? -value : value;
}

/** Go's strconv.ParseFloat; undefined for bad syntax and for what overflows. */
function parseFloat64(text: string): number | undefined {
  if (DECIMAL.test(text)) {
    const value = Number(text.replaceAll('_', ''));
    return Number.isFinite(value) ? value : undefined;
  }
  const hex = HEX_FLOAT.exec(text);
  if (hex === null) return undefined;
  const whole = hex[2]!.replaceAll('_', '');
  const fraction = (hex[3] ?? '').replaceAll('_', '');
  if (whole + fraction === '') return undefined;
  const value =
    Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(hex[4]!.replaceAll('_', '')) - 4 * fraction.length);
  if (!Number.isFinite(value)) return undefined;
  return hex[1] === '-' ? -value : value;
}

function parseComplex(text: string): NumberValue {
  const cut = Math.max(text.lastIndexOf('+'), text.lastIndexOf('-'));
  const split =
    /[eEpP]/.test(text.charAt(cut - 1)) && !/^0[xX]/.test(text)
      ? Math.max(text.lastIndexOf('+', cut - 1), text.lastIndexOf('-', cut - 1))
      : cut;
  const re = parseFloat64(text.slice(0, split));
  const im = parseFloat64(text.slice(split, -1));
  if (re === undefined || im === undefined) throw new Error('syntax error scanning complex number');
  return simplifyComplex({ re, im });
}

function simplifyComplex(complex: Complex): NumberValue {
  if (complex.im !== 0) return { int: undefined, uint: undefined, float: undefined, complex };
  const int = integerOf(complex.re, MIN_INT64, MAX_INT64);
  return { int, uint: integerOf(complex.re, 0n, MAX_UINT64), float: complex.re, complex };
}
