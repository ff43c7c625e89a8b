import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDocuments } from '../../../src/foundation/document/read-documents.ts';

const read = (text: string) => readDocuments(text, { file: 'f.yaml', code: 'x.syntax' });
const one = (text: string) => read(text)[0]!;

describe('readDocuments', () => {
  test('gives plain data and the line and column of each value and key', () => {
    const document = one('a: 1\nb:\n  - x\n  - c: yes\n');
    expect(document.data).toEqual({ a: 1, b: ['x', { c: 'yes' }] });
    expect(document.place(['b', 1, 'c'])).toEqual({ file: 'f.yaml', line: 4, column: 8, excerpt: '  - c: yes' });
    expect(document.place(['b', 1, 'c'], 'key')).toMatchObject({ line: 4, column: 5 });
  });

  test('a path that is not there has the place of its nearest parent', () => {
    expect(one('a:\n  b: 1\n').place(['a', 'missing', 'deep'])).toMatchObject({ line: 2, column: 3 });
  });

  test('reads several documents, each with places in the whole file', () => {
    const documents = read('a: 1\n---\nb: 2\n---\n');
    expect(documents.map(({ data }) => data)).toEqual([{ a: 1 }, { b: 2 }, null]);
    expect(documents[1]?.place(['b'])).toMatchObject({ line: 3, column: 4 });
  });

  test('one broken document leaves the others alone', () => {
    const [good, bad, last] = read('a: 1\n---\nb: [1\n---\nc: 3\n');
    expect([good?.data, bad?.data, last?.data]).toEqual([{ a: 1 }, undefined, { c: 3 }]);
    expect(bad?.problems[0]).toMatchObject({ code: 'x.syntax', place: { file: 'f.yaml' } });
  });

  test('a key given twice is a problem at the second', () => {
    expect(one('a: 1\nb: 2\na: 3\n').problems).toMatchObject([
      { message: 'the key a is given twice', place: { line: 3, column: 1 } },
    ]);
  });

  test.each([
    ['in a value', 'namespace: {{app}}\n'],
    ['in a list', 'values: [{{app}}]\n'],
    ['within a word of a list', 'values: [v/{{app}}.yaml]\n'],
  ])('an unquoted {{ %s is a problem with the hint to quote it', (_, text) => {
    expect(one(text).problems[0]?.hint).toBe('quote a value that holds {{');
  });

  test('follows anchors and merges, the own key winning', () => {
    const document = one('base: &b {x: 1, y: 2}\nown:\n  <<: *b\n  y: 3\n');
    expect(document.data).toEqual({ base: { x: 1, y: 2 }, own: { x: 1, y: 3 } });
    expect(document.place(['own', 'x'])).toMatchObject({ line: 1, column: 14 });
  });

  test('an unknown anchor, and one that holds itself, are problems', () => {
    expect(one('a: *nothing\n').problems).not.toEqual([]);
    expect(one('a: &a [*a]\n').problems).not.toEqual([]);
    expect(one('a: &a {<<: *a, b: 1}\n').problems).not.toEqual([]);
    expect(one('a: &a {b: {<<: *a}}\n').problems).not.toEqual([]);
  });

  test('aliases that multiply end in a problem, not in a full memory', () => {
    const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]'];
    for (let i = 1; i < 12; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(',')}]`,
      );
    expect(one(lines.join('\n')).problems).toHaveLength(1);
  });

  test.each([
    ['[', 20_000],
    ['{a: ', 5000],
    ['- ', 5000],
    ['? ', 5000],
  ])('nesting without end (%j) is a problem, not a crash', (text, times) => {
    expect(read(text.repeat(times)).flatMap(({ problems }) => problems)).not.toEqual([]);
  });

  test('__proto__ is a field like any other', () => {
    const data = one('__proto__: {polluted: 1}\n').data as object;
    expect(Object.keys(data)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('a password in a URL is struck out of the excerpt, columns kept', () => {
    const place = one('url: https://me:geheim@host/x\n').place(['url']);
    expect(place.excerpt).toBe('url: https://me:******@host/x');
  });

  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => void read(text).map(({ data }) => data)));
    const yamlish = fc.array(
      fc.constantFrom(
        'a',
        ': ',
        '\n',
        '  ',
        '- ',
        '{',
        '}',
        '[',
        ']',
        '&x ',
        '*x',
        '"',
        "'",
        '|',
        '>',
        '---\n',
        '<<',
        '!!str ',
        '#',
        ',',
        '%',
        '? ',
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(yamlish, (parts) => void read(parts.join(''))),
      { numRuns: 500 },
    );
  });
});
