/** What schemas ask of numbers and lists beyond equality. */
import { GoInt, type GoValue } from '../template/value.ts';
import { asNumber, sameValue } from '../values/same-value.ts';

/** The first two equal items. */
export function findDuplicates(list: readonly GoValue[]): readonly [number, number] | undefined {
  const scalars = new Map<unknown, number>();
  for (const [j, item] of list.entries()) {
    const key =
      item === null || typeof item !== 'object' || item instanceof GoInt ? (asNumber(item) ?? item) : undefined;
    const known = key === undefined ? list.findIndex((other, i) => i < j && sameValue(other, item)) : scalars.get(key);
    if (known !== undefined && known >= 0) return [known, j];
    if (key !== undefined) scalars.set(key, j);
  }
  return undefined;
}

/** Exact in decimals, where 0.3 is three times 0.1. */
export function isMultipleOf(value: number, divisor: number): boolean {
  const [a, b] = [decimalOf(value), decimalOf(divisor)];
  if (b.digits === 0n) return false;
  const scale = Math.max(a.scale, b.scale);
  // Beyond that the division's outcome no longer hangs on the digits that a float64 has.
  if (scale > 400) return Number.isInteger(value / divisor);
  return (a.digits * 10n ** BigInt(scale - a.scale)) % (b.digits * 10n ** BigInt(scale - b.scale)) === 0n;
}

/** digits / 10^scale */
function decimalOf(value: number): { digits: bigint; scale: number } {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}
