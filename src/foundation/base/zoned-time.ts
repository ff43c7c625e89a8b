/** Wall-clock time in a zone of the IANA database. A local time is written as the milliseconds that UTC would give it. */

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** By the quarter of an hour that they hold in. */
  readonly offsets: Map<number, number>;
}

const zones = new Map<string, Zone>();

export function isTimeZone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
}

export function localTime(timeZone: string, instant: number): number {
  return instant + offsetAt(timeZone, instant);
}

const hours = 3_600_000;

/** When clocks show a local time: once, twice where they are put back over it, never where they are put forward. */
export function instantsOf(timeZone: string, local: number): number[] {
  const candidates = [-24, 24].map((hour) => local - offsetAt(timeZone, local + hour * hours));
  return [...new Set(candidates)].filter((instant) => localTime(timeZone, instant) === local).sort((a, b) => a - b);
}

/** Of a local time that clocks never show: when they jump over it. */
export function jumpOver(timeZone: string, local: number): number {
  let [before, after] = [local - 24 * hours, local + 24 * hours];
  const target = offsetAt(timeZone, after);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(timeZone, middle) === target) after = middle;
    else before = middle;
  }
  return after;
}

/** Offsets change at whole quarters of an hour. */
const quarter = 900_000;
const kept = 5_000;

function offsetAt(timeZone: string, instant: number): number {
  if (timeZone === 'UTC') return 0;
  const { format, offsets } = zoneOf(timeZone);
  const start = Math.floor(instant / quarter) * quarter;
  const known = offsets.get(start);
  if (known !== undefined) return known;
  const parts = new Map(format.formatToParts(start).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const [year, month, day] = [part('year'), part('month') - 1, part('day')];
  const offset = Date.UTC(year, month, day, part('hour'), part('minute'), part('second')) - start;
  if (offsets.size >= kept) offsets.clear();
  offsets.set(start, offset);
  return offset;
}

function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone);
  if (known) return known;
  const numeric = 'numeric' as const;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  });
  const zone = { format, offsets: new Map<number, number>() };
  zones.set(timeZone, zone);
  return zone;
}
