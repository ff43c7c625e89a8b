/** Go's time.ParseInLocation: a text by a layout to an instant, with Go's error texts. */
import { GoError } from '../../../foundation/template/value.ts';
import { daysBefore, daysIn, isLeapYear, MONTHS, secondsOf, WEEKDAYS } from './calendar.ts';
import { quoteForTime as quote } from './quote-for-time.ts';
import { type GoTime, type LayoutPart, layoutParts } from './time-layout.ts';
import { instantOf, type Location, offsetByName, UTC, zoneAt } from './time-zone.ts';

interface Fields {
  year: number;
  month: number;
  day: number;
  yearDay: number;
  hour: number;
  minute: number;
  second: number;
  nanoseconds: number;
  half: 'am' | 'pm' | undefined;
  utc: boolean;
  offset: number | undefined;
  zoneName: string;
}

/** What one element takes: the text behind it, or a complaint about its range. */
type Taken = { readonly rest: string } | { readonly rest: string; readonly outOfRange: string };

/** Undefined means the text does not fit the element. */
type Taker = (value: string, fields: Fields, next: LayoutPart | undefined) => Taken | undefined;

export function parseTime(layout: string, text: string, location: Location): GoTime {
  const fields: Fields = {
    year: 0,
    month: -1,
    day: -1,
    yearDay: -1,
    hour: 0,
    minute: 0,
    second: 0,
    nanoseconds: 0,
    half: undefined,
    utc: false,
    offset: undefined,
    zoneName: '',
  };
  const cannot = (element: string, value: string): GoError =>
    new GoError(`parsing time ${quote(text)} as ${quote(layout)}: cannot parse ${quote(value)} as ${quote(element)}`);
  const complain = (message: string): GoError => new GoError(`parsing time ${quote(text)}: ${message}`);
  const parts = layoutParts(layout);
  let rest = text;
  for (const [i, part] of parts.entries()) {
    if ('literal' in part) {
      const skipped = skip(rest, part.literal);
      if (skipped.failed) throw cannot(part.literal, skipped.rest);
      rest = skipped.rest;
      continue;
    }
    const taken = takerOf(part.element)(rest, fields, parts[i + 1]);
    if (taken === undefined) throw cannot(part.element, rest);
    if ('outOfRange' in taken) throw complain(`${taken.outOfRange} out of range`);
    rest = taken.rest;
  }
  if (rest !== '') throw complain(`extra text: ${quote(rest)}`);
  setHour(fields);
  setDay(fields, complain);
  return assemble(fields, location);
}

/** Literal text; a run of blanks in the layout takes any run of blanks, or none at the end. */
function skip(value: string, literal: string): { rest: string; failed: boolean } {
  let rest = value;
  for (let i = 0; i < literal.length; i++) {
    if (literal[i] === ' ') {
      if (rest !== '' && rest[0] !== ' ') return { rest, failed: true };
      while (literal[i + 1] === ' ') i += 1;
      rest = rest.replace(/^ +/, '');
    } else {
      if (rest[0] !== literal[i]) return { rest, failed: true };
      rest = rest.slice(1);
    }
  }
  return { rest, failed: false };
}

type NumberField = 'month' | 'day' | 'hour' | 'minute' | 'second' | 'yearDay' | 'year';

interface NumberRule {
  readonly pattern: RegExp;
  readonly field: NumberField;
  readonly range?: readonly [number, number];
}

/** The range complaint of Go shows what stands behind the number. */
const number =
  ({ pattern, field, range }: NumberRule): Taker =>
  (value, fields) => {
    const digits = pattern.exec(value)?.[0];
    if (digits === undefined) return undefined;
    const rest = value.slice(digits.length);
    fields[field] = Number(digits);
    if (range !== undefined && (fields[field] < range[0] || fields[field] > range[1]))
      return { rest, outOfRange: field };
    return { rest };
  };

const name =
  (names: readonly string[], set: (fields: Fields, index: number) => void): Taker =>
  (value, fields) => {
    const index = names.findIndex((each) => value.slice(0, each.length).toLowerCase() === each.toLowerCase());
    if (index < 0) return undefined;
    set(fields, index);
    return { rest: value.slice(names[index]!.length) };
  };

const half =
  (upper: boolean): Taker =>
  (value, fields) => {
    const text = value.slice(0, 2);
    if (text !== (upper ? 'AM' : 'am') && text !== (upper ? 'PM' : 'pm')) return undefined;
    fields.half = text.toLowerCase() as 'am' | 'pm';
    return { rest: value.slice(2) };
  };

