/** Takes a custom object's value and its schema, returns it as the rules of that schema see it: typed, with names that CEL allows. */
import { celValue } from '../../foundation/cel/cel-value.ts';
import { celDuration } from '../../foundation/cel/compile-cel.ts';
import { getOwn, isMap } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import { objectAt } from '../defaults/set-default.ts';

const keywords: ReadonlySet<string> = new Set([
  ...['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import'],
  ...['let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
]);
const replacements: Readonly<Record<string, string>> = { __: 'underscores', '.': 'dot', '-': 'dash', '/': 'slash' };

export function celName(name: string): string {
  if (keywords.has(name)) return `__${name}__`;
  return name.replace(/__|[.\-/]/g, (found) => `__${replacements[found]}__`);
}

export function ruleValue(value: Json, schema: JsonObject): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) {
    const items = objectAt(schema, 'items');
    return value.map((one) => (items === undefined ? celValue(one) : ruleValue(one, items)));
  }
  if (isMap(value)) return mapValue(value, schema);
  if (typeof value === 'string') return textValue(value, schema.format);
  if (typeof value === 'number' && schema.type === 'number') return value;
  return celValue(value);
}

/** Only what the schema knows can be seen. */
function mapValue(value: JsonObject, schema: JsonObject): unknown {
  const properties = objectAt(schema, 'properties');
  const additional = objectAt(schema, 'additionalProperties');
  if (properties === undefined && additional === undefined) return celValue(value);
  const entries = Object.entries(value).flatMap(([key, one]): [string, unknown][] => {
    const property = properties === undefined ? undefined : getOwn(properties, key);
    if (isMap(property)) return [[celName(key), ruleValue(one, property as JsonObject)]];
    return additional === undefined ? [] : [[key, ruleValue(one, additional)]];
  });
  return new Map(entries);
}

function textValue(text: string, format: Json | undefined): unknown {
  if (format === 'date-time') return new Date(text);
  return format === 'duration' ? (celDuration(text) ?? text) : text;
}
