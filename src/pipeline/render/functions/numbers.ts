/** Sprig's arithmetic and conversions. Integers are int64 and wrap; the …f functions calculate in decimals. */
import { formatDefault } from '../../../foundation/template/printf.ts';
import {
  GoError,
  type GoFunction,
  GoInt,
  type GoSlice,
  type GoValue,
  int,
  int64,
} from '../../../foundation/template/value.ts';
import { toFloat64, toInt64, wrapInt64 } from './cast.ts';
import { addDecimals, type Decimal, decimalOf, decimalToNumber, divideDecimals, multiplyDecimals } from './decimal.ts';
import { aliases, goFunction, typedSlice } from './go-function.ts';
import { MAX_INT64, MIN_INT64, parseDecimalLeniently } from './parse-number.ts';

/** More items than this would exhaust memory in Go as well. */
const MAX_ITEMS = 10_000_000;

const FOLD = '(interface {}, ...interface {}) int64';
const FOLD_FLOAT = '(interface {}, ...interface {}) float64';

const fold = (name: string, pick: (a: bigint, b: bigint) => bigint): GoFunction =>
  goFunction(name, FOLD, (first: GoValue, ...rest: GoValue[]) =>
    int64(rest.reduce<bigint>((result, value) => pick(result, toInt64(value)), toInt64(first))),
  );
const foldFloat = (name: string, pick: (...values: number[]) => number): GoFunction =>
  goFunction(name, FOLD_FLOAT, (first: GoValue, ...rest: GoValue[]) => pick(toFloat64(first), ...rest.map(toFloat64)));
const foldDecimal = (name: string, step: (a: Decimal, b: Decimal) => Decimal): GoFunction =>
  goFunction(name, FOLD_FLOAT, (first: GoValue, ...rest: GoValue[]) => decimals(first, rest, step));

function decimals(first: GoValue, rest: readonly GoValue[], step: (a: Decimal, b: Decimal) => Decimal): number {
  const start = decimalOf(toFloat64(first));
  return decimalToNumber(rest.reduce<Decimal>((result, value) => step(result, decimalOf(toFloat64(value))), start));
}

/** Infinity beats NaN in Go's math.Max and math.Min, unlike in JavaScript's. */
const goMax = (...values: number[]): number =>
  values.reduce((a, b) => (a === Infinity || b === Infinity ? Infinity : Math.max(a, b)));
const goMin = (...values: number[]): number =>
  values.reduce((a, b) => (a === -Infinity || b === -Infinity ? -Infinity : Math.min(a, b)));

const subtract = (a: Decimal, b: Decimal): Decimal => addDecimals(a, { ...b, value: -b.value });

// biome-ignore lint/complexity/useMathMinMax: Math.max knows no bigint
const maximum = fold('max', (a, b) => (b > a ? b : a));

export const numberFunctions: readonly GoFunction[] = [
  goFunction('atoi', '(string) int', (text: string) => int(parseDecimalLeniently(text))),
  goFunction('int', '(interface {}) int', (value: GoValue) => int(toInt64(value))),
  goFunction('int64', '(interface {}) int64', (value: GoValue) => int64(toInt64(value))),
  goFunction('float64', '(interface {}) float64', toFloat64),
  goFunction('toDecimal', '(interface {}) int64', (value: GoValue) => int64(parseOctal(formatDefault(value)))),
  goFunction('add1', '(interface {}) int64', (value: GoValue) => int64(wrapInt64(toInt64(value) + 1n))),
  goFunction('add', '(...interface {}) int64', (...values: GoValue[]) =>
    int64(values.reduce<bigint>((sum, value) => wrapInt64(sum + toInt64(value)), 0n)),
  ),
  goFunction('sub', '(interface {}, interface {}) int64', (a: GoValue, b: GoValue) =>
    int64(wrapInt64(toInt64(a) - toInt64(b))),
  ),
  goFunction('div', '(interface {}, interface {}) int64', (a: GoValue, b: GoValue) =>
    int64(wrapInt64(toInt64(a) / divisor(b))),
  ),
  goFunction('mod', '(interface {}, interface {}) int64', (a: GoValue, b: GoValue) => int64(toInt64(a) % divisor(b))),
  fold('mul', (a, b) => wrapInt64(a * b)),
  goFunction('add1f', '(interface {}) float64', (value: GoValue) => decimals(value, [1], addDecimals)),
  goFunction('addf', '(...interface {}) float64', (...values: GoValue[]) => decimals(0, values, addDecimals)),
  foldDecimal('subf', subtract),
  foldDecimal('divf', divideDecimals),
  foldDecimal('mulf', multiplyDecimals),
  maximum,
  ...aliases(['biggest'], maximum),
  // biome-ignore lint/complexity/useMathMinMax: Math.min knows no bigint
  fold('min', (a, b) => (b < a ? b : a)),
  foldFloat('maxf', goMax),
  foldFloat('minf', goMin),
  goFunction('ceil', '(interface {}) float64', (value: GoValue) => Math.ceil(toFloat64(value))),
  goFunction('floor', '(interface {}) float64', (value: GoValue) => Math.floor(toFloat64(value))),
  goFunction(
    'round',
    '(interface {}, int, ...float64) float64',
    (value: GoValue, places: GoInt, ...roundOn: number[]) =>
      round(toFloat64(value), Number(places.value), roundOn[0] ?? 0.5),
  ),
  goFunction('until', '(int) []int', (count: GoInt) =>
    intSlice(untilStep(0n, count.value, count.value < 0n ? -1n : 1n)),
  ),
  goFunction('untilStep', '(int, int, int) []int', (start: GoInt, stop: GoInt, step: GoInt) =>
    intSlice(untilStep(start.value, stop.value, step.value)),
  ),
  goFunction('seq', '(...int) string', (...params: GoInt[]) => sequence(params.map((param) => param.value))),
];

