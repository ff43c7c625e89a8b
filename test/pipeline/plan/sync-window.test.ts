import { describe, expect, test } from 'vitest';
import type { SyncWindow } from '../../../src/pipeline/definitions/release-definition.ts';
import { closedWindow, windowAt } from '../../../src/pipeline/plan/sync-window.ts';

const hour = 3_600_000;
const window = (type: 'allow' | 'deny', cron: string, hours: number, timeZone = 'UTC'): SyncWindow => ({
  type,
  cron,
  for: hours * hour,
  timeZone,
});
const allow = window.bind(undefined, 'allow');
const deny = window.bind(undefined, 'deny');
const office = allow('0 9 * * 1-5', 8, 'Europe/Berlin');

/** `open until …` or `closed until …`, in UTC. */
function stateAt(levels: readonly (readonly SyncWindow[])[], time: string): string {
  const { open, turns } = windowAt(levels, Date.parse(time));
  const until = turns === undefined ? 'for good' : `until ${new Date(turns).toISOString().slice(0, 16)}`;
  return `${open ? 'open' : 'closed'} ${until}`;
}

describe('one window', () => {
  test.each([
    // Friday, Saturday, and the moments at both ends. Berlin is at UTC+1 in winter.
    ['2026-11-20T12:00:00Z', 'open until 2026-11-20T16:00'],
    ['2026-11-20T07:59:59.999Z', 'closed until 2026-11-20T08:00'],
    ['2026-11-20T08:00:00Z', 'open until 2026-11-20T16:00'],
    ['2026-11-20T16:00:00Z', 'closed until 2026-11-23T08:00'],
    ['2026-11-21T12:00:00Z', 'closed until 2026-11-23T08:00'],
    // In summer at UTC+2.
    ['2026-07-20T07:00:00Z', 'open until 2026-07-20T15:00'],
  ])('9 to 17 on weekdays in Berlin, at %s: %s', (time, state) => {
    expect(stateAt([[office]], time)).toBe(state);
  });

  test.each([
    ['day of month OR day of week', allow('0 0 13 * 5', 24), '2026-11-13T12:00Z', 'open until 2026-11-14T00:00'],
    ['the Friday that is no 13th', allow('0 0 13 * 5', 24), '2026-11-20T12:00Z', 'open until 2026-11-21T00:00'],
    ['the 13th that is no Friday', allow('0 0 13 * 5', 24), '2026-10-13T12:00Z', 'open until 2026-10-14T00:00'],
    ['neither', allow('0 0 13 * 5', 24), '2026-11-19T12:00Z', 'closed until 2026-11-20T00:00'],
    ['over midnight', allow('0 22 * * *', 4), '2026-11-20T01:00Z', 'open until 2026-11-20T02:00'],
    ['longer than a week', allow('0 0 1 * *', 24 * 10), '2026-11-09T12:00Z', 'open until 2026-11-11T00:00'],
    ['one that begins again before it ends', allow('0 */2 * * *', 3), '2026-11-20T12:00Z', 'open for good'],
    ['each half hour for a quarter', allow('*/30 * * * *', 0.25), '2026-11-20T12:16Z', 'closed until 2026-11-20T12:30'],
    ['29 February', allow('0 0 29 2 *', 1), '2027-11-20T12:00Z', 'closed until 2028-02-29T00:00'],
    ['the last day of a month', allow('0 0 L * *', 24), '2026-11-30T12:00Z', 'open until 2026-12-01T00:00'],
    ['a deny that is over', deny('0 0 24 12 *', 24 * 8), '2026-11-20T12:00Z', 'open until 2026-12-24T00:00'],
    ['a deny', deny('0 0 24 12 *', 24 * 8), '2026-12-31T23:00Z', 'closed until 2027-01-01T00:00'],
  ])('%s', (_name, only, time, state) => {
    expect(stateAt([[only]], time)).toBe(state);
  });
});

