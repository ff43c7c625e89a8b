/** Cron expressions as sets of numbers, with cron's own rule for days. Which zone a day is meant in is for the caller. */
import { parse, validate } from 'node-cron';

export interface CronFields {
  readonly seconds: ReadonlySet<number>;
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** As cron does: where day of month and day of week are both restricted, either is enough. node-cron wants both. */
  isDay(day: CalendarDay): boolean;
}

/** The month counts from 1. */
export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** `1#2` and a weekday's `L` are node-cron's own; no other cron has them. */
export function isCron(expression: string): boolean {
  const weekday = expression.trim().split(/\s+/).at(-1) ?? '';
  return validate(expression) && !/[#W]/i.test(expression.replace(/wed/gi, '')) && !/\dL|^L$/i.test(weekday);
}

export function parseCron(expression: string): CronFields {
  const fields = parse(expression);
  const numbers = (values: readonly (number | string)[]) => new Set(values.map(Number).filter(Number.isInteger));
  const monthDays = numbers(fields.dayOfMonth);
  const lastDay = fields.dayOfMonth.some((value) => String(value).toUpperCase() === 'L');
  const weekDays = numbers(fields.dayOfWeek);
  const inMonth = ({ year, month, day }: CalendarDay) =>
    monthDays.has(day) || (lastDay && day === new Date(Date.UTC(year, month, 0)).getUTCDate());
  const inWeek = ({ year, month, day }: CalendarDay) =>
    weekDays.has(new Date(Date.UTC(year, month - 1, day)).getUTCDay());
  const anyMonthDay = monthDays.size >= 31;
  const anyWeekDay = weekDays.size >= 7;
  return {
    seconds: numbers(fields.second),
    minutes: numbers(fields.minute),
    hours: numbers(fields.hour),
    months: numbers(fields.month),
    isDay(day) {
      if (anyMonthDay) return inWeek(day);
      return anyWeekDay ? inMonth(day) : inMonth(day) || inWeek(day);
    },
  };
}
