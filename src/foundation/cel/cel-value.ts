/** JSON as CEL sees it: objects as maps, whole numbers as its int, as Kubernetes hands them over. */

/** Of one value; more is not looked at. */
const mostValues = 100_000;

/** Undefined for a value beyond all measure. */
export function celValue(value: unknown): unknown {
  let left = mostValues;
  const convert = (one: unknown): unknown => {
    left -= 1;
    if (left < 0) return null;
    if (typeof one === 'number') return Number.isSafeInteger(one) ? BigInt(one) : one;
    if (Array.isArray(one)) return one.map(convert);
    if (typeof one !== 'object' || one === null) return one;
    return new Map(Object.entries(one).map(([key, inner]) => [key, convert(inner)]));
  };
  const converted = convert(value);
  return left < 0 ? undefined : converted;
}
