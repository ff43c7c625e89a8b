import { describe, expect, test } from 'vitest';
import { GoInt, type GoValue } from '../../../src/foundation/template/value.ts';
import { fromJson, toJson } from '../../../src/foundation/yaml/plain-json.ts';
import { readJson, readJsonList, readJsonMap } from '../../../src/foundation/yaml/read-json.ts';
import { writeJson } from '../../../src/foundation/yaml/write-json.ts';
import { JSON_READ_BY_GO } from './json-read-by-go.table.ts';

describe('readJson', () => {
  test.each(JSON_READ_BY_GO)('reads %j as Go does', (json, result) => {
    let outcome: string;
    try {
      outcome = `O${writeJson(readJson(json), { escapeHtml: false })}`;
    } catch (error) {
      outcome = `E${(error as Error).message}`;
    }
    expect(outcome).toBe(result);
  });

  test('is not misled by keys of earlier objects, as JSON.parse of V8 13.6 is', () => {
    readJson('{" ":1,"\\\\":2}');
    JSON.parse('{" ":1,"\\\\":2}');
    expect([...(readJson('{" ":1,"\\r":2}') as Map<string, GoValue>).keys()]).toEqual([' ', '\r']);
  });

  test('tells a wrong root before a number that is too large', () => {
    expect(() => readJsonMap('[1e400]')).toThrow(
      'json: cannot unmarshal array into Go value of type map[string]interface {}',
    );
    expect(() => readJsonList('{}')).toThrow('json: cannot unmarshal object into Go value of type []interface {}');
    expect(() => readJsonMap('{"a":1e400}')).toThrow(
      'json: cannot unmarshal number 1e400 into Go value of type float64',
    );
  });

  test('makes of null an empty map and a nil slice', () => {
    expect(readJsonMap('null').size).toBe(0);
    expect(readJsonList('null').isNil).toBe(true);
  });

  test('refuses more nesting than it can read', () => {
    expect(() => readJson('['.repeat(100_000))).toThrow('exceeded max depth');
    expect(() => readJson('['.repeat(100_000) + ']'.repeat(100_000))).toThrow('exceeded max depth');
  });
});

describe('writeJson', () => {
  test.each<[GoValue, string]>([
    ['<a>&\u2028\x7f\x01\b\f\udcff', '"\\u003ca\\u003e\\u0026\\u2028\x7f\\u0001\\b\\f\\ufffd"'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
    [1e6, '1000000'],
    [-0, '-0'],
    [new GoInt('int64', -(2n ** 63n)), '-9223372036854775808'],
    [new Uint8Array([255]), '"/w=="'],
  ])('writes %#', (value, json) => {
    expect(writeJson(value)).toBe(json);
  });

  test('sorts keys bytewise', () => {
    const value = fromJson({ b: 1, a: 2, '10': 3, '9': 4, '\uff5e': 5, '😀': 6 });
    expect(writeJson(value)).toBe('{"10":3,"9":4,"a":2,"b":1,"\uff5e":5,"😀":6}');
  });

  test('indents, and leaves empty lists and maps on their line', () => {
    expect(writeJson(fromJson({ a: [1, {}], b: [] }), { indent: '  ' })).toBe(
      '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": []\n}',
    );
  });
});

describe('toJson and fromJson', () => {
  test('keep hostile keys as keys', () => {
    const json = toJson(readJson('{"__proto__":{"x":1}}')) as Record<string, unknown>;
    expect(Object.keys(json)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(json)).toBe(Object.prototype);
    expect(writeJson(fromJson(json as never))).toBe('{"__proto__":{"x":1}}');
  });
});
