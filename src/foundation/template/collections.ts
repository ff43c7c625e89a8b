/** The built-in functions index, slice and len. They throw GoError in Go's words. */
import { byteLength, sliceBytes, toBytes } from '../base/byte-string.ts';
import { typeName, type Value, zeroOf } from './kind.ts';
import { GoError, GoInt, type GoMap, GoObject, type GoSlice, type GoValue, int } from './value.ts';

const isNothing = (value: Value): value is null | undefined => value === null || value === undefined;

/** Pointers are followed before Go names the type of what cannot be indexed. */
const pointedTypeName = (value: GoValue): string =>
  value instanceof GoObject && value.type.kind === 'ptr' ? value.type.name.replace(/^\*/, '') : typeName(value);

export function index(item: Value, ...indexes: Value[]): Value {
  if (isNothing(item)) throw new GoError('index of untyped nil');
  let current: GoValue = item;
  for (const at of indexes) {
    if (current === null) throw new GoError('index of nil pointer');
    current = indexOne(current, at);
  }
  return current;
}

function indexOne(item: GoValue, at: Value): GoValue {
  if (typeof item === 'string') {
    const bytes = toBytes(item);
    return new GoInt('uint8', BigInt(bytes[indexArg(at, bytes.length)] ?? outOfRange('string')));
  }
  if (item instanceof Uint8Array)
    return new GoInt('uint8', BigInt(item[indexArg(at, item.length)] ?? outOfRange('slice')));
  if (Array.isArray(item)) {
    const position = indexArg(at, item.length);
    return position < item.length ? (item[position] as GoValue) : outOfRange('slice');
  }
  if (!(item instanceof Map)) throw new GoError(`can't index item of type ${pointedTypeName(item)}`);
  if (isNothing(at)) throw new GoError('value is nil; should be of type string');
  if (typeof at !== 'string') throw new GoError(`value has type ${typeName(at)}; should be string`);
  const value = item.get(at);
  return value === undefined ? zeroOf((item as GoMap).elementType) : value;
}

/** An index equal to the length passes Go's own check and stops at reflection's. */
function outOfRange(kind: 'slice' | 'string'): never {
  throw new GoError(`reflect: ${kind} index out of range`);
}

function indexArg(at: Value, length: number): number {
  if (isNothing(at)) throw new GoError('cannot index slice/array with nil');
  if (!(at instanceof GoInt)) throw new GoError(`cannot index slice/array with type ${typeName(at)}`);
  const value = BigInt.asIntN(64, at.value);
  if (value < 0n || value > BigInt(length)) throw new GoError(`index out of range: ${value}`);
  return Number(value);
}

/** `slice x 1 2` is x[1:2]; capacities are taken to be lengths. */
export function slice(item: Value, ...indexes: Value[]): Value {
  if (isNothing(item)) throw new GoError('slice of untyped nil');
  if (indexes.length > 3) throw new GoError(`too many slice indexes: ${indexes.length}`);
  const isText = typeof item === 'string';
  if (isText && indexes.length === 3) throw new GoError('cannot 3-index slice a string');
  if (!isText && !Array.isArray(item) && !(item instanceof Uint8Array)) {
    throw new GoError(`can't slice item of type ${pointedTypeName(item)}`);
  }
  const length = isText ? byteLength(item) : item.length;
  const given = indexes.map((at) => {
    // Unlike index, slice does not look into interfaces.
    if (at === null) throw new GoError('cannot index slice/array with type interface {}');
    return indexArg(at, length);
  });
  const [from, to, most] = [given[0] ?? 0, given[1] ?? length, given[2] ?? length];
  if (from > to) throw new GoError(`invalid slice index: ${from} > ${to}`);
  if (to > most) throw new GoError(`invalid slice index: ${to} > ${most}`);
  if (isText) return sliceBytes(item, from, to);
  if (item instanceof Uint8Array) return item.slice(from, to);
  const part: GoSlice = item.slice(from, to);
  const { elementType, namedType } = item as GoSlice;
  if (elementType !== undefined) part.elementType = elementType;
  if (namedType !== undefined) part.namedType = namedType;
  return part;
}

export function length(item: Value): Value {
  if (typeof item === 'string') return int(byteLength(item));
  if (Array.isArray(item) || item instanceof Uint8Array) return int(item.length);
  if (item instanceof Map) return int(item.size);
  if (item === null) throw new GoError('len of nil pointer');
  // No value at all, as after a pipe: Go's reflection panics before it can say anything better.
  if (item === undefined) throw new GoError('reflect: call of reflect.Value.Type on zero Value');
  throw new GoError(`len of type ${pointedTypeName(item)}`);
}
