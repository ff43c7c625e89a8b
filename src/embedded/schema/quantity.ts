/** Kubernetes quantities: read exactly, written in the canonical form that the API server stores. */

const pattern = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:([eE][+-]?\d+)|(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E))?$/;
const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const nano = 1_000_000_000n;

type Format = 'decimal' | 'binary' | 'exponent';

interface Quantity {
  /** In billionths, which is the finest that Kubernetes keeps. */
  readonly nanos: bigint;
  readonly format: Format;
}

function parse(text: string): Quantity | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, sign, digits = '', exponent, suffix = ''] = match;
  const [whole = '', fraction = ''] = digits.split('.');
  let scale = 0;
  let factor = 1n;
  let format: Format = 'decimal';
  if (exponent !== undefined) {
    scale = Number(exponent.slice(1));
    format = 'exponent';
  } else if (suffix.endsWith('i')) {
    factor = 1024n ** BigInt(binarySuffixes.indexOf(suffix));
    format = 'binary';
  } else scale = (decimalSuffixes.indexOf(suffix) - 3) * 3;
  if (Math.abs(scale) > 60) return undefined;
  const shift = 9 + scale - fraction.length;
  const raw = BigInt(whole + fraction) * factor;
  const nanos = shift >= 0 ? raw * 10n ** BigInt(shift) : roundUp(raw, 10n ** BigInt(-shift));
  return { nanos: sign === '-' ? -nanos : nanos, format };
}

function roundUp(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}

/** In billionths; undefined where the text is no quantity. */
export function quantityNanos(text: string): bigint | undefined {
  return parse(text)?.nanos;
}

export interface Amount {
  readonly nanos: bigint;
  /** Whether it is shown with Ki, Mi … */
  readonly binary: boolean;
}

/** As an amount to calculate with; nothing where the text is no quantity. */
export function amountOf(text: unknown): Amount {
  const quantity = typeof text === 'string' || typeof text === 'number' ? parse(String(text)) : undefined;
  return { nanos: quantity?.nanos ?? 0n, binary: quantity?.format === 'binary' };
}

export function formatAmount({ nanos, binary }: Amount): string {
  if (nanos === 0n) return '0';
  const size = nanos < 0n ? -nanos : nanos;
  const sign = nanos < 0n ? '-' : '';
  if (binary && size >= 1024n * nano && size % nano === 0n) return sign + binaryForm(size / nano);
  return sign + decimalForm(size, false);
}

/** The canonical form; undefined where the text is no quantity. */
export function canonicalQuantity(text: string): string | undefined {
  const quantity = parse(text.trim());
  if (quantity === undefined) return undefined;
  const { nanos } = quantity;
  if (nanos === 0n) return '0';
  const size = nanos < 0n ? -nanos : nanos;
  const sign = nanos < 0n ? '-' : '';
  if (quantity.format === 'binary' && size >= 1024n * nano && size % nano === 0n) return sign + binaryForm(size / nano);
  return sign + decimalForm(size, quantity.format === 'exponent');
}

function binaryForm(value: bigint): string {
  let rest = value;
  let power = 0;
  while (power < binarySuffixes.length - 1 && rest % 1024n === 0n) {
    rest /= 1024n;
    power++;
  }
  return `${rest}${binarySuffixes[power]}`;
}

function decimalForm(nanos: bigint, exponent: boolean): string {
  let rest = nanos;
  let power = 0;
  while (power < decimalSuffixes.length - 1 && rest % 1000n === 0n) {
    rest /= 1000n;
    power++;
  }
  if (!exponent) return `${rest}${decimalSuffixes[power]}`;
  return power === 3 ? `${rest}` : `${rest}e${(power - 3) * 3}`;
}
