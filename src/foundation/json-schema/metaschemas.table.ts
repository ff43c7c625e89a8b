/**
 * What each draft says of schemas themselves, as schemas: only what can be broken, so without titles, comments and
 * defaults. The order of keywords is that of the official ones, since it shows in the order of what is wrong.
 */
import type { Json } from '../manifest/object.ts';

const text = { type: 'string' };
const flag = { type: 'boolean' };
const number = { type: 'number' };
const pattern = { type: 'string', format: 'regex' };
const uri = { type: 'string', format: 'uri' };
const reference = { type: 'string', format: 'uri-reference' };
const names = { type: 'array', items: text, uniqueItems: true };
const count = { type: 'integer', minimum: 0 };
const typeNames = { enum: ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'] };

const self = { $ref: '#' };
const type = {
  anyOf: [
    { $ref: '#/definitions/simpleTypes' },
    { type: 'array', items: { $ref: '#/definitions/simpleTypes' }, minItems: 1, uniqueItems: true },
  ],
};
const values = { type: 'array', minItems: 1, uniqueItems: true };
const schemas = { $ref: '#/definitions/schemaArray' };
const schemasByName = { type: 'object', additionalProperties: self };
const size = { $ref: '#/definitions/count' };
/** The official ones reach this through `allOf`, which shows where it is broken. */
const sizeFromNone = { $ref: '#/definitions/countFrom0' };
const strings = { $ref: '#/definitions/stringArray' };
const items = { anyOf: [self, schemas] };
const dependencies = { type: 'object', additionalProperties: { anyOf: [self, strings] } };

const oldDefinitions = {
  schemaArray: { type: 'array', minItems: 1, items: self },
  count,
  countFrom0: { allOf: [size, {}] },
  simpleTypes: typeNames,
};

const sizes = {
  maxLength: size,
  minLength: sizeFromNone,
  maxItems: size,
  minItems: sizeFromNone,
  maxProperties: size,
  minProperties: sizeFromNone,
};

const draft4 = {
  definitions: { ...oldDefinitions, stringArray: { ...names, minItems: 1 } },
  type: 'object',
  properties: {
    id: text,
    $schema: uri,
    title: text,
    description: text,
    multipleOf: { type: 'number', minimum: 0, exclusiveMinimum: true },
    maximum: number,
    exclusiveMaximum: flag,
    minimum: number,
    exclusiveMinimum: flag,
    ...sizes,
    pattern,
    additionalItems: { anyOf: [flag, self] },
    items,
    uniqueItems: flag,
    required: strings,
    additionalProperties: { anyOf: [flag, self] },
    definitions: schemasByName,
    properties: schemasByName,
    patternProperties: schemasByName,
    dependencies,
    enum: values,
    type,
    allOf: schemas,
    anyOf: schemas,
    oneOf: schemas,
    not: self,
    format: text,
    $ref: text,
  },
  dependencies: { exclusiveMaximum: ['maximum'], exclusiveMinimum: ['minimum'] },
};

const draft6 = {
  definitions: { ...oldDefinitions, stringArray: names },
  type: ['object', 'boolean'],
  properties: {
    $id: reference,
    $schema: uri,
    $ref: reference,
    title: text,
    description: text,
    multipleOf: { type: 'number', exclusiveMinimum: 0 },
    maximum: number,
    exclusiveMaximum: number,
    minimum: number,
    exclusiveMinimum: number,
    ...sizes,
    pattern,
    additionalItems: self,
    items,
    uniqueItems: flag,
    contains: self,
    required: strings,
    additionalProperties: self,
    definitions: schemasByName,
    properties: schemasByName,
    patternProperties: schemasByName,
    dependencies,
    propertyNames: self,
    enum: values,
    type,
    format: text,
    allOf: schemas,
    anyOf: schemas,
    oneOf: schemas,
    not: self,
  },
};

const draft7 = {
  ...draft6,
  properties: {
    ...draft6.properties,
    $comment: text,
    readOnly: flag,
    writeOnly: flag,
    examples: { type: 'array' },
    patternProperties: { ...schemasByName, propertyNames: { format: 'regex' } },
    contentMediaType: text,
    contentEncoding: text,
    if: self,
    // biome-ignore lint/suspicious/noThenProperty: it is the keyword's name.
    then: self,
    else: self,
  },
};

/** Since 2019 a schema is checked by one metaschema for each group of keywords. */
function vocabularies(base: string, own: Readonly<Record<string, Json>>, groups: Readonly<Record<string, Json>>): Json {
  const parts = Object.entries(groups).map(([name, rules]): [string, Json] => [
    name,
    { $id: `${base}/meta/${name}`, ...own, type: ['object', 'boolean'], ...(rules as object) },
  ]);
  return {
    $schema: `${base}/schema`,
    $id: `${base}/schema`,
    ...own,
    allOf: Object.keys(groups).map((name) => ({ $ref: `meta/${name}` })),
    type: ['object', 'boolean'],
    $defs: Object.fromEntries(parts),
  };
}

const metaData = {
  title: text,
  description: text,
  deprecated: flag,
  readOnly: flag,
  writeOnly: flag,
  examples: { type: 'array' },
};

const applicators = (any: Json): { readonly [key: string]: Json } => ({
  contains: any,
  additionalProperties: any,
  properties: { type: 'object', additionalProperties: any },
  patternProperties: { type: 'object', additionalProperties: any, propertyNames: { format: 'regex' } },
  dependentSchemas: { type: 'object', additionalProperties: any },
  propertyNames: any,
  if: any,
  // biome-ignore lint/suspicious/noThenProperty: it is the keyword's name.
  then: any,
  else: any,
  allOf: { $ref: '#/$defs/schemaArray' },
  anyOf: { $ref: '#/$defs/schemaArray' },
  oneOf: { $ref: '#/$defs/schemaArray' },
  not: any,
});

const newSize = { $ref: '#/$defs/count' };
const newStrings = { $ref: '#/$defs/stringArray' };

const validation: Json = {
  properties: {
    type: {
      anyOf: [
        { $ref: '#/$defs/simpleTypes' },
        { type: 'array', items: { $ref: '#/$defs/simpleTypes' }, minItems: 1, uniqueItems: true },
      ],
    },
    enum: { type: 'array' },
    multipleOf: { type: 'number', exclusiveMinimum: 0 },
    maximum: number,
    exclusiveMaximum: number,
    minimum: number,
    exclusiveMinimum: number,
    maxLength: newSize,
    minLength: newSize,
    pattern,
    maxItems: newSize,
    minItems: newSize,
    uniqueItems: flag,
    maxContains: newSize,
    minContains: newSize,
    maxProperties: newSize,
    minProperties: newSize,
    required: newStrings,
    dependentRequired: { type: 'object', additionalProperties: newStrings },
  },
  $defs: { count, simpleTypes: typeNames, stringArray: names },
};

const withoutFragment = { ...reference, pattern: '^[^#]*#?$' };
const vocabulary = { type: 'object', propertyNames: uri, additionalProperties: flag };
const any2019 = { $recursiveRef: '#' };
const any2020 = { $dynamicRef: '#meta' };
const anchor2020 = { type: 'string', pattern: '^[A-Za-z_][-A-Za-z0-9._]*$' };

const draft2019 = vocabularies(
  'https://json-schema.org/draft/2019-09',
  { $recursiveAnchor: true },
  {
    core: {
      properties: {
        $id: withoutFragment,
        $schema: uri,
        $anchor: { type: 'string', pattern: '^[A-Za-z][-A-Za-z0-9.:_]*$' },
        $ref: reference,
        $recursiveRef: reference,
        $recursiveAnchor: flag,
        $vocabulary: vocabulary,
        $comment: text,
        $defs: { type: 'object', additionalProperties: any2019 },
      },
    },
    applicator: {
      properties: {
        additionalItems: any2019,
        unevaluatedItems: any2019,
        items: { anyOf: [any2019, { $ref: '#/$defs/schemaArray' }] },
        unevaluatedProperties: any2019,
        ...applicators(any2019),
      },
      $defs: { schemaArray: { type: 'array', minItems: 1, items: any2019 } },
    },
    validation,
    'meta-data': { properties: metaData },
    format: { properties: { format: text } },
    content: { properties: { contentMediaType: text, contentEncoding: text, contentSchema: any2019 } },
  },
);

const draft2020 = vocabularies(
  'https://json-schema.org/draft/2020-12',
  { $dynamicAnchor: 'meta' },
  {
    core: {
      properties: {
        $id: withoutFragment,
        $schema: uri,
        $ref: reference,
        $anchor: anchor2020,
        $dynamicRef: reference,
        $dynamicAnchor: anchor2020,
        $vocabulary: vocabulary,
        $comment: text,
        $defs: { type: 'object', additionalProperties: any2020 },
      },
    },
    applicator: {
      properties: { prefixItems: { $ref: '#/$defs/schemaArray' }, items: any2020, ...applicators(any2020) },
      $defs: { schemaArray: { type: 'array', minItems: 1, items: any2020 } },
    },
    unevaluated: { properties: { unevaluatedItems: any2020, unevaluatedProperties: any2020 } },
    validation,
    'meta-data': { properties: metaData },
    'format-annotation': { properties: { format: text } },
    content: { properties: { contentEncoding: text, contentMediaType: text, contentSchema: any2020 } },
  },
);

/** Keywords of earlier drafts, which are still looked at. */
const earlier = (any: Json, own: { readonly [key: string]: Json }): Json => ({
  definitions: { type: 'object', additionalProperties: any },
  dependencies: {
    type: 'object',
    additionalProperties: { anyOf: [any, { $ref: 'meta/validation#/$defs/stringArray' }] },
  },
  ...own,
});

const old = (name: string, rules: object, id: object): Json => ({
  $schema: `http://json-schema.org/${name}/schema#`,
  ...id,
  ...(rules as { [key: string]: Json }),
});

export const metaschemas: Readonly<Record<4 | 6 | 7 | 2019 | 2020, Json>> = {
  4: old('draft-04', draft4, {}),
  6: old('draft-06', draft6, { $id: 'http://json-schema.org/draft-06/schema#' }),
  7: old('draft-07', draft7, { $id: 'http://json-schema.org/draft-07/schema#' }),
  2019: { ...(draft2019 as object), properties: earlier(any2019, {}) },
  2020: {
    ...(draft2020 as object),
    properties: earlier(any2020, { $recursiveAnchor: anchor2020, $recursiveRef: reference }),
  },
};
