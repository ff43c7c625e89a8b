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
  if (typeof value === 'bigint') return new GoInt('int64', value);
  if (value instanceof TomlDate) return time(value);
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([key, item]) => [key, convert(item)]));
  }
  return value as boolean | string | number;
}

function time(date: TomlDate): GoObject {
  const text = date.toISOString();
  return new GoObject({ name: 'time.Time', kind: 'struct', methods: new Map() }, new Map(), date, () => text);
}
