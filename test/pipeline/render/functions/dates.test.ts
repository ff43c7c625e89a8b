import { describe, expect, test } from 'vitest';
import { ANSWERS, ERRORS } from './dates.table.ts';
import { countingSources, evaluate, evaluationError } from './evaluate.ts';

describe('dates and durations', () => {
  test.each(ANSWERS)('%s gives what Helm gives', (expression, expected) => {
    expect(evaluate(expression)).toBe(expected);
  });

  test.each(ERRORS)('%s ends in the error that Helm shows', (expression, expected) => {
    expect(evaluationError(expression)).toBe(expected);
  });
});

describe('the clock', () => {
  test('comes from the sources', () => {
    expect(evaluate('{{ now | date "2006-01-02T15:04:05.000Z07:00" }}')).toBe('2026-11-20T12:00:05.250Z');
    expect(evaluate('{{ now.Unix }} {{ htmlDate "x" }} {{ ago (toDate "2006-01-02" "2026-11-20") }}')).toBe(
      '1795176005 2026-11-20 12h0m5s',
    );
  });

  test('a number of the values, being a float, counts as now', () => {
    expect(evaluate('date "2006" .Values.i')).toBe('2026');
    expect(evaluate('date "2006" 3')).toBe('1970');
  });

  test('the local zone is the one of the sources', () => {
    const sources = countingSources({ timeZone: 'Europe/Berlin' });
    expect(evaluate('date "15:04 MST" 1720000000', { sources })).toBe('11:46 CEST');
    expect(evaluate('toDate "2006-01-02 15:04" "2024-03-31 02:30"', { sources })).toContain(
      '2024-03-31 03:30:00 +0200',
    );
    expect(evaluate('toDate "2006-01-02" "2024-01-31"', { sources })).toBe('2024-01-31 00:00:00 +0100 CET');
  });

  test.each([
    ['now', true],
    ['ago now', true],
    ['date "2006" "no date"', true],
    ['date "2006" 5', false],
    ['duration "5"', false],
    ['toDate "2006" "2020"', false],
  ])('%s tells that it looked at the clock: %s', (expression, told) => {
    const names: string[] = [];
    evaluate(expression, { sources: countingSources({ onRandom: (name) => names.push(name) }) });
    expect(names.length > 0).toBe(told);
  });
});
