/** What all families share: making a GoFunction, typed slices and maps, and the panics of Go's runtime. */
import { nilSlice } from '../../../foundation/template/kind.ts';
import {
  GoError,
  type GoFunction,
  type GoMap,
  type GoSlice,
  type GoValue,
} from '../../../foundation/template/value.ts';

/** The engine has checked the arguments against the signature, so that `call` may state their types. */
export function goFunction<A extends readonly GoValue[]>(
  name: string,
  signature: string,
  call: (...args: A) => GoValue,
): GoFunction {
  return { name, signature, call: call as unknown as GoFunction['call'] };
}

/** The same function under further names. */
export const aliases = (names: readonly string[], original: GoFunction): GoFunction[] =>
  names.map((name) => ({ ...original, name }));

/** A []string, or another typed slice. */
export function typedSlice(elementType: string, items: Iterable<GoValue>): GoSlice {
  const slice: GoSlice = [...items];
  slice.elementType = elementType;
  return slice;
}

export const stringSlice = (items: readonly string[] | null): GoSlice =>
  items === null ? nilSlice('string') : typedSlice('string', items);

/** A map[string]string, of which a missing key is "" and not nil. */
export function stringMap(entries: Iterable<readonly [string, string]>): GoMap {
  const map: GoMap = new Map(entries);
  map.elementType = 'string';
  return map;
}

const NIL_DEREFERENCE = 'runtime error: invalid memory address or nil pointer dereference';
export const nilDereference = (): GoError => new GoError(NIL_DEREFERENCE);
