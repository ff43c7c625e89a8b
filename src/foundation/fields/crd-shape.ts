/**
 * Takes a kind and, for a custom one, the OpenAPI schema of its version; returns its shape. Never fails: what a schema
 * does not say follows the rule for custom resources, lists whole and maps by key.
 */
import type { GroupVersionKind, JsonObject } from '../manifest/object.ts';
import { getOwn, isMap } from './json-value.ts';
import { builtInShape, metadataShape } from './merge-keys.table.ts';
import { freeForm, type Shape } from './shape.ts';

const unknownKind: Shape = { ...freeForm, fields: { metadata: metadataShape } };

/** `schema`: `spec.versions[].schema.openAPIV3Schema` of the CRD. */
export function shapeOfKind(gvk: GroupVersionKind, schema?: JsonObject): Shape {
  const builtIn = builtInShape(gvk);
  if (builtIn !== undefined) return builtIn;
  if (schema === undefined) return unknownKind;
  const shape = schemaShape(schema);
  return { ...shape, fields: { ...shape.fields, metadata: metadataShape } };
}

function schemaShape(schema: JsonObject): Shape {
  const nullable = getOwn(schema, 'nullable') === true ? { nullable: true as const } : {};
  if (getOwn(schema, 'x-kubernetes-int-or-string') === true) return nullable;
  const type = getOwn(schema, 'type');
  if (type === 'array') return { ...nullable, ...listShape(schema) };
  if (type === 'object' || isMap(getOwn(schema, 'properties'))) return { ...nullable, ...mapShape(schema) };
  if (getOwn(schema, 'x-kubernetes-preserve-unknown-fields') === true) return { ...nullable, ...freeForm };
  return nullable;
}

function listShape(schema: JsonObject): Shape {
  const itemSchema = getOwn(schema, 'items');
  const items = isMap(itemSchema) ? { items: schemaShape(itemSchema) } : {};
  const listType = getOwn(schema, 'x-kubernetes-list-type');
  if (listType === 'set') return { list: 'set', ...items };
  const keys = getOwn(schema, 'x-kubernetes-list-map-keys');
  if (listType !== 'map' || !Array.isArray(keys)) return items;
  const names = keys.filter((key) => typeof key === 'string');
  return { list: { keys: names, defaults: keyDefaults(itemSchema, names) }, ...items };
}

function keyDefaults(itemSchema: unknown, keys: readonly string[]): Record<string, unknown> {
  const properties = isMap(itemSchema) ? getOwn(itemSchema, 'properties') : undefined;
  if (!isMap(properties)) return {};
  const found = keys.flatMap((key) => {
    const property = getOwn(properties, key);
    const value = isMap(property) ? getOwn(property, 'default') : undefined;
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(found);
}

function mapShape(schema: JsonObject): Shape {
  if (getOwn(schema, 'x-kubernetes-map-type') === 'atomic') return { atomic: true };
  const properties = getOwn(schema, 'properties');
  const named = isMap(properties) ? Object.entries(properties).filter(([, property]) => isMap(property)) : [];
  const fields = Object.fromEntries(named.map(([key, property]) => [key, schemaShape(property as JsonObject)]));
  const additional = getOwn(schema, 'additionalProperties');
  if (isMap(additional)) return { fields, values: schemaShape(additional) };
  const free = named.length === 0 || getOwn(schema, 'x-kubernetes-preserve-unknown-fields') === true;
  return free || additional === true ? { fields, values: freeForm } : { fields };
}
