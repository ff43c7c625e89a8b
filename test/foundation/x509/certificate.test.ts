import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  addressBytes,
  CertificateError,
  type CertificateRequest,
  createCertificate,
  readCertificate,
} from '../../../src/foundation/x509/certificate.ts';
import { readSequence } from '../../../src/foundation/x509/der.ts';
import { generatePrivateKey, type KeySpec } from '../../../src/foundation/x509/private-key.ts';

const key = generatePrivateKey({ type: 'ecdsa' });

const request = (changes: Partial<CertificateRequest> = {}): CertificateRequest => ({
  subject: { commonName: 'test' },
  serial: 0x80n,
  notBefore: new Date('2026-01-02T03:04:05.678Z'),
  notAfter: new Date('2051-01-02T03:04:05Z'),
  key,
  keyUsages: ['digitalSignature'],
  ...changes,
});

const parsed = (changes: Partial<CertificateRequest> = {}) => new X509Certificate(createCertificate(request(changes)));

describe('createCertificate', () => {
  test.each<[KeySpec]>([[{ type: 'ecdsa' }], [{ type: 'ed25519' }], [{ type: 'rsa', bits: 2048 }]])(
    'signs itself with a key of %j',
    (spec) => {
      const own = generatePrivateKey(spec);
      const certificate = parsed({ key: own });
      expect(certificate.verify(createPublicKey(own))).toBe(true);
      expect(certificate.checkPrivateKey(own)).toBe(true);
    },
  );

  test('holds what was asked for', () => {
    const certificate = parsed({ subject: { commonName: 'admin', organizations: ['system:masters', 'b'] } });
    expect(certificate.subject.split('\n').sort()).toEqual(['CN=admin', 'O=b + O=system:masters']);
    expect(certificate.serialNumber).toBe('80');
    expect(certificate.validFrom).toBe('Jan  2 03:04:05 2026 GMT');
    expect(certificate.validTo).toBe('Jan  2 03:04:05 2051 GMT');
    expect(certificate.ca).toBe(false);
  });

  test('a chain of CA and leaf verifies', () => {
    const caDer = createCertificate(request({ subject: { commonName: 'ca' }, isCa: true, keyUsages: ['certSign'] }));
    const ca = new X509Certificate(caDer);
    const leafKey = generatePrivateKey({ type: 'ecdsa' });
    const leaf = parsed({
      key: leafKey,
      issuer: { certificate: caDer, key },
      dnsNames: ['localhost'],
      ipAddresses: ['127.0.0.1'],
    });
    expect(leaf.checkIssued(ca)).toBe(true);
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.checkHost('localhost')).toBe('localhost');
    expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1');
  });

  test("a CA's key identifier is the cut SHA-256 of its key, as in Go 1.25 and later", () => {
    const der = createCertificate(request({ isCa: true }));
    const [, bits] = readSequence(createPublicKey(key).export({ type: 'spki', format: 'der' }));
    const expected = createHash('sha256').update(bits!.contents.subarray(1)).digest().subarray(0, 20);
    expect(Buffer.from(readCertificate(der).keyId!)).toEqual(expected);
  });

  test("refuses a key that is not the issuer's", () => {
    const certificate = createCertificate(request({ isCa: true }));
    const issuer = { certificate, key: generatePrivateKey({ type: 'ecdsa' }) };
    expect(() => createCertificate(request({ issuer }))).toThrow("doesn't match parent's PublicKey");
  });

  test('refuses names that certificates cannot hold', () => {
    expect(() => createCertificate(request({ dnsNames: ['é'] }))).toThrow(CertificateError);
    expect(() => createCertificate(request({ subject: { commonName: '\udcff' } }))).toThrow('not valid UTF-8');
  });

  test.each([
    [Buffer.alloc(0)],
    [Buffer.from('3003020101', 'hex')],
    [Buffer.from('30820fff', 'hex')],
    [Buffer.from('hello')],
  ])('bytes that are no certificate: %s', (bytes) => {
    expect(() => readCertificate(bytes)).toThrow('x509: malformed certificate');
  });
});

describe('addressBytes', () => {
  test.each([
    ['10.0.0.1', '0a000001'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['2001:db8::8:800:200c:417a', '20010db80000000000080800200c417a'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['fe80::', 'fe800000000000000000000000000000'],
    ['::ffff:1.2.3.4', '01020304'],
    ['64:ff9b::1.2.3.4', '0064ff9b000000000000000001020304'],
    ['1:2:3:4:5:6:1.2.3.4', '00010002000300040005000601020304'],
  ])('%s', (address, hex) => {
    expect(Buffer.from(addressBytes(address)).toString('hex')).toBe(hex);
  });
});
