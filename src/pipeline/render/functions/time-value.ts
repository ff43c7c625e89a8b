/** time.Time, time.Duration, time.Month and time.Weekday as templates see them: values with Go's methods. */

import { toBytes } from '../../../foundation/base/byte-string.ts';
import { nilSlice } from '../../../foundation/template/kind.ts';
import {
  type GoFunction,
  GoInt,
  GoObject,
  type GoSlice,
  type GoValue,
  int,
  int64,
  type NamedType,
} from '../../../foundation/template/value.ts';
import { type CivilTime, civilOf, daysSinceEpoch, MONTHS, secondsOf, WEEKDAYS } from './calendar.ts';
import { formatGoDuration, SECOND } from './go-duration.ts';
import { goFunction } from './go-function.ts';
import { clampInt64, MAX_INT64, MIN_INT64 } from './parse-number.ts';
import { quoteForTime } from './quote-for-time.ts';
import { formatTime, type GoTime } from './time-layout.ts';
import { instantOf, type Location, UTC, zoneAt } from './time-zone.ts';

export const timeOf = (value: GoValue): GoTime => (value as GoObject).inner as GoTime;
export const isTime = (value: GoValue): value is GoObject => value instanceof GoObject && value.type === TIME;

const nanosOf = (time: GoTime): bigint => time.seconds * SECOND + BigInt(time.nanoseconds);

export function addNanoseconds(time: GoTime, nanoseconds: bigint): GoTime {
  const total = nanosOf(time) + nanoseconds;
  const rest = ((total % SECOND) + SECOND) % SECOND;
  return { seconds: (total - rest) / SECOND, nanoseconds: Number(rest), location: time.location };
}

/** As far as an int64 of nanoseconds reaches: beyond 292 years Go saturates. */
export function timeSince(now: GoTime, then: GoTime): bigint {
  return clampInt64(nanosOf(now) - nanosOf(then));
}

const STRING_LAYOUT = '2006-01-02 15:04:05.999999999 -0700 MST';

const RFC3339_NANO = '2006-01-02T15:04:05.999999999Z07:00';

/** A time.Time; JSON and YAML get it in RFC 3339. */
export function timeObject({ seconds, nanoseconds, location }: GoTime): GoObject {
  const time: GoTime = { seconds, nanoseconds, location };
  const marshalJson = (): string => formatTime(time, RFC3339_NANO);
  return new GoObject(TIME, new Map(), { ...time, marshalJson }, () => formatTime(time, STRING_LAYOUT));
}

/** January 1, year 1, 00:00 UTC: what Go returns beside an error. */
export const ZERO_TIME: GoTime = { seconds: -62135596800n, nanoseconds: 0, location: UTC };

const civilTime = (time: GoTime): CivilTime =>
  civilOf(time.seconds + BigInt(zoneAt(time.location, time.seconds).offset));

const durationObject = (nanoseconds: bigint): GoInt => new GoInt('int64', nanoseconds, DURATION);

const numbered = (name: string, names: readonly string[], first: number): ((value: number) => GoInt) => {
  const format = ({ value }: GoInt): string =>
    names[Number(value) - first] ?? `%!${name.slice(5)}(${BigInt.asUintN(64, value)})`;
  const methods = new Map([['String', goFunction('String', '() string', (self: GoValue) => format(self as GoInt))]]);
  const type: NamedType = { name, kind: 'int', methods, format };
  return (value) => new GoInt('int', BigInt(value), type);
};
const monthObject = numbered('time.Month', MONTHS, 1);
const weekdayObject = numbered('time.Weekday', WEEKDAYS, 0);

const toMap = (methods: readonly GoFunction[]): ReadonlyMap<string, GoFunction> =>
  new Map(methods.map((method) => [method.name, method]));

const ofTime = (name: string, result: string, get: (time: GoTime) => GoValue): GoFunction =>
  goFunction(name, `() ${result}`, (self: GoValue) => get(timeOf(self)));
const ofCivil = (name: string, get: (civil: CivilTime) => number): GoFunction =>
  ofTime(name, 'int', (time) => int(get(civilTime(time))));
const compare = (name: string, result: string, verdict: (difference: bigint) => GoValue): GoFunction =>
  goFunction(name, `(time.Time) ${result}`, (self: GoValue, other: GoValue) =>
    verdict(timeSince(timeOf(self), timeOf(other))),
  );
const nanosecondsOf = (value: GoValue): bigint => (value as GoInt).value;
const durationIn = (unit: bigint) => (self: GoValue) => Number(nanosecondsOf(self)) / Number(unit);

const ofDuration = (name: string, change: (duration: bigint, unit: bigint) => bigint): GoFunction =>
  goFunction(name, '(time.Duration) time.Duration', (self: GoValue, unit: GoValue) =>
    durationObject(change(nanosecondsOf(self), nanosecondsOf(unit))),
  );

