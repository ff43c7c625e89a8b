/**
 * Takes an object as a client sent it and returns it as Go's types of that kind would hold and write it: unknown fields
 * dropped (and named), types checked, zero values left out or filled in, quantities and times in canonical form, fields
 * in Go's order. Never changes its input.
 */
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import { canonicalQuantity } from './quantity.ts';
import { type FieldShape, type TypeSchema, typeSchema } from './type-schema.ts';

export interface Decoded {
  readonly value: JsonObject;
  /** Paths of fields that the type does not have: `spec.template.spec.containers[0].imagee`. */
  readonly unknown: readonly string[];
}

/** Wrong type somewhere; the message is what Go's decoder says. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  /** Where another kind of value was wanted. */
  readonly mismatch: Mismatch | undefined;

  constructor(message: string, mismatch?: Mismatch) {
    super(message);
    this.mismatch = mismatch;
  }
}

export interface Mismatch {
  /** With indices: `spec.containers[0].name`. */
  readonly path: string;
  readonly value: Json;
  /** `string`, `boolean`, `numeric (int or float)`, `list` or `map`. */
  readonly wanted: string;
}

interface Walk {
  readonly unknown: string[];
  readonly path: string;
  /** The struct and its field path as Go's decoder names them. */
  readonly struct: string;
  readonly goPath: string;
}

export function decodeObject(input: JsonObject, type: TypeSchema): Decoded {
  const unknown: string[] = [];
  const value: JsonObject = {};
  if (typeof input.kind === 'string') value.kind = input.kind;
  if (typeof input.apiVersion === 'string') value.apiVersion = input.apiVersion;
  Object.assign(value, decodeFields(input, type, { unknown, path: '', struct: '', goPath: '' }));
  return { value, unknown };
}

function decodeFields(input: JsonObject, type: TypeSchema, walk: Walk): JsonObject {
  const output: JsonObject = {};
  const struct = type.name.slice(type.name.lastIndexOf('.') + 1);
  const decoded = new Map<string, Json>();
  // In the order of the input, in which unknown fields are told.
  for (const key of Object.keys(input)) {
    const given = input[key];
    const field = type.fields.get(key);
    if (field === undefined && walk.path === '' && (key === 'kind' || key === 'apiVersion')) continue;
    const path = walk.path === '' ? key : `${walk.path}.${key}`;
    if (field === undefined) walk.unknown.push(path);
    else if (given !== undefined && given !== null) {
      const goPath = walk.goPath === '' ? key : `${walk.goPath}.${key}`;
      decoded.set(key, decodeValue(given, field.shape, { unknown: walk.unknown, path, struct, goPath }));
    }
  }
  for (const { name, shape, omitZero, writeZero } of type.fields.values()) {
    const value = decoded.get(name);
    if (value === undefined) {
      if (writeZero) output[name] = zeroOf(shape);
    } else if (omitZero && isZero(value)) continue;
    // Protobuf, in which built-in types are stored, does not tell an empty list from none.
    else output[name] = writeZero && Array.isArray(value) && value.length === 0 ? null : value;
  }
  return output;
}

