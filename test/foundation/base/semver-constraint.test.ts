import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareVersions,
  formatVersion,
  isStrictVersion,
  parseConstraint,
  parseVersion,
  SemverError,
  satisfies,
  tryParseVersion,
} from '../../../src/foundation/base/semver-constraint.ts';
import { VERDICTS } from './semver-constraint.table.ts';

describe('constraints', () => {
  test.each(VERDICTS)('%j against %j is %s, as Masterminds/semver has it', (constraint, version, expected) => {
    let verdict: string;
    try {
      verdict = String(satisfies(parseConstraint(constraint), parseVersion(version)));
    } catch (error) {
      expect(error).toBeInstanceOf(SemverError);
      verdict = (error as Error).message;
    }
    expect(verdict).toBe(expected);
  });

  test('a hostile constraint is refused in no time', () => {
    expect(() => parseConstraint(`${'1    '.repeat(100)}!`)).toThrow('improper constraint');
    expect(() => parseConstraint(' '.repeat(600))).toThrow('too long');
    expect(() => parseConstraint('1||'.repeat(40))).toThrow('too many constraint groups');
  });

  test('whatever the text, it is a constraint or a SemverError', () => {
    const piece = fc.constantFrom(
      '1',
      '2.x',
      '*',
      '-',
      ' - ',
      ',',
      '||',
      ' ',
      '>=',
      '^',
      '~',
      '!=',
      'v',
      '-rc.1',
      '+b',
      '|',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        try {
          satisfies(parseConstraint(pieces.join('')), parseVersion('1.2.3'));
        } catch (error) {
          expect(error).toBeInstanceOf(SemverError);
        }
      }),
    );
  });
});

describe('versions', () => {
  test.each([
    ['v1.2', '1.2.0'],
    ['1', '1.0.0'],
    ['01.2.3', '1.2.3'],
    ['1.2.3-rc.1+b.2', '1.2.3-rc.1+b.2'],
    ['v18446744073709551615.0.0', '18446744073709551615.0.0'],
  ])('%s is coerced to %s', (text, expected) => {
    expect(formatVersion(parseVersion(text))).toBe(expected);
    expect(parseVersion(text).original).toBe(text);
  });

  test.each([
    ['', 'invalid semantic version'],
    ['1.2.3.4', 'invalid semantic version'],
    ['beta_1', 'invalid semantic version'],
    ['V1.2.3', 'invalid semantic version'],
    ['1.2.3\n', 'invalid semantic version'],
    ['1.2.3-01', 'version segment starts with 0'],
    [
      '18446744073709551616.0.0',
      'error parsing version segment: strconv.ParseUint: parsing "18446744073709551616": value out of range',
    ],
    [`1.0.0-${'a'.repeat(260)}`, 'version string is too long (max 256 bytes)'],
  ])('%s is refused', (text, message) => {
    expect(() => parseVersion(text)).toThrow(message);
    expect(tryParseVersion(text)).toBeUndefined();
  });

  test.each([
    ['1.2.3', true],
    ['1.2.3-rc.1+x', true],
    ['v1.2.3', false],
    ['1.2', false],
    ['01.2.3', false],
    ['1.2.3-01', false],
  ])('%s is strict: %s', (text, strict) => {
    expect(isStrictVersion(text)).toBe(strict);
  });

  test('are ordered as the specification shows', () => {
    const ordered = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
    ];
    const shuffled = [...ordered].reverse().map(parseVersion);
    expect(shuffled.sort(compareVersions).map(formatVersion)).toEqual(ordered);
    expect(compareVersions(parseVersion('1.0.0+a'), parseVersion('1.0.0+b'))).toBe(0);
  });
});
