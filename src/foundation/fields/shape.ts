/**
 * What merging has to know about a place in an object: whether a list is one value, a set or a map by keys, and
 * whether a map is one value. Everything not said is the rule: maps merge by field, lists are one value.
 */

export interface Shape {
  /** Replaced as a whole, map or list alike. */
  readonly atomic?: true;
  /** A list merged element by element: a set of scalars, or maps told apart by these fields. */
  readonly list?: 'set' | { readonly keys: readonly string[]; readonly defaults?: Readonly<Record<string, unknown>> };
  /** Strategic merge patch, where it differs from server-side apply or adds to it. */
  readonly strategic?: StrategicRule;
  /** A Go struct that is written even when empty: an absent one equals `{}`. */
  readonly always?: true;
  /** A list that is written even when nil, as `null`; or an object key of that kind. */
  readonly nil?: true;
  /** null is a value here (custom resources). */
  readonly nullable?: true;
  /** A resource quantity: `1000m` equals `1`. */
  readonly quantity?: true;
  readonly fields?: Readonly<Record<string, Shape>>;
  /** Of the keys that `fields` does not name. With it, those keys are data, not fields of the schema. */
  readonly values?: Shape;
  /** Of a list's elements. */
  readonly items?: Shape;
}

export interface StrategicRule {
  /** The one merge key that a strategic merge patch goes by. */
  readonly key?: string;
  /** A list of scalars that merges as a set. */
  readonly primitive?: true;
  readonly retainKeys?: true;
  /** A map that a strategic merge patch replaces. */
  readonly replace?: true;
}

/** A field nothing is known about. */
export const plain: Shape = {};

/** Free-form data: every key is data, lists are one value. */
export const freeForm: Shape = selfContained();

function selfContained(): Shape {
  const shape: { values?: Shape } = {};
  shape.values = shape;
  return shape;
}

export function fieldShape(shape: Shape, key: string): Shape {
  if (shape.fields !== undefined && Object.hasOwn(shape.fields, key)) return shape.fields[key] ?? plain;
  return shape.values ?? plain;
}

/** Whether `key` is a field of the schema, not data such as a label. */
export function isNamedField(shape: Shape, key: string): boolean {
  return shape.values === undefined || (shape.fields !== undefined && Object.hasOwn(shape.fields, key));
}

export function itemShape(shape: Shape): Shape {
  return shape.items ?? plain;
}
