/**
 * Go's strconv.FormatFloat for float64: every verb, shortest or with a precision. Digits come from exact integer
 * arithmetic where a precision is given, because JavaScript's toFixed rounds ties up and Go rounds them to even.
 */

export type FloatVerb = 'e' | 'E' | 'f' | 'g' | 'G' | 'b' | 'x' | 'X';

/** 0.d₁d₂d₃… × 10^point. Zero has no digits. */
interface Decimal {
  digits: string;
  point: number;
}

/** `precision` −1 means as many digits as tell the number apart from its neighbours. */
export function formatFloat(value: number, verb: FloatVerb, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const magnitude = Math.abs(value);
  switch (verb) {
    case 'b':
      return sign + formatBinary(magnitude);
    case 'x':
      return sign + formatHex(magnitude, precision);
    case 'X':
      return sign + formatHex(magnitude, precision).toUpperCase();
    case 'f':
      return sign + formatFixed(magnitude, precision);
    case 'e':
      return sign + formatExponent(magnitude, precision);
    case 'E':
      return sign + formatExponent(magnitude, precision).toUpperCase();
    case 'g':
      return sign + formatGeneral(magnitude, precision);
    case 'G':
      return sign + formatGeneral(magnitude, precision).toUpperCase();
  }
}

/** `%v` of a float64. */
export function formatFloatShortest(value: number): string {
  // Integers below 21 digits print alike in both languages; Go leaves plain notation at seven.
  if (Number.isInteger(value) && value < 1e6 && value > -1e6 && value !== 0) return String(value);
  return formatFloat(value, 'g', -1);
}

function shortestDecimal(magnitude: number): Decimal {
  if (magnitude === 0) return { digits: '', point: 0 };
  const [mantissa, exponent] = magnitude.toExponential().split('e');
  return { digits: mantissa!.replace('.', ''), point: Number(exponent) + 1 };
}

function exactDecimal(magnitude: number): Decimal {
  if (magnitude === 0) return { digits: '', point: 0 };
  const { mantissa, exponent } = split(magnitude);
  const digits = (exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent)).toString();
  return trim(digits, digits.length + Math.min(exponent, 0));
}

/** mantissa × 2^exponent, exactly. */
function split(magnitude: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, magnitude);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

/** Keeps the first `count` digits, rounding half to even. */
function round(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count < 0) return { digits: '', point: 0 };
  if (count >= digits.length) return decimal;
  const tail = digits.slice(count);
  const half = `5${'0'.repeat(tail.length - 1)}`;
  const lastIsOdd = count > 0 && Number(digits[count - 1]) % 2 === 1;
  const up = tail > half || (tail === half && lastIsOdd);
  if (!up) return trim(digits.slice(0, count), point);
  const raised = (BigInt(digits.slice(0, count) || '0') + 1n).toString().padStart(count, '0');
  return trim(raised, point + raised.length - count);
}

function trim(digits: string, point: number): Decimal {
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? { digits: '', point: 0 } : { digits: kept, point };
}

function formatFixed(magnitude: number, precision: number): string {
  let decimal = precision < 0 ? shortestDecimal(magnitude) : exactDecimal(magnitude);
  if (precision >= 0) decimal = round(decimal, decimal.point + precision);
  const places = precision < 0 ? Math.max(decimal.digits.length - decimal.point, 0) : precision;
  return fixed(decimal, places);
}

function fixed({ digits, point }: Decimal, places: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (places <= 0) return whole;
  const fraction = point >= 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
  return `${whole}.${fraction.padEnd(places, '0').slice(0, places)}`;
}

function formatExponent(magnitude: number, precision: number): string {
  const decimal = precision < 0 ? shortestDecimal(magnitude) : round(exactDecimal(magnitude), precision + 1);
  return exponential(decimal, precision < 0 ? Math.max(decimal.digits.length - 1, 0) : precision);
}

function exponential({ digits, point }: Decimal, places: number): string {
  const exponent = digits === '' ? 0 : point - 1;
  const mantissa = digits.charAt(0) || '0';
  const fraction = places > 0 ? `.${digits.slice(1).padEnd(places, '0').slice(0, places)}` : '';
  return `${mantissa}${fraction}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function formatGeneral(magnitude: number, precision: number): string {
  const shortest = precision < 0;
  const wanted = shortest ? 6 : precision === 0 ? 1 : precision;
  const decimal = shortest ? shortestDecimal(magnitude) : round(exactDecimal(magnitude), wanted);
  const { digits, point } = decimal;
  // Where plain notation would only append zeros, fewer digits than asked for decide.
  let limit = wanted;
  if (limit > digits.length && digits.length >= point) limit = digits.length;
  if (shortest) limit = 6;
  const exponent = point - 1;
  if (exponent < -4 || exponent >= limit) return exponential(decimal, Math.max(digits.length - 1, 0));
  return fixed(decimal, Math.max(digits.length - point, 0));
}

function formatBinary(magnitude: number): string {
  const { mantissa, exponent } = split(magnitude);
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

function formatHex(magnitude: number, precision: number): string {
  let { mantissa, exponent } = split(magnitude);
  if (mantissa === 0n) exponent = 0;
  else {
    const shift = 53 - mantissa.toString(2).length;
    mantissa <<= BigInt(shift);
    exponent += 52 - shift;
  }
  if (precision >= 0 && precision < 13) {
    const drop = BigInt(52 - precision * 4);
    const half = 1n << (drop - 1n);
    const rest = mantissa & ((1n << drop) - 1n);
    mantissa >>= drop;
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa += 1n;
    mantissa <<= drop;
    if (mantissa >> 53n !== 0n) {
      mantissa >>= 1n;
      exponent += 1;
    }
  }
  const fraction = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(13, '0');
  const shown = precision < 0 ? fraction.replace(/0+$/, '') : fraction.padEnd(precision, '0').slice(0, precision);
  const tail = `p${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  return `0x${mantissa >> 52n}${shown === '' ? '' : `.${shown}`}${tail}`;
}
