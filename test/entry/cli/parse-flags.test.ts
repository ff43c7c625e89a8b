import { describe, expect, test } from 'vitest';
import { checkDuration, checkFloat, checkInteger, checkLabels } from '../../../src/entry/cli/commands/check-flag.ts';
import { parseFlags } from '../../../src/entry/cli/parse-flags.ts';

const table = {
  files: { kind: 'commaList', short: 'f' },
  deep: { kind: 'boolean', short: 'd' },
  time: { kind: 'text', check: checkDuration },
} as const;

const listed = (text: string) => parseFlags(['--files', text], table).values.get('files');

describe('lists with commas', () => {
  test.each([
    ['a,b', ['a', 'b']],
    ['"a,b",c', ['a,b', 'c']],
    ['"a""b"', ['a"b']],
    ['a,', ['a', '']],
    ['', []],
  ])('%s', (text, items) => {
    expect(listed(text)).toEqual(items);
  });

  test.each([
    ['a"b', 'column 2: bare " in non-quoted-field'],
    ['a,b"', 'column 4: bare " in non-quoted-field'],
    ['"ab', 'column 4: extraneous or missing " in quoted-field'],
    ['"a"b', 'column 3: extraneous or missing " in quoted-field'],
  ])('%s is refused', (text, message) => {
    expect(() => listed(text)).toThrow(
      `invalid argument ${JSON.stringify(text)} for "-f, --files" flag: parse error on line 1, ${message}`,
    );
  });
});

test('a text is checked where the flag stands', () => {
  expect(() => parseFlags(['--time', '5', '--nope'], table)).toThrow(
    'invalid argument "5" for "--time" flag: time: missing unit in duration "5"',
  );
  expect(() => parseFlags(['--nope', '--time', '5'], table)).toThrow('unknown flag: --nope');
});

test.each(['5s', '1h30m', '-1.5h', '0', '.5ms', '3µs'])('%s is a duration', (text) => {
  expect(checkDuration(text)).toBeUndefined();
});

test.each([
  [checkDuration, '', 'time: invalid duration ""'],
  [checkDuration, '1x', 'time: unknown unit "x" in duration "1x"'],
  [checkFloat, '1,5', 'strconv.ParseFloat: parsing "1,5": invalid syntax'],
  [checkInteger, '1.5', 'strconv.ParseInt: parsing "1.5": invalid syntax'],
  [checkLabels, 'a=1,b', undefined],
  [checkLabels, 'a', 'a must be formatted as key=value'],
  [checkLabels, 'a=1,b=2,c', 'c must be formatted as key=value'],
])('%o of %s', (check, text, problem) => {
  expect(check(text)).toBe(problem);
});
