import { describe, expect, test } from 'vitest';
import { canonicalQuantity, quantityNanos } from '../../../src/embedded/schema/quantity.ts';

describe('quantities are written in the canonical form', () => {
  test.each([
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['100', '100'],
    ['1000', '1k'],
    ['1e3', '1e3'],
    ['0', '0'],
    ['0Mi', '0'],
    ['100M', '100M'],
    ['-1500m', '-1500m'],
    ['.5', '500m'],
    ['1n', '1n'],
    ['0.1n', '1n'],
    ['512Ki', '512Ki'],
    ['1Mi', '1Mi'],
    ['128974848', '128974848'],
    ['129e6', '129e6'],
  ])('%s is %s', (given, canonical) => {
    expect(canonicalQuantity(given)).toBe(canonical);
  });

  test.each(['', 'abc', '1 Gi', '1gi', '1e', '--1', '1..2'])('%j is none', (given) => {
    expect(canonicalQuantity(given)).toBeUndefined();
  });

  test('different spellings of one amount compare equal', () => {
    expect(quantityNanos('1Gi')).toBe(quantityNanos('1073741824'));
    expect(quantityNanos('250m')).toBe(quantityNanos('0.25'));
  });
});
