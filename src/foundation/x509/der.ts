/** Writing and reading ASN.1 in DER: just what certificates and private keys consist of. */

export const INTEGER = 0x02;
const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
const OBJECT_ID = 0x06;
export const UTF8_STRING = 0x0c;
export const PRINTABLE_STRING = 0x13;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
export const SET = 0x31;

export class DerError extends Error {
  override readonly name = 'DerError';
}

/** One element: tag, length, contents. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(contents);
  return Buffer.concat([Uint8Array.of(tag), lengthBytes(body.length), body]);
}

function lengthBytes(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest & 0xff);
  return Uint8Array.of(0x80 | bytes.length, ...bytes);
}

export const sequence = (...items: readonly Uint8Array[]): Uint8Array => element(SEQUENCE, ...items);

/** A non-negative integer; a leading zero byte keeps it positive. */
export function integer(value: bigint): Uint8Array {
  const hex = value.toString(16);
  const even = hex.length % 2 === 1 ? `0${hex}` : hex;
  return element(INTEGER, Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex'));
}

export const bitString = (bytes: Uint8Array, unused = 0): Uint8Array =>
  element(BIT_STRING, Uint8Array.of(unused), bytes);

/** An object identifier from its dotted form. */
export function objectId(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return element(OBJECT_ID, Uint8Array.from(bytes));
}

/** UTCTime up to 2049, GeneralizedTime beyond; seconds, in UTC. */
export function time(date: Date): Uint8Array {
  const digits = date
    .toISOString()
    .replace(/^[+-]\d\d/, '')
    .replace(/\D/g, '')
    .slice(0, 14);
  const year = date.getUTCFullYear();
  if (year < 0 || year > 9999) throw new DerError('cannot represent time as GeneralizedTime');
  const short = year >= 1950 && year < 2050;
  return element(short ? UTC_TIME : GENERALIZED_TIME, Buffer.from(`${short ? digits.slice(2) : digits}Z`));
}

export interface DerElement {
  readonly tag: number;
  /** Header and contents. */
  readonly whole: Uint8Array;
  readonly contents: Uint8Array;
}

/** The elements that these bytes consist of, one after another. */
export function readElements(bytes: Uint8Array): DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const next = readElement(bytes.subarray(at));
    elements.push(next);
    at += next.whole.length;
  }
  return elements;
}

function readElement(bytes: Uint8Array): DerElement {
  const tag = bytes[0];
  const first = bytes[1];
  if (tag === undefined || first === undefined) throw new DerError('truncated element');
  const lengthSize = first < 0x80 ? 0 : first & 0x7f;
  if (lengthSize > 4 || first === 0x80) throw new DerError('length too large');
  let length = first < 0x80 ? first : 0;
  for (let i = 0; i < lengthSize; i++) length = length * 256 + (bytes[2 + i] ?? 0);
  const start = 2 + lengthSize;
  if (start + length > bytes.length) throw new DerError('truncated element');
  return { tag, whole: bytes.subarray(0, start + length), contents: bytes.subarray(start, start + length) };
}

/** The items of the sequence that these bytes are. */
export function readSequence(bytes: Uint8Array): DerElement[] {
  const outer = readElement(bytes);
  if (outer.tag !== SEQUENCE) throw new DerError('not a sequence');
  return readElements(outer.contents);
}

export function readInteger(item: DerElement | undefined): bigint {
  if (item?.tag !== INTEGER || item.contents.length === 0) throw new DerError('not an integer');
  return BigInt(`0x${Buffer.from(item.contents).toString('hex')}`);
}
