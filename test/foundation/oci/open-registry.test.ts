import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import type { Credential } from '../../../src/foundation/credentials/credential.ts';
import type { HttpClient } from '../../../src/foundation/http/http-client.ts';
import { openHttpClient } from '../../../src/foundation/http/open-http-client.ts';
import { mediaTypes } from '../../../src/foundation/oci/media-types.table.ts';
import { openRegistry, type Registry } from '../../../src/foundation/oci/open-registry.ts';
import { listChartTags, pullChart } from '../../../src/foundation/oci/pull-chart.ts';
import { pushChart } from '../../../src/foundation/oci/push-chart.ts';
import { type OciReference, parseReference } from '../../../src/foundation/oci/reference.ts';
import { type Answer, startServer, type TestServer } from '../../support/start-server.ts';

const secret = 'hunter2';
const digestOf = (bytes: string | Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const descriptor = (mediaType: string, bytes: string) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });

const archive = 'an archive';
const config = '{"name":"shop","version":"1.0.0"}';
const chartManifest = JSON.stringify({
  schemaVersion: 2,
  config: descriptor(mediaTypes.helmConfig, config),
  layers: [descriptor(mediaTypes.helmProvenance, 'signed'), descriptor(mediaTypes.helmChart, archive)],
});
const blobs = new Map([archive, config, 'signed'].map((bytes) => [digestOf(bytes), bytes]));

