/** When to look at a repository next: a pure function of the time and of chance. */
import { type CronFields, parseCron } from '../../foundation/base/cron.ts';
import type { PollConfig } from '../../foundation/git/repository-config.ts';

/** Nobody's polls stay in step: up to a tenth of the interval later or earlier. */
const jitter = 0.1;
const minute = 60_000;
/** A timer cannot wait longer than 24.8 days; looking once too often does no harm. */
const longest = 20 * 24 * 60 * minute;

export interface PollMoment {
  readonly poll: PollConfig;
  readonly now: Date;
  /** From 0 up to 1. */
  readonly random: number;
}

/** How many milliseconds to wait. Cron expressions are read in UTC. */
export function nextPoll({ poll, now, random }: PollMoment): number {
  if (poll.type === 'every') return Math.min(longest, Math.round(poll.milliseconds * (1 + jitter * (2 * random - 1))));
  const wait = nextFire(poll.expression, now.getTime()) - now.getTime();
  // Never before its time; at most 6 s after it, a tenth of the shortest distance that cron knows.
  return Math.min(longest, wait + Math.round(random * jitter * minute));
}

const day = 24 * 60 * minute;
/** 29 February comes at least once in so many days. */
const farthest = 8 * 366;

function nextFire(expression: string, now: number): number {
  const fields = parseCron(expression);
  let date = new Date(Math.floor(now / 1000) * 1000 + 1000);
  for (let days = 0; days < farthest; days++) {
    if (fields.months.has(date.getUTCMonth() + 1) && fields.isDay(calendarDay(date))) {
      const time = nextTimeOfDay(fields, date);
      if (time !== undefined) return time;
    }
    date = new Date(Math.floor(date.getTime() / day) * day + day);
  }
  return now + day;
}

function nextTimeOfDay({ seconds, minutes, hours }: CronFields, from: Date): number | undefined {
  const midnight = Math.floor(from.getTime() / day) * day;
  for (const h of sorted(hours)) {
    for (const m of sorted(minutes)) {
      const start = midnight + (h * 60 + m) * minute;
      if (start + minute <= from.getTime()) continue;
      for (const s of sorted(seconds)) if (start + s * 1000 >= from.getTime()) return start + s * 1000;
    }
  }
  return undefined;
}

function sorted(numbers: ReadonlySet<number>): number[] {
  return [...numbers].sort((left, right) => left - right);
}

function calendarDay(date: Date) {
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}
