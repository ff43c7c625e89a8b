import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metaschemas } from '../../../src/foundation/json-schema/metaschemas.table.ts';
import { isPlainlyValid } from '../../../src/foundation/json-schema/plainly-valid.ts';
import { readSchema } from '../../../src/foundation/json-schema/read-schema.ts';
import { newDocument } from '../../../src/foundation/json-schema/schema-document.ts';
import type { Draft } from '../../../src/foundation/json-schema/schema-drafts.ts';
import { SchemaFault } from '../../../src/foundation/json-schema/schema-error.ts';
import { validateSchema } from '../../../src/foundation/json-schema/validate-schema.ts';
import type { Json } from '../../../src/foundation/manifest/object.ts';
import { fromJson } from '../../../src/foundation/yaml/plain-json.ts';

function fault(schema: object): string {
  try {
    readSchema(JSON.stringify(schema));
    return '';
  } catch (error) {
    if (error instanceof SchemaFault) return error.message;
    throw error;
  }
}

const drafts: readonly Draft[] = [4, 6, 7, 2019, 2020];
const urls: Readonly<Record<Draft, string>> = {
  4: 'http://json-schema.org/draft-04/schema#',
  6: 'http://json-schema.org/draft-06/schema#',
  7: 'http://json-schema.org/draft-07/schema#',
  2019: 'https://json-schema.org/draft/2019-09/schema',
  2020: 'https://json-schema.org/draft/2020-12/schema',
};

test.each(drafts)('the metaschema of draft %s has nothing against itself', (draft) => {
  const document = newDocument(fromJson(metaschemas[draft]), { url: '', draft, assertsFormat: true, urn: () => {} });
  expect(validateSchema(document, fromJson(metaschemas[draft]))).toBeUndefined();
});

test.each(drafts)('draft %s is known by its URL, and checked by its own metaschema', (draft) => {
  const message = fault({ $schema: urls[draft], properties: { a: { type: 5 } } });
  expect(message).toContain(`jsonschema validation failed with '${urls[draft].replace(/#?$/, '#')}'`);
  expect(message).toContain("at '/properties/a/type': got number, want array");
});

describe('references', () => {
  test('one to a metaschema is followed', () => {
    const document = readSchema('{"properties": {"a": {"$ref": "http://json-schema.org/draft-07/schema#"}}}');
    expect(validateSchema(document, fromJson({ a: { type: 'string' } }))).toBeUndefined();
    expect(validateSchema(document, fromJson({ a: { type: 5 } }))).toBeDefined();
  });

  test('one that no value reaches is a mistake all the same', () => {
    expect(fault({ properties: { a: { items: { $ref: '#/nope' } } } })).toBe(
      'json-pointer in "file:///values.schema.json#/nope" not found',
    );
  });

  test('one to another host is refused and not fetched', () => {
    expect(fault({ $ref: 'https://example.com/x.json' })).toBe(
      'failing loading "https://example.com/x.json": schemas of other documents are not fetched',
    );
  });
});

const keywords = [
  'type',
  'properties',
  'patternProperties',
  'items',
  'additionalProperties',
  'allOf',
  'not',
  'required',
  'enum',
  'minLength',
  'minimum',
  'multipleOf',
  'exclusiveMinimum',
  'pattern',
  'uniqueItems',
  'title',
  'default',
  'examples',
  '$ref',
  '$id',
  '$schema',
  'dependencies',
  'if',
  'unevaluatedProperties',
  'foo',
];
const { json } = fc.letrec<{ json: Json; scalar: Json }>((tie) => ({
  scalar: fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    3,
    -1,
    1.5,
    '',
    'string',
    'a(',
    '#/x',
    '%zz',
    'https://a.b/c',
    'x y',
  ),
  json: fc.oneof(
    { maxDepth: 3 },
    tie('scalar'),
    fc.array(tie('json'), { maxLength: 2 }) as fc.Arbitrary<Json>,
    fc.dictionary(fc.constantFrom(...keywords), tie('json'), { maxKeys: 3 }) as fc.Arbitrary<Json>,
  ),
}));

test('what is plainly valid is valid', () => {
  const known = new Map(
    drafts.map((draft) => [
      draft,
      newDocument(fromJson(metaschemas[draft]), { url: '', draft, assertsFormat: true, urn: () => {} }),
    ]),
  );
  fc.assert(
    fc.property(json, fc.constantFrom(...drafts), (schema, draft) => {
      const value = fromJson(schema);
      if (isPlainlyValid(value, draft)) expect(validateSchema(known.get(draft)!, value)).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
});
