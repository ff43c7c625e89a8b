/** genCA, genSignedCert and their kin: certificates for charts, made by foundation/x509. */

import type { KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { fromBytes } from '../../../foundation/base/byte-string.ts';
import { formatDefault } from '../../../foundation/template/printf.ts';
import {
  GoError,
  type GoFunction,
  type GoInt,
  GoObject,
  type GoSlice,
  type GoValue,
} from '../../../foundation/template/value.ts';
import {
  CertificateError,
  type CertificateRequest,
  createCertificate,
  type Issuer,
  readCertificate,
} from '../../../foundation/x509/certificate.ts';
import { DerError } from '../../../foundation/x509/der.ts';
import { decodePem, encodePem } from '../../../foundation/x509/pem.ts';
import {
  encodePrivateKey,
  generatePrivateKey,
  KeyError,
  type KeySpec,
  parsePrivateKey,
} from '../../../foundation/x509/private-key.ts';
import type { RenderSources } from '../sources.ts';
import { decodeBase64 } from './encoding.ts';
import { goFunction } from './go-function.ts';
import { randomBelow } from './random.ts';

const TYPE = { name: 'sprig.certificate', kind: 'struct', methods: new Map<string, GoFunction>() };
const RESULT = '(sprig.certificate, error)';
const NAMES = '(string, []interface {}, []interface {}, int';
const SPECS: ReadonlyMap<string, KeySpec> = new Map<string, KeySpec>([
  ['', { type: 'rsa', bits: 4096 }],
  ['rsa', { type: 'rsa', bits: 4096 }],
  ['dsa', { type: 'dsa' }],
  ['ecdsa', { type: 'ecdsa' }],
  ['ed25519', { type: 'ed25519' }],
]);

const certificateObject = (cert: string, key: string): GoObject =>
  new GoObject(
    TYPE,
    new Map([
      ['Cert', cert],
      ['Key', key],
    ]),
  );

export function certificateFunctions(sources: RenderSources): readonly GoFunction[] {
  const random = <T>(functionName: string, make: () => T): T => {
    sources.onRandom?.(functionName);
    return make();
  };
  const newKey = (): KeyObject => generatePrivateKey({ type: 'rsa', bits: 2048 });
  const make = (names: Names, key: KeyObject, more: Partial<CertificateRequest>): GoObject =>
    issue(sources, names, { key, ...more });
  return [
    goFunction('genPrivateKey', '(string) string', (type: string) => {
      const spec = SPECS.get(type);
      return spec === undefined
        ? `Unknown type ${type}`
        : random('genPrivateKey', () => encodePrivateKey(generatePrivateKey(spec)));
    }),
    goFunction('buildCustomCert', `(string, string) ${RESULT}`, buildCustomCertificate),
    goFunction('genCA', `(string, int) ${RESULT}`, (name: string, days: GoInt) =>
      random('genCA', () => make({ name, days: days.value }, newKey(), CA)),
    ),
    goFunction('genCAWithKey', `(string, int, string) ${RESULT}`, (name: string, days: GoInt, pem: string) =>
      random('genCAWithKey', () => make({ name, days: days.value }, parseKey(pem, 'parsing private key: '), CA)),
    ),
    goFunction('genSelfSignedCert', `${NAMES}) ${RESULT}`, (name: string, ips: GoSlice, dns: GoSlice, days: GoInt) =>
      random('genSelfSignedCert', () => make({ name, ips, dns, days: days.value }, newKey(), {})),
    ),
    goFunction(
      'genSelfSignedCertWithKey',
      `${NAMES}, string) ${RESULT}`,
      (name: string, ips: GoSlice, dns: GoSlice, days: GoInt, pem: string) =>
        random('genSelfSignedCertWithKey', () =>
          make({ name, ips, dns, days: days.value }, parseKey(pem, 'parsing private key: '), {}),
        ),
    ),
    goFunction(
      'genSignedCert',
      `${NAMES}, sprig.certificate) ${RESULT}`,
      (name: string, ips: GoSlice, dns: GoSlice, days: GoInt, ca: GoObject) =>
        random('genSignedCert', () => make({ name, ips, dns, days: days.value }, newKey(), { issuer: readCa(ca) })),
    ),
    goFunction(
      'genSignedCertWithKey',
      `${NAMES}, sprig.certificate, string) ${RESULT}`,
      (name: string, ips: GoSlice, dns: GoSlice, days: GoInt, ca: GoObject, pem: string) =>
        random('genSignedCertWithKey', () => {
          const key = parseKey(pem, 'parsing private key: ');
          return make({ name, ips, dns, days: days.value }, key, { issuer: readCa(ca) });
        }),
    ),
  ];
}

const CA = { isCa: true, keyUsages: ['digitalSignature', 'keyEncipherment', 'certSign'] } as const;

interface Names {
  readonly name: string;
  readonly ips?: GoSlice | null;
  readonly dns?: GoSlice | null;
  readonly days: bigint;
}

const DAY = 86_400_000;

/** In milliseconds; Go counts nanoseconds in an int64, which wraps. */
const durationOf = (days: bigint): number => Number(BigInt.asIntN(64, days * BigInt(DAY) * 1_000_000n) / 1_000_000n);

function issue(sources: RenderSources, names: Names, more: Partial<CertificateRequest> & { key: KeyObject }): GoObject {
  const ipAddresses = (names.ips ?? []).map(parseIp);
  const dnsNames = (names.dns ?? []).map((name) => {
    if (typeof name !== 'string') {
      throw new GoError(`error processing alternate dns name: ${formatDefault(name)} is not a string`);
    }
    return name;
  });
  const now = sources.now().getTime();
  const request: CertificateRequest = {
    subject: { commonName: names.name },
    serial: randomBelow(sources, 1n << 128n),
    notBefore: new Date(now),
    notAfter: new Date(now + durationOf(names.days)),
    ipAddresses,
    dnsNames,
    keyUsages: ['digitalSignature', 'keyEncipherment'],
    extendedKeyUsages: ['serverAuth', 'clientAuth'],
    ...more,
  };
  try {
    const cert = encodePem({ type: 'CERTIFICATE', bytes: createCertificate(request) });
    return certificateObject(cert, encodePrivateKey(more.key));
  } catch (error) {
    if (error instanceof CertificateError || error instanceof DerError || error instanceof RangeError) {
      throw new GoError(`error creating certificate: ${error.message}`);
    }
    throw error;
  }
}

function parseIp(value: GoValue): string {
  if (typeof value !== 'string') throw new GoError(`error parsing ip: ${formatDefault(value)} is not a string`);
  if (isIP(value) === 0 || value.includes('%')) throw new GoError(`error parsing ip: ${value}`);
  return value;
}

function parseKey(pem: string, prefix: string): KeyObject {
  try {
    return parsePrivateKey(pem);
  } catch (error) {
    if (error instanceof KeyError) throw new GoError(prefix + error.message);
    throw error;
  }
}

function parseCertificate(pem: string, variable: string): Uint8Array {
  const block = decodePem(pem);
  if (block === undefined) throw new GoError('unable to decode certificate');
  try {
    readCertificate(block.bytes);
    return block.bytes;
  } catch (error) {
    if (error instanceof CertificateError)
      throw new GoError(`error parsing certificate: ${variable}: ${error.message}`);
    throw error;
  }
}

function readCa(ca: GoObject): Issuer {
  const text = (field: string): string => (ca.fields.get(field) as string | undefined) ?? '';
  const certificate = parseCertificate(text('Cert'), 'decodedSignerCert.Bytes');
  return { certificate, key: parseKey(text('Key'), 'error parsing private key: ') };
}

/** Both come back as they were given, once they can be read. */
function buildCustomCertificate(encodedCert: string, encodedKey: string): GoObject {
  const decode = (text: string, what: string): string => {
    try {
      return fromBytes(decodeBase64(text));
    } catch {
      throw new GoError(`unable to decode base64 ${what}`);
    }
  };
  const cert = decode(encodedCert, 'certificate');
  const key = decode(encodedKey, 'private key');
  parseCertificate(cert, 'decodedCert.Bytes');
  parseKey(key, 'error parsing private key: ');
  return certificateObject(cert, key);
}