describe('daylight saving', () => {
  // Berlin: 29 March 2026 02:00 → 03:00 at 01:00 UTC; 25 October 2026 03:00 → 02:00 at 01:00 UTC.
  test.each([
    [
      'a time that clocks jump over begins at the jump',
      '30 2 * * *',
      '2026-03-29T00:59:00Z',
      'closed until 2026-03-29T01:00',
    ],
    ['and lasts its full length', '30 2 * * *', '2026-03-29T01:30:00Z', 'open until 2026-03-29T02:00'],
    [
      'a time that comes twice counts the first time',
      '30 2 * * *',
      '2026-10-25T00:40:00Z',
      'open until 2026-10-25T01:30',
    ],
    ['and not the second', '30 2 * * *', '2026-10-25T01:40:00Z', 'closed until 2026-10-26T01:30'],
    [
      'after the jump the clock counts, not the day before',
      '0 9 * * *',
      '2026-03-29T07:30:00Z',
      'open until 2026-03-29T08:00',
    ],
    ['after the way back too', '0 9 * * *', '2026-10-25T07:30:00Z', 'closed until 2026-10-25T08:00'],
  ])('%s', (_name, cron, time, state) => {
    expect(stateAt([[allow(cron, 1, 'Europe/Berlin')]], time)).toBe(state);
  });

  test('every hour follows the hours as they pass', () => {
    const hourly = allow('0 * * * *', 0.5, 'Europe/Berlin');
    expect(stateAt([[hourly]], '2026-10-25T00:10:00Z')).toBe('open until 2026-10-25T00:30');
    expect(stateAt([[hourly]], '2026-10-25T01:10:00Z')).toBe('open until 2026-10-25T01:30');
    expect(stateAt([[hourly]], '2026-03-29T00:40:00Z')).toBe('closed until 2026-03-29T01:00');
  });

  test('half hours and the southern half count too', () => {
    // Lord Howe: half an hour forward on 4 October 2026 at 02:00, from UTC+10:30 to UTC+11.
    expect(stateAt([[allow('15 2 * * *', 1, 'Australia/Lord_Howe')]], '2026-10-03T15:29:00Z')).toBe(
      'closed until 2026-10-03T15:30',
    );
  });
});

describe('several windows', () => {
  const noon = '2026-11-20T12:00:00Z';
  test.each([
    ['none', [], 'open for good'],
    ['an empty level', [[]], 'open for good'],
    ['any allow opens', [[allow('0 3 * * *', 1), allow('0 11 * * *', 2)]], 'open until 2026-11-20T13:00'],
    ['a deny closes what an allow opens', [[office, deny('0 11 * * *', 2)]], 'closed until 2026-11-20T13:00'],
    ['every level has to be open', [[office], [allow('0 13 * * *', 2)]], 'closed until 2026-11-20T13:00'],
    ['and closes with the first', [[office], [allow('0 11 * * *', 2)]], 'open until 2026-11-20T13:00'],
    ['levels that are never open together', [[allow('0 3 * * *', 1)], [allow('0 5 * * *', 1)]], 'closed for good'],
    [
      'one end is the other beginning',
      [[allow('0 12 * * *', 1), allow('0 13 * * *', 1)]],
      'open until 2026-11-20T14:00',
    ],
  ])('%s', (_name, levels, state) => {
    expect(stateAt(levels, noon)).toBe(state);
  });
});

test('a closed window says when it opens and what it is', () => {
  expect(closedWindow([[office]], Date.parse('2026-11-21T12:00:00Z'))).toEqual({
    step: 'hold',
    reason: 'window',
    message: 'outside of its sync windows; opens 2026-11-23T08:00:00.000Z',
    hint: 'allow 0 9 * * 1-5 for 8h (Europe/Berlin)',
  });
  expect(closedWindow([[office]], Date.parse('2026-11-20T12:00:00Z'))).toBeUndefined();
  expect(closedWindow(undefined, 0)).toBeUndefined();
});
