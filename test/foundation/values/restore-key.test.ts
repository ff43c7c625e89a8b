import { expect, test } from 'vitest';
import { restoreKey } from '../../../src/foundation/values/restore-key.ts';

const rows: [what: string, text: string, source: string, path: (string | number)[], after: string][] = [
  ['comes back with its comment', 'a: 1\nc: 3\n', 'a: 1\nb: 2 # two\nc: 3\n', ['b'], 'a: 1\nb: 2 # two\nc: 3\n'],
  ['comes back with those above it', 'a: 1\n', '# two\nb: 2\na: 1\n', ['b'], '# two\nb: 2\na: 1\n'],
  ['goes below the comments of the file', '# head\na: 1\n', '# head\nb: 2\na: 1\n', ['b'], '# head\nb: 2\na: 1\n'],
  [
    'is indented as its neighbours',
    't:\n    a: 1\n',
    't:\n  a: 1\n  b:\n    - x\n',
    ['t', 'b'],
    't:\n    a: 1\n    b:\n      - x\n',
  ],
  ['stands in a flow table', 't: {a: 1}\n', 't: {a: 1, b: [2]}\n', ['t', 'b'], 't: {a: 1, b: [2]}\n'],
  ['replaces what stands there', 'l: [a, b]\nz: 1', 'l:\n- a # one\nz: 1\n', ['l'], 'l:\n- a # one\nz: 1'],
  ['fills an empty file', '# nothing\n', 'a: {b: 1}\n', ['a'], '# nothing\na: {b: 1}\n'],
];
test.each(rows)('a key that %s', (_, text, source, path, after) => {
  const restored = restoreKey({ text, path, source, compat: 'helm4' });
  expect('text' in restored ? restored.text : restored).toBe(after);
});

test('what an alias of the other text stands for is not written as an alias of nothing', () => {
  const [text, source] = ['b: 1\n', 'x: &x [1]\na: *x\nb: 1\n'];
  expect(restoreKey({ text, path: ['a'], source, compat: 'helm4' })).toEqual({ refused: 'unclear' });
});
