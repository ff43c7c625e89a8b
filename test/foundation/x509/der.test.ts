import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DerError,
  element,
  integer,
  objectId,
  readElements,
  readInteger,
  readSequence,
  sequence,
  time,
} from '../../../src/foundation/x509/der.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('DER', () => {
  test.each([
    [0n, '020100'],
    [127n, '02017f'],
    [128n, '02020080'],
    [256n, '02020100'],
    [0xff00n, '020300ff00'],
  ])('the integer %s', (value, expected) => {
    expect(hex(integer(value))).toBe(expected);
  });

  test.each([
    ['2.5.4.3', '0603550403'],
    ['1.2.840.113549.1.1.11', '06092a864886f70d01010b'],
    ['1.3.101.112', '06032b6570'],
  ])('the object identifier %s', (dotted, expected) => {
    expect(hex(objectId(dotted))).toBe(expected);
  });

  test.each([
    ['2049-12-31T23:59:59Z', '\x17\r491231235959Z'],
    ['2050-01-01T00:00:00.9Z', '\x18\x0f20500101000000Z'],
    ['1950-01-01T00:00:00Z', '\x17\r500101000000Z'],
    ['1949-01-01T00:00:00Z', '\x18\x0f19490101000000Z'],
  ])('the time %s', (date, expected) => {
    expect(Buffer.from(time(new Date(date))).toString()).toBe(expected);
  });

  test('years that have no four digits are refused', () => {
    expect(() => time(new Date('+010000-01-01T00:00:00Z'))).toThrow(DerError);
  });

  test('what is written is read again, whatever its length', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 2100n }), fc.integer({ min: 0, max: 70_000 }), (value, length) => {
        const items = readSequence(sequence(integer(value), element(4, new Uint8Array(length))));
        expect(readInteger(items[0])).toBe(value);
        expect(items[1]!.contents.length).toBe(length);
      }),
      { numRuns: 30 },
    );
  });

  test('any bytes are elements or an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        try {
          expect(readElements(bytes).reduce((sum, item) => sum + item.whole.length, 0)).toBe(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(DerError);
        }
      }),
    );
  });
});
