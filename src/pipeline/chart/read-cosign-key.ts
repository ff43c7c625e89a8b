/**
 * Takes the path of a public key as `cosign generate-key-pair` writes it (PEM), returns what checks a signature with it:
 * ECDSA on P-256, RSA (PKCS #1 v1.5), both of SHA-256, or Ed25519. Refuses anything else, private keys above all.
 */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { chartError } from './chart-error.ts';

export interface CosignKey {
  /** For people. */
  readonly name: string;
  /** Of the key itself, however its file is called. */
  readonly fingerprint: string;
  hasSigned(bytes: Uint8Array, signature: Uint8Array): boolean;
}

const longestFile = 64 * 1024;
const smallestModulus = 2048;

export async function readCosignKey(path: string): Promise<CosignKey> {
  const name = basename(path);
  const text = await readFile(path, 'latin1').catch((cause: unknown) => {
    throw invalid(name, 'it cannot be read', cause);
  });
  if (text.length > longestFile) throw invalid(name, 'it is too long for a key');
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    throw invalid(name, 'it is a private key; who can read this repository can sign with it');
  const blocks = text.match(/-----BEGIN PUBLIC KEY-----[\s\S]*?-----END PUBLIC KEY-----/g) ?? [];
  const [pem] = blocks;
  if (pem === undefined || blocks.length > 1)
    throw invalid(name, `it holds ${blocks.length} keys of the form PUBLIC KEY`);
  const key = parse(pem, name);
  const algorithm = algorithmOf(key, name);
  return {
    name,
    fingerprint: createHash('sha256')
      .update(key.export({ type: 'spki', format: 'der' }))
      .digest('hex'),
    hasSigned: (bytes, signature) => verify(algorithm, bytes, key, signature),
  };
}

function parse(pem: string, name: string): KeyObject {
  try {
    return createPublicKey({ key: pem, format: 'pem', type: 'spki' });
  } catch (cause) {
    throw invalid(name, 'what it holds is damaged', cause);
  }
}

/** What cosign hashes with; Ed25519 has its own. */
function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject, name: string) {
  if (type === 'ed25519') return null;
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return 'sha256';
  if (type !== 'rsa') throw invalid(name, `its kind is ${type} ${details?.namedCurve ?? ''}`.trimEnd());
  if ((details?.modulusLength ?? 0) < smallestModulus) throw invalid(name, `RSA has ${smallestModulus} bits at least`);
  return 'sha256';
}

function invalid(name: string, why: string, cause?: unknown): Error {
  return chartError('chart.key-invalid', `the key ${name} cannot be used: ${why}`, {
    hint: 'name the cosign.pub that cosign generate-key-pair writes: PEM, of ECDSA P-256, RSA or Ed25519',
    cause,
  });
}
