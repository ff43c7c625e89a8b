/**
 * Tells at a glance, for nearly every schema that is in use, that its draft's metaschema has nothing against it: that one
 * takes some hundred times as long. False says only that one has to look closer.
 */
import { compileRegexp, RegexpSyntaxError } from '../base/regexp.ts';
import type { GoMap, GoValue } from '../template/value.ts';
import type { Draft } from './schema-drafts.ts';

type Test = (value: GoValue, draft: Draft) => boolean;

export function isPlainlyValid(schema: GoValue, draft: Draft): boolean {
  if (!(schema instanceof Map)) return typeof schema === 'boolean' && draft > 4;
  for (const [keyword, value] of schema) {
    if (UNTESTED.has(keyword)) return false;
    const test = tests.get(keyword);
    if (test !== undefined && !test(value, draft)) return false;
  }
  return true;
}

/** Rare, or of another meaning in another draft. */
const UNTESTED = new Set([
  'dependencies',
  'dependentRequired',
  'exclusiveMaximum',
  'exclusiveMinimum',
  'multipleOf',
  '$vocabulary',
  '$recursiveRef',
  '$recursiveAnchor',
  '$dynamicRef',
  '$dynamicAnchor',
  '$anchor',
  'contentSchema',
  'id',
]);

const TYPES = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);

const isText: Test = (value) => typeof value === 'string';
const isFlag: Test = (value) => typeof value === 'boolean';
const isNumber: Test = (value) => typeof value === 'number';
const isCount: Test = (value) => Number.isInteger(value) && (value as number) >= 0;
const isTypeName: Test = (value) => typeof value === 'string' && TYPES.has(value);
const isUnique = (list: readonly GoValue[]): boolean => new Set(list).size === list.length;

const isType: Test = (value, draft) =>
  isTypeName(value, draft) ||
  (Array.isArray(value) && value.length > 0 && value.every((item) => isTypeName(item, draft)) && isUnique(value));

const isByName: Test = (value, draft) => value instanceof Map && allOf(value, draft);
const allOf = (map: GoMap, draft: Draft): boolean => [...map.values()].every((item) => isPlainlyValid(item, draft));

const isList: Test = (value, draft) =>
  Array.isArray(value) && value.length > 0 && value.every((item) => isPlainlyValid(item, draft));

const isItems: Test = (value, draft) =>
  Array.isArray(value) ? draft < 2020 && isList(value, draft) : isPlainlyValid(value, draft);

const isRest: Test = (value, draft) => typeof value === 'boolean' || isPlainlyValid(value, draft);

const isNames: Test = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string') && isUnique(value);

const isEnum: Test = (value) => Array.isArray(value) && value.length > 0 && value.every(isScalar) && isUnique(value);
const isScalar = (value: GoValue): boolean => value === null || typeof value !== 'object';

const isPattern: Test = (value) => {
  if (typeof value !== 'string') return false;
  try {
    compileRegexp(value);
    return true;
  } catch (error) {
    if (error instanceof RegexpSyntaxError) return false;
    throw error;
  }
};

const isByPattern: Test = (value, draft) =>
  value instanceof Map && [...value.keys()].every((key) => isPattern(key, draft)) && allOf(value, draft);

const isReference: Test = (value) => typeof value === 'string' && /^[\w#/.$~-]*$/.test(value);
const isId: Test = (value) => typeof value === 'string' && /^(?:https?:\/\/)?[\w/.-]+#?$/.test(value);
const isDraft: Test = (value) => typeof value === 'string' && /^https?:\/\/[\w/.-]+#?$/.test(value);

const tests: ReadonlyMap<string, Test> = new Map<string, Test>([
  ...['properties', 'definitions', '$defs', 'dependentSchemas'].map((name) => [name, isByName] as const),
  ...['allOf', 'anyOf', 'oneOf', 'prefixItems'].map((name) => [name, isList] as const),
  ...['additionalProperties', 'additionalItems'].map((name) => [name, isRest] as const),
  ...['not', 'contains', 'propertyNames', 'if', 'then', 'else', 'unevaluatedItems', 'unevaluatedProperties'].map(
    (name) => [name, isPlainlyValid] as const,
  ),
  ...['title', 'description', '$comment', 'format', 'contentMediaType', 'contentEncoding'].map(
    (name) => [name, isText] as const,
  ),
  ...['uniqueItems', 'deprecated', 'readOnly', 'writeOnly'].map((name) => [name, isFlag] as const),
  ...[
    'minLength',
    'maxLength',
    'minItems',
    'maxItems',
    'minProperties',
    'maxProperties',
    'minContains',
    'maxContains',
  ].map((name) => [name, isCount] as const),
  ['minimum', isNumber],
  ['maximum', isNumber],
  ['type', isType],
  ['items', isItems],
  ['required', isNames],
  ['enum', isEnum],
  ['pattern', isPattern],
  ['patternProperties', isByPattern],
  ['examples', (value: GoValue) => Array.isArray(value)],
  ['$ref', isReference],
  ['$id', isId],
  ['$schema', isDraft],
]);
