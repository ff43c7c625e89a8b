/** The times of a cron expression with five fields, or a macro such as `@hourly`. Pure. */
import { HelmGitopsError } from '../../foundation/base/errors.ts';

const macros: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const names: Readonly<Record<string, number>> = {
  jan: 1,
  feb: 2,
  mar: 3,
  apr: 4,
  may: 5,
  jun: 6,
  jul: 7,
  aug: 8,
  sep: 9,
  oct: 10,
  nov: 11,
  dec: 12,
  sun: 0,
  mon: 1,
  tue: 2,
  wed: 3,
  thu: 4,
  fri: 5,
  sat: 6,
};
const limits = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;
const minute = 60_000;
/** Five years: no valid expression waits longer, but one like `0 0 30 2 *` never comes. */
const horizon = 5 * 366 * 24 * 60;

export interface CronSchedule {
  /** The first time after `after`, both in milliseconds; undefined when there is none. */
  next(after: number): number | undefined;
}

export function parseCron(expression: string, timeZone = 'UTC'): CronSchedule {
  const fields = (macros[expression.trim()] ?? expression.trim()).split(/\s+/);
  if (fields.length !== 5)
    throw new HelmGitopsError('embedded.cron', 'user', `a schedule has five fields: ${expression}`);
  const [minutes, hours, days, months, weekdays] = fields.map((field, index) =>
    parseField(field, limits[index] ?? [0, 0]),
  ) as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];
  if (weekdays.has(7)) weekdays.add(0);
  // Day of month OR day of week, where both are given.
  const either = !fields[2]?.startsWith('*') && !fields[4]?.startsWith('*');
  const dayMatches = (day: number, weekday: number): boolean =>
    either ? days.has(day) || weekdays.has(weekday) : days.has(day) && weekdays.has(weekday);
  const parts = zonedParts(timeZone);
  return {
    next(after) {
      let time = Math.floor(after / minute) * minute + minute;
      for (let steps = 0; steps < horizon; steps += 1) {
        const { month, day, weekday, hour, minuteOfHour } = parts(time);
        const dayFits = months.has(month) && dayMatches(day, weekday);
        if (dayFits && hours.has(hour) && minutes.has(minuteOfHour)) return time;
        // Hours that cannot match are skipped whole, as days are by their hours.
        time += dayFits && hours.has(hour) ? minute : (60 - minuteOfHour) * minute;
      }
      return undefined;
    },
  };
}

function parseField(field: string, [low, high]: readonly [number, number]): Set<number> {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const found = /^(\*|\?|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d+))?$/i.exec(part);
    if (found === null)
      throw new HelmGitopsError('embedded.cron', 'user', `a schedule's field cannot be read: ${field}`);
    const [, start = '', end, step = '1'] = found;
    const all = start === '*' || start === '?';
    const from = all ? low : toNumber(start);
    const to = end !== undefined ? toNumber(end) : all || found[3] !== undefined ? high : from;
    if (from < low || to > high || from > to || Number(step) === 0)
      throw new HelmGitopsError('embedded.cron', 'user', `a schedule's field is out of range: ${field}`);
    for (let value = from; value <= to; value += Number(step)) values.add(value);
  }
  return values;
}

function toNumber(text: string): number {
  const name = names[text.toLowerCase()];
  return name ?? Number(text);
}

interface Parts {
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minuteOfHour: number;
}

function zonedParts(timeZone: string): (time: number) => Parts {
  if (timeZone === 'UTC' || timeZone === 'Etc/UTC') {
    return (time) => {
      const date = new Date(time);
      return {
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        weekday: date.getUTCDay(),
        hour: date.getUTCHours(),
        minuteOfHour: date.getUTCMinutes(),
      };
    };
  }
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    month: 'numeric',
    day: 'numeric',
    weekday: 'short',
    hour: 'numeric',
    minute: 'numeric',
  });
  return (time) => {
    const found = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes): number => Number(found.get(type));
    const weekday = names[(found.get('weekday') ?? '').toLowerCase()] ?? 0;
    return {
      month: number('month'),
      day: number('day'),
      weekday,
      hour: number('hour'),
      minuteOfHour: number('minute'),
    };
  };
}
