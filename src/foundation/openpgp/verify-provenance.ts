/**
 * Verifies that a chart's archive is the one that was signed: a good signature of a key in the keyring, over a text that
 * names the archive with its digest. Takes bytes and the keyring's path, returns who signed; what is not so is an error
 * in Helm's words where it has some. The library is loaded on the first call, for it is large.
 */
import { createHash } from 'node:crypto';
import type { CleartextMessage, Key, VerifyMessageResult } from 'openpgp';
import { parse } from 'yaml';
import { HelmGitopsError } from '../base/errors.ts';
import { provenanceError } from './provenance-error.ts';
import { readKeyring } from './read-keyring.ts';

export interface ProvenanceRequest {
  readonly archive: Uint8Array;
  /** As the repository calls it: `shop-1.0.0.tgz`. */
  readonly archiveName: string;
  /** The .prov file. */
  readonly provenance: Uint8Array;
  /** Its path. */
  readonly keyring: string;
}

export interface Provenance {
  /** All names of the key: `Jane <jane@example.com>`. */
  readonly signedBy: readonly string[];
  /** Of the primary key, in capitals. */
  readonly fingerprint: string;
  /** `sha256:…` of the archive. */
  readonly fileDigest: string;
}

/** Bytes; it holds a Chart.yaml and a signature. */
const MAX_PROVENANCE_SIZE = 5 * 1024 * 1024;

export async function verifyProvenance(request: ProvenanceRequest): Promise<Provenance> {
  const { archive, archiveName, provenance, keyring } = request;
  const keys = await readKeyring(keyring);
  const message = await readMessage(provenance);
  const key = await verifySignature(message, keys);
  const fileDigest = `sha256:${createHash('sha256').update(archive).digest('hex')}`;
  const signed = digestOf(archiveName, message.getText());
  if (signed === undefined) {
    throw provenanceError(
      'provenance.invalid',
      `provenance does not contain a SHA for a file named ${JSON.stringify(archiveName)}`,
    );
  }
  if (signed !== fileDigest) {
    throw provenanceError(
      'provenance.digest-mismatch',
      `sha256 sum does not match for ${archiveName}: ${JSON.stringify(signed)} != ${JSON.stringify(fileDigest)}`,
    );
  }
  return { signedBy: key.getUserIDs(), fingerprint: key.getFingerprint().toUpperCase(), fileDigest };
}

async function readMessage(provenance: Uint8Array): Promise<CleartextMessage> {
  const text = provenance.length > MAX_PROVENANCE_SIZE ? '' : Buffer.from(provenance).toString('utf8');
  const start = text.indexOf('-----BEGIN PGP SIGNED MESSAGE-----');
  if (start < 0) throw provenanceError('provenance.invalid', 'signature block not found');
  const openpgp = await import('openpgp');
  try {
    return await openpgp.readCleartextMessage({ cleartextMessage: text.slice(start) });
  } catch (cause) {
    throw provenanceError('provenance.invalid', `signature block not found: ${(cause as Error).message}`, { cause });
  }
}

/** One good signature is enough; of several bad ones the first is told. */
async function verifySignature(message: CleartextMessage, keys: Key[]): Promise<Key> {
  const openpgp = await import('openpgp');
  const { signatures } = await openpgp.verify({ message, verificationKeys: keys });
  let first: unknown;
  for (const signature of signatures) {
    try {
      return await signerOf(signature, keys);
    } catch (error) {
      first ??= error;
    }
  }
  throw first ?? provenanceError('provenance.invalid', 'signature block not found');
}

/** The library is content with a key that was good when it signed; Helm wants one that still is. */
async function signerOf(
  { keyID, verified }: VerifyMessageResult['signatures'][number],
  keys: readonly Key[],
): Promise<Key> {
  const key = keys.find((one) => one.getKeys(keyID).length > 0);
  if (key === undefined) {
    verified.catch(() => undefined);
    throw provenanceError('provenance.unknown-signer', 'openpgp: signature made by unknown entity', {
      hint: `key ${keyID.toHex().toUpperCase()} is not in the keyring`,
    });
  }
  try {
    await verified;
    await key.verifyPrimaryKey();
    await key.getSigningKey(keyID);
    return key;
  } catch (cause) {
    throw cause instanceof HelmGitopsError ? cause : badSignature(cause as Error);
  }
}

function badSignature(cause: Error): HelmGitopsError {
  const { message } = cause;
  const told = /[Kk]ey is expired/.test(message)
    ? 'openpgp: key expired'
    : /[Kk]ey is revoked/.test(message)
      ? 'openpgp: signature made by revoked key'
      : /Signature is expired/.test(message)
        ? 'openpgp: signature expired'
        : `openpgp: invalid signature: ${message}`;
  return provenanceError('provenance.signature', told, { cause });
}

/** The digest that the signed text gives to the file. Before it stands Chart.yaml, which is nobody's proof of anything. */
function digestOf(archiveName: string, text: string): string | undefined {
  const [, sums] = text.split('\n...\n');
  if (sums === undefined) throw provenanceError('provenance.invalid', 'message block must have at least two parts');
  try {
    const { files } = (parse(sums, { maxAliasCount: 0 }) ?? {}) as { files?: Record<string, unknown> };
    const digest = files !== undefined && Object.hasOwn(files, archiveName) ? files[archiveName] : undefined;
    return typeof digest === 'string' ? digest : undefined;
  } catch (cause) {
    throw provenanceError('provenance.invalid', `the signed text is not YAML: ${(cause as Error).message}`, { cause });
  }
}