let http: HttpClient;
let now: number;
const open: AsyncDisposable[] = [];
beforeEach(() => {
  now = 1_000_000;
  http = openHttpClient({ environment: {}, sleep: async () => undefined, random: () => 0 });
  open.push(http);
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function serve(answer: Answer): Promise<TestServer> {
  const server = await startServer(answer);
  open.push(server);
  return server;
}

/** A registry with the chart `team/shop:1.0.0`, or what else is put into `contents` by path below /v2/. */
async function serveRegistry(contents: Readonly<Record<string, string>> = {}, before?: Answer): Promise<TestServer> {
  return await serve(async (request, response) => {
    await before?.(request, response);
    if (response.headersSent) return;
    const path = request.url.replace('/v2/team/shop/', '').replace(/\?.*/, '');
    const bytes =
      contents[path] ??
      (['manifests/1.0.0', `manifests/${digestOf(chartManifest)}`].includes(path) ? chartManifest : undefined) ??
      (path.startsWith('blobs/') ? blobs.get(path.slice(6)) : undefined);
    if (bytes === undefined) {
      const code = path.startsWith('manifests/') ? 'MANIFEST_UNKNOWN' : 'NAME_UNKNOWN';
      response.writeHead(404).end(JSON.stringify({ errors: [{ code, message: secret }] }));
    } else response.writeHead(200, { 'content-type': mediaTypes.manifest }).end(bytes);
  });
}

function connect(
  server: TestServer,
  credential: Credential | (() => Credential) = {},
  mirrors?: ReadonlyMap<string, readonly string[]>,
): { registry: Registry; shop: OciReference } {
  const findCredential = async () => ({
    plainHttp: true,
    ...(typeof credential === 'function' ? credential() : credential),
  });
  const registry = openRegistry({
    http,
    findCredential,
    now: () => now,
    ...(mirrors === undefined ? {} : { mirrors }),
  });
  return { registry, shop: parseReference(`oci://${server.host}/team/shop`) };
}

async function text(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

async function failure(promise: Promise<unknown>): Promise<HelmGitopsError> {
  const error = await promise.then(
    () => new Error('it succeeded'),
    (thrown: HelmGitopsError) => thrown,
  );
  const { message, hint, stack } = error as HelmGitopsError;
  expect(`${message} ${hint} ${stack}`).not.toContain(secret);
  return error as HelmGitopsError;
}

describe('pullChart', () => {
  test('gives archive, provenance and configuration', async () => {
    const server = await serveRegistry();
    const { registry, shop } = connect(server);
    const chart = await pullChart(registry, shop, { version: '1.0.0' });
    expect(chart).toMatchObject({
      digest: digestOf(archive),
      size: archive.length,
      manifestDigest: digestOf(chartManifest),
    });
    expect(await text(chart.body)).toBe(archive);
    expect(Buffer.from((await chart.provenance()) ?? '').toString()).toBe('signed');
    expect(Buffer.from(await chart.config()).toString()).toBe(config);
    const again = await pullChart(registry, shop, { version: chart.manifestDigest });
    expect(again.digest).toBe(chart.digest);
    expect(server.seen[0]?.headers.accept).toContain(mediaTypes.index);
  });

  test('takes the legacy type, and goes without provenance', async () => {
    const layers = [descriptor(mediaTypes.helmChartLegacy, archive)];
    const manifest = JSON.stringify({ config: descriptor(mediaTypes.helmConfig, config), layers });
    const { registry, shop } = connect(await serveRegistry({ 'manifests/1.0.0': manifest }));
    const chart = await pullChart(registry, shop, { version: '1.0.0' });
    expect([await text(chart.body), await chart.provenance()]).toEqual([archive, undefined]);
  });

  test.each([true, false])('finds the chart in an index (artifactType told: %s)', async (told) => {
    const image = JSON.stringify({ config: descriptor('application/vnd.oci.image.config.v1+json', '{}'), layers: [] });
    const manifests = [
      descriptor(mediaTypes.manifest, image),
      { ...descriptor(mediaTypes.manifest, chartManifest), ...(told ? { artifactType: mediaTypes.helmConfig } : {}) },
    ];
    const index = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests });
    const contents = { 'manifests/1.0.0': index, [`manifests/${digestOf(image)}`]: image };
    const server = await serveRegistry(contents);
    const { registry, shop } = connect(server);
    const chart = await pullChart(registry, shop, { version: '1.0.0' });
    expect([chart.digest, chart.manifestDigest]).toEqual([digestOf(archive), digestOf(index)]);
    expect(server.seen.length).toBe(told ? 2 : 3);
    const none = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: manifests.slice(0, 1) });
    const other = connect(await serveRegistry({ ...contents, 'manifests/1.0.0': none }));
    expect(await failure(pullChart(other.registry, other.shop, { version: '1.0.0' }))).toMatchObject({
      code: 'oci.manifest',
    });
  });

  test.each([
    ['an image', JSON.stringify({ config: descriptor('application/vnd.oci.image.config.v1+json', '{}'), layers: [] })],
    ['a chart without a layer', JSON.stringify({ config: descriptor(mediaTypes.helmConfig, config), layers: [] })],
    ['junk', `{"${secret}`],
    ['a page of HTML', `<html>${secret}</html>`],
  ])('refuses %s', async (_, manifest) => {
    const { registry, shop } = connect(await serveRegistry({ 'manifests/1.0.0': manifest }));
    const error = await failure(pullChart(registry, shop, { version: '1.0.0' }));
    expect(error).toMatchObject({ code: 'oci.manifest', fault: 'user' });
    expect(error.message).toContain('team/shop:1.0.0');
  });

  test('refuses a manifest that is endless, or another than its digest', async () => {
    const endless = connect(await serveRegistry({ 'manifests/1.0.0': 'x'.repeat((4 << 20) + 1) }));
    expect(await failure(pullChart(endless.registry, endless.shop, { version: '1.0.0' }))).toMatchObject({
      code: 'http.too-large',
    });
    const wanted = digestOf('other');
    const other = connect(await serveRegistry({ [`manifests/${wanted}`]: chartManifest }));
    expect(await failure(pullChart(other.registry, other.shop, { version: wanted }))).toMatchObject({
      code: 'oci.digest',
      fault: 'transient',
    });
    const lying = await serveRegistry({}, (_, response) => void response.setHeader('docker-content-digest', wanted));
    const liar = connect(lying);
    expect(await failure(pullChart(liar.registry, liar.shop, { version: '1.0.0' }))).toMatchObject({
      code: 'oci.digest',
    });
  });

  test.each([
    ['other bytes', 'an Archive'],
    ['more bytes', 'an archive and'],
    ['fewer bytes', 'an archiv'],
  ])('fails at the end of a layer with %s', async (_, sent) => {
    const { registry, shop } = connect(await serveRegistry({ [`blobs/${digestOf(archive)}`]: sent }));
    const chart = await pullChart(registry, shop, { version: '1.0.0' });
    expect(await failure(text(chart.body))).toMatchObject({ code: 'oci.digest', fault: 'transient' });
  });

  test.each([true, false])('goes on where the connection broke (ranges: %s)', async (ranges) => {
    const server = await serveRegistry({}, ({ url, headers }, response) => {
      if (!url.includes(digestOf(archive))) return;
      const from = ranges ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0) : 0;
      const rest = archive.slice(from);
      const range = from === 0 ? {} : { 'content-range': `bytes ${from}-${archive.length - 1}/${archive.length}` };
      response.writeHead(from === 0 ? 200 : 206, { 'content-length': rest.length, ...range });
      const broken = server.seen.length < 4;
      response.write(broken ? rest.slice(0, 3 + server.seen.length) : rest);
      setImmediate(() => (broken ? response.destroy() : response.end()));
    });
    const { registry, shop } = connect(server);
    expect(await text((await pullChart(registry, shop, { version: '1.0.0' })).body)).toBe(archive);
    // Five bytes of ten come first, then at most six more.
    expect(server.seen.length).toBe(ranges ? 3 : 4);
  });

  test('wants tag and digest to agree', async () => {
    const { registry, shop } = connect(await serveRegistry());
    const digest = digestOf(chartManifest);
    expect((await pullChart(registry, { ...shop, tag: '1.0.0', digest })).digest).toBe(digestOf(archive));
    const moved = JSON.stringify({ config: descriptor(mediaTypes.helmConfig, config), layers: [] });
    const other = connect(await serveRegistry({ 'manifests/1.0.0': moved }));
    const error = await failure(pullChart(other.registry, { ...other.shop, tag: '1.0.0', digest }));
    expect(error).toMatchObject({ code: 'oci.disagree', fault: 'user' });
  });

  test.each([
    [404, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}', 'oci.no-version', 'user'],
    [404, '{"errors":[{"code":"NAME_UNKNOWN"}]}', 'oci.no-repository', 'user'],
    [404, '<html>', 'oci.no-version', 'user'],
    [401, '', 'oci.denied', 'user'],
    [403, `{"errors":[{"code":"DENIED","message":"${secret}"}]}`, 'oci.denied', 'user'],
    [400, `{"errors":[{"code":"${secret} ; ls"}]}`, 'oci.refused', 'user'],
    [429, '', 'http.rate-limited', 'transient'],
    [503, '', 'http.server', 'transient'],
  ])('a %i %s is %s', async (status, body, code, fault) => {
    const { registry, shop } = connect(await serve((_, response) => void response.writeHead(status).end(body)));
    expect(await failure(pullChart(registry, shop, { version: '9.9.9' }))).toMatchObject({ code, fault });
  });
});

