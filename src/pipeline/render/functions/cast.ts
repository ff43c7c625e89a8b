/**
 * spf13/cast v1.7.0 as Sprig uses it: anything to int64, int or float64, 0 where it cannot. Strings follow Go's
 * ParseInt with base 0, so "0777" is octal, "08" is 0 and "1e3" is 0.
 */
import { GoInt, type GoValue } from '../../../foundation/template/value.ts';
import { MAX_INT64, MIN_INT64, parseFloatText, parseIntLiteral } from './parse-number.ts';

/** Go's wrapping of two's complement. */
export const wrapInt64 = (value: bigint): bigint => BigInt.asIntN(64, value);

/** As amd64 converts: what does not fit becomes the smallest int64. */
function truncateFloat(value: number): bigint {
  if (!Number.isFinite(value)) return MIN_INT64;
  const whole = BigInt(Math.trunc(value));
  return whole < MIN_INT64 || whole > MAX_INT64 ? MIN_INT64 : whole;
}

/** Cuts ".0", ".00" … from the end, which ParseInt would refuse. */
const trimZeroDecimal = (text: string): string => text.replace(/\.0+$/, '');

export function toInt64(value: GoValue): bigint {
  if (value instanceof GoInt) return isUnknown(value) ? 0n : wrapInt64(value.value);
  if (typeof value === 'number') return truncateFloat(value);
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'string') {
    const parsed = parseIntLiteral(trimZeroDecimal(value));
    return parsed === undefined || parsed < MIN_INT64 || parsed > MAX_INT64 ? 0n : parsed;
  }
  return 0n;
}

export function toFloat64(value: GoValue): number {
  if (typeof value === 'number') return value;
  if (value instanceof GoInt) return isUnknown(value) ? 0 : Number(value.value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') return parseFloatText(value) ?? 0;
  return 0;
}

/** Of the named integers cast knows months and weekdays; a time.Duration is 0 to it. */
const isUnknown = (value: GoInt): boolean => value.type?.name === 'time.Duration';
