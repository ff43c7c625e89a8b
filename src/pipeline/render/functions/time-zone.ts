/**
 * Time zones by the names of the IANA database, from what Node's ICU knows. Takes instants in seconds since 1970,
 * returns offsets and abbreviations as Go prints them.
 */
import { ZONE_ABBREVIATIONS } from './zone-abbreviations.table.ts';

/** Where a time stands: UTC, a zone of the database, or an offset that was read from a text. */
export type Location =
  | { readonly kind: 'utc' }
  | { readonly kind: 'named'; readonly zone: string }
  | { readonly kind: 'fixed'; readonly name: string; readonly offset: number };

export interface ZoneOffset {
  readonly name: string;
  /** Seconds east of UTC. */
  readonly offset: number;
}

export const UTC: Location = { kind: 'utc' };

/** Regions whose English knows the abbreviations of their own zones. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-CA', 'en-NZ', 'en-ZA'];

/** Go's LoadLocation; undefined for a name that is no zone. */
export function loadLocation(name: string): Location | undefined {
  if (name === '' || name === 'UTC') return UTC;
  if (!/^[A-Za-z0-9_+\-/]+$/.test(name) || /^[+-]/.test(name)) return undefined;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return { kind: 'named', zone: name };
  } catch {
    return undefined;
  }
}

/** Offset and abbreviation in force at an instant. */
export function zoneAt(location: Location, seconds: bigint): ZoneOffset {
  if (location.kind === 'utc') return { name: 'UTC', offset: 0 };
  if (location.kind === 'fixed') return { name: location.name, offset: location.offset };
  const date = new Date(Number(seconds) * 1000);
  const offset = offsetAt(location.zone, date);
  return { name: abbreviation(location.zone, date, offset), offset };
}

function offsetAt(zone: string, date: Date): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(date);
  return parseOffset(parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT');
}

function parseOffset(text: string): number {
  const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(text);
  if (match === null) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
  return match[1] === '-' ? -seconds : seconds;
}

/** Zones without letters of their own are called by their offset, as in the database: `+03`, `-0330`. */
function abbreviation(zone: string, date: Date, offset: number): string {
  const known = ZONE_ABBREVIATIONS.get(zone);
  if (known !== undefined) {
    const name = isSummer(zone, date, offset) ? known.summer : known.standard;
    return name === '#' ? offsetName(offset) : name;
  }
  for (const locale of LOCALES) {
    const name = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'short' })
      .formatToParts(date)
      .find((part) => part.type === 'timeZoneName')?.value;
    if (name !== undefined && /^[A-Z]{3,5}$/.test(name) && (name !== 'GMT' || offset === 0)) return name;
  }
  return offsetName(offset);
}

function offsetName(offset: number): string {
  const minutes = Math.trunc(Math.abs(offset) / 60);
  const hours = String(Math.trunc(minutes / 60)).padStart(2, '0');
  const rest = minutes % 60 === 0 ? '' : String(minutes % 60).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${hours}${rest}`;
}

/** Whether the clock is ahead of the least that it shows in January or July. */
function isSummer(zone: string, date: Date, offset: number): boolean {
  const year = date.getUTCFullYear();
  return [0, 6].some((month) => offsetAt(zone, new Date(Date.UTC(year, month, 15))) < offset);
}

/** Go's Date(): the instant of a wall clock in a location. A wall time that a change skips is taken as before it. */
export function instantOf(wallSeconds: bigint, location: Location): bigint {
  if (location.kind === 'utc') return wallSeconds;
  if (location.kind === 'fixed') return wallSeconds - BigInt(location.offset);
  const guess = BigInt(zoneAt(location, wallSeconds - BigInt(zoneAt(location, wallSeconds).offset)).offset);
  const first = BigInt(zoneAt(location, wallSeconds).offset);
  for (const offset of [first, guess]) {
    if (BigInt(zoneAt(location, wallSeconds - offset).offset) === offset) return wallSeconds - offset;
  }
  return wallSeconds - first;
}