describe('authentication', () => {
  /** A token server and a registry that takes its tokens. */
  async function serveTokens({
    lifetime = 300,
    accepts = () => true,
  }: {
    lifetime?: unknown;
    accepts?: (token: string) => boolean;
  } = {}) {
    let count = 0;
    const tokens = await serve(({ headers, body }, response) => {
      const basic = Buffer.from(headers.authorization?.slice(6) ?? '', 'base64').toString();
      const refused = basic.endsWith('wrong') || body.toString().includes('refresh_token=wrong');
      if (refused) response.writeHead(401).end(secret);
      else response.end(JSON.stringify({ token: `token-${++count}`, expires_in: lifetime }));
    });
    const server = await serveRegistry({}, ({ headers, url }, response) => {
      const [, token] = /^Bearer (token-\d+)$/.exec(headers.authorization ?? '') ?? [];
      if (token !== undefined && accepts(token)) return;
      const scope = `repository:${url.split('/').slice(2, 4).join('/')}:pull`;
      const challenge = `Bearer realm="${tokens.url}/token?a=b",service="the registry",scope="${scope}"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    });
    return { tokens, server };
  }

  test('asks the token server once for many calls', async () => {
    const { tokens, server } = await serveTokens();
    const { registry, shop } = connect(server, { username: 'ada', password: secret });
    const charts = await Promise.all(Array.from({ length: 5 }, () => pullChart(registry, shop, { version: '1.0.0' })));
    expect(await Promise.all(charts.map(({ body }) => text(body)))).toEqual(Array(5).fill(archive));
    expect(tokens.seen.length).toBe(1);
    expect(tokens.seen[0]?.url).toBe('/token?a=b&service=the+registry&scope=repository%3Ateam%2Fshop%3Apull');
    expect(tokens.seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from(`ada:${secret}`).toString('base64')}`);
    expect(server.seen.every(({ headers }) => headers.authorization?.startsWith('Basic') !== true)).toBe(true);
  });

  test('asks anew when a token expires', async () => {
    const { tokens, server } = await serveTokens({ lifetime: 120 });
    const { registry, shop } = connect(server);
    for (const later of [0, 100_000, 200_000]) {
      now = 1_000_000 + later;
      await pullChart(registry, shop, { version: '1.0.0' });
    }
    expect(tokens.seen.length).toBe(2);
    expect(tokens.seen[0]?.headers.authorization).toBeUndefined();
  });

  test('asks anew when a token is refused, and soon when the password changed', async () => {
    const refused = new Set<string>();
    const { tokens, server } = await serveTokens({ accepts: (token) => !refused.has(token) });
    let password = 'one';
    const { registry, shop } = connect(server, () => ({ username: 'ada', password }));
    await pullChart(registry, shop, { version: '1.0.0' });
    refused.add('token-1');
    await pullChart(registry, shop, { version: '1.0.0' });
    password = 'two';
    now += 10_000;
    await pullChart(registry, shop, { version: '1.0.0' });
    expect(tokens.seen.length).toBe(3);
  });

  test('gives up on a registry that refuses its own tokens', async () => {
    const { tokens, server } = await serveTokens({ accepts: () => false });
    const { registry, shop } = connect(server);
    expect(await failure(pullChart(registry, shop, { version: '1.0.0' }))).toMatchObject({ code: 'oci.denied' });
    expect(tokens.seen.length).toBe(2);
    expect(server.seen.length).toBe(3);
  });

  test('shows a refresh token to the token server alone', async () => {
    const { tokens, server } = await serveTokens();
    const { registry, shop } = connect(server, { refreshToken: secret });
    await pullChart(registry, shop, { version: '1.0.0' });
    expect(tokens.seen[0]?.method).toBe('POST');
    expect(Object.fromEntries(new URLSearchParams(tokens.seen[0]?.body.toString()))).toEqual({
      grant_type: 'refresh_token',
      service: 'the registry',
      scope: 'repository:team/shop:pull',
      refresh_token: secret,
      client_id: 'helm-gitops',
    });
    expect(JSON.stringify(server.seen)).not.toContain(secret);
  });

  test.each([{ username: 'ada', password: 'wrong' }, { refreshToken: 'wrong' }])(
    'tells when the token server refuses %o',
    async (credential) => {
      const { server } = await serveTokens();
      const { registry, shop } = connect(server, credential);
      const error = await failure(pullChart(registry, shop, { version: '1.0.0' }));
      expect(error).toMatchObject({ code: 'oci.denied', fault: 'user' });
      expect(error.message).toContain(server.host);
    },
  );

  test.each([
    ['{}', 'oci.protocol'],
    ['junk', 'oci.protocol'],
    ['[]', 'oci.protocol'],
    ['{"token": "a\\r\\nb: c"}', 'oci.protocol'],
    ['{"token": 7}', 'oci.protocol'],
    [`{"token": "${'x'.repeat(2 << 20)}"}`, 'http.too-large'],
  ])('survives a token server that says %s', async (body, code) => {
    const tokens = await serve((_, response) => void response.end(body));
    const challenge = `Bearer realm="${tokens.url}"`;
    const server = await serve((_, response) => void response.writeHead(401, { 'www-authenticate': challenge }).end());
    const { registry, shop } = connect(server);
    expect(await failure(pullChart(registry, shop, { version: '1.0.0' }))).toMatchObject({ code });
  });

  test.each(['file:///etc/passwd', 'junk', 'ftp://x/'])('sends nothing to the realm %s', async (realm) => {
    const challenge = `Bearer realm="${realm}"`;
    const server = await serve((_, response) => void response.writeHead(401, { 'www-authenticate': challenge }).end());
    const { registry, shop } = connect(server, { username: 'ada', password: secret });
    expect(await failure(pullChart(registry, shop, { version: '1.0.0' }))).toMatchObject({ code: 'oci.protocol' });
  });

  test('shows name and password where basic is asked for, and only then', async () => {
    const expected = `Basic ${Buffer.from(`ada:${secret}`).toString('base64')}`;
    const server = await serveRegistry({}, ({ headers }, response) => {
      if (headers.authorization !== expected) response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    });
    const { registry, shop } = connect(server, { username: 'ada', password: secret });
    await text((await pullChart(registry, shop, { version: '1.0.0' })).body);
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, expected, expected]);
    const other = connect(server, { username: 'ada', password: 'wrong' });
    expect(await failure(pullChart(other.registry, other.shop, { version: '1.0.0' }))).toMatchObject({
      code: 'oci.denied',
    });
  });

  test('looks for the credential again when it is refused', async () => {
    let password = 'one';
    const server = await serveRegistry({}, ({ headers }, response) => {
      const expected = `Basic ${Buffer.from(`ada:${password}`).toString('base64')}`;
      if (headers.authorization !== expected) response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    });
    const { registry, shop } = connect(server, () => ({ username: 'ada', password }));
    await pullChart(registry, shop, { version: '1.0.0' });
    password = 'two';
    await pullChart(registry, shop, { version: '1.0.0' });
    const wrong = connect(server, { username: 'ada', password: 'wrong' });
    server.seen.length = 0;
    expect(await failure(pullChart(wrong.registry, wrong.shop, { version: '1.0.0' }))).toMatchObject({
      code: 'oci.denied',
    });
    // Without and with: a wrong password is not shown again and again, which locks accounts.
    expect(server.seen.length).toBe(2);
  });

  test('asks for the credential once for a pull', async () => {
    let times = 0;
    const { registry, shop } = connect(await serveRegistry(), () => ({ username: `${++times}` }));
    const chart = await pullChart(registry, shop, { version: '1.0.0' });
    await text(chart.body);
    await chart.config();
    expect(times).toBe(1);
  });

  test('does not follow a layer to another host', async () => {
    const storage = await serve((_, response) => void response.end(archive));
    const { tokens, server } = await serveTokens();
    const redirecting = await serve((request, response) => {
      if (request.url.includes('/blobs/'))
        response.writeHead(307, { location: `${storage.url}/x?sig=${secret}` }).end();
      else
        response
          .writeHead(request.headers.authorization ? 200 : 401, { 'www-authenticate': `Bearer realm="${tokens.url}"` })
          .end(chartManifest);
    });
    expect(server.seen).toEqual([]);
    const { registry, shop } = connect(redirecting, { username: 'ada', password: secret });
    expect(await text((await pullChart(registry, shop, { version: '1.0.0' })).body)).toBe(archive);
    expect(redirecting.seen.at(-1)?.headers.authorization).toBe('Bearer token-1');
    expect(storage.seen[0]?.headers.authorization).toBeUndefined();
  });
});

