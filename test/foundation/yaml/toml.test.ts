import { describe, expect, test } from 'vitest';
import { GoError, GoInt, type GoValue, int64 } from '../../../src/foundation/template/value.ts';
import { readJson } from '../../../src/foundation/yaml/read-json.ts';
import { readToml } from '../../../src/foundation/yaml/read-toml.ts';
import type { TomlTime } from '../../../src/foundation/yaml/toml-time.ts';
import { writeJson } from '../../../src/foundation/yaml/write-json.ts';
import { writeToml } from '../../../src/foundation/yaml/write-toml.ts';
import { TOML_READ_BY_GO, TOML_REFUSED_BY_GO } from './toml-read-by-go.table.ts';
import { TOML_WRITTEN_BY_GO } from './toml-written-by-go.table.ts';

const newTime = ({ seconds, nanoseconds, zone }: TomlTime): string =>
  `${seconds} ${nanoseconds} ${zone === undefined ? 'UTC' : `${zone.name} ${zone.offset}`}`;

describe('writeToml', () => {
  test.each(TOML_WRITTEN_BY_GO)('writes %j as BurntSushi does', (json, toml) => {
    let outcome: string;
    try {
      outcome = `O${writeToml(readJson(json))}`;
    } catch (error) {
      outcome = `E${(error as Error).message}`;
    }
    expect(outcome).toBe(toml);
  });

  test('writes integers without a point and floats with one', () => {
    const value = new Map<string, GoValue>([
      ['i', int64(1)],
      ['f', 1],
    ]);
    expect(writeToml(value)).toBe('f = 1.0\ni = 1\n');
  });
});

describe('readToml', () => {
  test('tells int64 from float64', () => {
    const value = readToml('a = 1\nb = 1.0\n[c]\nd = [0x1F]\n', newTime);
    expect(value.get('a')).toEqual(new GoInt('int64', 1n));
    expect(value.get('b')).toBe(1);
    expect(writeJson(value)).toBe('{"a":1,"b":1,"c":{"d":[31]}}');
  });

  test.each([
    ['1979-05-27T07:32:00Z', '296638320 0 UTC'],
    ['1979-05-27t07:32:00.5+02:00', '296631120 500000000  7200'],
    ['1979-05-27 07:32', '296638320 0 datetime-local 0'],
    ['1979-05-27', '296611200 0 date-local 0'],
    ['07:32:00.123', '-62167192080 123000000 time-local 0'],
  ])('reads the time %s', (toml, expected) => {
    expect(readToml(`a = ${toml}`, newTime).get('a')).toBe(expected);
  });

  test.each(TOML_REFUSED_BY_GO)('refuses %j in the words of BurntSushi', (toml, message) => {
    expect(() => readToml(toml, newTime)).toThrow(new GoError(message));
  });

  test.each(TOML_READ_BY_GO)('reads %j as BurntSushi does', (toml, json) => {
    expect(writeJson(readToml(toml, newTime))).toBe(json);
  });
});
