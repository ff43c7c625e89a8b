/** Takes a schema, returns how much of each of its values a request can hold: what the cost of its rules is estimated by. */
import type { CelShape } from '../../foundation/cel/cel-shape.ts';
import { getOwn, isMap } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import { rootSchema } from './check-rules.ts';
import { celName } from './rule-value.ts';

/** Bytes of one request. */
export const mostBytes = 3 * 1024 * 1024;

/** `least`: bytes that a value takes in JSON. */
export type SizedShape = CelShape & { readonly least: number };

const text: SizedShape = { kind: 'text', most: 0, least: 2 };

/** Undefined for what rules cannot see. */
export function ruleShape(schema: Json | undefined, isRoot = false): SizedShape | undefined {
  if (!isMap(schema)) return undefined;
  if (schema['x-kubernetes-int-or-string'] === true)
    return { kind: 'dyn', most: longest(schema) ?? mostBytes - 2, least: 1 };
  const { type } = schema;
  if (type === 'string') return textOf(schema as JsonObject);
  if (type === 'array') {
    const elem = ruleShape(schema.items as Json | undefined, isEmbedded(schema.items));
    const fit = Math.floor((mostBytes - 2) / ((elem?.least ?? 0) + 1));
    return elem && { kind: 'list', most: whole(schema.maxItems) ?? fit, elem, least: 2 };
  }
  if (type === 'object') return objectOf((isRoot ? rootSchema(schema as JsonObject) : schema) as JsonObject);
  const least = type === 'boolean' ? 4 : type === 'integer' || type === 'number' ? 1 : undefined;
  return least === undefined ? undefined : { kind: 'scalar', most: 0, least };
}

const isEmbedded = (schema: unknown): boolean => isMap(schema) && schema['x-kubernetes-embedded-resource'] === true;

function whole(value: unknown): number | undefined {
  return typeof value === 'number' ? Math.max(value, 0) : undefined;
}

/** In bytes: a character has up to four. */
function longest({ maxLength }: { readonly maxLength?: unknown }): number | undefined {
  const most = whole(maxLength);
  return most === undefined ? undefined : most * 4;
}

function textOf(schema: JsonObject): SizedShape {
  const { format, enum: choices, maxLength } = schema;
  if (format === 'byte') return { kind: 'bytes', most: whole(maxLength) ?? mostBytes - 2, least: 2 };
  if (format === 'duration') return { kind: 'scalar', most: 32, least: 3 };
  if (format === 'date') return { kind: 'scalar', most: 12, least: 12 };
  if (format === 'date-time') return { kind: 'scalar', most: 32, least: 21 };
  const chosen = Array.isArray(choices) && choices.length > 0 ? choices : undefined;
  const bytes = chosen?.map((one) => (typeof one === 'string' ? Buffer.byteLength(one) : 0));
  return { ...text, most: longest(schema) ?? (bytes === undefined ? mostBytes - 2 : Math.max(...bytes)) };
}

function objectOf(schema: JsonObject): SizedShape | undefined {
  const { additionalProperties, properties, required, maxProperties } = schema;
  if (isMap(additionalProperties)) {
    const elem = ruleShape(additionalProperties as Json, isEmbedded(additionalProperties));
    const fit = Math.floor((mostBytes - 2) / ((elem?.least ?? 0) + 6));
    return elem && { kind: 'map', most: whole(maxProperties) ?? fit, keys: text, elem, least: 2 };
  }
  const fields: [string, SizedShape][] = [];
  let least = 2;
  for (const [name, property] of Object.entries(isMap(properties) ? properties : {})) {
    const shape = ruleShape(property as Json, isEmbedded(property));
    if (shape === undefined) continue;
    fields.push([celName(name), shape]);
    const given = isMap(property) && getOwn(property as JsonObject, 'default') !== undefined;
    if (Array.isArray(required) && required.includes(name) && !given) least += name.length + shape.least + 4;
  }
  return { kind: 'object', most: 0, fields: Object.fromEntries(fields), least };
}
