/** Whether two resource quantities are the same amount: `1000m` and `1`, `1Gi` and `1024Mi`. */

const binary: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 };
const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

export function equalQuantities(left: unknown, right: unknown): boolean {
  const a = quantityNanos(left);
  const b = quantityNanos(right);
  return a !== undefined && b !== undefined && a === b;
}

const nanoPerUnit = 9;

/** In billionths, rounded up as Kubernetes rounds what is finer; undefined when it is no quantity. */
export function quantityNanos(value: unknown): bigint | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE])([+-]?\d{1,3})|([KMGTPE]i)|([numkMGTPE]?))$/.exec(
    String(value).trim(),
  );
  if (found === null) return undefined;
  const [, sign, whole = '', fraction = '', , exponent, power, suffix = ''] = found;
  if (whole === '' && fraction === '') return undefined;
  const factor = power === undefined ? 1n : 1024n ** BigInt(binary[power] ?? 0);
  const shift = nanoPerUnit - fraction.length + (exponent === undefined ? (decimal[suffix] ?? 0) : Number(exponent));
  const digits = BigInt(whole + fraction) * factor;
  const amount = shift >= 0 ? digits * 10n ** BigInt(shift) : ceilDivide(digits, 10n ** BigInt(-shift));
  return sign === '-' ? -amount : amount;
}

function ceilDivide(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}
