import { describe, expect, test } from 'vitest';
import { readDocuments } from '../../../src/foundation/document/read-documents.ts';
import { inlineValues } from '../../../src/pipeline/definitions/inline-values.ts';

const read = (text: string) => {
  const document = readDocuments(text, { file: 'f', code: 'x.y' })[0]!;
  return inlineValues(document.node([]), document.document);
};

describe('inlineValues reads as Helm reads a values file', () => {
  test.each<[string, unknown]>([
    ['a: yes', { a: true }],
    ['a: "yes"', { a: 'yes' }],
    ['a: off', { a: false }],
    ['a: 0777', { a: 511 }],
    ['a: 0o17', { a: 15 }],
    ['a: 1_000', { a: 1000 }],
    ['a: 0x1F', { a: 31 }],
    ['a: 08', { a: 8 }],
    ['a: 1.50', { a: 1.5 }],
    ['a: 1:30', { a: '1:30' }],
    ['a: 2020-01-02', { a: '2020-01-02' }],
    ['a: ~', { a: null }],
    ['a:', { a: null }],
    ['a: !!str 123', { a: '123' }],
    ['a: |\n  x\n  y\n', { a: 'x\ny\n' }],
    ['on: 1', { true: 1 }],
    ['1: a', { 1: 'a' }],
    ['a: [1, {b: no}]', { a: [1, { b: false }] }],
    ['x: &x {a: 1, b: 2}\nz: {<<: *x, b: 3}', { x: { a: 1, b: 2 }, z: { a: 1, b: 3 } }],
  ])('%j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test('__proto__ is a key like any other', () => {
    expect(Object.keys(read('__proto__: {a: 1}'))).toEqual(['__proto__']);
  });
});
