/** Sprig's dates. "Local" is the zone of the sources, so that a daemon renders alike wherever it runs. */
import { GoError, type GoFunction, GoInt, type GoObject, type GoValue } from '../../../foundation/template/value.ts';
import type { RenderSources } from '../sources.ts';
import { formatGoDuration, parseGoDuration, roundDuration, SECOND } from './go-duration.ts';
import { aliases, goFunction } from './go-function.ts';
import { clampInt64, parseDecimalLeniently } from './parse-number.ts';
import { formatTime, type GoTime } from './time-layout.ts';
import { parseTime } from './time-parse.ts';
import { addNanoseconds, isTime, timeObject, timeOf, timeSince, ZERO_TIME } from './time-value.ts';
import { type Location, loadLocation, UTC } from './time-zone.ts';

export function dateFunctions(sources: RenderSources): readonly GoFunction[] {
  // Found when first asked for: few charts print times, and the data of time zones takes long to load.
  let found: Location | undefined;
  const local = (): Location => {
    found ??= { ...(loadLocation(sources.timeZone ?? 'UTC') ?? UTC), local: true };
    return found;
  };
  const now = (functionName: string): GoTime => {
    sources.onRandom?.(functionName);
    const milliseconds = sources.now().getTime();
    const seconds = Math.floor(milliseconds / 1000);
    return { seconds: BigInt(seconds), nanoseconds: (milliseconds - seconds * 1000) * 1_000_000, location: local() };
  };
  const inZone = (functionName: string) => (layout: string, date: GoValue, zone: string) =>
    formatTime({ ...(instantOf(date, local()) ?? now(functionName)), location: locationOf(zone, local()) }, layout);
  return [
    goFunction('now', '() time.Time', () => timeObject(now('now'))),
    goFunction('date', '(string, interface {}) string', (layout: string, date: GoValue) =>
      inZone('date')(layout, date, 'Local'),
    ),
    ...aliases(
      ['dateInZone', 'date_in_zone'],
      goFunction('', '(string, interface {}, string) string', inZone('dateInZone')),
    ),
    goFunction('htmlDate', '(interface {}) string', (date: GoValue) => inZone('htmlDate')('2006-01-02', date, 'Local')),
    goFunction('htmlDateInZone', '(interface {}, string) string', (date: GoValue, zone: string) =>
      inZone('htmlDateInZone')('2006-01-02', date, zone),
    ),
    goFunction('ago', '(interface {}) string', (date: GoValue) => {
      const present = now('ago');
      return formatGoDuration(roundToSecond(timeSince(present, instantOf(date, local()) ?? present)));
    }),
    goFunction('durationRound', '(interface {}) string', (value: GoValue) =>
      roundDuration(isTime(value) ? timeSince(now('durationRound'), timeOf(value)) : durationOf(value)),
    ),
    goFunction('toDate', '(string, string) time.Time', (layout: string, text: string) => {
      try {
        return timeObject(parseTime(layout, text, local()));
      } catch (error) {
        if (error instanceof GoError) return timeObject(ZERO_TIME);
        throw error;
      }
    }),
    goFunction('mustToDate', '(string, string) (time.Time, error)', (layout: string, text: string) =>
      timeObject(parseTime(layout, text, local())),
    ),
    ...timelessFunctions,
  ];
}

const timelessFunctions: readonly GoFunction[] = [
  ...aliases(
    ['dateModify', 'date_modify'],
    goFunction('', '(string, time.Time) time.Time', (text: string, date: GoObject) => {
      try {
        return modify(text, date);
      } catch (error) {
        if (error instanceof GoError) return date;
        throw error;
      }
    }),
  ),
  ...aliases(['mustDateModify', 'must_date_modify'], goFunction('', '(string, time.Time) (time.Time, error)', modify)),
  goFunction('duration', '(interface {}) string', (value: GoValue) => {
    const seconds = typeof value === 'string' ? parseDecimalLeniently(value) : int64Of(value);
    return formatGoDuration(BigInt.asIntN(64, seconds * SECOND));
  }),
  goFunction('unixEpoch', '(time.Time) string', (date: GoValue) => timeOf(date).seconds.toString()),
];

function modify(text: string, date: GoObject): GoObject {
  return timeObject(addNanoseconds(timeOf(date), parseGoDuration(text)));
}

/** Only an int64 counts: a plain int (as of a template's literal) is 0. */
const int64Of = (value: GoValue): bigint =>
  value instanceof GoInt && value.kind === 'int64' && value.type === undefined ? value.value : 0n;

function durationOf(value: GoValue): bigint {
  if (typeof value !== 'string') return int64Of(value);
  try {
    return parseGoDuration(value);
  } catch (error) {
    if (error instanceof GoError) return 0n;
    throw error;
  }
}

/** Times, and seconds since 1970 as int, int32 or int64; for anything else (a float from values!) undefined: now. */
function instantOf(date: GoValue, local: Location): GoTime | undefined {
  if (isTime(date)) return timeOf(date);
  if (
    date instanceof GoInt &&
    date.type === undefined &&
    (date.kind === 'int' || date.kind === 'int32' || date.kind === 'int64')
  ) {
    return { seconds: date.value, nanoseconds: 0, location: local };
  }
  return undefined;
}

const locationOf = (zone: string, local: Location): Location =>
  zone === 'Local' ? local : (loadLocation(zone) ?? UTC);

/** Duration.Round(time.Second): halves go away from zero. */
function roundToSecond(duration: bigint): bigint {
  const magnitude = duration < 0n ? -duration : duration;
  const rounded = ((magnitude + SECOND / 2n) / SECOND) * SECOND;
  return clampInt64(duration < 0n ? -rounded : rounded);
}
