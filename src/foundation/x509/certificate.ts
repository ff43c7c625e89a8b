/**
 * X.509 certificates as Go's CreateCertificate makes them: same extensions in the same order, same key identifiers,
 * same choice of string and signature types. Takes keys and names, returns DER; knows no clock and draws no serial.
 */
import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import {
  bitString,
  DerError,
  element,
  integer,
  OCTET_STRING,
  objectId,
  PRINTABLE_STRING,
  readElements,
  readSequence,
  SET,
  sequence,
  time,
  UTF8_STRING,
} from './der.ts';

export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

/** Bits as RFC 5280 numbers them. */
const KEY_USAGES = { digitalSignature: 0, keyEncipherment: 2, keyAgreement: 4, certSign: 5, crlSign: 6 } as const;
const EXTENDED_KEY_USAGES = { serverAuth: '1.3.6.1.5.5.7.3.1', clientAuth: '1.3.6.1.5.5.7.3.2' } as const;

export interface Subject {
  readonly commonName: string;
  /** Kubernetes reads groups from it. */
  readonly organizations?: readonly string[];
}

/** Who signs; left out, the certificate signs itself. */
export interface Issuer {
  /** DER of the issuer's certificate. */
  readonly certificate: Uint8Array;
  readonly key: KeyObject;
}

export interface CertificateRequest {
  readonly subject: Subject;
  readonly serial: bigint;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly key: KeyObject;
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly isCa?: boolean;
  readonly keyUsages: readonly (keyof typeof KEY_USAGES)[];
  readonly extendedKeyUsages?: readonly (keyof typeof EXTENDED_KEY_USAGES)[];
  readonly issuer?: Issuer | undefined;
}

/** A signed certificate, in DER. */
export function createCertificate(request: CertificateRequest): Uint8Array {
  const signer = request.issuer?.key ?? request.key;
  const algorithm = signatureAlgorithm(signer);
  const subject = encodeName(request.subject);
  const issuer = request.issuer === undefined ? undefined : readIssuer(request.issuer);
  const issuerName = issuer?.name ?? subject;
  const publicKey = createPublicKey(request.key).export({ type: 'spki', format: 'der' });
  const authorityKeyId = Buffer.compare(issuerName, subject) === 0 ? undefined : issuer?.keyId;
  const extensions = encodeExtensions(request, { publicKey, authorityKeyId, anonymous: subject.length === 2 });
  const body = sequence(
    element(0xa0, integer(2n)),
    integer(request.serial),
    algorithm.identifier,
    issuerName,
    sequence(time(request.notBefore), time(request.notAfter)),
    subject,
    publicKey,
    element(0xa3, sequence(...extensions)),
  );
  const signature = sign(algorithm.hash, body, signer);
  return sequence(body, algorithm.identifier, bitString(signature));
}

interface SignatureAlgorithm {
  readonly hash: string | null;
  readonly identifier: Uint8Array;
}

const EC_ALGORITHMS: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['secp224r1', ['sha256', '1.2.840.10045.4.3.2']],
  ['prime256v1', ['sha256', '1.2.840.10045.4.3.2']],
  ['secp384r1', ['sha384', '1.2.840.10045.4.3.3']],
  ['secp521r1', ['sha512', '1.2.840.10045.4.3.4']],
]);

function signatureAlgorithm(key: KeyObject): SignatureAlgorithm {
  if (key.asymmetricKeyType === 'rsa') {
    const noParameters = Uint8Array.of(5, 0);
    return { hash: 'sha256', identifier: sequence(objectId('1.2.840.113549.1.1.11'), noParameters) };
  }
  if (key.asymmetricKeyType === 'ed25519') return { hash: null, identifier: sequence(objectId('1.3.101.112')) };
  if (key.asymmetricKeyType === 'dsa') {
    throw new CertificateError('x509: certificate private key does not implement crypto.Signer');
  }
  const [hash, id] = EC_ALGORITHMS.get(key.asymmetricKeyDetails?.namedCurve ?? '') ?? [];
  if (hash === undefined || id === undefined) throw new CertificateError('x509: unsupported elliptic curve');
  return { hash, identifier: sequence(objectId(id)) };
}

/** PrintableString where every character allows it, as Go decides; `*` and `&` do not. */
function encodeText(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new CertificateError('asn1: string not valid UTF-8');
  const printable = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text);
  return element(printable ? PRINTABLE_STRING : UTF8_STRING, Buffer.from(text, 'utf8'));
}

function encodeName({ commonName, organizations = [] }: Subject): Uint8Array {
  const attribute = (id: string, text: string) => sequence(objectId(id), encodeText(text));
  const sets: Uint8Array[] = [];
  if (organizations.length > 0) {
    const values = organizations.map((name) => attribute('2.5.4.10', name)).sort(Buffer.compare);
    sets.push(element(SET, ...values));
  }
  if (commonName !== '') sets.push(element(SET, attribute('2.5.4.3', commonName)));
  return sequence(...sets);
}

interface ExtensionFacts {
  readonly publicKey: Uint8Array;
  readonly authorityKeyId: Uint8Array | undefined;
  /** Without a subject the alternative names become critical. */
  readonly anonymous: boolean;
}

