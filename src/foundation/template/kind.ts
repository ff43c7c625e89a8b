/** What Go's reflection says of a value: its type's name, its kind. Pure. */
import type { Complex } from './number.ts';
import { type GoFunction, GoInt, type GoMap, GoObject, type GoSlice, type GoValue, type NamedType } from './value.ts';

/**
 * A value during evaluation. `undefined` is Go's invalid reflect.Value (no value at all), `null` a nil interface {}
 * (the value of a missing key): printing tells them not apart, field access and calls do.
 */
export type Value = GoValue | undefined;

const EMPTY_METHODS: ReadonlyMap<string, GoFunction> = new Map();
const COMPLEX_TYPE: NamedType = { name: 'complex128', kind: 'complex128', methods: EMPTY_METHODS };
const NO_FIELDS: ReadonlyMap<string, GoValue> = new Map();

/** Complex numbers come from literals only. */
export const newComplex = (value: Complex): GoObject => new GoObject(COMPLEX_TYPE, NO_FIELDS, value);

export function complexOf(value: Value): Complex | undefined {
  return value instanceof GoObject && value.type === COMPLEX_TYPE ? (value.inner as Complex) : undefined;
}

export const isFunction = (value: Value): value is GoFunction =>
  typeof value === 'object' && value !== null && 'call' in value && 'signature' in value;

/** Go's Type.String(). */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    case 'undefined':
      return '<nil>';
  }
  if (value === null) return '<nil>';
  if (value instanceof Map) return value.namedType?.name ?? underlyingTypeName(value)!;
  if (Array.isArray(value)) return (value as GoSlice).namedType?.name ?? underlyingTypeName(value)!;
  if (value instanceof GoInt) return value.type?.name ?? value.kind;
  if (value instanceof Uint8Array) return '[]uint8';
  if (value instanceof GoObject) return value.type.name;
  return `func${(value as GoFunction).signature}`;
}

/** For maps and slices the type without its own name, to which Go assigns named ones freely. */
export function underlyingTypeName(value: GoValue): string | undefined {
  if (value instanceof Map) return `map[string]${(value as GoMap).elementType ?? 'interface {}'}`;
  if (Array.isArray(value)) return `[]${(value as GoSlice).elementType ?? 'interface {}'}`;
  return undefined;
}

/** Go's reflect.Kind, by name. */
export function kindName(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    case 'undefined':
      return 'invalid';
  }
  if (value === null) return 'invalid';
  if (value instanceof Map) return 'map';
  if (Array.isArray(value) || value instanceof Uint8Array) return 'slice';
  if (value instanceof GoInt) return value.kind;
  return value instanceof GoObject ? value.type.kind : 'func';
}

export function namedTypeOf(value: Value): NamedType | undefined {
  if (value instanceof Map || Array.isArray(value)) return (value as GoMap | GoSlice).namedType;
  return value instanceof GoObject || value instanceof GoInt ? value.type : undefined;
}

/** Go's nil []byte: the element of `.Files` that is not there. */
export const NIL_BYTES = new Uint8Array();

/** What reading a missing key of a map yields, or an absent element. */
export function zeroOf(elementType: string | undefined): GoValue {
  switch (elementType) {
    case undefined:
    case 'interface {}':
      return null;
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'float64':
      return 0;
  }
  if (/^u?int\d*$/.test(elementType)) return new GoInt(elementType as GoInt['kind'], 0n);
  if (elementType === '[]uint8') return NIL_BYTES;
  if (elementType.startsWith('[]')) return nilSlice(elementType.slice(2));
  if (elementType.startsWith('map[string]')) return nilMap(elementType.slice(11));
  return null;
}

export function nilSlice(elementType?: string): GoSlice {
  const slice: GoSlice = [];
  slice.isNil = true;
  if (elementType !== undefined && elementType !== 'interface {}') slice.elementType = elementType;
  return slice;
}

export function nilMap(elementType?: string): GoMap {
  const map: GoMap = new Map<string, GoValue>();
  map.isNil = true;
  if (elementType !== undefined && elementType !== 'interface {}') map.elementType = elementType;
  return map;
}
