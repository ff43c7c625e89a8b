/** shopspring/decimal as far as Sprig's addf, subf, mulf and divf use it: value × 10^exponent, exact but for division. */

import { formatFloatShortest } from '../../../foundation/template/float.ts';
import { GoError } from '../../../foundation/template/value.ts';

export interface Decimal {
  readonly value: bigint;
  readonly exponent: number;
}

/** Digits behind the point that a division keeps. */
const DIVISION_PRECISION = 16;

/** The shortest decimal that reads back as this float. */
export function decimalOf(value: number): Decimal {
  if (!Number.isFinite(value)) throw new GoError(`Cannot create a Decimal from ${formatFloatShortest(value)}`);
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  const fraction = mantissa.split('.')[1] ?? '';
  return { value: BigInt(mantissa.replace('.', '')), exponent: Number(exponent) - fraction.length };
}

const scaled = (decimal: Decimal, exponent: number): bigint =>
  decimal.value * 10n ** BigInt(decimal.exponent - exponent);

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent);
  return { value: scaled(a, exponent) + scaled(b, exponent), exponent };
}

export const multiplyDecimals = (a: Decimal, b: Decimal): Decimal => ({
  value: a.value * b.value,
  exponent: a.exponent + b.exponent,
});

/** Rounds half away from zero at the 16th digit behind the point. */
export function divideDecimals(a: Decimal, b: Decimal): Decimal {
  if (b.value === 0n) throw new GoError('decimal division by 0');
  const shift = a.exponent - b.exponent + DIVISION_PRECISION;
  const dividend = shift >= 0 ? a.value * 10n ** BigInt(shift) : a.value;
  const divisor = shift >= 0 ? b.value : b.value * 10n ** BigInt(-shift);
  const quotient = dividend / divisor;
  const remainder = abs(dividend % divisor);
  const away = remainder * 2n >= abs(divisor) ? (dividend < 0n !== divisor < 0n ? -1n : 1n) : 0n;
  return { value: quotient + away, exponent: -DIVISION_PRECISION };
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

/** The nearest float: what JavaScript reads from decimal digits is correctly rounded. */
export const decimalToNumber = (decimal: Decimal): number =>
  decimal.value === 0n ? 0 : Number(`${decimal.value}e${decimal.exponent}`);