const CRITICAL = Uint8Array.of(1, 1, 0xff);
const extension = (id: string, value: Uint8Array, critical = false): Uint8Array =>
  sequence(objectId(id), ...(critical ? [CRITICAL] : []), element(OCTET_STRING, value));

function encodeExtensions(request: CertificateRequest, facts: ExtensionFacts): Uint8Array[] {
  const extensions = [extension('2.5.29.15', encodeKeyUsage(request.keyUsages), true)];
  const extended = request.extendedKeyUsages ?? [];
  if (extended.length > 0) {
    extensions.push(extension('2.5.29.37', sequence(...extended.map((usage) => objectId(EXTENDED_KEY_USAGES[usage])))));
  }
  const constraints = request.isCa ? sequence(Uint8Array.of(1, 1, 0xff)) : sequence();
  extensions.push(extension('2.5.29.19', constraints, true));
  if (request.isCa) extensions.push(extension('2.5.29.14', element(OCTET_STRING, keyIdOf(facts.publicKey))));
  if (facts.authorityKeyId !== undefined) {
    extensions.push(extension('2.5.29.35', sequence(element(0x80, facts.authorityKeyId))));
  }
  const names = alternativeNames(request);
  if (names.length > 0) extensions.push(extension('2.5.29.17', sequence(...names), facts.anonymous));
  return extensions;
}

/** Go 1.25 and later: SHA-256 of the key's bits, cut to 20 bytes (RFC 7093). */
function keyIdOf(publicKey: Uint8Array): Uint8Array {
  const [, bits] = readSequence(publicKey);
  return createHash('sha256').update(bits!.contents.subarray(1)).digest().subarray(0, 20);
}

function encodeKeyUsage(usages: CertificateRequest['keyUsages']): Uint8Array {
  const bits = usages.reduce((sum, usage) => sum | (0x80 >> KEY_USAGES[usage]), 0);
  let unused = 0;
  while (unused < 7 && (bits & (1 << unused)) === 0) unused += 1;
  return bitString(Uint8Array.of(bits), unused);
}

function alternativeNames({ dnsNames = [], ipAddresses = [] }: CertificateRequest): Uint8Array[] {
  const names = dnsNames.map((name) => {
    if (!/^[\x00-\x7f]*$/.test(name)) {
      throw new CertificateError(`x509: ${JSON.stringify(name)} cannot be encoded as an IA5String`);
    }
    return element(0x82, Buffer.from(name, 'ascii'));
  });
  return [...names, ...ipAddresses.map((address) => element(0x87, addressBytes(address)))];
}

/** 4 bytes for IPv4, also when written as ::ffff:1.2.3.4; else 16. */
export function addressBytes(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split('.').map(Number));
  if (!isIPv6(address) || address.includes('%')) throw new CertificateError(`${address} is no IP address`);
  const mapped = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const tail = mapped === null ? [] : [...addressBytes(mapped[2]!)];
  const text = mapped === null ? address : mapped[1]!.replace(/([^:]):$/, '$1');
  const [left = '', right] = text.split('::');
  const before = groups(left).flatMap((group) => [group >> 8, group & 0xff]);
  const after = [...groups(right ?? '').flatMap((group) => [group >> 8, group & 0xff]), ...tail];
  const bytes = [...before, ...new Array<number>(16 - before.length - after.length).fill(0), ...after];
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return Uint8Array.from(isMapped ? bytes.slice(12) : bytes);
}

interface IssuerFacts {
  readonly name: Uint8Array;
  readonly keyId: Uint8Array | undefined;
}

/** Subject and key identifier of the issuer's certificate, whose key must be the one that signs. */
function readIssuer({ certificate, key }: Issuer): IssuerFacts {
  const parts = readCertificate(certificate);
  const own = createPublicKey(key).export({ type: 'spki', format: 'der' });
  if (key.asymmetricKeyType === 'dsa') {
    throw new CertificateError('x509: certificate private key does not implement crypto.Signer');
  }
  if (Buffer.compare(own, parts.publicKey) !== 0) {
    throw new CertificateError("x509: provided PrivateKey doesn't match parent's PublicKey");
  }
  return parts;
}

/** Throws a CertificateError where the bytes are no certificate. */
export function readCertificate(certificate: Uint8Array): IssuerFacts & { readonly publicKey: Uint8Array } {
  try {
    const [body] = readSequence(certificate);
    const fields = readElements(body!.contents);
    const offset = fields[0]!.tag === 0xa0 ? 1 : 0;
    const extensions = fields.find((field) => field.tag === 0xa3);
    const keyId = extensions === undefined ? undefined : subjectKeyId(extensions.contents);
    return { name: fields[offset + 4]!.whole, publicKey: fields[offset + 5]!.whole, keyId };
  } catch (cause) {
    if (cause instanceof DerError || cause instanceof TypeError) {
      throw new CertificateError('x509: malformed certificate', { cause });
    }
    throw cause;
  }
}

const SUBJECT_KEY_ID = Buffer.from(objectId('2.5.29.14'));

function subjectKeyId(extensions: Uint8Array): Uint8Array | undefined {
  for (const entry of readSequence(extensions)) {
    const parts = readElements(entry.contents);
    if (SUBJECT_KEY_ID.equals(parts[0]!.whole)) return readElements(parts.at(-1)!.contents)[0]!.contents;
  }
  return undefined;
}
