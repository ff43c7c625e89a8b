import { describe, expect, test } from 'vitest';
import { copyMap } from '../../../src/foundation/values/copy-value.ts';
import { mergeMaps, readValues } from '../../../src/foundation/values/read-values.ts';
import { toJson } from '../../../src/foundation/yaml/plain-json.ts';

const rows: readonly (readonly [text: string, helm4: unknown, helm3: unknown])[] = [
  ['', {}, {}],
  ['# only\n', {}, {}],
  ['a: 1', { a: 1 }, { a: 1 }],
  ['---\na: 1\n', { a: 1 }, { a: 1 }],
  ['a: 1\nb: {c: 1}\n---\nb: {d: 2}\n', { a: 1, b: { c: 1, d: 2 } }, { a: 1, b: { c: 1 } }],
  ['a: 1\r\n--- # more\r\nb: 2\r\n', { a: 1, b: 2 }, { a: 1 }],
  ['a: |\n  text', { a: 'text\n' }, { a: 'text' }],
];

describe('values files', () => {
  test.each(rows)('%j', (text, helm4, helm3) => {
    expect(toJson(readValues(text, 'helm4'))).toEqual(helm4);
    expect(toJson(readValues(text, 'helm3'))).toEqual(helm3);
  });

  test('a list is refused, each Helm in its words', () => {
    expect(() => readValues('- 1', 'helm4')).toThrow(/^cannot unmarshal yaml document: error unmarshaling JSON/);
    expect(() => readValues('- 1', 'helm3')).toThrow(/^error unmarshaling JSON/);
    expect(() => readValues('a: 1\n--- b\n', 'helm4')).toThrow(
      'error reading yaml document: invalid Yaml document separator: b',
    );
  });

  test('merging changes neither map', () => {
    const base = readValues('a: {b: 1}\nl: [1]\n', 'helm4');
    const over = readValues('a: {c: 2}\nl: null\n', 'helm4');
    const [before, after] = [copyMap(base), copyMap(over)];
    expect(toJson(mergeMaps(base, over))).toEqual({ a: { b: 1, c: 2 }, l: null });
    expect([base, over]).toEqual([before, after]);
  });
});
