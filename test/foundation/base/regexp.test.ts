// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Go's regexp names groups
import { describe, expect, test } from 'vitest';
import { toBytes } from '../../../src/foundation/base/byte-string.ts';
import {
  compileRegexp,
  findAllRegexp,
  findRegexp,
  matchRegexp,
  quoteMeta,
  RegexpSyntaxError,
  replaceAllLiteral,
  replaceAllRegexp,
  splitRegexp,
} from '../../../src/foundation/base/regexp.ts';

describe('compileRegexp', () => {
  test.each([
    ['(abc', 'missing closing ): `(abc`'],
    ['a**', 'invalid nested repetition operator: `**`'],
    ['[a', 'missing closing ]: `[a`'],
    ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['(?<=a)b', 'invalid named capture: `(?<=a)b`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['\\', 'trailing backslash at end of expression: ``'],
    ['\\1', 'invalid escape sequence: `\\1`'],
    ['[b-a]', 'invalid character class range: `b-a`'],
    ['*a', 'missing argument to repetition operator: `*`'],
    ['a)', 'unexpected ): `a)`'],
    ['\udcff(', 'invalid UTF-8: `\udcff(`'],
  ])('%s is refused in the words of Go', (pattern, message) => {
    for (const _ of ['first', 'from the cache']) {
      expect(() => compileRegexp(pattern)).toThrow(new RegexpSyntaxError(`error parsing regexp: ${message}`));
    }
  });

  test('a group name may occur twice, unlike in RE2', () => {
    expect(replaceAllRegexp(compileRegexp('(?P<n>a)|(?P<n>b)'), 'ab', '<${n}>')).toBe('<a><b>');
  });
});

describe('matching', () => {
  test('is linear in time', () => {
    expect(matchRegexp(compileRegexp('^(a+)+$'), `${'a'.repeat(5000)}b`)).toBe(false);
  });

  test.each([
    ['x*', 'axxb', -1, ['', 'xx', '']],
    ['', 'éa', -1, ['', '', '']],
    ['a', 'aaa', 2, ['a', 'a']],
    ['x', 'aaa', -1, null],
    ['a', 'aaa', 0, null],
    ['\\b', 'ab cd', -1, ['', '', '', '']],
  ])('all of %j in %j, at most %i', (pattern, text, limit, expected) => {
    expect(findAllRegexp(compileRegexp(pattern), text, limit)).toEqual(expected);
  });

  test.each([
    ['a(x*)b', '-ab-axxb-', '${1}W', '-W-xxW-'],
    ['a(x*)b', '-ab-axxb-', '$1W', '---'],
    ['(?P<n>a)', 'banana', '<$n>', 'b<a>n<a>n<a>'],
    ['a', 'ba', '$$$0$9$', 'b$a$'],
    ['a', 'a', '${0', '${0'],
    ['x*', 'axxb', '-', '-a-b-'],
    ['', 'éa', '-', '-é-a-'],
    ['(?m)^', 'a\nb', '> ', '> a\n> b'],
    ['(a)(b)?', 'aab', '[$2]', '[][b]'],
  ])('%j in %j replaced by %j', (pattern, text, replacement, expected) => {
    expect(replaceAllRegexp(compileRegexp(pattern), text, replacement)).toBe(expected);
  });

  test.each([
    ['z+', 'pizza', -1, ['pi', 'a']],
    ['a', 'banana', 2, ['b', 'nana']],
    ['a', '', -1, ['']],
    ['', 'abc', -1, ['a', 'b', 'c']],
    ['x*', 'axbxc', -1, ['a', 'b', 'c']],
    ['a', 'banana', 0, null],
    ['', '', -1, []],
  ])('%j splits %j, at most %i', (pattern, text, limit, expected) => {
    expect(splitRegexp(compileRegexp(pattern), text, limit)).toEqual(expected);
  });

  test('literal replacements know no dollars', () => {
    expect(replaceAllLiteral(compileRegexp('a'), 'banana', '$1')).toBe('b$1n$1n$1');
  });

  test('stray bytes match as single runes and survive', () => {
    const text = 'a\udcffb';
    expect([...toBytes(findRegexp(compileRegexp('a.b'), text))]).toEqual([0x61, 0xff, 0x62]);
    expect(findAllRegexp(compileRegexp('.'), text, -1)).toEqual(['a', '\udcff', 'b']);
    expect(replaceAllRegexp(compileRegexp('b'), text, 'é')).toBe('a\udcffé');
    expect(splitRegexp(compileRegexp(''), text, -1)).toEqual(['a', '\udcff', 'b']);
  });
});

test('quoteMeta escapes what means something', () => {
  expect(quoteMeta('1.2[a]\\$^é-')).toBe('1\\.2\\[a\\]\\\\\\$\\^é-');
});
