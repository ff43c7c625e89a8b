/** Paths as server-side apply spells them: `.spec.containers[name="a"].image`, list elements by their keys. */
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import { getOwn, isMap } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import { type FieldShape, type TypeSchema, typeSchema } from './type-schema.ts';

const stepPattern = /\[(\d+)\]|\.?([^.[\]]+)/g;

/** `path` with indices, as decoding names it. */
export function appliedPath(path: string, object: JsonObject, type: TypeSchema | undefined): string {
  let value: unknown = object;
  let shape: FieldShape | undefined =
    type === undefined ? undefined : { shape: 'object', type: type.name, atomic: false };
  let text = '';
  for (const [, index, name] of path.matchAll(stepPattern)) {
    if (index !== undefined) {
      value = Array.isArray(value) ? (value[Number(index)] as unknown) : undefined;
      const keys: readonly string[] = shape?.shape === 'list' ? shape.keys : [];
      text += keys.length === 0 || !isMap(value) ? `[${index}]` : elementKeys(value, keys);
      shape = shape?.shape === 'list' ? shape.of : undefined;
    } else if (name !== undefined) {
      text += `.${name}`;
      value = isMap(value) ? getOwn(value, name) : undefined;
      shape = below(shape, name);
    }
  }
  return text;
}

function below(shape: FieldShape | undefined, name: string): FieldShape | undefined {
  if (shape?.shape === 'map') return shape.of;
  return shape?.shape === 'object' ? typeSchema(shape.type)?.fields.get(name)?.shape : undefined;
}

function elementKeys(element: JsonObject, keys: readonly string[]): string {
  const defaults: Readonly<Record<string, Json>> = { protocol: 'TCP' };
  return `[${keys.map((key) => `${key}=${writeExactJson(getOwn(element, key) ?? defaults[key] ?? null)}`).join(',')}]`;
}

/** A value as Go's %#v prints what structured-merge-diff holds. */
export function goSyntax(value: Json): string {
  if (value === null) return 'interface {}(nil)';
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isMap(value)) return writeExactJson(value);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${goSyntax(value[key] ?? null)}`);
  return `map[string]interface {}{${entries.join(', ')}}`;
}

/** A value as Go's %v prints it. */
export function goText(value: Json): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isMap(value)) return String(value);
  return `map[${Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(value[key] ?? null)}`)
    .join(' ')}]`;
}
