/**
 * Takes an object in Kubernetes' protobuf encoding, which kubectl's and Helm's typed clients send, and returns it as JSON
 * data. Never throws anything but ProtobufError; what it does not know it skips, as protobuf readers do.
 */
import { setOwn } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import { type FieldSchema, type FieldShape, type TypeSchema, typeNameOf, typeSchema } from './type-schema.ts';

export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

interface Field {
  readonly number: number;
  /** A varint or a fixed number. */
  readonly value: bigint;
  readonly bytes: Buffer;
  readonly wire: number;
}

const magic = Buffer.from('k8s\0');

export function decodeProtobuf(input: Buffer): JsonObject {
  if (!input.subarray(0, 4).equals(magic))
    throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  const envelope = readFields(input.subarray(4));
  const head = readFields(lastBytes(envelope, 1));
  const apiVersion = lastBytes(head, 1).toString('utf8');
  const kind = lastBytes(head, 2).toString('utf8');
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  const name = metaKinds.has(kind) ? `meta.v1.${kind}` : (typeNameOf(group, version, kind) ?? '');
  const type = typeSchema(name);
  if (type === undefined)
    throw new ProtobufError(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`);
  return { kind, apiVersion, ...message(lastBytes(envelope, 2), layoutOf(type)) };
}

const metaKinds: ReadonlySet<string> = new Set(['DeleteOptions', 'Status']);

function readFields(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new ProtobufError('unexpected EOF');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw new ProtobufError('proto: integer overflow');
  };
  const take = (size: number): Buffer => {
    if (size < 0 || at + size > bytes.length) throw new ProtobufError('unexpected EOF');
    at += size;
    return bytes.subarray(at - size, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    const number = tag >>> 3;
    if (wire === 0) fields.push({ number, wire, value: varint(), bytes: magic.subarray(0, 0) });
    else if (wire === 2) fields.push({ number, wire, value: 0n, bytes: take(Number(varint())) });
    else if (wire === 1) fields.push({ number, wire, value: 0n, bytes: take(8) });
    else if (wire === 5) fields.push({ number, wire, value: 0n, bytes: take(4) });
    else throw new ProtobufError(`proto: illegal wireType ${wire}`);
  }
  return fields;
}

function lastBytes(fields: readonly Field[], number: number): Buffer {
  return fields.findLast((field) => field.number === number)?.bytes ?? Buffer.alloc(0);
}

/** What a field number stands for: a field of the type, or more fields that Go inlines. */
type Layout = Map<number, FieldSchema | Layout>;

const layouts = new Map<string, Layout>();

function layoutOf(type: TypeSchema): Layout {
  const known = layouts.get(type.name);
  if (known !== undefined) return known;
  const layout: Layout = new Map();
  for (const field of type.fields.values())
    if (field.number !== '') place(layout, field.number.split('.').map(Number), field);
  layouts.set(type.name, layout);
  return layout;
}

function place(layout: Layout, [first = 0, ...rest]: number[], field: FieldSchema): void {
  if (rest.length === 0) {
    layout.set(first, field);
    return;
  }
  const inner = layout.get(first);
  const below: Layout = inner instanceof Map ? inner : new Map();
  layout.set(first, below);
  place(below, rest, field);
}

function message(bytes: Buffer, layout: Layout): JsonObject {
  const output: JsonObject = {};
  for (const field of readFields(bytes)) {
    const known = layout.get(field.number);
    if (known === undefined) continue;
    if (known instanceof Map) Object.assign(output, message(field.bytes, known));
    else addField(output, known, field);
  }
  return output;
}

function addField(output: JsonObject, { name, shape }: FieldSchema, field: Field): void {
  if (shape.shape === 'list') {
    output[name] ??= [];
    (output[name] as Json[]).push(...listItems(shape.of, field));
  } else if (shape.shape === 'map') {
    output[name] ??= {};
    const map = output[name] as JsonObject;
    const entry = readFields(field.bytes);
    const value = entry.findLast((one) => one.number === 2);
    setOwn(
      map,
      lastBytes(entry, 1).toString('utf8'),
      value === undefined ? emptyValue(shape.of) : decodeValue(shape.of, value),
    );
  } else output[name] = decodeValue(shape, field);
}

/** Numbers may come packed. */
function listItems(of: FieldShape, field: Field): Json[] {
  const number = of.shape === 'scalar' && (of.scalar === 'int' || of.scalar === 'long');
  if (!number || field.wire !== 2) return [decodeValue(of, field)];
  throw new ProtobufError('packed numbers are not supported');
}

function emptyValue(shape: FieldShape): Json {
  if (shape.shape === 'object' || shape.shape === 'map') return {};
  if (shape.shape === 'list') return [];
  return shape.shape === 'scalar' && shape.scalar === 'quantity' ? '0' : '';
}

function decodeValue(shape: FieldShape, field: Field): Json {
  if (shape.shape === 'scalar') return scalar(shape.scalar, field);
  if (shape.shape === 'any') return raw(field.bytes);
  if (shape.shape === 'list')
    return readFields(field.bytes)
      .filter((one) => one.number === 1)
      .map((one) => decodeValue(shape.of, one));
  if (shape.shape !== 'object') throw new ProtobufError('a map within a list or map is not supported');
  const type = typeSchema(shape.type);
  if (type === undefined) throw new ProtobufError(`no such type: ${shape.type}`);
  return message(field.bytes, layoutOf(type));
}

/** FieldsV1, RawExtension and JSON: bytes that hold JSON. */
function raw(bytes: Buffer): Json {
  const inner = lastBytes(readFields(bytes), 1);
  if (inner.length === 0) return {};
  try {
    return JSON.parse(inner.toString('utf8')) as Json;
  } catch {
    throw new ProtobufError('a field that must hold JSON does not');
  }
}

function scalar(name: string, { value, bytes }: Field): Json {
  switch (name) {
    case 'bool':
      return value !== 0n;
    case 'int':
    case 'long':
      return Number(value);
    case 'float':
      return bytes.readDoubleLE(0);
    case 'bytes':
      return bytes.toString('base64');
    case 'quantity':
      return lastBytes(readFields(bytes), 1).toString('utf8');
    case 'intOrString': {
      const fields = readFields(bytes);
      const isText = fields.some((one) => one.number === 1 && one.value === 1n);
      return isText
        ? lastBytes(fields, 3).toString('utf8')
        : Number(fields.findLast((one) => one.number === 2)?.value ?? 0n);
    }
    case 'time':
    case 'microTime': {
      const fields = readFields(bytes);
      if (fields.length === 0) return null;
      const part = (number: number): number => Number(fields.findLast((one) => one.number === number)?.value ?? 0n);
      return `${new Date(part(1) * 1000).toISOString().slice(0, 19)}.${String(part(2)).padStart(9, '0')}Z`;
    }
    default:
      return bytes.toString('utf8');
  }
}
