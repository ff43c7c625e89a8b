/** The comparisons of Go templates: eq, ne, lt, le, gt, ge. They throw GoError where Go refuses to compare. */
import { compareStrings } from '../base/byte-string.ts';
import { complexOf, kindName, typeName, type Value } from './kind.ts';
import { sprintf } from './printf.ts';
import { GoError, GoInt, type GoMap, GoObject, type GoSlice, type GoValue } from './value.ts';

type BasicKind = 'bool' | 'complex' | 'int' | 'float' | 'string' | 'uint' | undefined;

function basicKind(value: Value): BasicKind {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'number':
      return 'float';
  }
  if (value instanceof GoInt) return value.kind.startsWith('u') ? 'uint' : 'int';
  return complexOf(value) === undefined ? undefined : 'complex';
}

const isInteger = (kind: BasicKind): boolean => kind === 'int' || kind === 'uint';

/** Whether the first equals any of the others. */
export function eq(first: Value, ...others: Value[]): boolean {
  if (others.length === 0) throw new GoError('missing argument for comparison');
  for (const other of others) if (equal(first, other)) return true;
  return false;
}

function equal(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b) === 0;
  const kindA = basicKind(a);
  const kindB = basicKind(b);
  if (isInteger(kindA) && isInteger(kindB)) return (a as GoInt).value === (b as GoInt).value;
  if (kindA !== kindB) {
    if (isInvalid(a) || isInvalid(b)) return false;
    throw new GoError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  }
  if (kindA === undefined) return equalOther(a, b);
  if (kindA !== 'complex') return a === b;
  const [x, y] = [complexOf(a)!, complexOf(b)!];
  return x.re === y.re && x.im === y.im;
}

const isInvalid = (value: Value): boolean => value === undefined || value === null;
const isNil = (value: Value): boolean => isInvalid(value) || (value as GoMap | GoSlice).isNil === true;

/** Neither is of a basic kind: nil, maps, slices, functions, structs, pointers. */
function equalOther(a: Value, b: Value): boolean {
  if (kindName(a) !== kindName(b) && !isInvalid(a) && !isInvalid(b)) {
    throw new GoError(sprintf(`non-comparable types %s: ${typeName(a)}, ${typeName(b)}: %v`, [a!, b!]));
  }
  if (isNil(a) || isNil(b)) return isNil(a) && isNil(b);
  if (!isComparable(b)) throw new GoError(sprintf(`non-comparable type %s: ${typeName(b)}`, [b!]));
  return a === b || sameStruct(a as GoObject, b as GoObject);
}

const partsOf = (object: GoObject): ReadonlyMap<string, GoValue> => object.type.printed?.(object) ?? object.fields;

/** Pointers are; structs where all of their fields are. */
function isComparable(value: Value): boolean {
  if (!(value instanceof GoObject)) return !(value instanceof Object) || value instanceof GoInt;
  return value.type.kind !== 'struct' || [...partsOf(value).values()].every(isComparable);
}

/** Field by field; what a struct keeps out of sight is compared as itself, and so is what a pointer leads to. */
function sameStruct(a: GoObject, b: GoObject): boolean {
  if (a.type.name !== b.type.name) return false;
  if (a.type.kind !== 'struct') return a.inner !== undefined && a.inner === b.inner;
  if (b.inner !== undefined && b.type.printed === undefined) return false;
  const parts = partsOf(a);
  return [...partsOf(b)].every(([name, part]) => samePart(parts.get(name), part));
}

function samePart(a: Value, b: Value): boolean {
  if (a instanceof GoInt && b instanceof GoInt) return a.value === b.value;
  return a === b || (a instanceof GoObject && b instanceof GoObject && sameStruct(a, b));
}

export const ne = (a: Value, b: Value): boolean => !eq(a, b);

export function lt(a: Value, b: Value): boolean {
  const kindA = basicKind(a);
  const kindB = basicKind(b);
  if (kindA === undefined || kindB === undefined) throw new GoError('invalid type for comparison');
  if (isInteger(kindA) && isInteger(kindB)) return (a as GoInt).value < (b as GoInt).value;
  if (kindA !== kindB) throw new GoError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  if (kindA === 'string') return compareStrings(a as string, b as string) < 0;
  if (kindA === 'float') return (a as number) < (b as number);
  throw new GoError('invalid type for comparison');
}

export const le = (a: Value, b: Value): boolean => lt(a, b) || eq(a, b);
export const gt = (a: Value, b: Value): boolean => !le(a, b);
export const ge = (a: Value, b: Value): boolean => !lt(a, b);
