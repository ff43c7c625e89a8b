/** Against distribution's registry, with the real Helm at the other end. */
import { execFile } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findCredential } from '../../../src/foundation/credentials/find-credential.ts';
import type { CredentialConfig } from '../../../src/foundation/git/repository-config.ts';
import type { HttpClient } from '../../../src/foundation/http/http-client.ts';
import { openHttpClient } from '../../../src/foundation/http/open-http-client.ts';
import { listPages } from '../../../src/foundation/oci/list-pages.ts';
import { mediaTypes } from '../../../src/foundation/oci/media-types.table.ts';
import { openRegistry, type Registry } from '../../../src/foundation/oci/open-registry.ts';
import { listChartTags, pullChart } from '../../../src/foundation/oci/pull-chart.ts';
import { pushChart } from '../../../src/foundation/oci/push-chart.ts';
import { parseReference, tagToVersion } from '../../../src/foundation/oci/reference.ts';
import { openRegistrySession } from '../../../src/foundation/oci/registry-session.ts';
import { makeCertificate } from '../../support/make-certificate.ts';
import { type RealRegistryOptions, startRegistry } from '../../support/start-registry.ts';
import { startServer } from '../../support/start-server.ts';

const [registryBin, helmBin] = [process.env['REGISTRY_BIN'], process.env['HELM_BIN']];
const run = promisify(execFile);
const open: AsyncDisposable[] = [];
let folder: string;
let archive: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'oci-'));
  if (helmBin === undefined) return;
  mkdirSync(join(folder, 'shop/templates'), { recursive: true });
  writeFileSync(join(folder, 'shop/templates/x.yaml'), 'a: b\n');
  writeFileSync(
    join(folder, 'shop/Chart.yaml'),
    `apiVersion: v2
name: shop
version: 1.2.0-rc.1+build.7
description: "a <b> & c \u2028 ü"
home: https://shop.example
sources: [https://shop.example/src, https://other.example]
maintainers: [{name: Ada, email: ada@shop.example}, {email: only@shop.example}, {name: Bob}]
annotations: {"10": ten, "2": two, org.opencontainers.image.title: other, org.opencontainers.image.url: "", Z: "<>"}
`,
  );
  await helm('package', join(folder, 'shop'), '-d', folder);
  archive = join(folder, 'shop-1.2.0-rc.1+build.7.tgz');
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function helm(...args: string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: folder, HELM_REGISTRY_CONFIG: join(folder, 'registry.json') };
  const { stdout, stderr } = await run(helmBin ?? '', args, { env });
  return stdout + stderr;
}

async function start(
  options: RealRegistryOptions = {},
  credentials: (host: string) => CredentialConfig[] = (host) => [{ url: `oci://${host}`, plainHttp: true }],
): Promise<{ host: string; registry: Registry }> {
  const server = await startRegistry(registryBin ?? '', options);
  const environment = { HELM_REGISTRY_CONFIG: join(folder, 'registry.json'), USER: 'ada', PASS: 'hunter2', BAD: 'x' };
  open.push(server);
  const http = openClient();
  const find = findCredential({ credentials: credentials(server.host), environment, home: folder });
  return { host: server.host, registry: openRegistry({ http, findCredential: find }) };
}

function openClient(): HttpClient {
  const http = openHttpClient({ environment: {} });
  open.push(http);
  return http;
}

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Pushes with ours, pulls with ours. */
async function roundTrip(registry: Registry, host: string): Promise<void> {
  const sent = Buffer.from('an archive');
  const push = { archive: sent, metadata: '{"name":"x","version":"1.0.0"}', created: new Date() };
  const { digest } = await pushChart(registry, { reference: parseReference(`${host}/team`), ...push });
  const reference = parseReference(`oci://${host}/team/x`);
  const chart = await pullChart(registry, reference, { version: '1.0.0' });
  expect([chart.manifestDigest, (await bytesOf(chart.body)).equals(sent)]).toEqual([digest, true]);
  expect(await listChartTags(registry, reference)).toEqual(['1.0.0']);
}

