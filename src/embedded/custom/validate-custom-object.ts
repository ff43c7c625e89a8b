/** Checks a custom object against its version's OpenAPI schema, in the words of the API server. */
import { writeExactJson } from '../../foundation/base/exact-json.ts';
import { getOwn, isMap } from '../../foundation/fields/json-value.ts';
import type { Json, JsonObject } from '../../foundation/manifest/object.ts';
import type { FieldError } from '../api/status-error.ts';
import { duplicate, invalidValue, notSupported, required, tooLong } from '../validation/field-error.ts';

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
  if (schema['x-kubernetes-int-or-string'] === true) {
    if (actual === 'integer' || actual === 'string') return true;
    errors.push(...noIntOrString(path, actual, Array.isArray(schema.anyOf)));
    return false;
  }
  if (typeof wanted !== 'string' || wanted === '' || wanted === actual || (wanted === 'number' && actual === 'integer'))
    return true;
  const where = path === '' ? '<nil>' : path;
  errors.push({
    type: 'FieldValueTypeInvalid',
    field: where,
    message: `Invalid value: ${JSON.stringify(isMap(value) || Array.isArray(value) ? actual : actual)}: ${where} in body must be of type ${wanted}: ${JSON.stringify(actual)}`,
  });
  if (wanted === 'integer' && actual === 'number') {
    errors.push(invalidValue('<nil>', '', `Checked value must be of type integer (default format) in ${where}`));
  }
  return false;
}

function noIntOrString(path: string, actual: string, combined: boolean): FieldError[] {
  const wrong = (wanted: string): FieldError => ({
    type: 'FieldValueTypeInvalid',
    field: path,
    message: `Invalid value: ${JSON.stringify(actual)}: ${path} in body must be of type ${wanted}: ${JSON.stringify(actual)}`,
  });
  if (!combined) return [wrong('integer,string')];
  const none = invalidValue('<nil>', '', `"${path}" must validate at least one schema (anyOf)`);
  return [wrong('integer,string'), none, wrong('integer')];
}

function checkEnum(value: Json, schema: JsonObject, { path, errors }: Walk): void {
  if (!Array.isArray(schema.enum)) return;
  const text = writeExactJson(value);
  if (!schema.enum.some((one) => writeExactJson(one) === text))
    errors.push(notSupported(path, value, schema.enum.map(String)));
}

/** One objection is enough. */
function checkText(value: string, schema: JsonObject, { path, errors }: Walk): void {
  const { maxLength, minLength, pattern, format } = schema;
  const size = [...value].length;
  if (typeof maxLength === 'number' && size > maxLength) errors.push(tooLong(path, maxLength));
  else if (typeof minLength === 'number' && size < minLength)
    errors.push(invalidValue(path, value, `${path} in body should be at least ${minLength} chars long`));
  else if (typeof pattern === 'string' && !matches(value, pattern))
    errors.push(invalidValue(path, value, `${path} in body should match '${pattern}'`));
  if (typeof format === 'string' && formats[format]?.test(value) === false) {
    const shown = JSON.stringify(value);
    const message = `Invalid value: ${shown}: ${path} in body must be of type ${format}: ${shown}`;
    errors.push({ type: 'FieldValueTypeInvalid', field: path, message });
  }
}

/** Those that can be told by their look. */
const formats: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)?$/,
  date: /^\d{4}-\d\d-\d\d$/,
  ipv4: /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/,
  uuid: /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i,
  duration: /^\d+\.?\d*\s*[A-Za-zµ]+(?:\s*\d+\.?\d*\s*[A-Za-zµ]+)*$/,
  byte: /^[A-Za-z0-9+/]*={0,2}$/,
};

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
  checkDoubles(value, schema, walk);
  if (!isMap(schema.items)) return;
  for (const [index, item] of value.entries()) checkValue(item, schema.items, { ...walk, path: `${path}[${index}]` });
}

/** Lists that are sets or maps hold each element, or each key, once. */
function checkDoubles(value: Json[], schema: JsonObject, { path, errors }: Walk): void {
  const keys = schema['x-kubernetes-list-map-keys'];
  const kind = schema['x-kubernetes-list-type'];
  if (kind !== 'set' && !(kind === 'map' && Array.isArray(keys))) return;
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    const identity =
      kind === 'set' || !Array.isArray(keys) || !isMap(item)
        ? item
        : Object.fromEntries(keys.map((key) => [String(key), getOwn(item, String(key)) ?? null]));
    const text = writeExactJson(identity as Json);
    if (seen.has(text)) errors.push(duplicate(`${path}[${index}]`, identity));
    seen.add(text);
  }
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
