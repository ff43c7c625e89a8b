/**
 * Private keys: made, read from PEM and written as Go's x509 writes them (RSA in PKCS#1, EC in SEC 1, DSA in
 * OpenSSL's form, the rest in PKCS#8). All of it synchronous, because template functions are.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  DerError,
  element,
  integer,
  OCTET_STRING,
  objectId,
  readElements,
  readInteger,
  readSequence,
  sequence,
} from './der.ts';
import { decodePem, encodePem } from './pem.ts';

export type KeySpec =
  | { readonly type: 'rsa'; readonly bits: number }
  | { readonly type: 'ecdsa' }
  | { readonly type: 'ed25519' }
  | { readonly type: 'dsa' };

/** A key that cannot be read; the text is Go's. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}

/** A new private key. RSA-2048 takes about 80 ms, RSA-4096 half a second. */
export function generatePrivateKey(spec: KeySpec): KeyObject {
  switch (spec.type) {
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: spec.bits }).privateKey;
    case 'ecdsa':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    case 'ed25519':
      return generateKeyPairSync('ed25519').privateKey;
    case 'dsa':
      return generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey;
  }
}

export function encodePrivateKey(key: KeyObject): string {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return encodePem({ type: 'RSA PRIVATE KEY', bytes: key.export({ type: 'pkcs1', format: 'der' }) });
    case 'ec':
      return encodePem({ type: 'EC PRIVATE KEY', bytes: key.export({ type: 'sec1', format: 'der' }) });
    case 'dsa':
      return encodePem({ type: 'DSA PRIVATE KEY', bytes: dsaBytes(key) });
    default:
      return encodePem({ type: 'PRIVATE KEY', bytes: key.export({ type: 'pkcs8', format: 'der' }) });
  }
}

const DSA = '1.2.840.10040.4.1';

/** Version, p, q, g, y, x: what OpenSSL calls a traditional DSA key, and Go has no function for. */
function dsaBytes(key: KeyObject): Uint8Array {
  const [, algorithm, secret] = readSequence(key.export({ type: 'pkcs8', format: 'der' }));
  const [p, q, g] = readSequence(readElements(algorithm!.contents)[1]!.whole).map(readInteger);
  const [, bits] = readSequence(createPublicKey(key).export({ type: 'spki', format: 'der' }));
  const y = readInteger(readElements(bits!.contents.subarray(1))[0]);
  const x = readInteger(readElements(secret!.contents)[0]);
  return sequence(...[0n, p!, q!, g!, y, x].map(integer));
}

function readDsa(bytes: Uint8Array): KeyObject {
  const [, p, q, g, , x] = readSequence(bytes).map(readInteger);
  if (x === undefined) throw new DerError('truncated key');
  const algorithm = sequence(objectId(DSA), sequence(integer(p!), integer(q!), integer(g!)));
  const pkcs8 = sequence(integer(0n), algorithm, element(OCTET_STRING, integer(x)));
  return createPrivateKey({ key: Buffer.from(pkcs8), type: 'pkcs8', format: 'der' });
}

/** The first PEM block of a text as private key. Throws a KeyError. */
export function parsePrivateKey(text: string): KeyObject {
  const block = decodePem(text);
  if (block === undefined) throw new KeyError('no PEM data in input');
  const key = Buffer.from(block.bytes);
  if (block.type === 'PRIVATE KEY') {
    return reading('decoding PEM as PKCS#8', () => createPrivateKey({ key, type: 'pkcs8', format: 'der' }));
  }
  if (!block.type.endsWith(' PRIVATE KEY')) {
    throw new KeyError(`no private key data in PEM block of type ${block.type}`);
  }
  switch (block.type) {
    case 'RSA PRIVATE KEY':
      return reading('parsing RSA private key from PEM', () => createPrivateKey({ key, type: 'pkcs1', format: 'der' }));
    case 'EC PRIVATE KEY':
      return reading('parsing EC private key from PEM', () => createPrivateKey({ key, type: 'sec1', format: 'der' }));
    case 'DSA PRIVATE KEY':
      return reading('parsing DSA private key from PEM', () => readDsa(key));
    default:
      throw new KeyError(`invalid private key type ${block.type}`);
  }
}

/** OpenSSL's own words are no help to users, and not Go's either. */
function reading(what: string, read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch (cause) {
    throw new KeyError(`${what}: asn1: structure error: malformed key`, { cause });
  }
}
