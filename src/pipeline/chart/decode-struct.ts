/**
 * Reads YAML into a struct as sigs.k8s.io/yaml and encoding/json do: scalars become strings where the field is one,
 * keys match whatever their case, unknown ones are dropped, a wrong type is an error. Takes a value read with its number
 * types, returns plain data with the struct's own names.
 */
import { compareStrings } from '../../foundation/base/byte-string.ts';
import { setOwn } from '../../foundation/document/set-own.ts';
import { GoError } from '../../foundation/template/value.ts';
import type { YamlValue } from '../../foundation/yaml/decode.ts';
import { formatGeneral32 } from '../../foundation/yaml/format-number.ts';

/** What a field holds; `any` is kept as read, its numbers as float64. */
export type Shape =
  | 'string'
  | 'bool'
  | 'any'
  | 'time'
  | { readonly list: Shape }
  | { readonly mapOf: Shape }
  | StructShape;

export interface StructShape {
  /** Go's name of the type, for error texts. */
  readonly type: string;
  readonly struct: Readonly<Record<string, Shape>>;
}

export type Plain = null | boolean | number | string | Plain[] | { [key: string]: Plain };

/** `goPackage` is that of the type, for error texts. */
export function decodeStruct(value: YamlValue, shape: StructShape, goPackage = 'chart'): { [key: string]: Plain } {
  const decoded = decode(value, shape, { type: shape.type, field: '', goPackage });
  return (decoded ?? {}) as { [key: string]: Plain };
}

interface Where {
  readonly type: string;
  readonly field: string;
  readonly goPackage: string;
}

/** Undefined: null, which leaves a field as it is. */
function decode(value: YamlValue, shape: Shape, where: Where): Plain | undefined {
  if (shape === 'any') return plain(value);
  if (value === null) return undefined;
  if (shape === 'string') return typeof value === 'object' ? wrong(value, 'string', where) : scalarText(value);
  if (shape === 'bool') return typeof value === 'boolean' ? value : wrong(value, 'bool', where);
  if (shape === 'time') return typeof value === 'string' ? value : noTime();
  if ('list' in shape) {
    if (!Array.isArray(value)) return wrong(value, goType(shape, where), where);
    return value.map((item) => decode(item, shape.list, where) ?? (typeof shape.list === 'string' ? '' : null));
  }
  if (!(value instanceof Map)) return wrong(value, goType(shape, where), where);
  return 'mapOf' in shape ? decodeMap(value, shape.mapOf, where) : decodeFields(value, shape, where);
}

function decodeMap(map: Map<string, YamlValue>, shape: Shape, where: Where): Plain {
  const result: { [key: string]: Plain } = {};
  for (const [key, value] of map) setOwn(result, key, decode(value, shape, where) ?? '');
  return result;
}

/** JSON between the two sorts the keys, so that of `Name` and `name` the latter wins. */
function decodeFields(map: Map<string, YamlValue>, { struct, type }: StructShape, where: Where): Plain {
  const result: { [key: string]: Plain } = {};
  for (const key of [...map.keys()].sort(compareStrings)) {
    const field = Object.hasOwn(struct, key) ? key : Object.keys(struct).find((name) => sameFolded(name, key));
    if (field === undefined) continue;
    const path = where.field === '' ? field : `${where.field}.${field}`;
    const value = decode(map.get(key) ?? null, struct[field] as Shape, {
      type,
      field: path,
      goPackage: where.goPackage,
    });
    if (value !== undefined && !(value === null && struct[field] !== 'any')) result[field] = value;
  }
  return result;
}

const sameFolded = (a: string, b: string): boolean => a.length === b.length && a.toLowerCase() === b.toLowerCase();

function scalarText(value: boolean | string | number | bigint): string {
  return typeof value === 'number' ? formatGeneral32(value) : String(value);
}

function plain(value: YamlValue): Plain {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  const result: { [key: string]: Plain } = {};
  for (const [key, item] of value) setOwn(result, key, plain(item));
  return result;
}

function wrong(value: YamlValue, type: string, { type: root, field }: Where): never {
  const kind = Array.isArray(value) ? 'array' : value instanceof Map ? 'object' : jsonScalar(value);
  const target = field === '' ? `Go value of type ${type}` : `Go struct field ${root}.${field} of type ${type}`;
  throw new GoError(`error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into ${target}`);
}

function jsonScalar(value: YamlValue): string {
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'number';
}

/** Go's time.Time reads itself, and does not say where. */
function noTime(): never {
  throw new GoError('error unmarshaling JSON: while decoding JSON: Time.UnmarshalJSON: input is not a JSON string');
}

/** Lists hold pointers to structs. */
function goType(shape: Shape, where: Where): string {
  if (shape === 'any') return 'interface {}';
  if (typeof shape === 'string') return shape;
  if ('list' in shape) return `[]${isStruct(shape.list) ? '*' : ''}${goType(shape.list, where)}`;
  if ('mapOf' in shape) return `map[string]${goType(shape.mapOf, where)}`;
  return `${where.goPackage}.${shape.type}`;
}

const isStruct = (shape: Shape): boolean => typeof shape !== 'string' && 'struct' in shape;
