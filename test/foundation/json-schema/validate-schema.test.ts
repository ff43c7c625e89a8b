import { type Schema, Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSchema } from '../../../src/foundation/json-schema/read-schema.ts';
import { formatProblems, SchemaFault } from '../../../src/foundation/json-schema/schema-error.ts';
import { validateSchema } from '../../../src/foundation/json-schema/validate-schema.ts';
import type { Json } from '../../../src/foundation/manifest/object.ts';
import { fromJson } from '../../../src/foundation/yaml/plain-json.ts';
import { readYaml } from '../../../src/foundation/yaml/read-yaml.ts';

function problems(schema: string, yaml: string): string {
  try {
    const problem = validateSchema(readSchema(schema), readYaml(yaml));
    return problem === undefined ? '' : formatProblems(problem);
  } catch (error) {
    if (error instanceof SchemaFault) return error.message;
    throw error;
  }
}

const draft7 = '"$schema": "http://json-schema.org/draft-07/schema#"';

// The sentences are those of helm 4.2.4.
const sentences: readonly (readonly [schema: string, yaml: string, text: string])[] = [
  ['{"properties": {"a": {"minimum": 200000}}}', 'a: 100000', "- at '/a': minimum: got 100,000, want 200,000\n"],
  [
    '{"properties": {"a": {"minimum": 1e7, "multipleOf": 3}}}',
    'a: 1234567.5',
    "- at '/a': minimum: got 1.2345675×10⁰⁶, want 1×10⁰⁷\n- at '/a': multipleOf: got 1.2345675×10⁰⁶, want 3\n",
  ],
  ['{"properties": {"a": {"multipleOf": 0.1}}}', 'a: 0.3', ''],
  [
    `{${draft7}, "properties": {"a": {"format": "ipv4"}}}`,
    'a: foo',
    "- at '/a': 'foo' is not valid ipv4: expected four decimals\n",
  ],
  [
    `{${draft7}, "properties": {"a": {"format": "uri"}}}`,
    'a: foo',
    "- at '/a': 'foo' is not valid uri: relative url\n",
  ],
  ['{"$schema": "http://json-schema.org/schema#", "properties": {"a": {"format": "ipv4"}}}', 'a: foo', ''],
  [
    '{"properties": {"a": {"enum": ["x", 1, null, true]}}}',
    'a: foo',
    "- at '/a': value must be one of 'x', 1, <nil>, true\n",
  ],
  ['{"properties": {"a": {"enum": ["x", {}]}}}', 'a: foo', "- at '/a': 'enum' failed\n"],
  [
    '{"properties": {"a": {"anyOf": [{"type": "string"}, {"type": "object", "required": ["b", "c"], "properties": {"q": {"type": "null"}}}]}}}',
    'a: {q: 1}',
    "- at '/a': 'anyOf' failed\n  - at '/a': got object, want string\n  - at '/a': validation failed\n    - at '/a': missing properties 'b', 'c'\n    - at '/a/q': got number, want null\n",
  ],
  [
    '{"properties": {"a": {"$ref": "#/definitions/x"}}, "definitions": {"x": {"type": ["string", "null"]}}}',
    'a: {q: 1}',
    "- at '/a': got object, want null or string\n",
  ],
  [
    '{"properties": {"a": {"$ref": "#/definitions/x"}}, "definitions": {"x": {"required": ["z"], "minProperties": 3}}}',
    'a: {q: 1}',
    "- at '/a': validation failed\n  - at '/a': minProperties: got 1, want 3\n  - at '/a': missing property 'z'\n",
  ],
  [
    '{"$id": "https://x.y/z.json", "properties": {"a": {"$ref": "q.json#/$defs/k"}}, "$defs": {"x": {"$id": "q.json", "$defs": {"k": {"type": "null"}}}}}',
    'a: 1',
    "- at '/a': got number, want null\n",
  ],
  [
    '{"properties": {"a": {"$ref": "#foo"}}, "$defs": {"x": {"$anchor": "foo", "type": "null"}}}',
    'a: 1',
    "- at '/a': got number, want null\n",
  ],
  [
    '{"additionalProperties": false, "properties": {"a": {}}}',
    'a: 1\nb: 1\nc: 2',
    "- at '': additional properties 'b', 'c' not allowed\n",
  ],
  [
    '{"properties": {"a": {"pattern": "^[a-z]+$"}}}',
    'a: "it\'s \\"5\\""',
    "- at '/a': 'it\\'s \"5\"' does not match pattern '^[a-z]+$'\n",
  ],
  [
    '{"properties": {"a": {"uniqueItems": true, "maxItems": 1, "items": {"type": "string"}, "contains": {"const": 5}}}}',
    'a: [1, 1, b]',
    "- at '/a': maxItems: got 3, want 1\n- at '/a': items at 0 and 1 are equal\n- at '/a/0': got number, want string\n- at '/a/1': got number, want string\n- at '/a': no items match contains schema\n  - at '/a/0': value must be 5\n  - at '/a/1': value must be 5\n  - at '/a/2': value must be 5\n",
  ],
  [
    `{${draft7}, "properties": {"a": {"items": [{"type": "string"}], "additionalItems": false}}}`,
    'a: [1, 1, b]',
    "- at '/a/0': got number, want string\n- at '/a': last 2 additionalItem(s) not allowed\n",
  ],
  [
    '{"properties": {"a": {"if": {"type": "string"}, "then": {"minLength": 3}, "not": {"const": "x"}}}}',
    'a: x',
    "- at '/a': 'not' failed\n- at '/a': minLength: got 1, want 3\n",
  ],
  [
    '{"properties": {"c": {"propertyNames": {"maxLength": 1}}}}',
    'c: {ab: 1}',
    "- at '': invalid propertyName 'ab'\n  - at '': maxLength: got 2, want 1\n",
  ],
  [
    '{"properties": {"d": {"unevaluatedProperties": false, "properties": {"e": {}}, "allOf": [{"properties": {"g": {}}}]}}}',
    'd: {e: 1, f: 2, g: 3}',
    "- at '/d/f': false schema\n",
  ],
  [
    '{"properties": {"g": {"dependentRequired": {"a": ["b", "c"]}}}}',
    'g: {a: 1}',
    "- at '/g': properties 'b', 'c' required, if 'a' exists\n",
  ],
  [
    '{"properties": {"a": {"oneOf": [{"type": "string"}, {"minLength": 1}]}}}',
    'a: x',
    "- at '/a': 'oneOf' failed, subschemas 0, 1 matched\n",
  ],
  [
    '{"$schema": "http://json-schema.org/draft-04/schema#", "properties": {"a": {"minimum": 5, "exclusiveMinimum": true}}}',
    'a: 5',
    "- at '/a': exclusiveMinimum: got 5, want 5\n",
  ],
  ['{"properties": {"a/b~": {"type": "string"}}}', 'a/b~: 1', "- at '/a~1b~0': got number, want string\n"],
  ['{"properties": {"a": {"type": "integer"}}}', 'a: 1.0', ''],
  ['false', 'a: 1', "- at '': false schema\n"],
];

