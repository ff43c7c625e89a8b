import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactInteger, parseExactJson, writeExactJson } from '../../../src/foundation/base/exact-json.ts';

describe('JSON with every digit', () => {
  test.each<[string, unknown]>([
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['9223372036854775807', 2n ** 63n - 1n],
    // No int64: a float to Kubernetes too.
    ['9223372036854775808', 2 ** 63],
    ['1e20', 1e20],
    ['9007199254740993.0', 9007199254740992],
    ['0.1234567890123456789', 0.12345678901234568],
    ['"9007199254740993"', '9007199254740993'],
    ['[{"a":9007199254740993}]', [{ a: 9007199254740993n }]],
  ])('%s is read', (text, value) => {
    expect(parseExactJson(text)).toEqual(value);
  });

  test('is written as it was read', () => {
    const text = '{"a":[9007199254740993,-9007199254740993,1],"b":{"c":"9007199254740993"}}';
    expect(writeExactJson(parseExactJson(text))).toBe(text);
    expect(writeExactJson({ a: 2n ** 60n }, 2)).toBe('{\n  "a": 1152921504606846976\n}');
  });

  test('keeps a key named __proto__ a key', () => {
    const value = parseExactJson('{"__proto__":{"x":9007199254740993}}') as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(writeExactJson(value)).toBe('{"__proto__":{"x":9007199254740993}}');
  });

  test('any int64 comes back, and everything else is as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const read = parseExactJson(`[${value}]`) as [number | bigint];
        expect(BigInt(read[0])).toBe(value);
        expect(read[0]).toBe(exactInteger(value));
        expect(writeExactJson(read)).toBe(`[${value}]`);
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/(?<![.\d])\d{16,}(?![.\d]*e)/.test(text));
        expect(writeExactJson(JSON.parse(text))).toBe(JSON.stringify(JSON.parse(text)));
        expect(parseExactJson(`[${text},"1234567890123456"]`)).toEqual(JSON.parse(`[${text},"1234567890123456"]`));
      }),
    );
  });

  test('what is no JSON is an error', () => {
    expect(() => parseExactJson('{"a":12345678901234567890')).toThrow(SyntaxError);
  });
});
