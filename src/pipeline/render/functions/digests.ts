/** Checksums of a text's bytes, in lower-case hex (adler32 in decimal). */
import { createHash } from 'node:crypto';
import { toBytes } from '../../../foundation/base/byte-string.ts';
import type { GoFunction } from '../../../foundation/template/value.ts';
import { goFunction } from './go-function.ts';
import { sha256 } from './sha256.ts';

const digest = (name: string, algorithm: string): GoFunction =>
  goFunction(name, '(string) string', (text: string) => createHash(algorithm).update(toBytes(text)).digest('hex'));

export const digestFunctions: readonly GoFunction[] = [
  digest('sha1sum', 'sha1'),
  goFunction('sha256sum', '(string) string', (text: string) => sha256(toBytes(text))),
  digest('sha512sum', 'sha512'),
  goFunction('adler32sum', '(string) string', adler32),
];

const MODULUS = 65521;

function adler32(text: string): string {
  let low = 1;
  let high = 0;
  for (const byte of toBytes(text)) {
    low = (low + byte) % MODULUS;
    high = (high + low) % MODULUS;
  }
  return String(high * 65536 + low);
}
