import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newStream, parseDocument } from '../../../src/foundation/yaml/parse.ts';
import { readBlock } from '../../../src/foundation/yaml/read-block.ts';

const scanned = (text: string) => parseDocument(newStream(text));

describe('what it takes, it takes as the scanner does', () => {
  test.each([
    ['keys and scalars', 'apiVersion: v1\nkind: "ConfigMap"\nempty:\nmetadata:\n  name: \'web\' # who\n  labels: {}\n'],
    ['quoted keys', '"helm.sh/hook": pre-install\n\'a b\':\n  "c": 1\n'],
    ['lists of scalars and maps', '- a\n- b: 1\n  c:\n    - - x\n      - y\n    -   d: 2\n        e: 3\n'],
    ['a list in the column of its key', 'a:\n- b: 1\n  c:\n  - x\n- d\ne: f\n'],
    ['short lists between brackets', 'a: []\nb: ["sh", "-c", \'x y\']\nc: [ a, 1.5 ,b-c ]\n'],
    ['a value below its key', 'a:\n  {}\nb:\n\n  null # none\nc:\n  "x"\n'],
    ['blocks of text', 'a: |\n  x\n   y\n\n  z\nb:\n  - >-\n    folded\n    text\n  - |2+\n    kept\n\nc: d'],
    ['text over lines', 'a: one\n  two\n\n  three:3\nb:\n- four\n  five\n'],
    ['comments and empty lines', '# first\n---\n\n  # second\na: b#c\n\n# third\nd: e # f'],
    ['beyond ASCII', 'a: größe\n# “quoted”\nb: "日本"\n'],
    ['colons, dashes and hashes within words', 'a: b:c\nd: -e\nf: --g=h\ni: j#k\nl: http://m.example/n?o=p#q\n'],
  ])('%s', (_, text) => {
    expect(readBlock(text)).toBeDefined();
    expect(readBlock(text)).toEqual(scanned(text));
  });
});

test.each([
  ['a tab', 'a:\tb\n'],
  ['a carriage return', 'a: b\r\n'],
  ['an anchor', 'a: &x b\n'],
  ['a tag', 'a: !!str b\n'],
  ['a map between braces', 'a: {b: c}\n'],
  ['an escape', 'a: "b\\n"\n'],
  ['a second document', 'a: b\n---\nc: d\n'],
  ['a scalar alone', 'a\n'],
  ['a mapping in a scalar', 'a: b: c\n'],
  ['a key that is deeper than its map', 'a: b\n  c: d\n'],
  ['a dash between the columns', 'a:\n  b: c\n - d\n'],
  ['a key in the column of a list', '- a\nb: c\n'],
  ['a key that is too long', `${'k'.repeat(1025)}: v\n`],
  ['nothing', ' \n# comment\n'],
])('%s is left to the scanner', (_, text) => {
  expect(readBlock(text)).toBeUndefined();
});

test.each([
  ['spaces', `${' '.repeat(900_000)}@`],
  ['spaces behind a key', `a:${' '.repeat(900_000)}@`],
  ['dashes', `${'- '.repeat(450_000)}@`],
  ['words', `a: ${'b '.repeat(450_000)}@: c`],
  ['items', `a: [${'b, '.repeat(300_000)}`],
])('many %s are given up in linear time', (_, text) => {
  expect(readBlock(text)).toBeUndefined();
});

/** Lines that often fit together. */
const line = fc.record({
  indent: fc.integer({ min: 0, max: 5 }),
  dashes: fc.constantFrom('', '', '', '- ', '- - ', '-   '),
  key: fc.constantFrom('', 'a:', 'b.c/d:', '"e f":', "'g':", 'a :', '? x:', '&k a:'),
  space: fc.constantFrom('', ' ', '  '),
  value: fc.constantFrom(
    ...[
      '',
      '',
      '',
      'x',
      'x y',
      '-1',
      'a:b',
      'a: b',
      '"q"',
      '"q',
      "'s'",
      "'it''s'",
      '{}',
      '[]',
      '[a, "b"]',
      '[a: b]',
      '{a: 1}',
    ],
    ...[
      '|',
      '|-',
      '>+',
      '|2',
      '| # c',
      'null',
      '---',
      '...',
      '*k',
      '!t z',
      'é',
      '@',
      '%',
      'x#y',
      '<<',
      'x:',
      '- y',
      '\t',
    ],
  ),
  end: fc.constantFrom('', '', ' ', ' # c', '#', ' #'),
});
const document = fc
  .array(line, { maxLength: 8 })
  .map((lines) => lines.map((l) => ' '.repeat(l.indent) + l.dashes + l.key + l.space + l.value + l.end).join('\n'));

const blockLine = fc.constantFrom(
  '',
  '',
  ' ',
  '  ',
  '   ',
  '    ',
  '     ',
  '  x',
  '   x',
  '    x',
  '    x: y # z',
  '     - x',
  '    ---',
);
const block = fc
  .record({
    parent: fc.constantFrom('', 'a:\n', 'a:\n  b: c\n', '- d\n', 'a:\n  - e: f\n'),
    key: fc.constantFrom('a: ', '  k: ', '- ', '  - ', '    g: ', '  - - h: '),
    style: fc.constantFrom('|', '|', '|-', '|+', '| ', '|1', '>'),
    lines: fc.array(blockLine, { maxLength: 6 }),
    end: fc.constantFrom('', '\n', '\nz: 1', '\n  l: m\n', '\n- n', '\n...'),
  })
  .map(({ parent, key, style, lines, end }) => `${parent}${key}${style}\n${lines.join('\n')}${end}`);

test.each([
  ['document', document, 100],
  ['block of text', block, 500],
] as const)('no %s is read otherwise than by the scanner', (_, generated, atLeast) => {
  let taken = 0;
  fc.assert(
    fc.property(generated, (text) => {
      const read = readBlock(text);
      if (read === undefined) return;
      taken++;
      expect(read).toEqual(scanned(text));
    }),
    { numRuns: 5000 },
  );
  expect(taken).toBeGreaterThan(atLeast);
});
