import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openHttpClient } from '../../../src/foundation/http/open-http-client.ts';
import { mediaTypes } from '../../../src/foundation/oci/media-types.table.ts';
import { ociError } from '../../../src/foundation/oci/oci-error.ts';
import { openRegistry, type Registry } from '../../../src/foundation/oci/open-registry.ts';
import { pushChart } from '../../../src/foundation/oci/push-chart.ts';
import { parseReference } from '../../../src/foundation/oci/reference.ts';
import { openTestSources, packNamed, type TestSources } from '../../support/chart-repository.ts';
import { temporaryFolder } from '../../support/git-repository.ts';
import { type MemoryRegistry, type MemorySignature, memoryRegistry } from '../../support/memory-registry.ts';
import { startRegistry } from '../../support/start-registry.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

interface Key {
  readonly privateKey: KeyObject;
  /** Of the public key. */
  readonly file: string;
}

function newKey(name: string, { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })): Key {
  const file = join(folder.path, name);
  writeFileSync(file, publicKey.export({ type: 'spki', format: 'pem' }));
  return { privateKey, file };
}

const jane = newKey('jane.pub');
const joe = newKey('joe.pub');
const keys: readonly (readonly [string, Key])[] = [
  ['ECDSA', jane],
  ['Ed25519', newKey('ed.pub', generateKeyPairSync('ed25519'))],
  ['RSA', newKey('rsa.pub', generateKeyPairSync('rsa', { modulusLength: 2048 }))],
];

const payloadFor = (digest: string, type = 'cosign container image signature') =>
  Buffer.from(
    JSON.stringify({
      critical: { identity: { 'docker-reference': '' }, image: { 'docker-manifest-digest': digest }, type },
      optional: null,
    }),
  );

function signed(payload: Buffer, { privateKey } = jane): MemorySignature {
  const algorithm = privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return { payload, signature: sign(algorithm, payload, privateKey).toString('base64') };
}

const reference = 'oci://registry.example.com/charts/shop';
const ask = (cosignKey: string | undefined, version = '1.0.0') =>
  ({ type: 'oci', reference, version, cosignKey }) as const;

let archive: Buffer;
let registry: MemoryRegistry;
let digest: string;
let sources: TestSources;

beforeAll(async () => {
  archive = await packNamed('shop', '1.0.0');
});
beforeEach(async () => {
  registry = memoryRegistry();
  digest = registry.push('1.0.0', archive);
  sources = await openTestSources({ more: { registry } });
});
afterEach(() => sources[Symbol.asyncDispose]());

const refused = async (key = jane.file, version = '1.0.0') =>
  await sources.fetch(ask(key, version)).then(
    () => expect.unreachable('it was taken'),
    ({ code, message, hint, fault }) => ({ code, message, hint, fault }),
  );