describe('listChartTags', () => {
  test('goes through the pages', async () => {
    const server = await serve(({ url }, response) => {
      const last = new URL(url, 'http://x').searchParams.get('last');
      const next = last === null ? 'b' : last === 'b' ? 'd' : undefined;
      if (next !== undefined)
        response.setHeader(
          'link',
          `<${last === null ? '' : 'https://elsewhere.example'}/v2/team/shop/tags/list?last=${next}&n=2>; rel="next"`,
        );
      response.end(
        JSON.stringify({ name: 'team/shop', tags: last === null ? ['a', 'b'] : last === 'b' ? ['c', 7, 'd'] : null }),
      );
    });
    const { registry, shop } = connect(server);
    expect(await listChartTags(registry, { ...shop, tag: 'x' })).toEqual(['a', 'b', 'c', 'd']);
    expect(server.seen.length).toBe(3);
  });

  test('asks without a length where the registry refuses it, and finds the next page among other links', async () => {
    const server = await serve(({ url }, response) => {
      if (url.includes('n=1000')) response.writeHead(400).end('{"errors":[{"code":"PAGINATION_NUMBER_INVALID"}]}');
      else if (url.includes('last=')) response.end('{"tags": ["b"]}');
      else {
        response.setHeader('link', ['</v2/x?first>; rel="first"', '</v2/x?last=a>; type=x; rel=next ; y="z"']);
        response.end('{"tags": ["a"]}');
      }
    });
    const { registry, shop } = connect(server);
    expect(await listChartTags(registry, shop)).toEqual(['a', 'b']);
  });

  test.each([
    ['the same page', () => '/v2/team/shop/tags/list?last=b', 2],
    ['ever new pages', (count: number) => `/v2/team/shop/tags/list?last=${count}`, 1001],
  ])('ends with an error for %s', async (_, next, requests) => {
    const server = await serve((_request, response) => {
      response.setHeader('link', `<${next(server.seen.length)}>; rel="next"`);
      response.end('{"tags": ["a"]}');
    });
    const { registry, shop } = connect(server);
    expect(await failure(listChartTags(registry, shop))).toMatchObject({ code: 'oci.protocol' });
    expect(server.seen.length).toBe(requests);
  });

  test.each(['{}', '[]', '{"tags": "a"}', 'junk', ''])('refuses %j', async (body) => {
    const { registry, shop } = connect(await serve((_, response) => void response.end(body)));
    expect(await failure(listChartTags(registry, shop))).toMatchObject({ code: 'oci.protocol' });
  });

  test.each(['<>; rel="next"', '<http://[>; rel="next"', '</x>; rel="next"', '</v2/x>; rel="last"', ';;,<', '</v2/x'])(
    'ends with the link %s',
    async (link) => {
      const server = await serve((_, response) => void response.writeHead(200, { link }).end('{"tags": ["a"]}'));
      const { registry, shop } = connect(server);
      expect(await listChartTags(registry, shop)).toEqual(['a']);
      expect(server.seen.length).toBe(1);
    },
  );
});

