/** Sprig's own conversion to text (`strval`) and its form for lists. */
import { fromBytes } from '../../../foundation/base/byte-string.ts';
import { formatDefault } from '../../../foundation/template/printf.ts';
import type { GoValue } from '../../../foundation/template/value.ts';

/** `%v`, except that []byte counts as text. */
export const strval = (value: GoValue): string =>
  value instanceof Uint8Array ? fromBytes(value) : formatDefault(value);

/** Any list without its nils, anything else as the only item. */
export function strslice(value: GoValue): string[] {
  if (value === null) return [];
  if (value instanceof Uint8Array) return Array.from(value, String);
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(strval);
  return [strval(value)];
}