const LOOSE = /^[0-9]{1,2}/;
const FIXED = /^[0-9]{2}/;
const short = (names: readonly string[]): string[] => names.map((each) => each.slice(0, 3));
const setMonth = (fields: Fields, index: number): void => {
  fields.month = index + 1;
};
const ignore = (): void => {};

/** Seconds may bring a fraction along that the layout does not show. */
const second =
  (pattern: RegExp): Taker =>
  (value, fields, next) => {
    const taken = number({ pattern, field: 'second', range: [0, 59] })(value, fields, next);
    if (taken === undefined || 'outOfRange' in taken) return taken;
    const fraction = /^[.,][0-9]+/.exec(taken.rest)?.[0];
    const shown = next !== undefined && 'element' in next && /^[.,]/.test(next.element);
    if (fraction === undefined || shown) return taken;
    fields.nanoseconds = nanosecondsOf(fraction);
    return { rest: taken.rest.slice(fraction.length) };
  };

const nanosecondsOf = (fraction: string): number => Number(fraction.slice(1, 10).padEnd(9, '0'));

const day =
  (pattern: RegExp): Taker =>
  (value, fields, next) =>
    number({ pattern, field: 'day' })(value, fields, next);

const underscored =
  (blanks: RegExp, taker: Taker): Taker =>
  (value, fields, next) =>
    taker(value.replace(blanks, ''), fields, next);

const shortYear: Taker = (value, fields) => {
  const digits = FIXED.exec(value)?.[0];
  if (digits === undefined) return undefined;
  fields.year = Number(digits) + (Number(digits) >= 69 ? 1900 : 2000);
  return { rest: value.slice(2) };
};

const TAKERS: ReadonlyMap<string, Taker> = new Map([
  ['06', shortYear],
  ['2006', number({ pattern: /^[0-9]{4}/, field: 'year' })],
  ['Jan', name(short(MONTHS), setMonth)],
  ['January', name(MONTHS, setMonth)],
  ['1', number({ pattern: LOOSE, field: 'month', range: [1, 12] })],
  ['01', number({ pattern: FIXED, field: 'month', range: [1, 12] })],
  ['Mon', name(short(WEEKDAYS), ignore)],
  ['Monday', name(WEEKDAYS, ignore)],
  ['2', day(LOOSE)],
  ['_2', underscored(/^ /, day(LOOSE))],
  ['02', day(FIXED)],
  ['__2', underscored(/^ {1,2}/, number({ pattern: /^[0-9]{1,3}/, field: 'yearDay' }))],
  ['002', number({ pattern: /^[0-9]{3}/, field: 'yearDay' })],
  ['15', number({ pattern: LOOSE, field: 'hour', range: [0, 23] })],
  ['3', number({ pattern: LOOSE, field: 'hour', range: [0, 12] })],
  ['03', number({ pattern: FIXED, field: 'hour', range: [0, 12] })],
  ['4', number({ pattern: LOOSE, field: 'minute', range: [0, 59] })],
  ['04', number({ pattern: FIXED, field: 'minute', range: [0, 59] })],
  ['5', second(LOOSE)],
  ['05', second(FIXED)],
  ['PM', half(true)],
  ['pm', half(false)],
  ['MST', takeZoneName],
]);

function takerOf(element: string): Taker {
  const known = TAKERS.get(element);
  if (known !== undefined) return known;
  return /^[.,]/.test(element) ? takeFraction(element) : takeOffset(element);
}

/** Zeros want exactly their digits, nines any number of them, none included. */
function takeFraction(element: string): Taker {
  const exact = element[1] === '0';
  const pattern = exact ? new RegExp(`^[.,][0-9]{${element.length - 1}}`) : /^[.,][0-9]+/;
  return (value, fields) => {
    const fraction = pattern.exec(value)?.[0];
    if (fraction === undefined) return exact ? undefined : { rest: value };
    fields.nanoseconds = nanosecondsOf(fraction);
    return { rest: value.slice(fraction.length) };
  };
}

/** By element: a sign, then pairs of digits that may turn out to be none. */
const OFFSETS: ReadonlyMap<string, RegExp> = new Map([
  ['07', /^([\s\S])([\s\S]{2})/],
  ['0700', /^([\s\S])([\s\S]{2})([\s\S]{2})/],
  ['07:00', /^([\s\S])([\s\S]{2}):([\s\S]{2})/],
  ['070000', /^([\s\S])([\s\S]{2})([\s\S]{2})([\s\S]{2})/],
  ['07:00:00', /^([\s\S])([\s\S]{2}):([\s\S]{2}):([\s\S]{2})/],
]);

