/** mitchellh/copystructure as `deepCopy` uses it: lists and maps are copied all the way down, structs stay as they are. */
import { type GoMap, GoObject, type GoSlice, type GoValue } from '../../../foundation/template/value.ts';

export function deepCopy(value: GoValue): GoValue {
  if (Array.isArray(value)) {
    const slice: GoSlice = value.map(deepCopy);
    const { elementType, isNil, namedType } = value as GoSlice;
    if (namedType !== undefined) slice.namedType = namedType;
    if (elementType !== undefined) slice.elementType = elementType;
    if (isNil) slice.isNil = true;
    return slice;
  }
  if (value instanceof Map) {
    const map: GoMap = new Map();
    for (const [key, item] of value) map.set(key, deepCopy(item));
    const { namedType, elementType, isNil } = value as GoMap;
    if (namedType !== undefined) map.namedType = namedType;
    if (elementType !== undefined) map.elementType = elementType;
    if (isNil) map.isNil = true;
    return map;
  }
  if (value instanceof GoObject) return value.type.copied?.(value) ?? value;
  return value instanceof Uint8Array ? value.slice() : value;
}
