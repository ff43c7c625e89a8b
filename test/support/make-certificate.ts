/** A certificate for 127.0.0.1 that nobody but its own authority knows. */
import { createCertificate } from '../../src/foundation/x509/certificate.ts';
import { encodePem } from '../../src/foundation/x509/pem.ts';
import { encodePrivateKey, generatePrivateKey } from '../../src/foundation/x509/private-key.ts';

export interface TestCertificate {
  /** PEM of the authority. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** Another one of the same authority and key, as PEM. */
  readonly issue: (name: string) => string;
}

/** `ended`: it ran out a minute ago. */
export function makeCertificate({ name = '127.0.0.1', ended = false } = {}): TestCertificate {
  const [caKey, key] = [generatePrivateKey({ type: 'ecdsa' }), generatePrivateKey({ type: 'ecdsa' })];
  const time = { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 3_600_000) };
  const notAfter = ended ? new Date(Date.now() - 60_000) : time.notAfter;
  const ca = createCertificate({
    subject: { commonName: 'test authority' },
    serial: 1n,
    ...time,
    key: caKey,
    isCa: true,
    keyUsages: ['certSign', 'digitalSignature'],
  });
  const pem = (bytes: Uint8Array) => encodePem({ type: 'CERTIFICATE', bytes });
  const issue = (name: string) =>
    pem(
      createCertificate({
        subject: { commonName: name },
        serial: 2n,
        ...time,
        notAfter,
        key,
        ...(/^[\d.]+$/.test(name) ? { ipAddresses: [name] } : { dnsNames: [name] }),
        keyUsages: ['digitalSignature'],
        extendedKeyUsages: ['serverAuth', 'clientAuth'],
        issuer: { certificate: ca, key: caKey },
      }),
    );
  return { ca: pem(ca), cert: issue(name), key: encodePrivateKey(key), issue };
}