describe('resolve', () => {
  test('asks by HEAD, and by GET where that tells nothing', async () => {
    const digest = digestOf(chartManifest);
    const telling = await serveRegistry({}, (_, response) => void response.setHeader('docker-content-digest', digest));
    const first = connect(telling);
    expect(await first.registry.resolve({ ...first.shop, tag: '1.0.0' })).toBe(digest);
    expect(telling.seen.map(({ method }) => method)).toEqual(['HEAD']);
    const silent = await serveRegistry({}, ({ method }, response) => {
      if (method === 'HEAD') response.writeHead(405).end();
    });
    const second = connect(silent);
    expect(await second.registry.resolve({ ...second.shop, tag: '1.0.0' })).toBe(digest);
    expect(await failure(second.registry.resolve(second.shop))).toMatchObject({ code: 'oci.reference' });
  });
});

describe('listReferrers', () => {
  const manifests = [{ ...descriptor(mediaTypes.manifest, 'signature'), artifactType: 'application/x' }];
  const index = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests });
  const digest = digestOf(chartManifest);

  test.each([`referrers/${digest}`, `manifests/${digest.replace(':', '-')}`])('reads %s', async (path) => {
    const { registry, shop } = connect(await serveRegistry({ [path]: index }));
    expect(await registry.listReferrers(shop, digest)).toEqual(manifests);
  });

  test('is empty where there is neither', async () => {
    const { registry, shop } = connect(await serveRegistry());
    expect(await registry.listReferrers(shop, digest)).toEqual([]);
  });
});

