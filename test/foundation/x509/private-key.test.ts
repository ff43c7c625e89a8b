import { createPublicKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodePem } from '../../../src/foundation/x509/pem.ts';
import {
  encodePrivateKey,
  generatePrivateKey,
  type KeySpec,
  parsePrivateKey,
} from '../../../src/foundation/x509/private-key.ts';

describe('private keys', () => {
  test.each<[KeySpec, string]>([
    [{ type: 'rsa', bits: 2048 }, 'RSA PRIVATE KEY'],
    [{ type: 'ecdsa' }, 'EC PRIVATE KEY'],
    [{ type: 'ed25519' }, 'PRIVATE KEY'],
    [{ type: 'dsa' }, 'DSA PRIVATE KEY'],
  ])('%j goes to PEM and back', (spec, label) => {
    const key = generatePrivateKey(spec);
    const pem = encodePrivateKey(key);
    expect(pem).toMatch(new RegExp(`^-----BEGIN ${label}-----\n(.{1,64}\n)+-----END ${label}-----\n$`));
    const spki = (of: typeof key) => createPublicKey(of).export({ type: 'spki', format: 'der' });
    expect(spki(parsePrivateKey(`noise\n${pem}more`))).toEqual(spki(key));
    expect(encodePrivateKey(parsePrivateKey(pem))).toBe(pem);
  });

  test.each([
    ['', 'no PEM data in input'],
    ['-----BEGIN X-----', 'no PEM data in input'],
    [
      encodePem({ type: 'CERTIFICATE', bytes: Buffer.from('a') }),
      'no private key data in PEM block of type CERTIFICATE',
    ],
    [encodePem({ type: 'FOO PRIVATE KEY', bytes: Buffer.from('a') }), 'invalid private key type FOO PRIVATE KEY'],
    [encodePem({ type: 'RSA PRIVATE KEY', bytes: Buffer.from('a') }), 'parsing RSA private key from PEM: '],
    [encodePem({ type: 'PRIVATE KEY', bytes: Buffer.from('a') }), 'decoding PEM as PKCS#8: '],
    [encodePem({ type: 'DSA PRIVATE KEY', bytes: Buffer.from('a') }), 'parsing DSA private key from PEM: '],
  ])('%j is no key', (text, message) => {
    expect(() => parsePrivateKey(text)).toThrow(message);
  });
});