const DURATION: NamedType = {
  name: 'time.Duration',
  kind: 'int64',
  format: ({ value }) => formatGoDuration(value),
  methods: toMap([
    ofDuration('Round', (duration, unit) => roundTo(duration, unit)),
    ofDuration('Truncate', (duration, unit) => (unit <= 0n ? duration : duration - (duration % unit))),
    goFunction('Abs', '() time.Duration', (self: GoValue) => {
      const duration = nanosecondsOf(self);
      return durationObject(clampInt64(duration < 0n ? -duration : duration));
    }),
    goFunction('String', '() string', (self: GoValue) => formatGoDuration(nanosecondsOf(self))),
    goFunction('Seconds', '() float64', durationIn(SECOND)),
    goFunction('Minutes', '() float64', durationIn(60n * SECOND)),
    goFunction('Hours', '() float64', durationIn(3600n * SECOND)),
    goFunction('Milliseconds', '() int64', (self: GoValue) => int64(nanosecondsOf(self) / 1_000_000n)),
    goFunction('Microseconds', '() int64', (self: GoValue) => int64(nanosecondsOf(self) / 1000n)),
    goFunction('Nanoseconds', '() int64', (self: GoValue) => int64(nanosecondsOf(self))),
  ]),
};

/** Rounded halves go away from zero; what that carries beyond an int64 stays at its end. */
function roundTo(duration: bigint, unit: bigint): bigint {
  if (unit <= 0n) return duration;
  const magnitude = duration < 0n ? -duration : duration;
  const rest = magnitude % unit;
  const rounded = rest + rest < unit ? magnitude - rest : magnitude - rest + unit;
  return clampInt64(duration < 0n ? -rounded : rounded);
}

/** Multiples of the unit since the year 1. */
const alignTime = (name: string, half: boolean): GoFunction =>
  goFunction(name, '(time.Duration) time.Time', (self: GoValue, duration: GoValue) => {
    const unit = nanosecondsOf(duration);
    const time = timeOf(self);
    if (unit <= 0n) return timeObject(time);
    const rest = (nanosOf(time) - nanosOf(ZERO_TIME)) % unit;
    const positive = rest < 0n ? rest + unit : rest;
    return timeObject(addNanoseconds(time, half && positive + positive >= unit ? unit - positive : -positive));
  });

/** Of the local one Go knows what the variable TZ said. */
const locationName = (location: Location): string =>
  location.kind === 'utc' ? 'UTC' : location.kind === 'named' ? location.zone : location.name;

const struct = (name: string, fields: readonly (readonly [string, GoValue])[], pointer = false): GoObject =>
  new GoObject({ name, kind: pointer ? 'ptr' : 'struct', methods: new Map() }, new Map(fields));

function typed(elementType: string, items: readonly GoValue[]): GoSlice {
  const slice: GoSlice = [...items];
  slice.elementType = elementType;
  return slice;
}

/** What Go keeps of UTC and, as FixedZone fills it, of an offset. */
function locationFields(location: Location): ReadonlyMap<string, GoValue> {
  const fixed = location.kind === 'fixed' ? location : undefined;
  const zone: (readonly [string, GoValue])[] = [
    ['name', fixed?.name ?? ''],
    ['offset', int(fixed?.offset ?? 0)],
    ['isDST', false],
  ];
  const since: (readonly [string, GoValue])[] = [
    ['when', int64(MIN_INT64)],
    ['index', new GoInt('uint8', 0n)],
    ['isstd', false],
    ['isutc', false],
  ];
  const nilZone = new GoObject({ name: '*time.zone', kind: 'ptr', methods: new Map(), nil: true }, new Map());
  return new Map<string, GoValue>([
    ['name', locationName(location)],
    ['zone', fixed === undefined ? nilSlice('time.zone') : typed('time.zone', [struct('time.zone', zone)])],
    [
      'tx',
      fixed === undefined ? nilSlice('time.zoneTrans') : typed('time.zoneTrans', [struct('time.zoneTrans', since)]),
    ],
    ['extend', ''],
    ['cacheStart', int64(fixed === undefined ? 0n : MIN_INT64)],
    ['cacheEnd', int64(fixed === undefined ? 0n : MAX_INT64)],
    ['cacheZone', fixed === undefined ? nilZone : struct('*time.zone', zone, true)],
  ]);
}

const LOCATION: NamedType = {
  name: '*time.Location',
  kind: 'ptr',
  methods: toMap([goFunction('String', '() string', (self: GoValue) => (self as GoObject).format?.() ?? '')]),
  printed: ({ inner }) => locationFields(inner as Location),
};
const NIL_LOCATION = new GoObject({ ...LOCATION, nil: true }, new Map());
const locationObject = (location: Location): GoObject =>
  new GoObject(LOCATION, new Map(), location, () => locationName(location));

