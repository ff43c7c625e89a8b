/**
 * Time zones by the names of the IANA database, from what Node's ICU knows. Takes instants in seconds since 1970,
 * returns offsets and abbreviations as Go prints them.
 */
import { daysSinceEpoch } from './calendar.ts';
import { ZONE_ABBREVIATIONS } from './zone-abbreviations.table.ts';

/** Where a time stands: UTC, a zone of the database, or an offset that was read from a text; `local`: as time.Local. */
export type Location =
  | { readonly kind: 'utc'; readonly local?: true }
  | { readonly kind: 'named'; readonly zone: string; readonly local?: true }
  | { readonly kind: 'fixed'; readonly name: string; readonly offset: number; readonly local?: true };

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
    const known = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
    // Go looks for a file of exactly this name; ICU does not mind the case.
    const misspelt = known !== name && known.toLowerCase() === name.toLowerCase();
    return misspelt ? undefined : { kind: 'named', zone: name };
  } catch {
    return undefined;
  }
}

/** Beyond, a Date would be invalid; the rules of the last known year hold anyway. */
const MAX_SECONDS = 8_640_000_000_000;

/** Offset and abbreviation in force at an instant. The abbreviation is found only when asked for. */
export function zoneAt(location: Location, seconds: bigint): ZoneOffset {
  if (location.kind === 'utc') return { name: 'UTC', offset: 0 };
  if (location.kind === 'fixed') return { name: location.name, offset: location.offset };
  const date = new Date(Math.min(Math.max(Number(seconds), -MAX_SECONDS), MAX_SECONDS) * 1000);
  const offset = offsetAt(location.zone, date);
  return {
    get name() {
      return abbreviation(location.zone, date, offset);
    },
    offset,
  };
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
  // Only the mean time of a place has odd seconds.
  if (offset % 60 !== 0) return 'LMT';
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

/**
 * Go's Date(): the instant of a wall clock in a location. Near a change of offset it tries the offset of the wall time
 * taken as UTC, and then the one in force where that leads; an offset of zero it never doubts.
 */
export function instantOf(wallSeconds: bigint, location: Location): bigint {
  const first = zoneAt(location, wallSeconds).offset;
  if (first === 0) return wallSeconds;
  const second = zoneAt(location, wallSeconds - BigInt(first)).offset;
  return wallSeconds - BigInt(second);
}

/** The offset that the location's zone of this name has: the one in force then, or else that of the other season. */
export function offsetByName(
  year: number,
  wall: bigint,
  wanted: { location: Location; zoneName: string },
): number | undefined {
  const instants = [1, 7].map((month) => daysSinceEpoch(year, month, 15) * 86400n);
  const known = [wall, ...instants].map((seconds) => zoneAt(wanted.location, seconds));
  const named = known.filter((zone) => zone.name === wanted.zoneName).map((zone) => zone.offset);
  const inForce = named.find((offset) => zoneAt(wanted.location, wall - BigInt(offset)).name === wanted.zoneName);
  return inForce ?? named[0];
}