describe('mirrors', () => {
  test('come first, and what they lack comes from the registry', async () => {
    const mirror = await serveRegistry({ [`manifests/2.0.0`]: chartManifest });
    const server = await serveRegistry();
    const dead = 'http://127.0.0.1:1/';
    const { registry, shop } = connect(server, {}, new Map([[server.host, [dead, `${mirror.url}/`]]]));
    await text((await pullChart(registry, shop, { version: '2.0.0' })).body);
    expect(server.seen).toEqual([]);
    expect(await failure(pullChart(registry, shop, { version: '3.0.0' }))).toMatchObject({ code: 'oci.no-version' });
    expect(server.seen.length).toBe(1);
    await pushChart(registry, {
      reference: shop,
      archive: Buffer.from(archive),
      metadata: config,
      created: new Date(0),
    }).catch(() => undefined);
    expect(mirror.seen.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('of a path have the repository below it, with a scope and credentials of their own', async () => {
    const tokens = await serve(({ headers, url }, response) => {
      const known = headers.authorization === `Basic ${Buffer.from(`mirror:${secret}`).toString('base64')}`;
      const scope = new URL(url, 'http://x').searchParams.get('scope');
      response
        .writeHead(known ? 200 : 401)
        .end(JSON.stringify({ token: Buffer.from(`for ${scope}`).toString('base64url') }));
    });
    const mirror = await serve(({ url, headers }, response) => {
      const token = Buffer.from((headers.authorization ?? '').replace('Bearer ', ''), 'base64url').toString();
      if (token !== 'for repository:cache/all/team/shop:pull')
        return void response.writeHead(401, { 'www-authenticate': `Bearer realm="${tokens.url}/token"` }).end();
      if (url.startsWith('/v2/cache/all/team/shop/tags/list')) {
        const isFirst = !url.includes('last=');
        response.writeHead(200, isFirst ? { link: '</v2/cache/all/team/shop/tags/list?last=1>; rel="next"' } : {});
        return void response.end(JSON.stringify({ tags: [isFirst ? '1.0.0' : '2.0.0'] }));
      }
      response.writeHead(url === '/v2/cache/all/team/shop/manifests/1.0.0' ? 200 : 404).end(chartManifest);
    });
    const asked: string[] = [];
    const findCredential = async (url: string) => {
      asked.push(url);
      const own = { plainHttp: true, username: 'own', password: 'never' };
      return url === `oci://${mirror.host}/cache/all/team/shop`
        ? { plainHttp: true, username: 'mirror', password: secret }
        : own;
    };
    const mirrors = new Map([['registry.example.com', [`oci://${mirror.host}/cache/all`]]]);
    const registry = openRegistry({ http, findCredential, mirrors });
    const shop = parseReference('oci://registry.example.com/team/shop');
    expect((await registry.readManifest({ ...shop, tag: '1.0.0' })).digest).toBe(digestOf(chartManifest));
    expect(await registry.listTags(shop)).toEqual(['1.0.0', '2.0.0']);
    expect(asked.every((url) => url.startsWith(`oci://${mirror.host}/`))).toBe(true);
    const heard = [...mirror.seen, ...tokens.seen].map(({ headers }) => headers.authorization ?? '');
    expect(heard.join(' ')).not.toContain(Buffer.from('own:never').toString('base64'));
  });

  test('that are down are told of when the registry is down too', async () => {
    const dead = { host: '127.0.0.1:1' } as TestServer;
    const { registry, shop } = connect(dead, {}, new Map([[dead.host, ['http://127.0.0.1:2/']]]));
    const error = await failure(pullChart(registry, shop, { version: '1.0.0' }));
    expect(error.message).toContain('127.0.0.1:1');
    expect(error.hint).toContain('its mirror failed too');
    expect(error.hint).toContain('127.0.0.1:2');
  });
});

describe('pushChart', () => {
  test('sends what is missing, with the location the registry gives', async () => {
    const server = await serve(({ method, url }, response) => {
      if (method === 'HEAD') response.writeHead(url.includes(digestOf(config)) ? 200 : 404).end();
      else if (method === 'POST') response.writeHead(202, { location: '/upload?state=1' }).end();
      else response.writeHead(201).end();
    });
    const { registry } = connect(server);
    const reference = parseReference(`${server.host}/team`);
    const pushed = await pushChart(registry, {
      reference,
      archive: Buffer.from(archive),
      metadata: config,
      created: new Date(0),
    });
    expect(pushed.reference).toEqual({ registry: server.host, repository: 'team/shop', tag: '1.0.0' });
    expect(server.seen.map(({ method, url }) => `${method} ${url.replace(/sha256(:|%3A)\w+/, 'D')}`)).toEqual([
      'HEAD /v2/team/shop/blobs/D',
      'POST /v2/team/shop/blobs/uploads/',
      'PUT /upload?state=1&digest=D',
      'HEAD /v2/team/shop/blobs/D',
      'PUT /v2/team/shop/manifests/1.0.0',
    ]);
    expect(digestOf(server.seen.at(-1)?.body ?? '')).toBe(pushed.digest);
  });

  test.each([undefined, 'http://[', 'ftp://x/'])('fails when the location is %s', async (location) => {
    const server = await serve(({ method }, response) => {
      response.writeHead(method === 'HEAD' ? 404 : 202, location === undefined ? {} : { location }).end();
    });
    const { registry, shop } = connect(server);
    const push = pushChart(registry, {
      reference: shop,
      archive: Buffer.from('a'),
      metadata: config,
      created: new Date(0),
    });
    expect(await failure(push)).toMatchObject({ code: 'oci.protocol' });
  });

  test.each(['junk', '[]', '{}', '{"name":"../x","version":"1.0.0"}', '{"name":"x","version":"../1"}'])(
    'refuses the metadata %s',
    async (metadata) => {
      const server = await serveRegistry();
      const { registry, shop } = connect(server);
      const push = pushChart(registry, { reference: shop, archive: Buffer.from('a'), metadata, created: new Date(0) });
      expect((await failure(push)).code).toMatch(/^oci\.(manifest|reference)$/);
      expect(server.seen).toEqual([]);
    },
  );
});
