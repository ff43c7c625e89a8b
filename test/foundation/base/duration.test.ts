import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/foundation/base/duration.ts';

describe('durations', () => {
  test.each([
    ['300ms', 300],
    ['5s', 5000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['1d', 86_400_000],
    ['0', 0],
    ['0s', 0],
  ])('%s is read as %i ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  test.each(['', '5', '5 s', '-5s', '5S', 's', '1h30', '.5s', '5.s', '1e3s', '5s\n', '٣s'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test.each([
    [0, '0s'],
    [0.4, '0s'],
    [1, '1ms'],
    [999, '999ms'],
    [999.6, '1s'],
    [1000, '1s'],
    [2540, '2.5s'],
    [59_949, '59.9s'],
    [59_950, '1m'],
    [60_000, '1m'],
    [61_400, '1m1s'],
    [3_600_000, '1h'],
    [5_400_000, '1h30m'],
    [86_400_000, '24h'],
    [3_601_000, '1h1s'],
  ])('%d ms is written as %s', (milliseconds, expected) => {
    expect(formatDuration(milliseconds)).toBe(expected);
  });

  test('what is written is read again, to the precision that is shown', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (milliseconds) => {
        const read = parseDuration(formatDuration(milliseconds));
        const precision = milliseconds < 1000 ? 0 : milliseconds < 59_950 ? 50 : 500;
        expect(Math.abs((read ?? Number.NaN) - milliseconds)).toBeLessThanOrEqual(precision);
      }),
    );
  });
});
