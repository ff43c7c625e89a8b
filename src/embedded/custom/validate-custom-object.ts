/** Checks a custom object against its version's OpenAPI schema, in the words of the API server. */
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import { getOwn, isMap } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import type { FieldError } from '../api/status-error.ts';
import { invalidValue, notSupported, required } from '../validation/field-error.ts';

export function validateCustomObject(object: JsonObject, schema: JsonObject | undefined): FieldError[] {
  if (schema === undefined) return [];
  const errors: FieldError[] = [];
  const { metadata: _metadata, ...rest } = object;
  const wanted = getOwn(schema, 'required');
  const listed = Array.isArray(wanted)
    ? wanted.filter((name) => name !== 'metadata' || object.metadata === undefined)
    : [];
  checkValue(rest, { ...schema, required: listed as Json }, { path: '', errors });
  return errors;
}

interface Walk {
  readonly path: string;
  readonly errors: FieldError[];
}

function checkValue(value: Json, schema: JsonObject, walk: Walk): void {
  if (value === null && schema.nullable === true) return;
  if (!checkType(value, schema, walk)) return;
  checkEnum(value, schema, walk);
  if (typeof value === 'string') checkText(value, schema, walk);
  if (typeof value === 'number' || typeof value === 'bigint') checkNumber(value, schema, walk);
  if (Array.isArray(value)) checkList(value, schema, walk);
  else if (isMap(value)) checkMap(value, schema, walk);
  checkCombinations(value, schema, walk);
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function checkType(value: Json, schema: JsonObject, { path, errors }: Walk): boolean {
  const wanted = schema.type;
  const actual = typeOf(value);
  if (schema['x-kubernetes-int-or-string'] === true) return actual === 'integer' || actual === 'string';
  if (typeof wanted !== 'string' || wanted === '' || wanted === actual || (wanted === 'number' && actual === 'integer'))
    return true;
  const where = path === '' ? '<nil>' : path;
  errors.push({
    type: 'FieldValueTypeInvalid',
    field: where,
    message: `Invalid value: ${JSON.stringify(isMap(value) || Array.isArray(value) ? actual : actual)}: ${where} in body must be of type ${wanted}: ${JSON.stringify(actual)}`,
  });
  return false;
}

function checkEnum(value: Json, schema: JsonObject, { path, errors }: Walk): void {
  if (!Array.isArray(schema.enum)) return;
  const text = writeExactJson(value);
  if (!schema.enum.some((one) => writeExactJson(one) === text))
    errors.push(notSupported(path, value, schema.enum.map(String)));
}

function checkText(value: string, schema: JsonObject, { path, errors }: Walk): void {
  const size = [...value].length;
  if (typeof schema.maxLength === 'number' && size > schema.maxLength)
    errors.push({
      type: 'FieldValueTooLong',
      field: path,
      message: `Too long: may not be more than ${schema.maxLength} bytes`,
    });
  if (typeof schema.minLength === 'number' && size < schema.minLength)
    errors.push(invalidValue(path, value, `${path} in body should be at least ${schema.minLength} chars long`));
  if (typeof schema.pattern === 'string' && !matches(value, schema.pattern))
    errors.push(invalidValue(path, value, `${path} in body should match '${schema.pattern}'`));
}

/** A pattern that JavaScript does not understand refuses nothing. */
function matches(value: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}

function checkNumber(value: number | bigint, schema: JsonObject, { path, errors }: Walk): void {
  const { minimum, maximum } = schema;
  if (typeof minimum === 'number' && (schema.exclusiveMinimum === true ? value <= minimum : value < minimum))
    errors.push(
      invalidValue(
        path,
        value,
        `${path} in body should be greater than ${schema.exclusiveMinimum === true ? '' : 'or equal to '}${minimum}`,
      ),
    );
  if (typeof maximum === 'number' && (schema.exclusiveMaximum === true ? value >= maximum : value > maximum))
    errors.push(
      invalidValue(
        path,
        value,
        `${path} in body should be less than ${schema.exclusiveMaximum === true ? '' : 'or equal to '}${maximum}`,
      ),
    );
}

function checkList(value: Json[], schema: JsonObject, walk: Walk): void {
  const { path, errors } = walk;
  if (typeof schema.maxItems === 'number' && value.length > schema.maxItems)
    errors.push({
      type: 'FieldValueTooMany',
      field: path,
      message: `Too many: ${value.length}: must have at most ${schema.maxItems} items`,
    });
  if (typeof schema.minItems === 'number' && value.length < schema.minItems)
    errors.push(invalidValue(path, value.length, `${path} in body should have at least ${schema.minItems} items`));
  if (!isMap(schema.items)) return;
  for (const [index, item] of value.entries()) checkValue(item, schema.items, { ...walk, path: `${path}[${index}]` });
}

function checkMap(value: JsonObject, schema: JsonObject, walk: Walk): void {
  const { path, errors } = walk;
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
  for (const key of Array.isArray(schema.required) ? schema.required : []) {
    if (typeof key === 'string' && getOwn(value, key) === undefined) errors.push(required(below(key)));
  }
  const { properties, additionalProperties } = schema;
  for (const [key, item] of Object.entries(value)) {
    const property = isMap(properties) ? getOwn(properties, key) : undefined;
    const found = isMap(property) ? property : isMap(additionalProperties) ? additionalProperties : undefined;
    if (found !== undefined && item !== null) checkValue(item, found, { ...walk, path: below(key) });
    else if (
      item === null &&
      isMap(found) &&
      found.nullable !== true &&
      found.default === undefined &&
      found.type !== undefined
    )
      errors.push({
        type: 'FieldValueTypeInvalid',
        field: below(key),
        message: `Invalid value: "null": ${below(key)} in body must be of type ${String(found.type)}: "null"`,
      });
  }
}

function fails(value: Json, schema: Json, walk: Walk): boolean {
  if (!isMap(schema)) return false;
  const errors: FieldError[] = [];
  checkValue(value, schema, { ...walk, errors });
  return errors.length > 0;
}

function checkCombinations(value: Json, schema: JsonObject, walk: Walk): void {
  const { path, errors } = walk;
  const where = path === '' ? '<nil>' : path;
  const all = Array.isArray(schema.allOf) ? schema.allOf : [];
  for (const one of all) if (isMap(one)) checkValue(value, one, walk);
  if (Array.isArray(schema.anyOf) && schema.anyOf.every((one) => fails(value, one, walk)))
    errors.push(invalidValue(where, typeOf(value), `${where} in body must validate at least one schema (anyOf)`));
  if (Array.isArray(schema.oneOf) && schema.oneOf.filter((one) => !fails(value, one, walk)).length !== 1)
    errors.push(invalidValue(where, typeOf(value), `${where} in body must validate one and only one schema (oneOf)`));
  if (isMap(schema.not) && !fails(value, schema.not, walk))
    errors.push(invalidValue(where, typeOf(value), `${where} in body must not validate the schema (not)`));
}
