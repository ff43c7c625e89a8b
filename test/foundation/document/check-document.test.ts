import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkDocument } from '../../../src/foundation/document/check-document.ts';
import { readDocuments } from '../../../src/foundation/document/read-documents.ts';

const schema = z.strictObject({
  replicas: z.int().optional(),
  name: z.string().optional(),
  mode: z.enum(['create', 'skip']).optional(),
  nested: z.strictObject({ interval: z.string(), image: z.string().optional() }).optional(),
  values: z.array(z.union([z.string(), z.strictObject({ file: z.string() })])).optional(),
  prune: z.union([z.boolean(), z.literal('all')]).optional(),
  byName: z.record(z.string().regex(/^[a-z]+$/, { error: 'lower-case letters only' }), z.number()).optional(),
});

function problemsIn(text: string) {
  const document = readDocuments(text, { file: 'f', code: 'x.y' })[0]!;
  const { problems } = checkDocument(schema, {
    data: document.data,
    place: (p, k) => document.place(p, k),
    code: 'x.y',
  });
  return problems.map(({ message, hint, place }) => [message, hint, `${place?.line}:${place?.column}`]);
}

describe('checkDocument', () => {
  test.each([
    ['replcas: 3', 'unknown field "replcas"', 'did you mean "replicas"?', '1:1'],
    ['nested:\n  interval: a\n  imgae: x', 'unknown field "imgae" in nested', 'did you mean "image"?', '3:3'],
    ['nested: {interval: a, zzzzzz: 1}', 'unknown field "zzzzzz" in nested', 'known: interval, image', '1:23'],
    ['values:\n  - {fiel: a}', 'values[0]: "file" is missing', undefined, '2:5'],
    ['nested: {}', 'nested: "interval" is missing', undefined, '1:9'],
    ['name: 1.20', 'name: expected text, found a number', 'quote it: "1.2"', '1:7'],
    ['replicas: three', 'replicas: expected a number, found text', undefined, '1:11'],
    ['replicas: 1.5', 'replicas: expected a whole number, found a fraction', undefined, '1:11'],
    ['mode: craete', 'mode: expected one of create, skip, found "craete"', 'did you mean "create"?', '1:7'],
    ['prune: {}', 'prune: expected true or false or all, found a map', undefined, '1:8'],
    ['values: [1]', 'values[0]: expected text or a map, found a number', undefined, '1:10'],
    ['byName: {ABC: 1}', 'byName.ABC: lower-case letters only', undefined, '1:10'],
    ['- a', 'expected a map, found a list', undefined, '1:1'],
  ])('%j', (text, message, hint, place) => {
    expect(problemsIn(text)).toContainEqual([message, hint, place]);
  });

  test('reports every problem at once', () => {
    expect(problemsIn('replcas: 1\nmode: x\nname: 3\n')).toHaveLength(3);
  });

  test('never repeats a long value in a message', () => {
    expect(JSON.stringify(problemsIn(`mode: ${'secret'.repeat(20)}`))).not.toContain('secret');
  });
});
