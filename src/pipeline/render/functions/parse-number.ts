/** Go's strconv on text: ParseInt with a base, and ParseFloat. Undefined stands for a syntax error. */

export const MIN_INT64 = -(1n << 63n);
export const MAX_INT64 = (1n << 63n) - 1n;

/** The nearest int64. */
export function clampInt64(value: bigint): bigint {
  if (value > MAX_INT64) return MAX_INT64;
  return value < MIN_INT64 ? MIN_INT64 : value;
}

/** With base 0, underscores stand between digits or behind a base prefix. */
const LITERAL = /^([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$/;
const DECIMAL = /^[+-]?(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?$/;
const HEX_FLOAT = /^([+-]?)0[xX]((?:_?[0-9a-fA-F])*)(?:\.((?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?))?[pP]([+-]?\d(?:_?\d)*)$/;

/** ParseInt(text, 0, 64) without its range check: "0777" is octal, "0x1F" and "1_000" pass. */
export function parseIntLiteral(text: string): bigint | undefined {
  const match = LITERAL.exec(text);
  if (match === null) return undefined;
  const body = match[2]!.replaceAll('_', '');
  const value = BigInt(/^0[0-7]+$/.test(body) ? `0o${body.slice(1)}` : body);
  return match[1] === '-' ? -value : value;
}

/** ParseInt(text, 10, 64) with its error ignored: clamped when out of range, 0 when no number. */
export function parseDecimalLeniently(text: string): bigint {
  if (!/^[+-]?[0-9]+$/.test(text)) return 0n;
  return clampInt64(BigInt(text.replace(/^\+/, '')));
}

/** ParseFloat(text, 64); undefined also where the value overflows. */
export function parseFloatText(text: string): number | undefined {
  if (DECIMAL.test(text)) return finite(Number(text.replaceAll('_', '')));
  const special = /^([+-]?)(?:(inf|infinity)|nan)$/i.exec(text);
  if (special !== null) {
    if (special[2] === undefined) return special[1] === '' ? Number.NaN : undefined;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const hex = HEX_FLOAT.exec(text)?.map((part: string | undefined) => part?.replaceAll('_', '')) ?? null;
  const digits = hex === null ? '' : hex[2]! + (hex[3] ?? '');
  if (hex === null || digits === '') return undefined;
  const value = Number(BigInt(`0x${digits}`)) * 2 ** (Number(hex[4]) - 4 * (hex[3] ?? '').length);
  return finite(hex[1] === '-' ? -value : value);
}

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);
