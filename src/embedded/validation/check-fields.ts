/** The checks that follow from a built-in type's fields alone: required texts and enumerations, status left aside. */
import { getOwn, isMap } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import type { FieldError } from '../api/status-error.ts';
import { type FieldSchema, type FieldShape, type TypeSchema, typeSchema } from '../schema/type-schema.ts';
import { notSupported, required } from './field-error.ts';

/** Fields that OpenAPI calls required though an empty text is as good as any. */
/** Where upstream lists the values in another order than their names'. */
const valueOrder: Readonly<Record<string, readonly string[]>> = {
  restartPolicy: ['Always', 'OnFailure', 'Never'],
  policyTypes: ['Ingress', 'Egress'],
};

const mayBeEmpty: ReadonlySet<string> = new Set([
  'value',
  'apiGroup',
  'namespace',
  'uid',
  'apiVersion',
  'resource',
  'request',
  'username',
  'message',
  'reason',
]);

export function checkFields(object: JsonObject, type: TypeSchema): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of type.fields.values()) {
    if (field.name === 'metadata' || field.name === 'status') continue;
    checkField(object, field, { path: field.name, errors });
  }
  return errors;
}

interface Walk {
  readonly path: string;
  readonly errors: FieldError[];
}

function checkField(object: JsonObject, field: FieldSchema, walk: Walk): void {
  const value = getOwn(object, field.name) as Json | undefined;
  const text = field.shape.shape === 'scalar' && field.shape.scalar === 'string';
  if (value === undefined || value === null || value === '') {
    if (field.required && text && !mayBeEmpty.has(field.name)) walk.errors.push(required(walk.path));
    return;
  }
  checkValue(value, field.shape, walk);
}

function checkValue(value: Json, shape: FieldShape, walk: Walk): void {
  if (shape.shape === 'scalar') {
    if (shape.values !== undefined && !shape.values.includes(String(value))) {
      const field = /(\w+)(?:\[\d+\])?$/.exec(walk.path)?.[1] ?? '';
      walk.errors.push(
        notSupported(
          walk.path,
          value,
          (Object.hasOwn(valueOrder, field) ? valueOrder[field] : undefined) ?? shape.values,
        ),
      );
    }
    return;
  }
  if (shape.shape === 'list' && Array.isArray(value)) {
    for (const [index, item] of value.entries())
      checkValue(item, shape.of, { ...walk, path: `${walk.path}[${index}]` });
    return;
  }
  if (!isMap(value)) return;
  if (shape.shape === 'map' && shape.of.shape === 'object') {
    for (const [key, item] of Object.entries(value))
      checkValue(item, shape.of, { ...walk, path: `${walk.path}[${key}]` });
  }
  if (shape.shape !== 'object') return;
  const type = typeSchema(shape.type);
  if (type === undefined || type.name === 'meta.v1.ObjectMeta') return;
  for (const field of type.fields.values())
    if (field.name !== 'status') checkField(value, field, { ...walk, path: `${walk.path}.${field.name}` });
}
