/** Go's template truth: not the zero value of its type. Structs and functions are always true. */
import { complexOf, type Value } from './kind.ts';
import { GoInt } from './value.ts';

export function isTrue(value: Value): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      return value !== '';
    case 'number':
      return value !== 0;
    case 'undefined':
      return false;
  }
  if (value === null) return false;
  if (value instanceof Map) return value.size > 0;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length > 0;
  if (value instanceof GoInt) return value.value !== 0n;
  const complex = complexOf(value);
  return complex === undefined || complex.re !== 0 || complex.im !== 0;
}
