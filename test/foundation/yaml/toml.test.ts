import { describe, expect, test } from 'vitest';
import { GoInt, type GoValue, int64 } from '../../../src/foundation/template/value.ts';
import { readJson } from '../../../src/foundation/yaml/read-json.ts';
import { readToml } from '../../../src/foundation/yaml/read-toml.ts';
import { writeJson } from '../../../src/foundation/yaml/write-json.ts';
import { writeToml } from '../../../src/foundation/yaml/write-toml.ts';
import { TOML_WRITTEN_BY_GO } from './toml-written-by-go.table.ts';

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
    const value = readToml('a = 1\nb = 1.0\n[c]\nd = [0x1F]\n');
    expect(value.get('a')).toEqual(new GoInt('int64', 1n));
    expect(value.get('b')).toBe(1);
    expect(writeJson(value)).toBe('{"a":1,"b":1,"c":{"d":[31]}}');
  });

  test.each([
    ['1979-05-27T07:32:00Z', '1979-05-27T07:32:00Z', '1979-05-27 07:32:00 +0000 UTC'],
    ['1979-05-27T07:32:00+02:00', '1979-05-27T07:32:00+02:00', '1979-05-27 07:32:00 +0200 +0200'],
    ['1979-05-27', '1979-05-27T00:00:00Z', '1979-05-27 00:00:00 +0000 date-local'],
  ])('reads the time %s', (toml, json, printed) => {
    const value = readToml(`a = ${toml}`);
    expect(writeJson(value)).toBe(`{"a":"${json}"}`);
    expect((value.get('a') as { format: () => string }).format()).toBe(printed);
  });

  test.each(['a =', 'a = 1\na = 2', '[a', 'a = 9223372036854775808'])('refuses %j', (toml) => {
    expect(() => readToml(toml)).toThrow(/^toml: /);
  });
});
