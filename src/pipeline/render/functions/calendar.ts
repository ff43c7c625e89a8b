/** The proleptic Gregorian calendar in seconds since 1970, without JavaScript's Date and its limits. */

export interface CivilTime {
  readonly year: number;
  /** 1…12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 1…366 */
  readonly yearDay: number;
}

const DAY = 86400n;
const CUMULATIVE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

export const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Days of the year before this month (1…13), February counted with 28. */
export const daysBefore = (month: number): number => CUMULATIVE[month - 1] ?? 0;

export function daysIn(month: number, year: number): number {
  return month === 2 && isLeapYear(year) ? 29 : daysBefore(month + 1) - daysBefore(month);
}

const floorDiv = (a: bigint, b: bigint): bigint => {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
};

/** Days since 1970-01-01; months and days beyond their range carry over, as in Go's Date(). */
export function daysSinceEpoch(year: number, month: number, day: number): bigint {
  const months = BigInt(year) * 12n + BigInt(month - 1);
  const y = floorDiv(months, 12n);
  const m = Number(months - y * 12n) + 1;
  const before = y - 1n;
  const leaps = floorDiv(before, 4n) - floorDiv(before, 100n) + floorDiv(before, 400n);
  const leapDay = m > 2 && isLeapYear(Number(y)) ? 1 : 0;
  return before * 365n + leaps + BigInt(daysBefore(m) + leapDay + day - 1) - 719162n;
}

export function secondsOf(time: Pick<CivilTime, 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'>): bigint {
  const clock = time.hour * 3600 + time.minute * 60 + time.second;
  return daysSinceEpoch(time.year, time.month, time.day) * DAY + BigInt(clock);
}

/** Seconds from Go's first year, in which it counts without a sign, to 1970. */
const ABSOLUTE = 9_223_372_028_715_321_600n;

export function civilOf(given: bigint): CivilTime {
  const seconds = BigInt.asUintN(64, given + ABSOLUTE) - ABSOLUTE;
  const days = floorDiv(seconds, DAY);
  const clock = Number(seconds - days * DAY);
  let year = Number(floorDiv((days + 719162n) * 400n, 146097n)) + 1;
  while (daysSinceEpoch(year, 1, 1) > days) year -= 1;
  while (daysSinceEpoch(year + 1, 1, 1) <= days) year += 1;
  const yearDay = Number(days - daysSinceEpoch(year, 1, 1)) + 1;
  let month = 1;
  while (month < 12 && daysSinceEpoch(year, month + 1, 1) <= days) month += 1;
  return {
    year,
    month,
    day: Number(days - daysSinceEpoch(year, month, 1)) + 1,
    hour: Math.trunc(clock / 3600),
    minute: Math.trunc((clock % 3600) / 60),
    second: clock % 60,
    weekday: Number((((days + 4n) % 7n) + 7n) % 7n),
    yearDay,
  };
}
