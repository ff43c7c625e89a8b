/** Go's number formatting, as its YAML, TOML and JSON writers use it: always the shortest digits that read back the same. */

/** strconv.FormatFloat(value, 'g', -1, 64): an exponent below 1e-4 and from 1e6 on. */
export function formatGeneral(value: number): string {
  return general(value, value.toExponential());
}

/** As `formatGeneral`, after rounding to a float32: sigs.k8s.io/yaml prints float keys and coerced strings so. */
export function formatGeneral32(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single) || single === 0) return general(single, single.toExponential());
  for (let digits = 0; ; digits++) {
    const text = single.toExponential(digits);
    if (digits >= 9 || Math.fround(Number(text)) === single) return general(single, text);
  }
}

function general(value: number, exponential: string): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '0', exponentText = '0'] = exponential.replace(/^-/, '').split('e');
  const exponent = Number(exponentText);
  const digits = mantissa.replace('.', '');
  if (exponent < -4 || exponent >= 6) return withExponent(sign, digits, exponent);
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0');
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

function withExponent(sign: string, digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${sign}${digits.charAt(0)}${fraction}e${exponent < 0 ? '-' : '+'}${power}`;
}

/** encoding/json's way, which is JavaScript's but for the sign of zero. Not for NaN and the infinities. */
export function formatJsonNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
