/** Base64 and base32 as Go's standard encodings decode them: newlines skipped, padding required, positions in errors. */
import { fromBytes, toBytes } from '../../../foundation/base/byte-string.ts';
import { GoError, type GoFunction } from '../../../foundation/template/value.ts';
import { goFunction } from './go-function.ts';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const CLEAN_BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export const encodingFunctions: readonly GoFunction[] = [
  goFunction('b64enc', '(string) string', (text: string) => encodeBase64(toBytes(text))),
  goFunction('b64dec', '(string) string', (text: string) => textOrError(() => decodeBase64(text))),
  goFunction('b32enc', '(string) string', (text: string) => encodeBase32(toBytes(text))),
  goFunction('b32dec', '(string) string', (text: string) => textOrError(() => decodeBase32(text))),
];

/** Sprig hands the error's text out as the result. */
function textOrError(decode: () => Uint8Array): string {
  try {
    return fromBytes(decode());
  } catch (error) {
    if (error instanceof GoError) return error.message;
    throw error;
  }
}

export const encodeBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/** base64.StdEncoding.DecodeString; throws Go's error. */
export function decodeBase64(text: string): Uint8Array {
  if (!CLEAN_BASE64.test(text)) checkBase64(toBytes(text));
  return Buffer.from(text, 'base64');
}

const isNewline = (byte: number | undefined): boolean => byte === 0x0a || byte === 0x0d;
const PADDING = 0x3d;

function checkBase64(bytes: Uint8Array): void {
  const corrupt = (at: number): GoError => new GoError(`illegal base64 data at input byte ${at}`);
  const skipNewlines = (from: number): number => {
    let at = from;
    while (isNewline(bytes[at])) at += 1;
    return at;
  };
  let filled = 0;
  for (let at = skipNewlines(0); at < bytes.length; at = skipNewlines(at + 1)) {
    const byte = bytes[at]!;
    if (BASE64.includes(String.fromCharCode(byte))) {
      filled = (filled + 1) % 4;
      continue;
    }
    if (byte !== PADDING || filled < 2) throw corrupt(at);
    let next = at + 1;
    if (filled === 2) {
      next = skipNewlines(next);
      if (next === bytes.length) throw corrupt(bytes.length);
      if (bytes[next] !== PADDING) throw corrupt(next - 1);
      next += 1;
    }
    next = skipNewlines(next);
    if (next < bytes.length) throw corrupt(next);
    return;
  }
  if (filled !== 0) throw corrupt(bytes.length - filled);
}

function encodeBase32(bytes: Uint8Array): string {
  let bits = 0;
  let held = 0;
  let text = '';
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32[(held >> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  if (bits > 0) text += BASE32[(held << (5 - bits)) & 31];
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=');
}

function decodeBase32(text: string): Uint8Array {
  const bytes = toBytes(text).filter((byte) => !isNewline(byte));
  const corrupt = (at: number): GoError => new GoError(`illegal base32 data at input byte ${at}`);
  const out: number[] = [];
  let held = 0;
  let bits = 0;
  for (let at = 0; at < bytes.length; at++) {
    const place = at % 8;
    const rest = bytes.length - at - 1;
    if (bytes[at] === PADDING && place >= 2 && rest < 8) {
      checkBase32Padding(bytes, at, corrupt);
      return Uint8Array.from(out);
    }
    const value = BASE32.indexOf(String.fromCharCode(bytes[at]!));
    if (value < 0) throw corrupt(at);
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push((held >> bits) & 0xff);
    }
  }
  if (bytes.length % 8 !== 0) throw corrupt(bytes.length - (bytes.length % 8));
  return Uint8Array.from(out);
}

function checkBase32Padding(bytes: Uint8Array, at: number, corrupt: (at: number) => GoError): void {
  const place = at % 8;
  const rest = bytes.length - at - 1;
  if (rest + place < 7) throw corrupt(bytes.length);
  for (let k = 0; k < 7 - place; k++) {
    if (rest > k && bytes[at + 1 + k] !== PADDING) throw corrupt(at + k);
  }
  if (place === 3 || place === 6) throw corrupt(at);
}
