/** Steps into decoded objects, and one field set where nothing is there yet. */
import { getOwn, isMap } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';

export function setDefault(object: JsonObject, field: string, value: Json): void {
  const present = object[field];
  if (present === undefined || present === null || present === '') object[field] = value;
}

export function objectAt(object: JsonObject | undefined, field: string): JsonObject | undefined {
  const value = object === undefined ? undefined : getOwn(object, field);
  return isMap(value) ? value : undefined;
}

export function objectsAt(object: JsonObject | undefined, field: string): JsonObject[] {
  const value = object === undefined ? undefined : getOwn(object, field);
  return Array.isArray(value) ? value.filter(isMap) : [];
}

/** The object at `field`, made when it is not there. */
export function ensureObject(object: JsonObject, field: string): JsonObject {
  const value = object[field];
  if (isMap(value)) return value;
  const made: JsonObject = {};
  object[field] = made;
  return made;
}
