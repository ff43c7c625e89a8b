import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GoError, type GoMap } from '../../../src/foundation/template/value.ts';
import { toJson } from '../../../src/foundation/yaml/plain-json.ts';
import { parseSet, type SetOptions } from '../../../src/pipeline/values/set-grammar.ts';

function parse(expression: string, options: Partial<SetOptions> = {}): unknown {
  const values: GoMap = new Map();
  try {
    parseSet(expression, values, { compat: 'helm4', ...options });
  } catch (error) {
    if (error instanceof GoError) return error.message;
    throw error;
  }
  return toJson(values);
}

// What helm 4.2.4 makes of each.
const readings: readonly (readonly [string, unknown])[] = [
  ['a=1', { a: 1 }],
  ['a=1,b=x', { a: 1, b: 'x' }],
  ['a.b[1].c=3', { a: { b: [null, { c: 3 }] } }],
  ['a[0][1]=x', { a: [[null, 'x']] }],
  ['a[0].b=1,a[0].c=2', { a: [{ b: 1, c: 2 }] }],
  ['a[0].b=,c=1', { a: [{ b: '' }], c: 1 }],
  ['a={1,x,true}', { a: [1, 'x', true] }],
  ['a={}', { a: [''] }],
  ['a={},b=2', { a: [''], b: 2 }],
  [
    'a=true,b=False,c=NULL,d=0,e=007,f=1.5,g=1e3,h=',
    { a: true, b: false, c: null, d: 0, e: '007', f: '1.5', g: '1e3', h: '' },
  ],
  ['a=-0,b=+5,c=9223372036854775808', { a: 0, b: 5, c: '9223372036854775808' }],
  ['a\\.b=1', { 'a.b': 1 }],
  ['a=x\\,y', { a: 'x,y' }],
  ['a==', { a: '=' }],
  ['.a=1', {}],
  ['a=1,=2', { a: 1 }],
  ['a[0=1', {}],
  ['a,b=1', 'key "a" has no value (cannot end with ,)'],
  ['a=b,c', 'key "c" has no value'],
  ['a.=1', 'key map "a" has no value'],
  ['a={1,2', "list must terminate with '}'"],
  ['a[0]x=1', "unexpected data at end of array index: ['x']"],
  ['a[x]=1', 'error parsing index: strconv.Atoi: parsing "x": invalid syntax'],
  ['a[-1]=1', 'negative -1 index not allowed'],
  ['a[65537]=1', 'index of 65537 is greater than maximum supported index of 65536'],
  ['a=1,a.b=2', 'unable to parse key: interface conversion: interface {} is int64, not map[string]interface {}'],
  ['a=1,a[0]=2', 'unable to parse key: interface conversion: interface {} is int64, not []interface {}'],
  [`${'a.'.repeat(31)}b=1`, 'value name nested level is greater than maximum supported nested level of 30'],
  ['__proto__.x=1', JSON.parse('{"__proto__":{"x":1}}')],
];

describe('--set', () => {
  test.each(readings)('%s', (expression, expected) => {
    expect(parse(expression)).toEqual(expected);
  });

  test('Helm 3 does not forgive an index that ends the text', () => {
    expect(parse('a[0=1', { compat: 'helm3' })).toBe('error parsing index: EOF');
  });

  test('writes over what is there, lists in place', () => {
    const values: GoMap = new Map([['a', [1, 2]]]);
    parseSet('a[1]=x', values, { compat: 'helm4' });
    expect(toJson(values)).toEqual({ a: [1, 'x'] });
  });

  test('never fails but with a GoError, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab[]{}.,=\\01 -') }), (expression) => {
        expect(() => parse(expression)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });

  test('a chain of names comes back as nested maps', () => {
    const name = fc.stringMatching(/^[a-z]{1,5}$/);
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 8 }), (names) => {
        const expected = names.reduceRight<unknown>((inner, step) => ({ [step]: inner }), 'v');
        expect(parse(`${names.join('.')}=v`)).toEqual(expected);
      }),
    );
  });
});

describe('its relatives', () => {
  test('--set-string never types', () => {
    expect(parse('a=1,b=true,c={1,null}', { read: (text) => text })).toEqual({ a: '1', b: 'true', c: ['1', 'null'] });
  });

  test.each([
    ['a={"b": [1, 2.5, null]}', { a: { b: [1, 2.5, null] } }],
    ['a=1 , b="x,y" ,c=[{}]', { a: 1, ' b': 'x,y', c: [{}] }],
    ['a=,b=2', { a: null, b: 2 }],
    ['a[1]={"x":"}"}', { a: [null, { x: '}' }] }],
  ])('--set-json %s', (expression, expected) => {
    expect(parse(expression, { json: true })).toEqual(expected);
  });

  test.each([
    ['a=b,c={d}\\e', { a: 'b,c={d}\\e' }],
    ['a.b[1].c=x=y', { a: { b: [null, { c: 'x=y' }] } }],
    ['a', 'key "a" has no value'],
  ])('--set-literal %s', (expression, expected) => {
    expect(parse(expression, { literal: true, read: (text) => text })).toEqual(expected);
  });
});
