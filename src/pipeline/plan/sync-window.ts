/**
 * Takes the windows of a release and a moment, says whether it may be deployed then and when that turns. Each level's
 * windows have to be open: within a level any `allow` opens (none: always), and every `deny` closes. Pure.
 */
import { type CalendarDay, type CronFields, parseCron } from '../../foundation/base/cron.ts';
import { formatDuration } from '../../foundation/base/duration.ts';
import { instantsOf, jumpOver, localTime } from '../../foundation/base/zoned-time.ts';
import type { SyncWindow, SyncWindows } from '../definitions/release-definition.ts';
import type { NextStep } from './next-step.ts';

export interface WindowState {
  readonly open: boolean;
  /** When it will be the other way round, in milliseconds; undefined: not within a year. */
  readonly turns: number | undefined;
}

const minute = 60_000;
const day = 24 * 60 * minute;
/** 29 February comes at least once in so many days. */
const farthest = 8 * 366;
const horizon = 366 * day;
/** Boundaries that are looked at before a turn counts as too far away. */
const steps = 2_000;

export function windowAt(windows: SyncWindows, now: number): WindowState {
  const open = isOpen(windows, now);
  let moment: number | undefined = now;
  for (let step = 0; step < steps; step += 1) {
    moment = nextBoundary(windows, moment);
    if (moment === undefined || moment > now + horizon) break;
    if (isOpen(windows, moment) !== open) return { open, turns: moment };
  }
  return { open, turns: undefined };
}

/** What a new deploy waits for; nothing that is under way does, and no rollback. */
export function closedWindow(
  windows: SyncWindows | undefined,
  now: number,
): Extract<NextStep, { step: 'hold' }> | undefined {
  if (windows === undefined) return undefined;
  const { open, turns } = windowAt(windows, now);
  if (open) return undefined;
  const until = turns === undefined ? ', and none opens within a year' : `; opens ${new Date(turns).toISOString()}`;
  const hint = windows.flat().map(describeWindow).join(', ');
  return { step: 'hold', reason: 'window', message: `outside of its sync windows${until}`, hint };
}

function isOpen(windows: SyncWindows, moment: number): boolean {
  return windows.every((level) => {
    const allows = level.filter(({ type }) => type === 'allow');
    const active = level.filter((window) => activeUntil(window, moment) !== undefined);
    return (
      !active.some(({ type }) => type === 'deny') &&
      (allows.length === 0 || active.some(({ type }) => type === 'allow'))
    );
  });
}

function nextBoundary(windows: SyncWindows, moment: number): number | undefined {
  const all = windows.flat().map((window) => activeUntil(window, moment) ?? firstFire(window, moment));
  return all.reduce<number | undefined>(
    (least, one) => (one !== undefined && (least === undefined || one < least) ? one : least),
    undefined,
  );
}

/** The end of what began last; it may begin again before that. */
function activeUntil(window: SyncWindow, moment: number): number | undefined {
  const began = lastFire(window, moment);
  return began === undefined || began + window.for <= moment ? undefined : began + window.for;
}

/** At or before the moment, as far back as still counts. */
function lastFire(window: SyncWindow, moment: number): number | undefined {
  const today = startOfDay(localTime(window.timeZone, moment));
  for (let date = today; date >= today - window.for - 2 * day; date -= day) {
    const last = firesOf(window, date).findLast((fire) => fire <= moment);
    if (last !== undefined) return last;
  }
  return undefined;
}

function firstFire(window: SyncWindow, after: number): number | undefined {
  const today = startOfDay(localTime(window.timeZone, after));
  for (let days = 0; days < farthest; days += 1) {
    const first = firesOf(window, today + days * day).find((fire) => fire > after);
    if (first !== undefined) return first;
  }
  return undefined;
}

const startOfDay = (local: number) => Math.floor(local / day) * day;

interface Known {
  readonly fields: CronFields;
  /** Of the days that were asked for last. */
  readonly fires: Map<number, readonly number[]>;
}

const known = new WeakMap<SyncWindow, Known>();

/** Of one local day, in order. */
function firesOf(window: SyncWindow, date: number): readonly number[] {
  const { fields, fires } = known.get(window) ?? { fields: parseCron(window.cron), fires: new Map() };
  known.set(window, { fields, fires });
  const before = fires.get(date);
  if (before) return before;
  const found = isDay(fields, date) ? timesOf(fields, date).flatMap((local) => instants(window, fields, local)) : [];
  const sorted = [...new Set(found)].sort((left, right) => left - right);
  if (fires.size > 16) fires.clear();
  if (sorted.length > 0) fires.set(date, sorted);
  return sorted;
}

function isDay({ months, isDay: fits }: CronFields, date: number): boolean {
  const utc = new Date(date);
  const calendar: CalendarDay = { year: utc.getUTCFullYear(), month: utc.getUTCMonth() + 1, day: utc.getUTCDate() };
  return months.has(calendar.month) && fits(calendar);
}

function timesOf({ hours, minutes }: CronFields, date: number): number[] {
  return [...hours].flatMap((hour) => [...minutes].map((at) => date + (hour * 60 + at) * minute));
}

/**
 * Where clocks jump over a time, the jump stands for it; where they show it twice, the first counts. An expression for
 * every hour follows the hours as they pass instead, as cron does.
 */
function instants({ timeZone }: SyncWindow, { hours }: CronFields, local: number): number[] {
  const found = instantsOf(timeZone, local);
  if (hours.size === 24) return found;
  return [found[0] ?? jumpOver(timeZone, local)];
}

/** `allow 0 9 * * 1-5 for 8h (Europe/Berlin)` */
export function describeWindow({ type, cron, for: length, timeZone }: SyncWindow): string {
  return `${type} ${cron} for ${formatDuration(length)} (${timeZone})`;
}