function takeOffset(element: string): Taker {
  const pattern = OFFSETS.get(element.slice(1))!;
  return (value, fields) => {
    if (element.startsWith('Z') && value.startsWith('Z')) {
      fields.utc = true;
      return { rest: value.slice(1) };
    }
    const match = pattern.exec(value);
    if (match === null) return undefined;
    // Go complains of ranges first, the last of them; then of what is no number; then of the sign.
    const pairs = [match[2], match[3] ?? '00', match[4] ?? '00'].map((pair) => pair!);
    const bad = pairs.findIndex((pair) => !/^[0-9]{2}$/.test(pair));
    const [hours = 0, minutes = 0, seconds = 0] = (bad < 0 ? pairs : pairs.slice(0, bad)).map(Number);
    const rest = value.slice(match[0].length);
    if (seconds > 60) return { rest, outOfRange: 'time zone offset second' };
    if (minutes > 60) return { rest, outOfRange: 'time zone offset minute' };
    if (hours > 24) return { rest, outOfRange: 'time zone offset hour' };
    if (bad >= 0 || (match[1] !== '+' && match[1] !== '-')) return undefined;
    const offset = (hours * 60 + minutes) * 60 + seconds;
    fields.offset = match[1] === '-' ? -offset : offset;
    return { rest };
  };
}

/** Three capitals, four or five that end in T, GMT with an offset, or a bare offset. */
const ZONE_NAME =
  /^(?:ChST|MeST|GMT(?:[+-](?:[01]?[0-9]|2[0-3])(?![0-9]))?|[+-](?:[01]?[0-9]|2[0-3])(?![0-9])|[A-Z]{4}T(?![A-Z])|(?:[A-Z]{3}T|WITA)(?![A-Z])|[A-Z]{3}(?![A-Z]))/;

function takeZoneName(value: string, fields: Fields): Taken | undefined {
  if (value.startsWith('UTC')) {
    fields.utc = true;
    return { rest: value.slice(3) };
  }
  const found = ZONE_NAME.exec(value)?.[0];
  if (found === undefined) return undefined;
  fields.zoneName = found;
  return { rest: value.slice(found.length) };
}

function setHour(fields: Fields): void {
  if (fields.half === 'pm' && fields.hour < 12) fields.hour += 12;
  else if (fields.half === 'am' && fields.hour === 12) fields.hour = 0;
}

function setDay(fields: Fields, complain: (message: string) => GoError): void {
  if (fields.yearDay >= 0) setDayOfYear(fields, complain);
  if (fields.month < 0) fields.month = 1;
  if (fields.day < 0) fields.day = 1;
  if (fields.day < 1 || fields.day > daysIn(fields.month, fields.year)) throw complain('day out of range');
}

function setDayOfYear(fields: Fields, complain: (message: string) => GoError): void {
  const leap = isLeapYear(fields.year);
  if (fields.yearDay < 1 || fields.yearDay > (leap ? 366 : 365)) throw complain('day-of-year out of range');
  const leapDay = leap && fields.yearDay === 60;
  const plain = leap && fields.yearDay >= 60 ? fields.yearDay - 1 : fields.yearDay;
  let month = 1;
  while (daysBefore(month + 1) < plain) month += 1;
  const found = leapDay ? 29 : plain - daysBefore(month);
  if (fields.month >= 0 && fields.month !== month) throw complain('day-of-year does not match month');
  if (fields.day >= 0 && fields.day !== found) throw complain('day-of-year does not match day');
  fields.month = month;
  fields.day = found;
}

function assemble(fields: Fields, location: Location): GoTime {
  const wall = secondsOf(fields);
  const { nanoseconds, offset, zoneName } = fields;
  if (fields.utc) return { seconds: wall, nanoseconds, location: UTC };
  if (offset !== undefined) {
    const seconds = wall - BigInt(offset);
    const zone = zoneAt(location, seconds);
    const local = zone.offset === offset && (zoneName === '' || zone.name === zoneName);
    return { seconds, nanoseconds, location: local ? location : { kind: 'fixed', name: zoneName, offset } };
  }
  if (zoneName === '') return { seconds: instantOf(wall, location), nanoseconds, location };
  const named = offsetByName(fields.year, wall, { location, zoneName });
  if (named !== undefined) return { seconds: wall - BigInt(named), nanoseconds, location };
  const hours = /^GMT(.+)$/.exec(zoneName)?.[1];
  const guessed = hours === undefined ? 0 : Number(hours) * 3600;
  return { seconds: wall, nanoseconds, location: { kind: 'fixed', name: zoneName, offset: guessed } };
}
