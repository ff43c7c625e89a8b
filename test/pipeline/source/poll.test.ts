import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextPoll } from '../../../src/pipeline/source/poll.ts';

const at = (time: string) => new Date(`${time}Z`);
const after = (expression: string, now: string) =>
  new Date(at(now).getTime() + nextPoll({ poll: { type: 'cron', expression }, now: at(now), random: 0 }))
    .toISOString()
    .slice(0, 19);

describe('nextPoll', () => {
  test('waits an interval, at most a tenth shorter or longer', () => {
    const wait = (random: number) =>
      nextPoll({ poll: { type: 'every', milliseconds: 30_000 }, now: new Date(), random });
    expect([wait(0), wait(0.5), wait(0.999999)]).toEqual([27_000, 30_000, 33_000]);
  });

  test.each([
    ['*/5 * * * *', '2026-11-20T12:03:10', '2026-11-20T12:05:00'],
    ['*/5 * * * *', '2026-11-20T12:05:00', '2026-11-20T12:10:00'],
    ['0 9 * * 1-5', '2026-11-20T12:00:00', '2026-11-23T09:00:00'],
    ['30 23 31 12 *', '2026-12-31T23:30:00', '2027-12-31T23:30:00'],
    ['*/10 * * * * *', '2026-11-20T12:00:01', '2026-11-20T12:00:10'],
    ['0 0 13 * 5', '2026-11-14T00:00:00', '2026-11-20T00:00:00'],
    ['0 12 * * 0', '2026-11-20T00:00:00', '2026-11-22T12:00:00'],
    ['0 12 * * 7', '2026-11-20T00:00:00', '2026-11-22T12:00:00'],
    ['0 0 1,15 * *', '2026-11-20T00:00:00', '2026-12-01T00:00:00'],
  ])('%s after %s is %s', (expression, now, expected) => {
    const [far, wait] = [at(expected).getTime() - at(now).getTime() > 20 * 86_400_000, after(expression, now)];
    expect(wait).toBe(far ? new Date(at(now).getTime() + 20 * 86_400_000).toISOString().slice(0, 19) : expected);
  });

  test('is always in the future, and never longer than a timer can wait', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('* * * * *', '0 0 29 2 *', '15 3 * * 1', '0 0 1 1 *', '*/7 */3 2-9 * 2,4'),
        fc.date({ min: at('2020-01-01T00:00:00'), max: at('2060-01-01T00:00:00'), noInvalidDate: true }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (expression, now, random) => {
          const wait = nextPoll({ poll: { type: 'cron', expression }, now, random });
          expect(wait).toBeGreaterThan(0);
          expect(wait).toBeLessThan(2 ** 31);
        },
      ),
      { numRuns: 200 },
    );
  });
});
