import fc from 'fast-check';
import { expect, test } from 'vitest';
import { removeKey } from '../../../src/foundation/values/remove-key.ts';
import { arbitraryKeyEdit, judgeKeyEdit } from './judge-key.ts';

const rows: [what: string, before: string, path: (string | number)[], after: string, known?: string][] = [
  ['goes with its line and its comment', 'a: 1\ntag: v1 # why\nb: 2\n', ['tag'], 'a: 1\nb: 2\n'],
  ['goes with all below it', 'a: 1\nt: # x\n  u: [1,\n    2]\n  # of t\n# of b\nb: 2\n', ['t'], 'a: 1\n# of b\nb: 2\n'],
  ['leaves comments above it', 'a: 1\n# head\nb: 2\nc: 3\n', ['b'], 'a: 1\n# head\nc: 3\n'],
  ['takes comments along that came with it', 'a: 1\n# mine\nb: 2\nc: 3\n', ['b'], 'a: 1\nc: 3\n', 'a: 1\nc: 3\n'],
  ['leaves a flow table', 'a: {x: 1, y: 2} # two\n', ['a', 'x'], 'a: {y: 2} # two\n'],
  ['leaves the item of a list', 'l:\n- name: a\n  value: 1\n', ['l', 0, 'name'], 'l:\n- value: 1\n'],
  ['is the last of a text without a newline', 'a: 1\nb: |\n  x', ['b'], 'a: 1\n'],
  ['leaves a byte order mark', '\uFEFFa: 1\nb: 2\n', ['a'], '\uFEFFb: 2\n'],
  ['keeps Windows line ends', 'a: 1\r\nb: 2\r\nc: 3\r\n', ['b'], 'a: 1\r\nc: 3\r\n'],
];
test.each(rows)('a key that %s', (_, text, path, after, known) => {
  const removed = removeKey({ text, path, compat: 'helm4', ...(known === undefined ? {} : { known }) });
  expect('text' in removed ? removed.text : removed).toBe(after);
});

test.each([
  ['the last of its table, which would be none any more', 'a:\n  b: 1\n', ['a', 'b'], 'unclear'],
  ['written elsewhere', 'x: &x {b: 1}\na: *x\n', ['a', 'b'], 'alias'],
  ['not there', 'a: 1\n', ['b'], 'no-table'],
])('a key that is %s stays', (_, text, path, refused) => {
  expect(removeKey({ text, path, compat: 'helm4' })).toEqual({ refused });
});

// 100,000 and more: node test/foundation/values/fuzz-edits.ts
test('whatever the file and the key: its bytes alone go, and come back', () => {
  fc.assert(
    fc.property(arbitraryKeyEdit, (made) => void expect(judgeKeyEdit(made)).not.toHaveProperty('wrong')),
    { numRuns: 60 },
  );
});
