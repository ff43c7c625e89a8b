/**
 * One block of a tar archive as a header: V7, USTAR, STAR and GNU, checked and read with the leniency of Go's
 * archive/tar 1.26, so that what Helm can load loads. Takes 512 bytes, returns the fields; it reads nothing beyond.
 */
import { fromBytes } from '../base/byte-string.ts';
import { badHeader } from './archive-error.ts';

export const BLOCK_SIZE = 512;

export interface TarHeader {
  /** A byte that is no UTF-8 stands as a lone surrogate (base/byte-string.ts). */
  name: string;
  linkName: string;
  /** The character of the type: `0` file, `1` hard link, `2` symbolic link, `5` folder, `x` and `g` PAX, `L` `K` GNU… */
  type: string;
  /** Bytes. */
  size: number;
  mode: number;
  /** Seconds since 1970. */
  modified: number;
}

type Format = 'v7' | 'ustar' | 'star' | 'gnu';

export function readHeader(block: Uint8Array): TarHeader {
  const format = formatOf(block);
  const header: TarHeader = {
    name: text(block, 0, 100),
    linkName: text(block, 157, 257),
    type: String.fromCharCode(block[156] ?? 0),
    size: numeric(block, 124, 136),
    mode: numeric(block, 100, 108),
    modified: numeric(block, 136, 148),
  };
  // Owners are nobody's business here, yet a broken number breaks the header.
  numeric(block, 108, 116);
  numeric(block, 116, 124);
  if (format === 'v7') return header;
  numeric(block, 329, 337);
  numeric(block, 337, 345);
  const prefix = prefixOf(block, format);
  if (prefix !== '') header.name = `${prefix}/${header.name}`;
  return header;
}

export const isZero = (block: Uint8Array): boolean => block.every((byte) => byte === 0);

function prefixOf(block: Uint8Array, format: Format): string {
  if (format === 'ustar') return text(block, 345, 500);
  if (format === 'star') {
    numeric(block, 476, 488);
    numeric(block, 488, 500);
    return text(block, 345, 476);
  }
  // Go before 1.8 wrote a prefix where GNU has its times.
  if (isNumeric(block, 345, 357) && isNumeric(block, 357, 369)) return '';
  const prefix = text(block, 345, 500);
  return /^[\x01-\x7f]*$/.test(prefix) ? prefix : '';
}

function isNumeric(block: Uint8Array, start: number, end: number): boolean {
  if (block[start] === 0) return true;
  try {
    numeric(block, start, end);
    return true;
  } catch {
    return false;
  }
}

function formatOf(block: Uint8Array): Format {
  checkSum(block);
  const magic = latin(block, 257, 263);
  if (magic === 'ustar\0') return latin(block, 508, 512) === 'tar\0' ? 'star' : 'ustar';
  return magic === 'ustar ' && latin(block, 263, 265) === ' \0' ? 'gnu' : 'v7';
}

/** The sum is of the block with spaces for itself; old programs added signed bytes. */
function checkSum(block: Uint8Array): void {
  const told = octal(block, 148, 156);
  let unsigned = 0;
  let signed = 0;
  for (let at = 0; at < BLOCK_SIZE; at++) {
    const byte = at >= 148 && at < 156 ? 0x20 : (block[at] ?? 0);
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  if (told !== unsigned && told !== signed) throw badHeader();
}

const latin = (block: Uint8Array, start: number, end: number): string =>
  Buffer.from(block.buffer, block.byteOffset + start, end - start).toString('latin1');

/** Up to the first NUL. */
function text(block: Uint8Array, start: number, end: number): string {
  const field = block.subarray(start, end);
  const zero = field.indexOf(0);
  return fromBytes(zero < 0 ? field : field.subarray(0, zero));
}

/** Octal digits, or with the first bit set a number in base 256. Above 2^53 it is only about right, and too large. */
function numeric(block: Uint8Array, start: number, end: number): number {
  const first = block[start] ?? 0;
  if ((first & 0x80) === 0) return octal(block, start, end);
  const inverted = (first & 0x40) === 0 ? 0 : 0xff;
  let value = 0n;
  for (let at = start; at < end; at++) {
    const byte = (block[at] ?? 0) ^ inverted;
    value = (value << 8n) | BigInt(at === start ? byte & 0x7f : byte);
  }
  if (value >> 63n > 0n) throw badHeader();
  return Number(inverted === 0 ? value : -value - 1n);
}

function octal(block: Uint8Array, start: number, end: number): number {
  const [digits = ''] = latin(block, start, end)
    .replace(/^[ \0]+|[ \0]+$/g, '')
    .split('\0');
  if (digits === '') {
    // Go reads nothing but padding as 0, and what begins with a NUL after the padding cannot be.
    return 0;
  }
  if (!/^[0-7]+$/.test(digits)) throw badHeader();
  return Number.parseInt(digits, 8);
}
