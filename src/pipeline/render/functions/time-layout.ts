/** Go's layouts: `2006-01-02T15:04:05Z07:00` cut into its elements, and times printed by them. */
import { type CivilTime, civilOf, MONTHS, WEEKDAYS } from './calendar.ts';
import { type Location, type ZoneOffset, zoneAt } from './time-zone.ts';

/** An instant with its place: seconds since 1970, the nanoseconds beyond them, a location. */
export interface GoTime {
  readonly seconds: bigint;
  readonly nanoseconds: number;
  readonly location: Location;
}

/** A piece of a layout: literal text, or an element known by its own spelling. */
export type LayoutPart = { readonly literal: string } | { readonly element: string };

/**
 * The elements in the order in which Go's lexer prefers them at one position. A fraction counts only when no digit
 * follows, `Jan` and `Mon` win over nothing, and `_2006` is a literal underscore before the year.
 */
const ELEMENT =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|_(?=2006)|__2|002|01|02|03|04|05|06|_2|2006|15|PM|pm|-07:00:00|-070000|-07:00|-0700|-07|Z07:00:00|Z070000|Z07:00|Z0700|Z07|[.,](?:0+|9+)(?![0-9])|1|2|3|4|5/g;

export function layoutParts(layout: string): LayoutPart[] {
  const parts: LayoutPart[] = [];
  let from = 0;
  for (const match of layout.matchAll(ELEMENT)) {
    if (match[0] === '_') continue;
    if (match.index > from) parts.push({ literal: layout.slice(from, match.index) });
    parts.push({ element: match[0] });
    from = match.index + match[0].length;
  }
  if (from < layout.length) parts.push({ literal: layout.slice(from) });
  return parts;
}

const pad = (value: number, width: number, fill = '0'): string =>
  (value < 0 ? '-' : '') + String(Math.abs(value)).padStart(width, fill);

/** Time.Format. */
export function formatTime(time: GoTime, layout: string): string {
  const zone = zoneAt(time.location, time.seconds);
  const civil = civilOf(time.seconds + BigInt(zone.offset));
  return layoutParts(layout)
    .map((part) => ('literal' in part ? part.literal : formatElement(part.element, { time, civil, zone })))
    .join('');
}

interface Moment {
  readonly time: GoTime;
  readonly civil: CivilTime;
  readonly zone: ZoneOffset;
}

const DATE_ELEMENTS: Readonly<Record<string, (civil: CivilTime) => string>> = {
  // biome-ignore-start lint/complexity/useLiteralKeys: spelled as in layouts
  '06': (civil) => pad(Math.abs(civil.year) % 100, 2),
  '2006': (civil) => pad(civil.year, 4),
  Jan: (civil) => MONTHS[civil.month - 1]!.slice(0, 3),
  January: (civil) => MONTHS[civil.month - 1]!,
  '1': (civil) => String(civil.month),
  '01': (civil) => pad(civil.month, 2),
  Mon: (civil) => WEEKDAYS[civil.weekday]!.slice(0, 3),
  Monday: (civil) => WEEKDAYS[civil.weekday]!,
  '2': (civil) => String(civil.day),
  _2: (civil) => pad(civil.day, 2, ' '),
  '02': (civil) => pad(civil.day, 2),
  __2: (civil) => pad(civil.yearDay, 3, ' '),
  '002': (civil) => pad(civil.yearDay, 3),
  '15': (civil) => pad(civil.hour, 2),
  '3': (civil) => String(civil.hour % 12 || 12),
  '03': (civil) => pad(civil.hour % 12 || 12, 2),
  '4': (civil) => String(civil.minute),
  '04': (civil) => pad(civil.minute, 2),
  '5': (civil) => String(civil.second),
  '05': (civil) => pad(civil.second, 2),
  PM: (civil) => (civil.hour >= 12 ? 'PM' : 'AM'),
  pm: (civil) => (civil.hour >= 12 ? 'pm' : 'am'),
  // biome-ignore-end lint/complexity/useLiteralKeys: spelled as in layouts
};

function formatElement(element: string, moment: Moment): string {
  const date = DATE_ELEMENTS[element];
  if (date !== undefined) return date(moment.civil);
  if (element === 'MST') return moment.zone.name === '' ? formatOffset('-0700', moment.zone.offset) : moment.zone.name;
  if (/^[.,]/.test(element)) return formatFraction(element, moment.time.nanoseconds);
  return formatOffset(element, moment.zone.offset);
}

/** Zeros keep their places, nines drop trailing zeros and the point with them. */
function formatFraction(element: string, nanoseconds: number): string {
  // More places than nanoseconds have are none.
  const digits = pad(nanoseconds, 9).slice(0, element.length - 1);
  const kept = element[1] === '9' ? digits.replace(/0+$/, '') : digits;
  return kept === '' ? '' : element[0] + kept;
}

function formatOffset(element: string, offset: number): string {
  if (element.startsWith('Z') && offset === 0) return 'Z';
  const minutes = Math.trunc(Math.abs(offset) / 60);
  const hours = pad(Math.trunc(minutes / 60), 2);
  const sign = Math.trunc(offset / 60) < 0 ? '-' : '+';
  const shape = element.slice(1);
  const colon = shape.includes(':') ? ':' : '';
  if (shape === '07') return sign + hours;
  const withMinutes = sign + hours + colon + pad(minutes % 60, 2);
  return shape.length > 5 ? withMinutes + colon + pad(Math.abs(offset) % 60, 2) : withMinutes;
}
