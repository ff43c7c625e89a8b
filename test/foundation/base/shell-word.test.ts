import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from '../../../src/foundation/base/shell-word.ts';

test.each([
  ['/home/ann/fleet-1', '/home/ann/fleet-1'],
  ['my fleet', "'my fleet'"],
  ["ann's", "'ann'\\''s'"],
  ['$(id) `id` "x" \\', `'$(id) \`id\` "x" \\'`],
  ['', "''"],
])('%j is read back by a shell', (text, word) => {
  expect(shellWord(text)).toBe(word);
  expect(execFileSync('sh', ['-c', `printf %s ${word}`], { encoding: 'utf8' })).toBe(text);
});