function isZero(value: Json): boolean {
  if (value === null || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function zeroOf(shape: FieldShape): Json {
  if (shape.shape === 'object') {
    const value: JsonObject = {};
    const type = typeSchema(shape.type);
    if (type !== undefined)
      Object.assign(value, decodeFields({}, type, { unknown: [], path: 'x', struct: '', goPath: '' }));
    return value;
  }
  if (shape.shape !== 'scalar') return null;
  switch (shape.scalar) {
    case 'bool':
      return false;
    case 'int':
    case 'long':
    case 'float':
    case 'intOrString':
      return 0;
    case 'time':
    case 'microTime':
    case 'bytes':
      return null;
    case 'quantity':
      return '0';
    default:
      return '';
  }
}

function decodeValue(given: Json, shape: FieldShape, walk: Walk): Json {
  switch (shape.shape) {
    case 'any':
      return given;
    case 'scalar':
      return decodeScalar(given, shape.scalar, walk);
    case 'object': {
      if (typeof given !== 'object' || given === null || Array.isArray(given))
        throw mismatch(given, walk, goType(shape));
      const type = typeSchema(shape.type);
      if (type === undefined) return given;
      return decodeFields(given, type, walk);
    }
    case 'map':
      return decodeMap(given, shape.of, walk);
    case 'list':
      if (!Array.isArray(given)) throw mismatch(given, walk, goType(shape));
      return given.map((item, index) =>
        item === null
          ? (zeroOf(shape.of) ?? null)
          : decodeValue(item, shape.of, { ...walk, path: `${walk.path}[${index}]` }),
      );
  }
}

function decodeMap(given: Json, of: FieldShape, walk: Walk): Json {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw mismatch(given, walk, `map[string]${goType(of)}`);
  const value: JsonObject = {};
  for (const key of Object.keys(given).sort()) {
    const item = given[key] as Json;
    value[key] = item === null ? zeroOf(of) : decodeValue(item, of, { ...walk, path: `${walk.path}.${key}` });
  }
  return value;
}

const goNames: Readonly<Record<string, string>> = {
  int: 'int32',
  long: 'int64',
  float: 'float64',
  bytes: '[]uint8',
  string: 'string',
  bool: 'bool',
  quantity: 'resource.Quantity',
  intOrString: 'intstr.IntOrString',
  time: 'v1.Time',
  microTime: 'v1.MicroTime',
};

function goType(shape: FieldShape): string {
  if (shape.shape === 'scalar') return goNames[shape.scalar] ?? 'string';
  if (shape.shape === 'list') return `[]${goType(shape.of)}`;
  if (shape.shape === 'map') return `map[string]${goType(shape.of)}`;
  if (shape.shape === 'object') return `v1.${shape.type.slice(shape.type.lastIndexOf('.') + 1)}`;
  return 'interface {}';
}

function jsonKind(value: Json): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}

function mismatch(given: Json, walk: Walk, wanted: string): DecodeError {
  const message = `json: cannot unmarshal ${jsonKind(given)} into Go struct field ${walk.struct}.${walk.goPath} of type ${wanted}`;
  return new DecodeError(message, { path: walk.path, value: given, wanted: schemaKind(wanted) });
}

function schemaKind(goName: string): string {
  if (goName.startsWith('[]') && goName !== '[]uint8') return 'list';
  if (goName === 'bool') return 'boolean';
  if (goName.startsWith('int') && goName !== 'intstr.IntOrString') return 'numeric (int or float)';
  return goName === 'string' || goName === '[]uint8' ? 'string' : 'map';
}

function decodeScalar(given: Json, scalar: string, walk: Walk): Json {
  switch (scalar) {
    case 'string':
      if (typeof given === 'string') return given;
      break;
    case 'bool':
      if (typeof given === 'boolean') return given;
      break;
    case 'int':
    case 'long':
      if (typeof given === 'bigint' && scalar === 'long') return given;
      if (typeof given === 'number' && Number.isInteger(given)) return given;
      if (typeof given === 'number' || typeof given === 'bigint')
        throw new DecodeError(
          `json: cannot unmarshal number ${given} into Go struct field ${walk.struct}.${walk.goPath} of type ${goNames[scalar]}`,
        );
      break;
    case 'float':
      if (typeof given === 'number' || typeof given === 'bigint') return Number(given);
      break;
    case 'intOrString':
      if (typeof given === 'string' || typeof given === 'number') return given;
      break;
    case 'bytes':
      return decodeBytes(given, walk);
    case 'quantity':
      return decodeQuantity(given);
    default:
      return decodeTime(given, scalar === 'microTime');
  }
  throw mismatch(given, walk, goNames[scalar] ?? scalar);
}

const base64Pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function decodeBytes(given: Json, walk: Walk): string {
  if (typeof given !== 'string') throw mismatch(given, walk, '[]uint8');
  if (base64Pattern.test(given)) return given;
  const compact = given.replace(/[\r\n]/g, '');
  if (base64Pattern.test(compact)) return compact;
  throw new DecodeError(`illegal base64 data at input byte ${firstIllegal(compact)}`);
}

function firstIllegal(text: string): number {
  const at = text.search(/[^A-Za-z0-9+/]/);
  return at < 0 ? text.length - (text.length % 4) : at;
}

function decodeQuantity(given: Json): string {
  const text = typeof given === 'number' ? String(given) : given;
  const canonical = typeof text === 'string' ? canonicalQuantity(text) : undefined;
  if (canonical !== undefined) return canonical;
  const what =
    typeof text === 'string' && text === ''
      ? 'cannot be empty string'
      : "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  throw new DecodeError(what);
}

function decodeTime(given: Json, micro: boolean): string {
  const time = typeof given === 'string' ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(time) || typeof given !== 'string')
    throw new DecodeError(
      `parsing time ${JSON.stringify(JSON.stringify(given))} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(String(given))} as "2006"`,
    );
  const seconds = new Date(time).toISOString().slice(0, 19);
  if (!micro) return `${seconds}Z`;
  const fraction = /\.(\d+)/.exec(given)?.[1] ?? '';
  return `${seconds}.${fraction.slice(0, 6).padEnd(6, '0')}Z`;
}