describe.skipIf(!registryBin)('a real registry (needs REGISTRY_BIN)', () => {
  test('keeps what is pushed, lists many tags in pages, and says what is missing', async () => {
    const { host, registry } = await start();
    await roundTrip(registry, host);
    const reference = parseReference(`${host}/team/x`);
    const { bytes } = await registry.readManifest({ ...reference, tag: '1.0.0' });
    for (let patch = 1; patch <= 30; patch++)
      await registry.writeManifest({ ...reference, tag: `1.0.${patch}` }, bytes);
    const tags = await listChartTags(registry, reference);
    expect(tags.length).toBe(31);
    const call = { reference, actions: 'pull', method: 'GET', path: 'tags/list?n=4' } as const;
    const findNothing = async () => ({ plainHttp: true });
    const session = openRegistrySession({ http: openClient(), findCredential: findNothing, now: Date.now });
    expect(await listPages(session, call, 'tags')).toEqual(tags);
    await expect(pullChart(registry, reference, { version: '2.0.0' })).rejects.toMatchObject({
      code: 'oci.no-version',
    });
    await expect(listChartTags(registry, parseReference(`${host}/none`))).rejects.toMatchObject({
      code: 'oci.no-repository',
    });
  });

  test('with indexes and referrers by their tag', async () => {
    const { host, registry } = await start();
    await roundTrip(registry, host);
    const reference = parseReference(`${host}/team/x`);
    const { bytes, digest } = await registry.readManifest({ ...reference, tag: '1.0.0' });
    const manifests = [{ mediaType: mediaTypes.manifest, digest, size: bytes.length }];
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests }));
    const named = await registry.writeManifest({ ...reference, tag: '2.0.0' }, index);
    const chart = await pullChart(registry, reference, { version: '2.0.0' });
    expect(chart.manifestDigest).toBe(named);
    expect((await bytesOf(chart.body)).toString()).toBe('an archive');
    expect(await registry.resolve({ ...reference, tag: '2.0.0' })).toBe(named);
    expect(await registry.listReferrers(reference, digest)).toEqual([]);
    await registry.writeManifest({ ...reference, tag: digest.replace(':', '-') }, index);
    expect(await registry.listReferrers(reference, digest)).toEqual(manifests);
  });

  test('with name and password over TLS', async () => {
    const tls = makeCertificate();
    const caFile = join(folder, 'ca.pem');
    writeFileSync(caFile, tls.ca);
    const good = await start({ tls, auth: 'htpasswd' }, (host) => [
      { url: `oci://${host}`, caFile, usernameEnv: 'USER', passwordEnv: 'PASS' },
    ]);
    await roundTrip(good.registry, good.host);
    const bad = await start({ tls, auth: 'htpasswd' }, (host) => [
      { url: `oci://${host}`, caFile, usernameEnv: 'USER', passwordEnv: 'BAD' },
    ]);
    await expect(roundTrip(bad.registry, bad.host)).rejects.toMatchObject({ code: 'oci.denied' });
    const unknown = await start({ tls }, () => []);
    await expect(roundTrip(unknown.registry, unknown.host)).rejects.toMatchObject({ code: 'http.tls' });
  });

  test('with a token server', async () => {
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwks = join(folder, 'jwks.json');
    writeFileSync(
      jwks,
      JSON.stringify({ keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256', use: 'sig' }] }),
    );
    const tokens = await startServer(({ url, headers }, response) => {
      if (headers.authorization !== `Basic ${Buffer.from('ada:hunter2').toString('base64')}`) {
        response.writeHead(401).end();
        return;
      }
      const scope = new URL(url, 'http://x').searchParams.get('scope') ?? '';
      const [type, name, actions = ''] = scope.split(':');
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: 'us', sub: 'ada', aud: 'r', exp: now + 300, nbf: now - 9, iat: now, jti: '1' };
      const parts = [
        { alg: 'ES256', typ: 'JWT', kid: 'k' },
        { ...claims, access: [{ type, name, actions: actions.split(',') }] },
      ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
      const text = parts.join('.');
      const signature = sign('sha256', Buffer.from(text), { key: keys.privateKey, dsaEncoding: 'ieee-p1363' });
      response.end(JSON.stringify({ token: `${text}.${signature.toString('base64url')}`, expires_in: 300 }));
    });
    open.push(tokens);
    const token = { realm: `${tokens.url}/token`, service: 'r', issuer: 'us', jwks };
    const { host, registry } = await start({ auth: { token } }, (at) => [
      { url: `oci://${at}`, plainHttp: true, usernameEnv: 'USER', passwordEnv: 'PASS' },
    ]);
    await roundTrip(registry, host);
    // One for pulling and pushing, one for pulling.
    expect(tokens.seen.length).toBe(2);
  });
});

describe.skipIf(!registryBin || !helmBin)('beside Helm (needs REGISTRY_BIN and HELM_BIN)', () => {
  test('pulls what helm push pushed', async () => {
    const { host, registry } = await start();
    await helm('push', '--plain-http', archive, `oci://${host}/charts`);
    const reference = parseReference(`oci://${host}/charts/shop`);
    const tags = await listChartTags(registry, reference);
    expect(tags.map(tagToVersion)).toEqual(['1.2.0-rc.1+build.7']);
    const chart = await pullChart(registry, reference, { version: tagToVersion(tags[0] ?? '') });
    const bytes = await bytesOf(chart.body);
    expect(bytes.equals(readFileSync(archive))).toBe(true);
    expect(chart.digest).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  });

  test('pushes what helm pull pulls, with the manifest that helm push makes', async () => {
    const { host, registry } = await start();
    const provenance = Buffer.from('signed');
    writeFileSync(`${archive}.prov`, provenance);
    try {
      await helm('push', '--plain-http', archive, `oci://${host}/helm`);
    } finally {
      rmSync(`${archive}.prov`);
    }
    const theirs = await pullChart(registry, parseReference(`${host}/helm/shop`), { version: '1.2.0-rc.1+build.7' });
    expect(Buffer.from((await theirs.provenance()) ?? '').toString()).toBe('signed');
    const pushed = await pushChart(registry, {
      reference: parseReference(`${host}/ours`),
      archive: readFileSync(archive),
      metadata: Buffer.from(await theirs.config()).toString(),
      provenance,
      created: new Date(theirs.annotations.get('org.opencontainers.image.created') ?? 0),
    });
    expect(pushed.digest).toBe(theirs.manifestDigest);
    const into = join(folder, 'pulled');
    mkdirSync(into);
    await helm('pull', '--plain-http', `oci://${host}/ours/shop`, '--version', '1.2.0-rc.1+build.7', '-d', into);
    const [name = ''] = readdirSync(into);
    expect(readFileSync(join(into, name)).equals(readFileSync(archive))).toBe(true);
  });

  test('uses what helm registry login wrote', async () => {
    const { host, registry } = await start({ auth: 'htpasswd' });
    await expect(roundTrip(registry, host)).rejects.toMatchObject({ code: 'oci.denied' });
    await helm('registry', 'login', host, '--plain-http', '-u', 'ada', '-p', 'hunter2');
    await roundTrip(registry, host);
  });
});