describe('a chart that cosign must have signed', () => {
  test.each(keys)('is taken when the key signed it: %s', async (_, key) => {
    registry.sign(digest, [signed(payloadFor(digest), key)]);
    expect((await sources.fetch(ask(key.file))).version).toBe('1.0.0');
    expect((await refused(joe.file)).message).toContain('1 by another key');
  });

  test('is refused without a signature, though it is in the cache, and it is said where one was looked for', async () => {
    await sources.fetch(ask(undefined));
    const { code, fault, message, hint } = await refused();
    expect({ code, fault }).toEqual({ code: 'chart.unsigned', fault: 'user' });
    expect(message).toContain(`is not signed by the key jane.pub: of signatures there is none at all`);
    expect(message).toContain(`oci://registry.example.com/charts/shop:${digest.replace(':', '-')}.sig`);
    expect(message).toContain(`what refers to ${digest}`);
    expect(hint).toContain('cosign sign');
  });

  test('may be signed by others too, one of whom is enough', async () => {
    registry.sign(digest, [
      signed(payloadFor(digest), joe),
      { payload: payloadFor(digest), signature: 'no base64!' },
      signed(payloadFor(`sha256:${'0'.repeat(64)}`)),
      signed(payloadFor(digest)),
    ]);
    expect((await sources.fetch(ask(jane.file))).version).toBe('1.0.0');
  });

  test.each([
    ['another chart', payloadFor(`sha256:${'0'.repeat(64)}`)],
    ['the archive instead of its manifest', Buffer.from('archive')],
    ['something that is no signature of cosign', Buffer.from('null')],
    ['nothing in particular', Buffer.from('{"critical": {"type": "cosign container image signature"}}')],
  ])('is refused when the key signed %s', async (_, payload) => {
    registry.sign(digest, [signed(payload)]);
    expect(await refused()).toMatchObject({
      code: 'chart.unsigned',
      message: expect.stringContaining('1 of something else'),
    });
  });

  test('is refused when the key signed its digest for another purpose', async () => {
    registry.sign(digest, [signed(payloadFor(digest, 'atomic container signature'))]);
    expect((await refused()).message).toContain('1 of something else');
  });

  test('is refused when the payload was changed after it was signed', async () => {
    const { signature } = signed(payloadFor(`sha256:${'0'.repeat(64)}`));
    registry.sign(digest, [{ payload: payloadFor(digest), signature }]);
    expect((await refused()).message).toContain('1 by another key');
  });

  test('is refused when the payload is not what its own digest says', async () => {
    const { payload, signature } = signed(payloadFor(digest));
    registry.sign(digest, [{ payload, signature }]);
    registry.damage(`sha256:${createHash('sha256').update(payload).digest('hex')}`, Buffer.concat([payload, payload]));
    expect((await refused()).message).toContain('1 unreadable');
  });

  test('is refused when its tag was moved to one that nobody signed', async () => {
    registry.sign(digest, [signed(payloadFor(digest))]);
    await sources.fetch(ask(jane.file));
    registry.push('1.0.0', await packNamed('shop', '1.0.0-evil'));
    expect(await refused()).toMatchObject({ code: 'chart.unsigned' });
    expect(await refused(jane.file, '^1')).toMatchObject({ code: 'chart.unsigned' });
  });

  test('may have its signature among what refers to it', async () => {
    registry.sign(digest, [signed(payloadFor(digest), joe)]);
    registry.sign(digest, [signed(payloadFor(digest))], 'referrer');
    expect((await sources.fetch(ask(jane.file))).version).toBe('1.0.0');
  });

  test('is refused with bundles alone, and told how to sign', async () => {
    registry.refer(digest, 'application/vnd.dev.sigstore.bundle.v0.3+json');
    expect(await refused()).toMatchObject({
      code: 'chart.unsigned',
      message: expect.stringContaining('1 in the form of a bundle'),
      hint: expect.stringContaining('--new-bundle-format=false'),
    });
  });

  test('may be named by its digest, asked for once', async () => {
    registry.sign(digest, [signed(payloadFor(digest))]);
    const pinned = { ...ask(jane.file, ''), reference: `${reference}@${digest}` };
    await sources.fetch(pinned);
    registry.log.length = 0;
    expect((await sources.fetch(pinned)).version).toBe('1.0.0');
    expect(registry.log).toEqual([]);
    await expect(sources.fetch({ ...pinned, cosignKey: joe.file })).rejects.toMatchObject({ code: 'chart.unsigned' });
  });

  test('is verified out of reach too, and with the key as it is then', async () => {
    registry.sign(digest, [signed(payloadFor(digest))]);
    const key = newKey('changing.pub', {
      publicKey: generateKeyPairSync('ed25519').publicKey,
      privateKey: jane.privateKey,
    });
    const janes = newKey('now.pub');
    await expect(sources.fetch(ask(key.file))).rejects.toMatchObject({ code: 'chart.unsigned' });
    registry.sign(digest, [signed(payloadFor(digest), janes)]);
    await sources.fetch(ask(janes.file, '^1'));
    registry.fail(ociError('oci.protocol', 'the registry is down'));
    expect(await sources.fetch(ask(janes.file, '^1'))).toMatchObject({ version: '1.0.0', stale: true });
    newKey('now.pub');
    await expect(sources.fetch(ask(janes.file, '^1'))).rejects.toMatchObject({ code: 'oci.protocol' });
  });

  test('is not refused but asked for again where the registry does not answer', async () => {
    const broken: Registry = { ...registry, listReferrers: () => Promise.reject(ociError('oci.protocol', 'down')) };
    await using other = await openTestSources({ more: { registry: broken } });
    await expect(other.fetch(ask(jane.file))).rejects.toMatchObject({
      code: 'oci.protocol',
      fault: 'transient',
      message: expect.stringContaining('cannot be looked for: down'),
    });
  });

  test('must be signed by a key of the keyring as well where both are given', async () => {
    registry.sign(digest, [signed(payloadFor(digest))]);
    await expect(sources.fetch({ ...ask(jane.file), keyring: jane.file })).rejects.toMatchObject({
      code: 'chart.unsigned',
      message: expect.stringContaining('.prov'),
    });
  });
});

