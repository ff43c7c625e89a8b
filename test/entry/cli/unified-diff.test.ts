import { expect, test } from 'vitest';
import { unifiedDiff } from '../../../src/entry/cli/unified-diff.ts';

const lines = (...texts: (string | number)[]) => texts.map((text) => `${text}\n`).join('');
const diff = (before: string, after: string) =>
  unifiedDiff({ before, after, names: ['a', 'b'] })
    .split('\n')
    .slice(2)
    .join('\n');

test('equal texts have none', () => {
  expect(unifiedDiff({ before: 'x\n', after: 'x\n', names: ['a', 'b'] })).toBe('');
});

test('a changed line stands between three of its neighbours on each side', () => {
  expect(diff(lines(1, 2, 3, 4, 5, 6, 7, 8, 9), lines(1, 2, 3, 4, 'five', 6, 7, 8, 9))).toBe(
    lines('@@ -2,7 +2,7 @@', ' 2', ' 3', ' 4', '-5', '+five', ' 6', ' 7', ' 8'),
  );
});

test('what is far apart has hunks of its own', () => {
  const many = Array.from({ length: 30 }, (_, index) => index + 1);
  const changed = many.map((line) => (line === 2 || line === 28 ? `${line}!` : line));
  expect(diff(lines(...many), lines(...changed)).match(/^@@.*@@$/gm)).toEqual(['@@ -1,5 +1,5 @@', '@@ -25,6 +25,6 @@']);
});

test('what is there on one side only', () => {
  expect(diff('', lines('a', 'b'))).toBe(lines('@@ -0,0 +1,2 @@', '+a', '+b'));
  expect(diff(lines('a'), '')).toBe(lines('@@ -1,1 +0,0 @@', '-a'));
});

test('texts that have next to nothing in common are told as replaced, at once', () => {
  const text = (sign: string) => lines(...Array.from({ length: 3000 }, (_, index) => `${sign}${index}`));
  const hunk = diff(text('a'), text('b')).split('\n');
  expect(hunk.slice(0, 2)).toEqual(['@@ -1,3000 +1,3000 @@', '-a0']);
  expect(hunk).toHaveLength(6002);
});
