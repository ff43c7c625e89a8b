import fc from 'fast-check';
import { MatcherInput, RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { compileRegexp, findAllRegexp, matchRegexp, replaceAllRegexp } from '../../../src/foundation/base/regexp.ts';
import { compileSmall, findSmall, isSmallEnough } from '../../../src/foundation/base/small-regexp.ts';

/** Start and end of the match and of each group, as re2js finds them. */
function byRe2(pattern: string, text: string, from: number): number[] | undefined {
  const matcher = RE2JS.compile(pattern).matcher(MatcherInput.utf16(text));
  if (!matcher.find(from)) return undefined;
  return Array.from({ length: 2 * matcher.groupCount() + 2 }, (_, at) =>
    at % 2 === 0 ? matcher.start(at / 2) : matcher.end((at - 1) / 2),
  );
}

function expectSame(pattern: string, text: string): void {
  const small = compileSmall(pattern)!;
  for (let from = 0; from <= text.length; from += text.codePointAt(from)! > 0xffff ? 2 : 1) {
    const found = { pattern, text, from, at: findSmall(small, text, from) };
    expect(found).toEqual({ pattern, text, from, at: byRe2(pattern, text, from) });
  }
}

describe('compileSmall', () => {
  test.each([
    '-r\\d+$|sha256:',
    '(-?[^a-z\\d\\-])+-?',
    '[^A-Za-z0-9]+$',
    '^([0-9]+)(\\.[0-9]+)?(\\.[0-9]+)?(-([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?(\\+([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?$',
    '^https?://',
    '[0-9]*.[0-9]*',
    '^--*',
  ])('%s, which charts have, is matched as RE2 does', (pattern) => {
    for (const text of TEXTS) expectSame(pattern, text);
  });

  test.each([
    ['what RE2 refuses', ['(', 'a)', '[a', 'a**', '*a', '[b-a]', '\\', '(?=a)', '(?<=a)b', '\\1', 'a{1001}']],
    [
      'flags, names, counts, odd ranges and classes by name',
      ['[\\w-\\.]', '(?i)a', '(?P<n>a)', 'a{2}', '[[:alpha:]]', '\\pL', '\\bx', '\\x41'],
    ],
    ['loops over nothing and empty alternatives', ['(a?)*', '(^)*', 'a|', '()', '']],
    ['other than ASCII, and the very long', ['ä', 'a'.repeat(201)]],
  ])('%s are left to RE2', (_, patterns) => {
    for (const pattern of patterns) expect({ pattern, small: compileSmall(pattern) }).toEqual({ pattern });
  });

  test('finds, and makes of it, what RE2 does, for patterns at random', () => {
    const part = fc.constantFrom(...PARTS);
    const patterns = fc.array(part, { minLength: 1, maxLength: 9 }).map((parts) => parts.join(''));
    const texts = fc.array(fc.constantFrom('a', 'b', '-', '.', '1', '\n', 'ä', '😀'), { maxLength: 9 });
    let plain = 0;
    fc.assert(
      fc.property(patterns, texts, (pattern, chars) => {
        if (compileSmall(pattern) === undefined) return;
        plain += 1;
        expectSame(pattern, chars.join(''));
      }),
      { numRuns: 4000 },
    );
    expect(plain).toBeGreaterThan(500);
  });
});

const TEXTS = [
  '',
  'a',
  '1.2.3-debian-12-r7',
  'x@sha256:0',
  'A-B--',
  '1.2.3+x.y-z',
  'https://a',
  '--',
  '..😀é',
  'a\n1\n',
];

/** Put together at random: about one pattern in four is one. */
const PARTS = [
  'a',
  'b',
  '-',
  '.',
  '\\.',
  '\\d',
  '\\w',
  '\\s',
  '[ab]',
  '[^a]',
  '[^-b]',
  '[a-c\\d-]',
  '^',
  '$',
  '|',
].concat([
  '*',
  '+',
  '?',
  '*?',
  '+?',
  '??',
  '*',
  '+',
  '?',
  '(',
  '(?:',
  ')',
  '(a',
  'b)',
  '(a|b)',
  '(?:ab|a)',
  '(-?[^b])+',
  ')?',
  '[\\--a]',
]);

test('is given only texts for which its memory suffices', () => {
  const small = compileSmall('(a|b)*c')!;
  expect(isSmallEnough(small, 'a'.repeat(100))).toBe(true);
  expect(isSmallEnough(small, 'a'.repeat(100_000))).toBe(false);
  const long = compileRegexp('(a|b)*c');
  expect(matchRegexp(long, 'ab'.repeat(100_000))).toBe(false);
  expect(findAllRegexp(long, `${'ab'.repeat(50_000)}cbc`, -1)?.map(({ length }) => length)).toEqual([100_001, 2]);
  expect(replaceAllRegexp(long, 'abcd', '<$1>')).toBe('<b>d');
});
