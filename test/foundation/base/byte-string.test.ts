import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  byteLength,
  compareStrings,
  concatStrings,
  fromBytes,
  runesOf,
  sliceBytes,
  toBytes,
} from '../../../src/foundation/base/byte-string.ts';

const anyBytes = fc.uint8Array({ maxLength: 40 });
/** Bytes out of which UTF-8 is made, and broken, more often than by chance. */
const nearUtf8 = fc.array(
  fc.constantFrom(0x61, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0xff, 0xc0),
  { maxLength: 20 },
);

describe('byte strings', () => {
  test('bytes survive the way there and back', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect([...toBytes(fromBytes(bytes))]).toEqual([...bytes]);
      }),
    );
    fc.assert(
      fc.property(nearUtf8, (bytes) => {
        expect([...toBytes(fromBytes(Uint8Array.from(bytes)))]).toEqual(bytes);
      }),
    );
  });

  test('valid text is held as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(fromBytes(toBytes(text))).toBe(text);
      }),
    );
  });

  test('slices and lengths count bytes', () => {
    fc.assert(
      fc.property(nearUtf8, fc.nat(20), (bytes, cut) => {
        const text = fromBytes(Uint8Array.from(bytes));
        const at = Math.min(cut, bytes.length);
        expect(byteLength(text)).toBe(bytes.length);
        expect([...toBytes(sliceBytes(text, at))]).toEqual(bytes.slice(at));
        expect(concatStrings(sliceBytes(text, 0, at), sliceBytes(text, at))).toBe(text);
      }),
    );
  });

  test('order is bytewise', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (a, b) => {
        expect(Math.sign(compareStrings(fromBytes(a), fromBytes(b)))).toBe(Buffer.compare(a, b));
      }),
    );
    expect(compareStrings('\ufffd', '\u{1f600}')).toBe(-1);
  });

  test('a stray byte is U+FFFD among runes', () => {
    expect(runesOf('a\udcff😀')).toEqual([0x61, 0xfffd, 0x1f600]);
  });
});