function divisor(value: GoValue): bigint {
  const number = toInt64(value);
  if (number === 0n) throw new GoError('runtime error: integer divide by zero');
  return number;
}

function parseOctal(text: string): bigint {
  const match = /^([+-]?)([0-7]+)$/.exec(text);
  if (match === null) return 0n;
  const value = match[1] === '-' ? -BigInt(`0o${match[2]}`) : BigInt(`0o${match[2]}`);
  return value > MAX_INT64 || value < MIN_INT64 ? 0n : value;
}

/** Rounds up from `roundOn` on, by the fraction with its sign: so −2.5 goes to −3. */
function round(value: number, places: number, roundOn: number): number {
  const power = powerOfTen(places);
  const digit = power * value;
  const fraction = Number.isFinite(digit) ? digit - Math.trunc(digit) : Number.NaN;
  return (fraction >= roundOn ? Math.ceil(digit) : Math.floor(digit)) / power;
}

/** math.Pow(10, n) as Go multiplies it together, which is not always the nearest float. */
function powerOfTen(exponent: number): number {
  if (Math.abs(exponent) > 400) return exponent > 0 ? Number.POSITIVE_INFINITY : 0;
  let [result, resultExponent] = [1, 0];
  let [square, squareExponent] = [10 / 16, 4];
  for (let bits = Math.abs(exponent); bits > 0; bits = Math.trunc(bits / 2)) {
    if (bits % 2 === 1) {
      result *= square;
      resultExponent += squareExponent;
    }
    square *= square;
    squareExponent *= 2;
    if (square >= 0.5) continue;
    square *= 2;
    squareExponent -= 1;
  }
  if (exponent >= 0) return scaled(result, resultExponent);
  return scaled(1 / result, -resultExponent);
}

/** In two steps, for a power of two of its own may lie beyond the floats. */
const scaled = (value: number, exponent: number): number => {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
};

function untilStep(start: bigint, stop: bigint, step: bigint): bigint[] {
  const descending = stop < start;
  if (descending ? step >= 0n : step <= 0n) return [];
  const distance = descending ? start - stop : stop - start;
  if (distance / (step < 0n ? -step : step) > BigInt(MAX_ITEMS))
    throw new GoError('runtime error: makeslice: len out of range');
  const items: bigint[] = [];
  for (let i = start; descending ? i > stop : i < stop; i += step) items.push(i);
  return items;
}

const intSlice = (items: readonly bigint[]): GoSlice =>
  typedSlice(
    'int',
    items.map((item) => new GoInt('int', item)),
  );

/** As seq(1): one argument ends, two are first and last, three have the step in the middle. */
function sequence(params: readonly bigint[]): string {
  if (params.length === 0 || params.length > 3) return '';
  const first = params.length === 1 ? 1n : params[0]!;
  const last = params.at(-1)!;
  const direction = last < first ? -1n : 1n;
  const step = params.length === 3 ? params[1]! : direction;
  if (params.length === 3 && last < first && step > 0n) return '';
  return untilStep(first, last + direction, step).join(' ');
}
