import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatFloat } from '../../../src/foundation/template/float.ts';
import { sprint, sprintf, sprintln } from '../../../src/foundation/template/printf.ts';
import { quote, quoteToAscii, unquote } from '../../../src/foundation/template/quote.ts';
import { GoInt, type GoValue, int } from '../../../src/foundation/template/value.ts';

// Most rows of printf stand in go-rows.table.ts, where Go itself answered.

describe('Sprint and Sprintln', () => {
  test.each<[GoValue[], string, string]>([
    [[], '', '\n'],
    [[int(1), int(2)], '1 2', '1 2\n'],
    [['a', int(1), 'b', 2, 3], 'a1b2 3', 'a 1 b 2 3\n'],
    [[null, null], '<nil> <nil>', '<nil> <nil>\n'],
  ])('of operands %#', (args, joined, line) => {
    expect(sprint(args)).toBe(joined);
    expect(sprintln(args)).toBe(line);
  });
});

describe('FormatFloat', () => {
  test.each([
    [0, 'g', -1, '0'],
    [-0, 'g', -1, '-0'],
    [1e6, 'g', -1, '1e+06'],
    [999999, 'g', -1, '999999'],
    [1e-5, 'g', -1, '1e-05'],
    [0.1 + 0.2, 'g', -1, '0.30000000000000004'],
    [2.5, 'f', 0, '2'],
    [0.125, 'f', 2, '0.12'],
    [9.995, 'f', 2, '9.99'],
    [999.5, 'e', 2, '1.00e+03'],
    [1e21, 'f', -1, '1000000000000000000000'],
    [123456, 'g', 3, '1.23e+05'],
    [100, 'g', 3, '100'],
    [1, 'b', -1, '4503599627370496p-52'],
    [1, 'x', -1, '0x1p+00'],
    [0.1, 'X', 3, '0X1.99AP-04'],
    [5e-324, 'x', -1, '0x1p-1074'],
    [Number.POSITIVE_INFINITY, 'f', 2, '+Inf'],
    [Number.NaN, 'e', 2, 'NaN'],
  ] as const)('%d as %s with precision %d is %s', (value, verb, precision, expected) => {
    expect(formatFloat(value, verb, precision)).toBe(expected);
  });

  test('the shortest form of any number reads back as that number', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom('e', 'f', 'g'),
        (value, verb) => {
          expect(Number(formatFloat(value, verb as 'e', -1))).toBe(value);
        },
      ),
    );
  });

  test('with 17 digits any number reads back as that number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(formatFloat(value, 'e', 16))).toBe(value);
      }),
    );
  });
});

describe('%d, %x, %o, %b', () => {
  test('agree with BigInt for any int64', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), (value) => {
        const arg = new GoInt('int64', value);
        expect(sprintf('%d %x %o %b', [arg, arg, arg, arg])).toBe(
          [10, 16, 8, 2].map((base) => value.toString(base)).join(' '),
        );
      }),
    );
  });
});

describe('%s', () => {
  test('with a width is at least that wide and ends in the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, width) => {
        const padded = sprintf(`%${width}s`, [text]);
        expect([...padded].length).toBe(Math.max([...text].length, width));
        expect(padded.endsWith(text)).toBe(true);
      }),
    );
  });
});

describe('%q', () => {
  const anyText = fc
    .array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.integer({ min: 0xdc80, max: 0xdcff }).map((unit) => String.fromCharCode(unit)),
      ),
    )
    .map((parts) => parts.join('a'));

  test('reads back as the text, stray bytes included', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(unquote(quote(text))).toBe(text);
        expect(unquote(quoteToAscii(text))).toBe(text);
      }),
    );
  });

  test('of ASCII is ASCII', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(quoteToAscii(text)).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });

  test('does not know what Unicode assigned after version 15', () => {
    expect(quote('\u{1fae9}\u{1fae8}')).toBe('"\\U0001fae9\u{1fae8}"');
  });
});

test('any format with any operands prints something', () => {
  const format = fc
    .array(
      fc.constantFrom(
        '%',
        '[1]',
        '[',
        ']',
        '*',
        '.',
        '5',
        '-',
        '+',
        '#',
        '0',
        ' ',
        'd',
        's',
        'v',
        'x',
        'q',
        'é',
        '\udcff',
      ),
    )
    .map((parts) => parts.join(''));
  const operand: fc.Arbitrary<GoValue> = fc.oneof(
    fc.string(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.integer().map(int),
    fc.constant(new Uint8Array([1, 200])),
    fc.constant<GoValue>(['a', null]),
  );
  fc.assert(
    fc.property(format, fc.array(operand, { maxLength: 4 }), (text, args) => {
      expect(typeof sprintf(text, args)).toBe('string');
    }),
  );
});
