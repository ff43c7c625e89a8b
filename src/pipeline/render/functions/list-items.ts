/** Lists of any kind as items: what Go does by reflection on slices. */
import { kindName } from '../../../foundation/template/kind.ts';
import { GoError, GoInt, type GoSlice, type GoValue } from '../../../foundation/template/value.ts';
import { nilDereference } from './go-function.ts';

/** The items of a slice or []byte; for any other kind an error with that text, for nil Go's panic. */
export function itemsOf(list: GoValue, message: (kind: string) => string): readonly GoValue[] {
  if (Array.isArray(list)) return list;
  if (list instanceof Uint8Array) return Array.from(list, (byte) => new GoInt('uint8', BigInt(byte)));
  if (list === null) throw nilDereference();
  throw new GoError(message(kindName(list)));
}

/** list[start:end], of the same type. */
export function sliceOf(list: GoValue, start: number, end: number): GoValue {
  if (list instanceof Uint8Array) return list.slice(start, end);
  const part: GoSlice = (list as GoSlice).slice(start, end);
  const { elementType, namedType } = list as GoSlice;
  if (elementType !== undefined) part.elementType = elementType;
  if (namedType !== undefined) part.namedType = namedType;
  return part;
}
