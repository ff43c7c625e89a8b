/**
 * Decrypts the files of repositories as they are read, and tells the mask what is secret. What was decrypted once is kept
 * in memory by the digest of the file, so that a look that changes nothing needs no key. Nothing is ever written.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { toBytes } from '../base/byte-string.ts';
import { decryptFile, type EncryptedFile, mayBeEncrypted } from './decrypt-file.ts';
import type { Decrypted } from './decrypted.ts';
import { type KeyringOptions, openKeyring } from './open-keyring.ts';
import type { SecretMask } from './secret-mask.ts';

/** Undefined where the file is not encrypted. */
export type Decrypt = (file: EncryptedFile) => Promise<Decrypted | undefined>;

/** Characters of plaintext. */
const cacheSize = 64 * 1024 * 1024;

export function openDecryption(options: KeyringOptions & { readonly mask: SecretMask }): Decrypt {
  const keyring = openKeyring(options);
  const opened = new LRUCache<string, Promise<Decrypted | undefined>>({ max: 10_000 });
  const sizes = new LRUCache<string, number>({
    maxSize: cacheSize,
    sizeCalculation: (size) => size + 1,
    dispose: (_size, digest) => void opened.delete(digest),
  });
  return async (file) => {
    if (!mayBeEncrypted(file)) return undefined;
    // The name decides the format.
    const digest = createHash('sha256').update(`${file.path}\0`).update(toBytes(file.text)).digest('base64');
    const known = opened.get(digest);
    if (known) return await known;
    const decrypting = decryptFile(file, keyring).then((decrypted) => {
      if (decrypted) options.mask.add(decrypted.secrets);
      return decrypted;
    });
    opened.set(digest, decrypting);
    try {
      sizes.set(digest, (await decrypting)?.plain.length ?? 0);
      return await decrypting;
    } catch (error) {
      // The key may be there at the next look.
      opened.delete(digest);
      throw error;
    }
  };
}