function goString(value: GoObject): string {
  const { location, nanoseconds } = timeOf(value);
  const { year, month, day, hour, minute, second } = civilTime(timeOf(value));
  const name = location.local
    ? 'time.Local'
    : location.kind === 'utc'
      ? 'time.UTC'
      : `time.Location(${quoteForTime(locationName(location))})`;
  const parts = [year, `time.${MONTHS[month - 1]}`, day, hour, minute, second, nanoseconds, name];
  return `time.Date(${parts.join(', ')})`;
}

/** Go's templates refuse to call these. */
const severalResults = (name: string, results: string): GoFunction => goFunction(name, `() (${results})`, () => '');

const TIME: NamedType = {
  name: 'time.Time',
  kind: 'struct',
  goString,
  printed: (value) => {
    const { seconds, nanoseconds, location } = timeOf(value);
    return new Map<string, GoValue>([
      ['wall', new GoInt('uint64', BigInt(nanoseconds))],
      ['ext', int64(seconds - ZERO_TIME.seconds)],
      ['loc', location.kind === 'utc' && !location.local ? NIL_LOCATION : locationObject(location)],
    ]);
  },
  methods: toMap([
    goFunction('Format', '(string) string', (self: GoValue, layout: string) => formatTime(timeOf(self), layout)),
    ofTime('String', 'string', (time) => formatTime(time, STRING_LAYOUT)),
    ofTime('Unix', 'int64', (time) => int64(time.seconds)),
    ofTime('UnixMilli', 'int64', (time) => int64(floorTo(time, 1_000_000n))),
    ofTime('UnixMicro', 'int64', (time) => int64(floorTo(time, 1000n))),
    ofTime('UnixNano', 'int64', (time) => int64(BigInt.asIntN(64, nanosOf(time)))),
    ofCivil('Year', (civil) => civil.year),
    ofCivil('Day', (civil) => civil.day),
    ofCivil('Hour', (civil) => civil.hour),
    ofCivil('Minute', (civil) => civil.minute),
    ofCivil('Second', (civil) => civil.second),
    ofCivil('YearDay', (civil) => civil.yearDay),
    ofTime('Nanosecond', 'int', (time) => int(time.nanoseconds)),
    ofTime('Month', 'time.Month', (time) => monthObject(civilTime(time).month)),
    ofTime('Weekday', 'time.Weekday', (time) => weekdayObject(civilTime(time).weekday)),
    ofTime('IsZero', 'bool', (time) => time.seconds === ZERO_TIME.seconds && time.nanoseconds === 0),
    ofTime('GoString', 'string', (time) => goString(timeObject(time))),
    ofTime('Location', '*time.Location', ({ location }) => locationObject(location)),
    ofTime('MarshalText', '([]uint8, error)', (time) => toBytes(formatTime(time, RFC3339_NANO))),
    ofTime('MarshalJSON', '([]uint8, error)', (time) => toBytes(`"${formatTime(time, RFC3339_NANO)}"`)),
    severalResults('Clock', 'int, int, int'),
    severalResults('Date', 'int, time.Month, int'),
    severalResults('ISOWeek', 'int, int'),
    severalResults('Zone', 'string, int'),
    severalResults('ZoneBounds', 'time.Time, time.Time'),
    alignTime('Truncate', false),
    alignTime('Round', true),
    ofTime('UTC', 'time.Time', (time) => timeObject({ ...time, location: UTC })),
    compare('After', 'bool', (difference) => difference > 0n),
    compare('Before', 'bool', (difference) => difference < 0n),
    compare('Equal', 'bool', (difference) => difference === 0n),
    compare('Compare', 'int', (difference) => int(difference > 0n ? 1 : difference < 0n ? -1 : 0)),
    compare('Sub', 'time.Duration', durationObject),
    goFunction('Add', '(time.Duration) time.Time', (self: GoValue, duration: GoValue) =>
      timeObject(addNanoseconds(timeOf(self), nanosecondsOf(duration))),
    ),
    goFunction('AddDate', '(int, int, int) time.Time', addDate),
  ]),
};

const floorTo = (time: GoTime, unit: bigint): bigint =>
  time.seconds * (SECOND / unit) + BigInt(time.nanoseconds) / unit;

/** Years, months and days on the calendar; October 32 is November 1. */
function addDate(self: GoValue, years: GoInt, months: GoInt, days: GoInt): GoObject {
  const time = timeOf(self);
  const civil = civilTime(time);
  const date = daysSinceEpoch(
    civil.year + Number(years.value),
    civil.month + Number(months.value),
    civil.day + Number(days.value),
  );
  const clock = secondsOf({ ...civil, year: 1970, month: 1, day: 1 });
  const location: Location = time.location;
  return timeObject({ ...time, seconds: instantOf(date * 86400n + clock, location) });
}
