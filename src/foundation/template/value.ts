/**
 * Go's values as templates see them. A bare JavaScript value stands for the kind that chart values have in Go;
 * every other kind has a form of its own, because `eq`, `kindOf`, `printf`, `range` and `index` tell them apart.
 *
 * | Go                         | here                                                     |
 * |----------------------------|----------------------------------------------------------|
 * | nil, a missing key         | null                                                     |
 * | bool                       | boolean                                                  |
 * | string                     | string; a byte that is no UTF-8 as U+DC80…U+DCFF         |
 * | float64                    | number                                                   |
 * | int, int64, uint8, …       | GoInt                                                    |
 * | []byte                     | Uint8Array                                               |
 * | []interface {}, []string … | Array, `elementType` set where it is not interface {}    |
 * | map[string]interface {}    | Map, `namedType` set where the map has a type of its own |
 * | structs, pointers          | GoObject                                                 |
 * | funcs                      | GoFunction                                               |
 */
export type GoValue = null | boolean | string | number | GoInt | Uint8Array | GoSlice | GoMap | GoObject | GoFunction;

export type IntKind = 'int' | 'int8' | 'int16' | 'int32' | 'int64' | 'uint' | 'uint8' | 'uint16' | 'uint32' | 'uint64';

/** An integer of a Go type. `value` is within that type's range: arithmetic wraps where it is done. */
export class GoInt {
  readonly kind: IntKind;
  readonly value: bigint;
  /** time.Month, time.Duration … */
  readonly type: NamedType | undefined;
  constructor(kind: IntKind, value: bigint, type?: NamedType) {
    this.kind = kind;
    this.value = value;
    this.type = type;
  }
}

/** A slice. Functions that return typed slices (`splitList`: []string) set `elementType`. */
export interface GoSlice extends Array<GoValue> {
  elementType?: string;
  /** A nil slice (`rest` of an empty list, `regexFindAll` without a match): prints as [], marshals as null. */
  isNil?: boolean;
  /** A slice type with methods: `.Capabilities.APIVersions`. */
  namedType?: NamedType;
}

/** A map with string keys. `.Values` and `.Files` have a named type with methods. */
export interface GoMap extends Map<string, GoValue> {
  namedType?: NamedType;
  /** As with slices: `split` returns map[string]string, of which a missing key is "". */
  elementType?: string;
  /** A nil map, which a function that wants a map gets for nil: reads as empty, writing to it panics. */
  isNil?: boolean;
  /** Of a view with a type of its own: the plain map, which a function gets that wants such a map. */
  plain?: GoMap;
}

export interface NamedType {
  /** As `typeOf` prints it: `common.Values`, `*semver.Version`, `time.Time`. */
  readonly name: string;
  /** Go's reflect.Kind: `map`, `struct`, `ptr` … */
  readonly kind: string;
  /** Methods are looked up before fields and keys. */
  readonly methods: ReadonlyMap<string, GoFunction>;
  /** String() of a named integer; a GoObject brings its own. */
  readonly format?: (value: GoInt) => string;
  /** GoString(), which %#v asks. */
  readonly goString?: (value: GoObject) => string;
  /** All fields, for fmt prints the unexported ones too. */
  readonly printed?: (value: GoObject) => ReadonlyMap<string, GoValue>;
  /** What copystructure makes of one, which loses unexported fields. */
  readonly copied?: (value: GoObject) => GoObject;
  /** A nil pointer. */
  readonly nil?: boolean;
  /** Where methods are the pointer's: what a function gets, a copy behind no pointer that lacks them. */
  readonly asValue?: (value: GoObject) => GoObject;
}

/** A struct or a pointer to one: `.Capabilities`, a certificate, a time, a semver version. */
export class GoObject {
  readonly type: NamedType;
  readonly fields: ReadonlyMap<string, GoValue>;
  /** What methods work on: a Date, a parsed version. Templates never see it. */
  readonly inner: unknown;
  /** Go's String() or Error(), used by print. */
  readonly format: (() => string) | undefined;
  constructor(type: NamedType, fields: ReadonlyMap<string, GoValue>, inner?: unknown, format?: () => string) {
    this.type = type;
    this.fields = fields;
    this.inner = inner;
    this.format = format;
  }
}

/**
 * A function that templates may call. The engine checks the arguments against `signature` as Go's reflection does
 * (count, assignability, constants by the wanted type) and only then calls `call`.
 *
 * A method gets its receiver as first argument, which the signature leaves out.
 */
export interface GoFunction {
  readonly name: string;
  /** Go's own, without the word func: `(int, string) string`, `(string, ...interface {}) (string, error)`. */
  readonly signature: string;
  /**
   * Arguments as GoValue, in order, variadic ones behind; nil for a map or slice parameter arrives as an empty one with
   * `isNil`. A thrown GoError is Go's returned error (`cause` is what Go wraps by %w); anything else passes through the
   * engine as it is.
   */
  readonly call: (...args: GoValue[]) => GoValue;
}

/** A Go error (or panic) with its text as Go prints it. The engine adds where in the template it happened. */
export class GoError extends Error {
  override readonly name = 'GoError';
}

/** From 0 on, each made when it is first asked for. */
const SMALL_INTS: (GoInt | undefined)[] = new Array(256).fill(undefined);

export function int(value: number | bigint): GoInt {
  const index = Number(value);
  const known = SMALL_INTS[index];
  if (known !== undefined) return known;
  const made = new GoInt('int', BigInt(value));
  if (index >= 0 && index < SMALL_INTS.length) SMALL_INTS[index] = made;
  return made;
}
export const int64 = (value: number | bigint): GoInt => new GoInt('int64', BigInt(value));
