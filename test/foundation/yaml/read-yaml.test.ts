import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readYaml, readYamlList, readYamlMap, readYamlTyped } from '../../../src/foundation/yaml/read-yaml.ts';
import { writeJson } from '../../../src/foundation/yaml/write-json.ts';
import { READ_BY_GO } from './read-by-go.table.ts';

function outcome(read: () => string): string {
  try {
    return `O${read()}`;
  } catch (error) {
    return `E${(error as Error).message}`;
  }
}

const asJson = (text: string, strict: boolean): string =>
  outcome(() => writeJson(readYaml(text, { strict }), { escapeHtml: false }));

describe('readYaml', () => {
  test.each(READ_BY_GO.map(([yaml, result, strict]) => [yaml, result, strict ?? result] as const))(
    'reads %j as Go does, errors included',
    (yaml, result, strict) => {
      expect(asJson(yaml, false)).toBe(result);
      expect(asJson(yaml, true)).toBe(strict);
    },
  );

  test('keeps keys that would reach a prototype as plain keys', () => {
    const value = readYaml('__proto__: {polluted: true}\nconstructor: 1\n') as Map<string, unknown>;
    expect([...value.keys()]).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('gives every alias a copy of its own', () => {
    const value = readYaml('a: &x {b: 1}\nc: *x\n') as Map<string, Map<string, unknown>>;
    value.get('a')?.set('b', 2);
    expect(value.get('c')?.get('b')).toBe(1);
  });

  test('refuses a document that is mostly aliases', () => {
    const lines = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe']) {
      lines.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${of}`).join(',')}]`);
    }
    expect(() => readYaml(lines.join('\n'))).toThrow('document contains excessive aliasing');
  });

  test('refuses more nesting than it can read instead of failing', () => {
    expect(() => readYaml('['.repeat(20_000))).toThrow('exceeded max depth of 10000');
    // Go reads nine thousand; here the stack may end before, by how far the engine has optimized, and the words are the same.
    const told = (() => {
      try {
        readYaml(`${'['.repeat(9_000)}${']'.repeat(9_000)}`);
      } catch (error) {
        return String(error);
      }
      return '';
    })();
    expect(told).toMatch(/^$|exceeded max depth of 10000/);
  });

  test('complains of a bad character only when Go has read so far', () => {
    expect(() => readYaml(`a: b: c\n${'#'.repeat(100)}\x01`)).toThrow('control characters are not allowed');
    expect(() => readYaml(`a: b: c\n${'#'.repeat(600)}\x01`)).toThrow('mapping values are not allowed');
  });

  test('names bytes that are no UTF-8', () => {
    expect(() => readYaml('a: \udcff')).toThrow('invalid leading UTF-8 octet');
    expect(() => readYaml('a: \udcc3')).toThrow('incomplete UTF-8 octet sequence');
    expect(() => readYaml('a: \udcc3b')).toThrow('invalid trailing UTF-8 octet');
  });

  test('never throws anything but a GoError, whatever the text', () => {
    const piece = fc.constantFrom(...'ab:-[]{},&*!|>\'"%@`#? \n\t\\0._', '---', '...', '<<', '\u0085', '\u2028', '😀');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        try {
          readYaml(pieces.join(''));
        } catch (error) {
          expect((error as Error).name).toBe('GoError');
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('readYamlTyped', () => {
  test('tells integers from floats', () => {
    expect(readYamlTyped('[1, 1.0, 0777, 9007199254740993]')).toEqual([1n, 1, 511n, 9007199254740993n]);
  });
});

describe('readYamlMap and readYamlList', () => {
  test.each([
    ['', 'map', 'O{}'],
    ['a: 1', 'map', 'O{"a":1}'],
    [
      '- a',
      'map',
      'Eerror unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
    ['null', 'list', 'O[]'],
    ['- a', 'list', 'O["a"]'],
    [
      '5',
      'list',
      'Eerror unmarshaling JSON: while decoding JSON: json: cannot unmarshal number into Go value of type []interface {}',
    ],
  ])('reads %j into a %s', (text, kind, result) => {
    expect(outcome(() => writeJson(kind === 'map' ? readYamlMap(text) : readYamlList(text)))).toBe(result);
  });
});
