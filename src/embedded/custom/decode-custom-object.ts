/**
 * Takes a custom object and its version's structural schema; returns a copy with unknown fields dropped (and named) and
 * defaults filled in, as the API server does on every write; nulls that may not be are dropped but in what an apply has
 * merged. Without a schema everything is kept.
 */
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import { copyJson, getOwn, isMap, setOwn } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject, KubernetesObject } from '../../foundation/manifest/object.ts';
import { DecodeError, decodeObject } from '../schema/decode-object.ts';
import { typeSchema } from '../schema/type-schema.ts';

export function decodeCustomObject(
  input: JsonObject,
  schema: JsonObject | undefined,
  { nulls = 'dropped' }: { readonly nulls?: 'dropped' | 'kept' } = {},
): { object: KubernetesObject; unknown: readonly string[] } {
  const unknown: string[] = [];
  const object: JsonObject = { apiVersion: input.apiVersion ?? '', kind: input.kind ?? '' };
  object.metadata = decodeMetadata(input.metadata, unknown);
  const properties = schema === undefined ? undefined : getOwn(schema, 'properties');
  for (const [key, value] of Object.entries(input)) {
    if (key === 'apiVersion' || key === 'kind' || key === 'metadata') continue;
    const property = isMap(properties) ? getOwn(properties, key) : undefined;
    if (schema !== undefined && property === undefined && !preserves(schema)) unknown.push(key);
    else if (!isMap(property)) setOwn(object, key, copyJson(value));
    else if (nulls === 'kept' || !isStrayNull(value, property))
      setOwn(object, key, pruned(value, property, { path: key, unknown, nulls }));
  }
  if (schema !== undefined) fillDefaults(object, { ...schema, properties: withoutMetadata(properties) });
  return { object: object as unknown as KubernetesObject, unknown };
}

function withoutMetadata(properties: unknown): JsonObject {
  if (!isMap(properties)) return {};
  const { metadata: _metadata, apiVersion: _apiVersion, kind: _kind, ...rest } = properties;
  return rest;
}

function decodeMetadata(metadata: Json | undefined, unknown: string[]): JsonObject {
  const type = typeSchema('meta.v1.ObjectMeta');
  if (type === undefined || !isMap(metadata)) return {};
  const decoded = decodeObject(metadata, type);
  unknown.push(...decoded.unknown.map((path) => `metadata.${path}`));
  return decoded.value;
}

function preserves(schema: JsonObject): boolean {
  return getOwn(schema, 'x-kubernetes-preserve-unknown-fields') === true;
}

interface Walk {
  readonly nulls: 'dropped' | 'kept';
  readonly path: string;
  readonly unknown: string[];
}

/** It may not be, and no default stands in for it. */
function isStrayNull(value: Json, schema: JsonObject): boolean {
  return value === null && getOwn(schema, 'nullable') !== true && getOwn(schema, 'default') === undefined;
}

/** What an embedded object cannot do without. */
function coerced(key: string, value: Json, path: string): Json {
  if (key === 'metadata') return value === null ? {} : copyJson(value);
  if (typeof value === 'string') return value;
  throw new DecodeError(`${path}: Invalid value: ${writeExactJson(value)}: must be a string`);
}

function pruned(value: Json, schema: JsonObject, walk: Walk): Json {
  if (Array.isArray(value)) {
    const items = getOwn(schema, 'items');
    if (!isMap(items)) return copyJson(value);
    return value.map((item, index) => pruned(item, items, { ...walk, path: `${walk.path}[${index}]` }));
  }
  if (!isMap(value)) return value;
  const properties = getOwn(schema, 'properties');
  const additional = getOwn(schema, 'additionalProperties');
  const embedded = getOwn(schema, 'x-kubernetes-embedded-resource') === true;
  const open = preserves(schema) || additional === true;
  const output: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const path = `${walk.path}.${key}`;
    const property = isMap(properties) ? getOwn(properties, key) : undefined;
    const known = isMap(property) ? property : isMap(additional) ? additional : undefined;
    if (known !== undefined) {
      if (walk.nulls === 'kept' || !isStrayNull(item, known))
        setOwn(output, key, pruned(item, known, { ...walk, path }));
    } else if (embedded && ['apiVersion', 'kind', 'metadata'].includes(key))
      setOwn(output, key, coerced(key, item, path));
    else if (open) setOwn(output, key, copyJson(item));
    else walk.unknown.push(path);
  }
  return output;
}

/** In place: `value` is a copy of our own. */
function fillDefaults(value: Json, schema: JsonObject): void {
  if (Array.isArray(value)) {
    const items = getOwn(schema, 'items');
    if (isMap(items)) for (const item of value) fillDefaults(item, items);
    return;
  }
  if (!isMap(value)) return;
  const properties = getOwn(schema, 'properties');
  for (const [key, property] of Object.entries(isMap(properties) ? properties : {})) {
    if (!isMap(property)) continue;
    const given = getOwn(value, key);
    const fallback = getOwn(property, 'default');
    const absent = given === undefined || (given === null && getOwn(property, 'nullable') !== true);
    if (absent && fallback !== undefined) setOwn(value, key, copyJson(fallback));
    const present = getOwn(value, key);
    if (present !== undefined) fillDefaults(present as Json, property);
  }
  const additional = getOwn(schema, 'additionalProperties');
  if (!isMap(additional)) return;
  for (const [key, item] of Object.entries(value))
    if (!isMap(properties) || getOwn(properties, key) === undefined) fillDefaults(item, additional);
}
