import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editDistance, suggestionHint, suggestName } from '../../../src/foundation/document/suggest-name.ts';

describe('suggestName', () => {
  test.each([
    ['tokenfile', 'tokenFile'],
    ['namesapce', 'namespace'],
    ['relaseName', 'releaseName'],
    ['valuse', 'values'],
  ])('%s was meant to be %s', (typed, meant) => {
    expect(suggestName(typed, ['values', 'namespace', 'releaseName', 'tokenFile'])).toBe(meant);
  });

  test('nothing is near to what has nothing in common', () => {
    expect(suggestName('zzz', ['values', 'chart'])).toBeUndefined();
    expect(suggestionHint('zzz', ['values', 'chart'])).toBe('known: values, chart');
    expect(suggestionHint('zzz', [])).toBeUndefined();
  });
});

describe('editDistance', () => {
  test('is a distance: none to itself, the same both ways, one for each edit', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, `${a}x`)).toBe(1);
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
    expect(editDistance('ab', 'ba')).toBe(1);
  });
});
