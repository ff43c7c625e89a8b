import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareVersions,
  parseConstraint,
  parseVersion,
  satisfies,
} from '../../../src/foundation/base/semver-constraint.ts';
import { chooseVersions, isExactVersion, nearestVersions } from '../../../src/pipeline/chart/choose-version.ts';

const versions = ['1.0.0', '1.2.0', '2.0.0-rc.1', '1.10.0', 'v1.3.0', '1.2.0+b', 'latest', '0.9.0'];
const chosen = (wanted: string) => versions[chooseVersions(versions, wanted).next().value ?? -1];

describe('choosing a version', () => {
  test.each([
    ['', '1.10.0'],
    ['*', '1.10.0'],
    ['1.2.0', '1.2.0'],
    ['1.2.0+b', '1.2.0+b'],
    ['1.3.0', 'v1.3.0'],
    ['~1.2', '1.2.0'],
    ['<1', '0.9.0'],
    ['>=2', undefined],
    ['>=2-0', '2.0.0-rc.1'],
    ['>0.0.0-0', '2.0.0-rc.1'],
    ['2.0.0-rc.1', '2.0.0-rc.1'],
    ['3.x', undefined],
  ])('%s means %s', (wanted, expected) => {
    expect(chosen(wanted)).toBe(expected);
  });

  test('refuses what is no range', () => {
    expect(() => chosen('new')).toThrow('improper constraint: "new"');
  });

  test.each([
    ['1.2.5', ['v1.3.0', '1.2.0', '1.0.0']],
    ['9.9.9', ['2.0.0-rc.1', '1.10.0', 'v1.3.0']],
    ['~0.1', ['1.2.0', '1.0.0', '0.9.0']],
  ])('names those next to %s', (wanted, expected) => {
    const distinct = versions.filter((one) => !one.includes('+'));
    expect(nearestVersions(distinct, wanted, 3)).toEqual(expected);
  });

  test('knows one version from any of several', () => {
    expect(['1.2.3', 'v1.2.3-rc.1', '1.2', '~1.2.3', '', '1.2.x'].filter(isExactVersion)).toEqual([
      '1.2.3',
      'v1.2.3-rc.1',
    ]);
  });
});

describe('choosing among many', () => {
  test('takes the newest that fits, whatever the order of the list', () => {
    const segment = fc.nat({ max: 3 });
    const one = fc
      .tuple(segment, segment, segment, fc.constantFrom('', '', '', '-rc.1', '-rc.2', '+a', '+b'))
      .map(([a, b, c, more]) => `${a}.${b}.${c}${more}`);
    const range = fc.constantFrom('', '^1', '~1.2', '>=1.0.0-0', '<2', '1.x || 3.x', '!=1.2.3', '1.2.3');
    fc.assert(
      fc.property(
        fc.array(one, { maxLength: 30 }),
        range,
        fc.constantFrom('as is', 'up', 'down'),
        (list, wanted, order) => {
          const listed = order === 'as is' ? list : list.toSorted();
          if (order === 'down') listed.reverse();
          const constraint = parseConstraint(wanted === '' ? '*' : wanted);
          const expected = listed
            .map((text, index) => ({ index, text, version: parseVersion(text) }))
            .filter(({ text, version }) => text === wanted || satisfies(constraint, version))
            .sort(
              (a, b) =>
                Number(b.text === wanted) - Number(a.text === wanted) ||
                compareVersions(b.version, a.version) ||
                a.index - b.index,
            )
            .map(({ index }) => index);
          expect([...chooseVersions(listed, wanted)]).toEqual(expected);
        },
      ),
    );
  });
});
