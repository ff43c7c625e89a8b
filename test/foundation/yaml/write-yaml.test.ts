import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GoInt, GoObject, type GoSlice, type GoValue, int } from '../../../src/foundation/template/value.ts';
import { fromJson, toJson } from '../../../src/foundation/yaml/plain-json.ts';
import { readJson } from '../../../src/foundation/yaml/read-json.ts';
import { readYaml } from '../../../src/foundation/yaml/read-yaml.ts';
import { writeYaml } from '../../../src/foundation/yaml/write-yaml.ts';
import { writeYamlPretty } from '../../../src/foundation/yaml/write-yaml-pretty.ts';
import { WRITTEN_BY_GO } from './written-by-go.table.ts';

function outcome(write: () => string): string {
  try {
    return `O${write()}`;
  } catch (error) {
    return `E${(error as Error).message}`;
  }
}

const map = (entries: Record<string, GoValue>): GoValue => new Map(Object.entries(entries));

describe('writeYaml and writeYamlPretty', () => {
  test.each(WRITTEN_BY_GO)('write %j byte for byte as Go does', (json, yaml, pretty) => {
    const value = readJson(json);
    expect(outcome(() => writeYaml(value))).toBe(yaml);
    expect(outcome(() => writeYamlPretty(value))).toBe(pretty);
  });

  test.each<[string, GoValue, string, string]>([
    ['an int beyond 2^53', new GoInt('int64', 9007199254740993n), '9007199254740993', '9007199254740993'],
    ['a uint64', new GoInt('uint64', 2n ** 64n - 1n), '18446744073709551615', '18446744073709551615'],
    ['bytes', new Uint8Array([104, 105]), 'aGk=', '- 104\n- 105'],
    ['a nil slice', Object.assign([], { isNil: true }) as GoSlice, 'null', '[]'],
    ['a string of stray bytes', 'a\udcff', 'a\ufffd', '!!binary Yf8='],
    ['a large float', 1234567, '1234567', '1.234567e+06'],
    ['infinity', Number.POSITIVE_INFINITY, 'E', '.inf'],
    ['negative zero', -0, '0', '-0'],
  ])('write %s', (_name, value, yaml, pretty) => {
    if (yaml === 'E') expect(() => writeYaml(value)).toThrow('json: unsupported value: +Inf');
    else expect(writeYaml(value)).toBe(yaml);
    expect(writeYamlPretty(value)).toBe(pretty);
  });

  test('write structs by their fields and times as text', () => {
    const struct = { kind: 'struct', methods: new Map() };
    const version = new GoObject(
      { ...struct, name: 'Version' },
      new Map<string, GoValue>([
        ['Minor', '36'],
        ['Major', '1'],
      ]),
    );
    const time = new GoObject({ ...struct, name: 'time.Time' }, new Map(), new Date('2026-11-20T12:00:00.500Z'));
    expect(writeYaml(map({ v: version, t: time }))).toBe(
      't: "2026-11-20T12:00:00.5Z"\nv:\n  Major: "1"\n  Minor: "36"',
    );
    expect(writeYamlPretty(map({ v: version, t: time }))).toBe(
      't: 2026-11-20T12:00:00.5Z\nv:\n  minor: "36"\n  major: "1"',
    );
  });

  test('refuse a value that contains itself', () => {
    const cycle = new Map<string, GoValue>();
    cycle.set('self', cycle);
    expect(() => writeYaml(cycle)).toThrow('encountered a cycle via map[string]interface {}');
    expect(() => writeYamlPretty(cycle)).toThrow('exceeded max depth');
  });

  test('refuse functions', () => {
    const fn: GoValue = { name: 'f', signature: '() string', call: () => '' };
    expect(() => writeYaml([fn])).toThrow('json: unsupported type: func() string');
  });

  test('what is written reads back as the same value', () => {
    const key = fc.string({ unit: 'grapheme', maxLength: 12 });
    const text = fc.oneof(
      key,
      fc.string({ unit: fc.constantFrom('a', ' ', '\n', '-', ':', '#', '"', "'", '0', '\t') }),
    );
    const leaf = fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value')), fc.dictionary(key, tie('value'))),
    }));
    fc.assert(
      fc.property(value, (json) => {
        const given = fromJson(json as never);
        let yaml: string;
        try {
          yaml = writeYaml(given);
        } catch (error) {
          // Characters that YAML has no place for.
          expect((error as Error).message).toMatch(/^yaml: /);
          return;
        }
        const clean = JSON.parse(JSON.stringify(json), (_, item) => (Object.is(item, -0) ? 0 : item));
        if (!/[\x85]/.test(JSON.stringify(json))) expect(toJson(readYaml(`${yaml}\n`))).toEqual(clean);
      }),
      { numRuns: 1000 },
    );
  });

  test('take time in proportion to the size', () => {
    const deep = Array.from({ length: 200 }).reduce<GoValue>(
      (inner) => map({ a: inner, b: [inner === null ? int(1) : 'x'] }),
      null,
    );
    expect(writeYaml(deep).split('\n')).toHaveLength(600);
  });
});
