/**
 * The few operations on plain JSON that merging and comparing need. Keys come from strangers, so nothing here reads or
 * writes a key that an object does not hold itself.
 */
import type { JsonObject } from '../manifest/object.ts';

export type Value = unknown;

export function isMap(value: Value): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object's own value under `key`, else undefined. */
export function getOwn(object: object, key: string): Value {
  return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;
}

/** Sets an own property, `__proto__` too. */
export function setOwn(object: object, key: string, value: Value): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    (object as Record<string, unknown>)[key] = value;
  }
}

export function copyJson<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyJson) as T;
  if (!isMap(value)) return value;
  const copy = {};
  for (const key of Object.keys(value)) setOwn(copy, key, copyJson(getOwn(value, key)));
  return copy as T;
}

/** Deep equality; the order of keys does not matter, an undefined field is an absent one. */
export function equalJson(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) && left.length === right.length && left.every((item, index) => equalJson(item, right[index]))
    );
  }
  if (!isMap(left) || !isMap(right)) return false;
  const keys = definedKeys(left);
  return (
    keys.length === definedKeys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equalJson(getOwn(left, key), getOwn(right, key)))
  );
}

export function definedKeys(object: object): string[] {
  return Object.keys(object).filter((key) => (object as Record<string, unknown>)[key] !== undefined);
}

/** No value, null, or a map or list without entries: what merging treats as one leaf. */
export function isBlank(value: Value): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) && definedKeys(value).length === 0;
}
