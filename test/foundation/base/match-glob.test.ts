import { expect, test } from 'vitest';
import { matchGlob } from '../../../src/foundation/base/match-glob.ts';

test.each([
  ['shop-*', 'shop-dev', true],
  ['shop-*', 'shop', false],
  ['*-dev', 'shop-dev', true],
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['a*b', 'a/b', false],
  ['a**b', 'a/x/b', true],
  ['https://charts.example.com/*', 'https://charts.example.com/a/b', true],
  ['https://*.example.com/*', 'https://evil.org/x.example.com/y', false],
  ['https://*.example.com/*', 'https://charts.example.com/y', true],
  ['a.c', 'abc', false],
  ['[ab]', 'a', false],
])('%s against %s: %s', (pattern, text, fits) => {
  expect(matchGlob(pattern, text)).toBe(fits);
});

test('no pattern takes long', () => {
  expect(matchGlob(`${'*a'.repeat(200)}b`, 'a'.repeat(2000))).toBe(false);
});
