/** Values as text: `%v`, Go types and kinds, and Sprig's own conversion (`strval`) with its list form. */
import { fromBytes } from '../../../foundation/base/byte-string.ts';
import { formatFloatShortest } from '../../../foundation/template/float.ts';
import { sortStrings } from '../../../foundation/template/runes.ts';
import { GoInt, GoObject, type GoMap, type GoSlice, type GoValue } from '../../../foundation/template/value.ts';

/** Go's `%T`. */
export function typeName(value: GoValue): string {
  if (value === null) return '<nil>';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof GoInt) return value.kind;
  if (value instanceof Uint8Array) return '[]uint8';
  if (value instanceof Map) return (value as GoMap).namedType?.name ?? `map[string]${(value as GoMap).elementType ?? 'interface {}'}`;
  if (value instanceof GoObject) return value.type.name;
  if (Array.isArray(value)) return `[]${(value as GoSlice).elementType ?? 'interface {}'}`;
  return `func${value.signature}`;
}

/** Go's reflect.Kind. */
export function kindName(value: GoValue): string {
  if (value === null) return 'invalid';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof GoInt) return value.kind;
  if (Array.isArray(value) || value instanceof Uint8Array) return 'slice';
  if (value instanceof Map) return 'map';
  return value instanceof GoObject ? value.type.kind : 'func';
}

/** Go's `%v`. */
export function sprint(value: GoValue): string {
  if (typeof value === 'string') return value;
  if (value === null) return '<nil>';
  if (typeof value === 'number') return formatFloatShortest(value);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof GoInt) return value.value.toString();
  if (value instanceof Map) {
    const entries = sortStrings([...value.keys()]).map((key) => `${key}:${sprint(value.get(key) ?? null)}`);
    return `map[${entries.join(' ')}]`;
  }
  if (value instanceof GoObject) return value.format?.() ?? `{${[...value.fields.values()].map(sprint).join(' ')}}`;
  if (Array.isArray(value) || value instanceof Uint8Array) return `[${Array.from(value as Iterable<GoValue>, (item) => (typeof item === 'number' && value instanceof Uint8Array ? String(item) : sprint(item))).join(' ')}]`;
  return '0x0';
}

/** Sprig's strval: []byte counts as text. */
export const strval = (value: GoValue): string => (value instanceof Uint8Array ? fromBytes(value) : sprint(value));

/** Sprig's strslice: any list without its nils, anything else as the only item. */
export function strslice(value: GoValue): string[] {
  if (value === null) return [];
  if (value instanceof Uint8Array) return Array.from(value, String);
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(strval);
  return [strval(value)];
}
