/**
 * Takes bytes as they come and what they should be, passes them on, and fails as soon as they are too many and at their
 * end when their digest or number is another. Who keeps them waits for that end.
 */
import { createHash } from 'node:crypto';
import { ociError } from './oci-error.ts';

export interface Expected {
  /** `sha256:…` or `sha512:…` */
  readonly digest: string;
  readonly size: number;
}

export async function* verifyContent(
  body: AsyncIterable<Uint8Array>,
  expected: Expected,
  where: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash(algorithmOf(expected.digest));
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > expected.size) throw wrong(where, `it is longer than the ${expected.size} bytes that its manifest says`);
    hash.update(piece);
    yield piece;
  }
  if (size < expected.size) throw wrong(where, `it ends after ${size} of ${expected.size} bytes`);
  const digest = `${algorithmOf(expected.digest)}:${hash.digest('hex')}`;
  if (digest !== expected.digest) throw wrong(where, `it has the digest ${digest} instead of ${expected.digest}`);
}

export function digestOf(bytes: Uint8Array, algorithm: 'sha256' | 'sha512' = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

export function algorithmOf(digest: string): 'sha256' | 'sha512' {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

export function wrong(where: string, why: string): Error {
  return ociError('oci.digest', `what the registry sends for ${where} is not what it should be: ${why}`, {
    hint: 'a proxy may have changed it, or the registry is damaged; nothing of it is used',
  });
}
