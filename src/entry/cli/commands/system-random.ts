/**
 * Random bytes from the operating system, for a command that ends in milliseconds: node:crypto, which takes 5 of them to
 * load, only where the system keeps none in a file. They are as good for passwords as that module's own.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

export function systemRandom(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  let file: number;
  try {
    file = openSync('/dev/urandom', 'r');
  } catch {
    return randomBytes(count);
  }
  try {
    for (let filled = 0; filled < count; ) {
      const read = readSync(file, bytes, filled, count - filled, null);
      if (read === 0) return randomBytes(count);
      filled += read;
    }
  } finally {
    closeSync(file);
  }
  return bytes;
}
