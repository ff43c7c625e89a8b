import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchFilepath } from '../../../src/foundation/base/glob.ts';
import { readHelmIgnore } from '../../../src/pipeline/chart/helm-ignore.ts';

const rows: readonly (readonly [rules: string, name: string, isFolder: boolean, ignored: boolean])[] = [
  ['helm.txt', 'helm.txt', false, true],
  ['helm.*', 'rudder.txt', false, false],
  ['*.txt', 'cargo/a.txt', false, true],
  ['cargo/*.txt', 'cargo/a.txt', false, true],
  ['cargo/*.txt', 'cargo/b/a.txt', false, false],
  ['cargo/', 'cargo', true, true],
  ['cargo/', 'cargo', false, false],
  ['/a.txt', 'a.txt', false, true],
  ['/a.txt', 'b/a.txt', false, false],
  ['[a-c].txt', 'b.txt', false, true],
  ['a?.txt', 'ab.txt', false, true],
  ['# a.txt', 'a.txt', false, false],
  ['  a.txt  ', 'a.txt', false, true],
  ['\ufeffa.txt', 'a.txt', false, true],
  ['a.txt\r\nb.txt', 'a.txt', false, true],
  ['a.b', 'axb', false, false],
  ['(x)*+', '(x)1+', false, true],
  ['a*b*c', 'abxbc', false, true],
  ['a*b*c', 'axc', false, false],
  ['aa*a', 'aa', false, false],
  ['', 'templates/.hidden', false, true],
  ['', 'templates/deep/.hidden', false, false],
  ['!a.txt', 'b.txt', false, true],
  ['!a.txt', 'a.txt', false, false],
  ['!a/', 'a', false, true],
];

describe('.helmignore', () => {
  test.each(rows)('%j and %s (folder: %s): %s', (rules, name, isFolder, ignored) => {
    expect(readHelmIgnore(rules)(name, isFolder)).toBe(ignored);
  });

  test.each([
    ['a/**', 'double-star (**) syntax is not supported'],
    ['[', 'syntax error in pattern'],
  ])('%s is refused', (rules, message) => {
    expect(() => readHelmIgnore(rules)).toThrow(message);
  });

  test('a hostile pattern takes no time', () => {
    const ignores = readHelmIgnore(`${'*a'.repeat(40)}b`);
    expect(ignores('a'.repeat(255), false)).toBe(false);
  });
});

test('stars mean what they mean to Go', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 });
  const pattern = fc
    .array(
      text.filter((part) => part.length < 4),
      { minLength: 2, maxLength: 3 },
    )
    .map((parts) => parts.join('*'));
  fc.assert(
    fc.property(pattern, text, (stars, name) => {
      fc.pre(!stars.includes('**') && !stars.endsWith('/'));
      expect(readHelmIgnore(`/${stars}`)(name, false)).toBe(matchFilepath(stars, name));
    }),
    { numRuns: 2000 },
  );
});
