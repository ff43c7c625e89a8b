/** The public keys of a keyring file: binary as GnuPG 1 keeps it and `gpg --export` writes it, or armored. */
import { readFile } from 'node:fs/promises';
import type { Key } from 'openpgp';
import { provenanceError } from './provenance-error.ts';

/** Bytes; a keyring of thousands of keys has less. */
const MAX_KEYRING_SIZE = 64 * 1024 * 1024;
const BLOCK = /-----BEGIN PGP [A-Z ]+-----[\s\S]*?-----END PGP [A-Z ]+-----/g;

export async function readKeyring(path: string): Promise<Key[]> {
  const bytes = await readBytes(path);
  if (bytes.subarray(8, 12).toString('latin1') === 'KBXf') {
    throw provenanceError('provenance.keyring', `${path} is a keybox, which cannot be read`, {
      hint: 'export the keys: gpg --export > keyring.gpg',
    });
  }
  const keys = await readKeys(bytes).catch((cause: unknown) => {
    throw provenanceError('provenance.keyring', `${path} is not a keyring: ${(cause as Error).message}`, {
      hint: 'a keyring is what gpg --export writes, with --armor or without',
      cause,
    });
  });
  if (keys.length === 0) throw provenanceError('provenance.keyring', `${path} holds no keys`);
  return keys;
}

async function readBytes(path: string): Promise<Buffer> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'no such file or directory' : (code ?? 'unknown error');
    throw provenanceError('provenance.keyring', `open ${path}: ${reason}`, { cause });
  }
  if (bytes.length > MAX_KEYRING_SIZE)
    throw provenanceError('provenance.keyring', `${path} is too large for a keyring`);
  return bytes;
}

async function readKeys(bytes: Buffer): Promise<Key[]> {
  const openpgp = await import('openpgp');
  if (((bytes[0] ?? 0) & 0x80) !== 0) return await openpgp.readKeys({ binaryKeys: bytes });
  const blocks = bytes.toString('latin1').match(BLOCK) ?? [];
  if (blocks.length === 0) throw new Error('it is neither binary nor armored');
  return (await Promise.all(blocks.map((armoredKeys) => openpgp.readKeys({ armoredKeys })))).flat();
}
