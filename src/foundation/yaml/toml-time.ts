/** Dates and times of TOML as BurntSushi/toml 1.6.0 reads them. Takes the text, returns undefined for what is none. */
import type { GoValue } from '../template/value.ts';

export interface TomlTime {
  /** Since 1970. */
  readonly seconds: bigint;
  readonly nanoseconds: number;
  /** Undefined: UTC. A time without a zone is UTC under a name of its own. */
  readonly zone: { readonly name: string; readonly offset: number } | undefined;
}

/** Makes Go's time.Time of it. */
export type NewTomlTime = (time: TomlTime) => GoValue;

const DATE = '(\\d{4})-(\\d\\d)-(\\d\\d)';
const CLOCK = '(\\d\\d):(\\d\\d)(?::(\\d\\d)(\\.\\d+)?)?';
const ZONE = '(?:(Z)|([-+])(\\d\\d):(\\d\\d))';
const FULL = new RegExp(`^${DATE}T${CLOCK}${ZONE}?$`);
const DAY = new RegExp(`^${DATE}$`);
const TIME = new RegExp(`^${CLOCK}$`);

export function readTomlTime(given: string, newTime: NewTomlTime): GoValue | undefined {
  const text = given.replaceAll('z', 'Z').replace(/[t ]/g, 'T');
  const full = FULL.exec(text);
  if (full !== null) return fullTime(full, newTime);
  const day = DAY.exec(text);
  if (day !== null) return local('date-local', [...day.slice(1, 4), '00', '00', '00', ''], newTime);
  const time = TIME.exec(text);
  if (time === null) return undefined;
  return local('time-local', ['0000', '01', '01', ...time.slice(1)], newTime);
}

function fullTime(match: RegExpExecArray, newTime: NewTomlTime): GoValue | undefined {
  const [utc, sign, hours, minutes] = match.slice(8);
  const fields = match.slice(1, 8);
  if (utc === undefined && sign === undefined) return local('datetime-local', fields, newTime);
  const instant = instantOf(fields);
  if (instant === undefined) return undefined;
  if (sign === undefined) return newTime({ ...instant, zone: undefined });
  if (Number(hours) > 24 || Number(minutes) > 60) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60 * (sign === '-' ? -1 : 1);
  return newTime({ ...instant, seconds: instant.seconds - BigInt(offset), zone: { name: '', offset } });
}

function local(name: string, fields: readonly string[], newTime: NewTomlTime): GoValue | undefined {
  const instant = instantOf(fields);
  return instant === undefined ? undefined : newTime({ ...instant, zone: { name, offset: 0 } });
}

/** Year, month, day, hour, minute, second, fraction; undefined where the calendar has no such day. */
function instantOf(fields: readonly (string | undefined)[]): Omit<TomlTime, 'zone'> | undefined {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = fields
    .slice(0, 6)
    .map((field) => Number(field ?? 0));
  if (hour > 23 || minute > 59 || second > 59 || month < 1 || month > 12 || day < 1) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1) return undefined;
  const seconds = BigInt(date.getTime() / 1000 + (hour * 60 + minute) * 60 + second);
  return { seconds, nanoseconds: Number((fields[6] ?? '').slice(1, 10).padEnd(9, '0')) };
}