describe('a value that does not fit its schema', () => {
  test.each(sentences)('%s on %j', (schema, yaml, text) => {
    expect(problems(schema, yaml)).toBe(text);
  });
});

describe('schemas of other documents', () => {
  test.each(['https://example.com/x.json', 'file:///etc/passwd', 'other.json'])('%s is never fetched', (url) => {
    expect(problems(`{"properties": {"a": {"$ref": "${url}"}}}`, 'a: 1')).toMatch(
      /^failing loading .*are not fetched$/,
    );
  });

  test('a urn fits everything, as with helm', () => {
    expect(problems('{"properties": {"a": {"$ref": "urn:foo"}}}', 'a: 1')).toBe('');
  });

  test('a reference to nothing is told', () => {
    expect(problems('{"properties": {"a": {"$ref": "#/definitions/none"}}}', 'a: 1')).toBe(
      'json-pointer in "file:///values.schema.json#/definitions/none" not found',
    );
  });
});

test('a schema that refers to itself ends', () => {
  expect(problems('{"$ref": "#"}', 'a: 1')).toBe(
    '- at \'\': both /$ref and  resolve to "file:///values.schema.json#" causing reference cycle\n',
  );
  expect(problems('{"properties": {"a": {"$ref": "#"}}}', 'a: {a: {a: 1}}')).toBe('');
});

test('a pattern cannot hang the process', () => {
  expect(problems('{"properties": {"a": {"pattern": "^(a+)+$"}}}', `a: ${'a'.repeat(40)}b`)).toContain(
    'does not match',
  );
});

/** Keywords that both read alike: another implementation is the judge of yes and no. */
const leaf = fc.constantFrom<Json>(
  {},
  true,
  false,
  { type: 'string' },
  { type: ['number', 'null'] },
  { const: 1 },
  { enum: ['a', 1] },
  { minimum: 1 },
  { maxLength: 1 },
  { pattern: '^a' },
  { minItems: 1 },
  { required: ['a'] },
  { uniqueItems: true },
);
const { schema } = fc.letrec<{ schema: Json }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.record(
      {
        properties: fc.dictionary(fc.constantFrom('a', 'b'), tie('schema')),
        additionalProperties: tie('schema'),
        unevaluatedProperties: tie('schema'),
        patternProperties: fc.record({ '^b': tie('schema') }),
        prefixItems: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
        items: tie('schema'),
        contains: tie('schema'),
        allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
        anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
        oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
        not: tie('schema'),
        if: tie('schema'),
        // biome-ignore lint/suspicious/noThenProperty: a keyword of schemas
        then: tie('schema'),
        else: tie('schema'),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<Json>,
  ),
}));
const value = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>(null, true, 0, 1, 1.5, 'a', 'bb', ''),
    fc.array(tie('value'), { maxLength: 3 }) as fc.Arbitrary<Json>,
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value')) as fc.Arbitrary<Json>,
  ),
})).value;

test('agrees with another implementation on what is valid', () => {
  fc.assert(
    fc.property(schema, value, (rules, json) => {
      const ours = validateSchema(readSchema(JSON.stringify(rules)), fromJson(json)) === undefined;
      const theirs = new Validator(rules as Schema | boolean, '2020-12', false).validate(json).valid;
      expect(ours).toBe(theirs);
    }),
    { numRuns: 1000 },
  );
});
