/** The cluster's own certificate authority, serving certificate and admin token; kept with its data, else made anew. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createCertificate } from '../../foundation/x509/certificate.ts';
import { encodePem } from '../../foundation/x509/pem.ts';
import { encodePrivateKey, generatePrivateKey } from '../../foundation/x509/private-key.ts';

export interface Credentials {
  /** PEM texts. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  readonly token: string;
}

const years = 10;

export function loadCredentials(data: string | undefined, now: number): Credentials {
  if (data === undefined) return createCredentials(now);
  const path = join(data, 'credentials.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Credentials;
  const credentials = createCredentials(now);
  writePrivate(path, JSON.stringify(credentials));
  return credentials;
}

/** Never readable by others, never half written. */
export function writePrivate(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.partial`;
  writeFileSync(partial, text, { mode: 0o600 });
  renameSync(partial, path);
}

function createCredentials(now: number): Credentials {
  const notBefore = new Date(now - 3_600_000);
  const notAfter = new Date(now + years * 365 * 86_400_000);
  const serial = (): bigint => BigInt(`0x${randomBytes(15).toString('hex')}`) + 1n;
  const authorityKey = generatePrivateKey({ type: 'ecdsa' });
  const authority = createCertificate({
    subject: { commonName: 'helm-gitops-embedded-ca' },
    serial: serial(),
    notBefore,
    notAfter,
    key: authorityKey,
    isCa: true,
    keyUsages: ['digitalSignature', 'keyEncipherment', 'certSign'],
  });
  const key = generatePrivateKey({ type: 'ecdsa' });
  const certificate = createCertificate({
    subject: { commonName: 'kube-apiserver' },
    serial: serial(),
    notBefore,
    notAfter,
    key,
    dnsNames: ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'],
    ipAddresses: ['127.0.0.1', '::1', '10.96.0.1'],
    keyUsages: ['digitalSignature', 'keyEncipherment'],
    extendedKeyUsages: ['serverAuth'],
    issuer: { certificate: authority, key: authorityKey },
  });
  return {
    authority: encodePem({ type: 'CERTIFICATE', bytes: authority }),
    certificate: encodePem({ type: 'CERTIFICATE', bytes: certificate }),
    key: encodePrivateKey(key),
    token: randomBytes(24).toString('base64url'),
  };
}