describe('a key that cannot be used', () => {
  const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
  const p256 = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
  test.each([
    ['nothing', '', 'it holds 0 keys'],
    ['two keys', p256 + p256, 'it holds 2 keys'],
    ['a private key', jane.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'it is a private key'],
    ['a locked private key', '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nx', 'it is a private key'],
    ['damage', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n', 'what it holds is damaged'],
    [
      'another curve',
      pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey),
      'its kind is ec secp256k1',
    ],
    ['a short RSA key', pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey), '2048 bits at least'],
    ['a key for agreements', pem(generateKeyPairSync('x25519').publicKey), 'its kind is x25519'],
  ])('holds %s', async (_, text, message) => {
    registry.sign(digest, [signed(payloadFor(digest))]);
    const file = join(folder.path, 'bad.pub');
    writeFileSync(file, text);
    expect(await refused(file)).toMatchObject({ code: 'chart.key-invalid', message: expect.stringContaining(message) });
  });

  test('is not there', async () => {
    expect(await refused(join(folder.path, 'none.pub'))).toMatchObject({ code: 'chart.key-invalid' });
  });
});

const registryBin = process.env['REGISTRY_BIN'];

describe.skipIf(!registryBin)('with distribution as registry (needs REGISTRY_BIN)', () => {
  test('a signature under its tag, and one that refers by the fallback tag, count', async () => {
    await using server = await startRegistry(registryBin ?? '');
    await using http = openHttpClient({ environment: {} });
    const findCredential = async () => ({ plainHttp: true });
    const real = openRegistry({ http, findCredential });
    const shop = parseReference(`oci://${server.host}/charts/shop`);
    await using other = await openTestSources({ findCredential, more: { registry: real } });
    const metadata = '{"name":"shop","version":"1.0.0"}';
    await pushChart(real, {
      reference: parseReference(`oci://${server.host}/charts`),
      archive,
      metadata,
      created: new Date(0),
    });
    const named = await real.resolve({ ...shop, tag: '1.0.0' });
    const request = { ...ask(jane.file), reference: `oci://${server.host}/charts/shop` };
    await expect(other.fetch(request)).rejects.toMatchObject({ code: 'chart.unsigned' });

    const write = async (mediaType: string, bytes: Buffer, annotations = {}) => {
      const blob = await real.writeBlob(shop, bytes);
      return { mediaType, digest: blob, size: bytes.length, annotations };
    };
    const signature = async (key: Key, tag: string | undefined) => {
      const { payload, signature } = signed(payloadFor(named), key);
      const manifest = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: mediaTypes.manifest,
          config: await write('application/vnd.oci.image.config.v1+json', Buffer.from('{}')),
          layers: [
            await write('application/vnd.dev.cosign.simplesigning.v1+json', payload, {
              'dev.cosignproject.cosign/signature': signature,
            }),
          ],
        }),
      );
      const at =
        tag === undefined
          ? { ...shop, digest: `sha256:${createHash('sha256').update(manifest).digest('hex')}` }
          : { ...shop, tag };
      return { mediaType: mediaTypes.manifest, digest: await real.writeManifest(at, manifest), size: manifest.length };
    };
    await signature(joe, `${named.replace(':', '-')}.sig`);
    await expect(other.fetch(request)).rejects.toMatchObject({ message: expect.stringContaining('1 by another key') });
    expect((await other.fetch({ ...request, cosignKey: joe.file })).version).toBe('1.0.0');

    const manifests = [await signature(jane, undefined)];
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests }));
    await real.writeManifest({ ...shop, tag: named.replace(':', '-') }, index);
    expect((await other.fetch(request)).version).toBe('1.0.0');
  });
});
