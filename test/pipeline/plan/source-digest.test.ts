import { describe, expect, test } from 'vitest';
import { GoInt, type GoValue } from '../../../src/foundation/template/value.ts';
import { type DigestInput, sourceDigest } from '../../../src/pipeline/plan/source-digest.ts';

const map = (entries: [string, GoValue][]) => new Map(entries) as GoValue;
const base: DigestInput = {
  chartDigest: 'c',
  values: map([
    ['a', '1'],
    ['b', [true, null]],
  ]),
  releaseName: 'shop',
  namespace: 'web',
  compat: 'helm4',
};

describe('the source digest', () => {
  test('says what made it, and does not depend on the order of keys', () => {
    const turned = map([
      ['b', [true, null]],
      ['a', '1'],
    ]);
    expect(sourceDigest({ ...base, values: turned })).toBe(sourceDigest(base));
    expect(sourceDigest(base)).toMatch(/^v1:sha256:[0-9a-f]{64}$/);
  });

  test('tells apart whatever a template could', () => {
    const values: GoValue[] = [
      1,
      '1',
      true,
      'true',
      null,
      'null',
      [],
      map([]),
      ['a', 'b'],
      ['a,b'],
      ['"a"'],
      [[]],
      '[]',
    ];
    const inputs: DigestInput[] = [
      base,
      { ...base, chartDigest: 'd' },
      { ...base, releaseName: 'shopweb', namespace: '' },
      { ...base, compat: 'helm3' },
      { ...base, values: map([['a', '1']]) },
      ...values.map((value) => ({ ...base, values: map([['a', value]]) })),
      { ...base, values: map([['a', new GoInt('int64', 1n)]]) },
    ];
    expect(new Set(inputs.map(sourceDigest)).size).toBe(inputs.length - 1);
  });
});
