/**
 * Decrypts an age file, armored or not, with the identities at hand. Takes bytes, returns the plaintext and the file's key, or undefined
 * where none of them is a recipient; a damaged file is an error. The library is loaded on the first call.
 */
import type { AgeIdentity } from './read-identities.ts';
import { secretError } from './secret-error.ts';

const armorStart = '-----BEGIN AGE ENCRYPTED FILE-----';
const binaryStart = 'age-encryption.org/v1';

export function isAge(text: string): boolean {
  const start = text.slice(0, 200).trimStart();
  return start.startsWith(armorStart) || start.startsWith(binaryStart);
}

export interface OpenedAge {
  readonly plain: Uint8Array;
  /** It was encrypted with it. */
  readonly fileKey: Uint8Array;
}

export async function openAge(bytes: Uint8Array, identities: readonly AgeIdentity[]): Promise<OpenedAge | undefined> {
  const { Decrypter, armor } = await import('age-encryption');
  const text = Buffer.from(bytes).toString('latin1');
  let binary = bytes;
  if (text.trimStart().startsWith(armorStart)) {
    try {
      binary = armor.decode(text.trim());
    } catch {
      throw damaged('its armor is broken');
    }
  }
  if (identities.length === 0) return undefined;
  const decrypter = new Decrypter();
  for (const { secret } of identities) decrypter.addIdentity(secret);
  try {
    return { plain: await decrypter.decrypt(binary), fileKey: await decrypter.decryptHeader(binary) };
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (/no identity matched/.test(message)) return undefined;
    throw damaged('it is cut off or was changed');
  }
}

/** The kinds of recipients that a header names: `X25519`, `scrypt`, `ssh-ed25519`. It never says which X25519 key. */
export function recipientKinds(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('latin1');
  const body = text.trimStart().startsWith(armorStart)
    ? Buffer.from(text.replace(/-----[^-]*-----/g, ''), 'base64').toString('latin1')
    : text;
  const header = body.slice(0, body.indexOf('\n---') + 1 || 4096);
  return [...new Set([...header.matchAll(/^-> (\S+)/gm)].map(([, kind = '']) => kind))];
}

function damaged(why: string) {
  return secretError('secret.invalid', `the age file is damaged: ${why}`);
}
