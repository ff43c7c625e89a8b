/**
 * Reads TOML as Helm's `fromToml`: integers are int64, floats float64, times objects of their own. Takes text, returns a
 * map; throws a GoError, whose text is smol-toml's own and not BurntSushi's.
 */
import { parse, TomlDate, TomlError } from 'smol-toml';
import { GoError, GoInt, type GoMap, GoObject, type GoValue } from '../template/value.ts';

export function readToml(text: string): GoMap {
  let table: unknown;
  try {
    table = parse(text, { integersAsBigInt: true });
  } catch (error) {
    throw error instanceof TomlError ? new GoError(tomlProblem(error)) : error;
  }
  return convert(table) as GoMap;
}

function tomlProblem(error: TomlError): string {
  const [first = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
  return `toml: line ${error.line}: ${first}`;
}

function convert(value: unknown): GoValue {
  if (typeof value === 'bigint') return integer(value);
  if (value instanceof TomlDate) return time(value);
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([key, item]) => [key, convert(item)]));
  }
  return value as boolean | string | number;
}

function integer(value: bigint): GoInt {
  if (BigInt.asIntN(64, value) !== value) throw new GoError(`toml: ${value} is out of range for int64`);
  return new GoInt('int64', value);
}

/** Without a zone Go takes UTC, under a name of its own; a time of day is one of the year 0. */
function time(value: TomlDate): GoObject {
  const text = value
    .toISOString()
    .replace(/(\.\d*?)0+(?=Z|[-+]|$)/, '$1')
    .replace(/\.(?=Z|[-+]|$)/, '');
  const zone = value.isDate() ? 'date-local' : value.isTime() ? 'time-local' : 'datetime-local';
  const full = value.isDate() ? `${text}T00:00:00` : value.isTime() ? `0000-01-01T${text}` : text;
  const rfc3339 = value.isLocal() ? `${full}Z` : full;
  const offset = /([-+]\d\d):(\d\d)$/.exec(rfc3339);
  const shown = offset === null ? '+0000' : `${offset[1]}${offset[2]}`;
  const name = value.isLocal() ? zone : offset === null ? 'UTC' : shown;
  const printed = rfc3339.replace('T', ' ').replace(/(?:Z|[-+]\d\d:\d\d)$/, '');
  const type = { name: 'time.Time', kind: 'struct', methods: new Map() };
  return new GoObject(type, new Map(), { marshalJson: () => rfc3339 }, () => `${printed} ${shown} ${name}`);
}
