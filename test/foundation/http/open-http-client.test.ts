import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import type { HttpClient, HttpRequest } from '../../../src/foundation/http/http-client.ts';
import { openHttpClient } from '../../../src/foundation/http/open-http-client.ts';
import { makeCertificate } from '../../support/make-certificate.ts';
import { type Answer, startServer, type TestServer } from '../../support/start-server.ts';

const secret = 'hunter2';
let client: HttpClient;
let pauses: number[];
let folder: string;
const open: AsyncDisposable[] = [];

function openClient(environment: Record<string, string> = {}): HttpClient {
  const sleep = async (milliseconds: number) => void pauses.push(milliseconds);
  const opened = openHttpClient({
    environment,
    sleep,
    random: () => 0.5,
    now: () => Date.parse('2026-01-01T00:00:00Z'),
  });
  open.push(opened);
  return opened;
}

beforeEach(() => {
  pauses = [];
  client = openClient();
  folder = mkdtempSync(join(tmpdir(), 'http-'));
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function serve(answer: Answer, tls?: Parameters<typeof startServer>[1]): Promise<TestServer> {
  const server = await startServer(answer, tls);
  open.push(server);
  return server;
}

/** A server that writes bytes and no more: for what is no HTTP. */
async function serveRaw(onSocket: (socket: Socket) => void): Promise<{ url: string; count(): number }> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    count++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  open.push({
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  });
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, count: () => count };
}

async function failure(request: HttpRequest, read = false): Promise<HelmGitopsError> {
  try {
    const answer = await client.request(request);
    if (read) await answer.bytes(1 << 20);
  } catch (error) {
    const seen = error as HelmGitopsError;
    const whole = `${seen.message} ${seen.hint} ${String(seen.cause)} ${seen.stack}`;
    expect(whole).not.toContain(secret);
    expect(whole).not.toContain(Buffer.from(`ada:${secret}`).toString('base64'));
    return seen;
  }
  throw new Error('the request succeeded');
}

describe('statuses', () => {
  test.each([
    [401, 'http.denied', 'user', 1],
    [403, 'http.denied', 'user', 1],
    [404, 'http.not-found', 'user', 1],
    [410, 'http.not-found', 'user', 1],
    [418, 'http.refused', 'user', 1],
    [408, 'http.refused', 'user', 4],
    [429, 'http.rate-limited', 'transient', 4],
    [500, 'http.server', 'transient', 4],
    [501, 'http.server', 'transient', 1],
    [502, 'http.server', 'transient', 4],
    [503, 'http.server', 'transient', 4],
  ])('a GET answered %i ends as %s, %s, after %i tries', async (status, code, fault, tries) => {
    const server = await serve((_, response) => void response.writeHead(status).end('no'));
    const error = await failure({
      url: `${server.url}/x?sig=${secret}`,
      credential: { username: 'ada', password: secret },
    });
    expect(error).toMatchObject({ code, fault });
    expect(error.message).toContain(server.host);
    expect(server.seen.length).toBe(tries);
  });

  test('what a POST may have done is not done twice, but a 429 did nothing', async () => {
    const server = await serve(({ url }, response) => void response.writeHead(Number(url.slice(1))).end());
    expect(await failure({ url: `${server.url}/500`, method: 'POST', body: 'x' })).toMatchObject({
      code: 'http.server',
    });
    expect(server.seen.length).toBe(1);
    expect(await failure({ url: `${server.url}/429`, method: 'POST', body: 'x' })).toMatchObject({
      code: 'http.rate-limited',
    });
    expect(server.seen.length).toBe(5);
  });

  test('accepted statuses are answers', async () => {
    const server = await serve((_, response) => void response.writeHead(304, { etag: '"a"' }).end());
    const answer = await client.request({ url: server.url, accept: [304] });
    expect([answer.status, answer.headers['etag']]).toEqual([304, '"a"']);
  });

  test('a passing failure passes', async () => {
    const server = await serve((_, response) => {
      response.writeHead(server.seen.length < 3 ? 503 : 200).end('here');
    });
    expect(await (await client.request({ url: server.url })).text(10)).toBe('here');
    expect(pauses).toEqual([300, 600]);
  });

  test.each([
    ['7', [7350 + 25]],
    ['Thu, 01 Jan 2026 00:00:20 GMT', [21_000 + 25]],
    ['Wed, 31 Dec 2025 00:00:20 GMT', [25]],
    ['junk', [300]],
    ['3600', []],
    ['99999999999999', [300]],
  ])('Retry-After: %s is honoured within bounds', async (header, expected) => {
    const server = await serve((_, response) => {
      if (server.seen.length === 1) response.writeHead(429, { 'retry-after': header }).end();
      else response.end('here');
    });
    const outcome = await client.request({ url: server.url }).then(
      (answer) => answer.text(10),
      (error: HelmGitopsError) => error.hint,
    );
    expect(outcome).toBe(expected.length === 0 ? 'it asks to wait 3600 seconds' : 'here');
    expect(pauses).toEqual(expected);
  });
});

describe('the network', () => {
  test('a port where nobody listens', async () => {
    const { url } = await serveRaw(() => undefined);
    await open.pop()?.[Symbol.asyncDispose]();
    expect(await failure({ url: `${url}/?token=${secret}` })).toMatchObject({
      code: 'http.unreachable',
      fault: 'transient',
    });
    expect(pauses.length).toBe(3);
  });

  test('a name that nobody knows', async () => {
    const error = await failure({ url: 'http://nowhere.invalid/', attempts: 1 });
    expect(error).toMatchObject({ code: 'http.dns', fault: 'transient' });
    expect(error.message).toContain('nowhere.invalid');
  });

  test('a server that never answers', async () => {
    const { url, count } = await serveRaw(() => undefined);
    expect(await failure({ url, timeout: 50, attempts: 2 })).toMatchObject({
      code: 'http.timeout',
      fault: 'transient',
    });
    expect(count()).toBe(2);
  });

  test('a server that stops in the middle', async () => {
    const { url } = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf');
    });
    expect(await failure({ url, timeout: 50, attempts: 1 }, true)).toMatchObject({ code: 'http.timeout' });
  });

  test('a connection that breaks in the middle is asked again by who wants all at once', async () => {
    let times = 0;
    const { url } = await serveRaw((socket) => {
      const whole = ++times > 2;
      socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 8\r\nconnection: close\r\n\r\n${whole ? 'complete' : 'comp'}`);
    });
    expect(await (await client.request({ url })).text(100)).toBe('complete');
    times = -100;
    expect(await failure({ url, attempts: 2 }, true)).toMatchObject({ code: 'http.interrupted', fault: 'transient' });
  });

  test.each([
    ['SSH-2.0-OpenSSH_9.9\r\n', 'http.protocol'],
    ['HTTP/1.1 200 OK\r\nbroken header\r\n\r\n', 'http.protocol'],
    [`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`, 'http.protocol'],
    ['HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd', 'http.interrupted'],
    ['', 'http.interrupted'],
  ])('bytes that are no HTTP (%#)', async (bytes, code) => {
    const { url } = await serveRaw((socket) => socket.end(bytes));
    expect(await failure({ url, attempts: 1 })).toMatchObject({ code, fault: 'transient' });
  });

  test('headers with names of Object are only headers', async () => {
    const { url } = await serveRaw((socket) =>
      socket.end('HTTP/1.1 200 OK\r\n__proto__: a\r\nconstructor: b\r\nx: 1\r\nX: 2\r\nconnection: close\r\n\r\nok'),
    );
    const answer = await client.request({ url });
    expect(answer.headers['x']).toBe('1, 2');
    expect(answer.headers['constructor']).toBe('b');
    expect(answer.headers['tostring']).toBeUndefined();
    expect(await answer.text(10)).toBe('ok');
  });

  test('a signal ends it, before and in the middle', async () => {
    const server = await serve((_, response) => void response.writeHead(200).write('some'));
    expect(await failure({ url: server.url, signal: AbortSignal.abort() })).toMatchObject({ code: 'http.aborted' });
    const controller = new AbortController();
    const answer = await client.request({ url: server.url, signal: controller.signal });
    const reading = answer.bytes(100);
    controller.abort();
    await expect(reading).rejects.toMatchObject({ code: 'http.aborted' });
    expect(pauses).toEqual([]);
  });

  test.each(['ftp://x/y', 'nothing', 'file:///etc/passwd', `oci://ada:${secret}@x/y`])(
    '%s is no URL of ours',
    async (url) => {
      expect(await failure({ url })).toMatchObject({ code: 'http.invalid', fault: 'user' });
    },
  );

  test('a password that no header may hold', async () => {
    const server = await serve((_, response) => void response.end());
    const credential = { bearerToken: `${secret}\r\nx: y` };
    expect(await failure({ url: server.url, credential })).toMatchObject({ code: 'http.invalid' });
    expect(server.seen).toEqual([]);
  });
});

describe('bodies', () => {
  test('end at their bound, announced or not', async () => {
    const server = await serve(({ url }, response) => {
      if (url === '/announced') response.setHeader('content-length', 2000);
      response.write('x'.repeat(1000));
      response.end('x'.repeat(1000));
    });
    for (const path of ['announced', 'chunked']) {
      const answer = await client.request({ url: `${server.url}/${path}` });
      await expect(answer.bytes(1999)).rejects.toMatchObject({ code: 'http.too-large', fault: 'user' });
      expect((await (await client.request({ url: `${server.url}/${path}` })).bytes(2000)).length).toBe(2000);
      const streamed = await client.request({ url: `${server.url}/${path}`, maxBytes: 500 });
      const reading = async () => {
        for await (const _ of streamed.body);
      };
      await expect(reading()).rejects.toMatchObject({ code: 'http.too-large' });
    }
    expect(pauses).toEqual([]);
  });

  test('are decoded only where that was asked for, within the bound', async () => {
    const zipped = gzipSync('a'.repeat(1_000_000));
    const server = await serve(({ headers }, response) => {
      response.setHeader('x-asked', headers['accept-encoding'] ?? '');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(zipped);
    });
    const plain = await client.request({ url: server.url });
    expect(plain.headers['x-asked']).toBe('identity');
    expect(zipped.equals(await plain.bytes(10_000))).toBe(true);
    const decoded = await client.request({ url: server.url, compressed: true });
    expect(decoded.headers['x-asked']).toBe('gzip');
    expect((await decoded.bytes(1_000_000)).length).toBe(1_000_000);
    const bomb = await client.request({ url: server.url, compressed: true });
    await expect(bomb.bytes(999_999)).rejects.toMatchObject({ code: 'http.too-large' });
  });

  test.each([
    ['a truncated one', gzipSync('abcdef'.repeat(100)).subarray(0, 20), 'gzip'],
    ['what is none', Buffer.from('hello'), 'gzip'],
    ['another encoding', Buffer.from('hello'), 'br'],
  ])('of gzip: %s is an error', async (_, bytes, encoding) => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(bytes);
    });
    expect(await failure({ url: server.url, compressed: true }, true)).toMatchObject({ code: 'http.corrupt' });
  });

  test('that nobody reads free their connection', async () => {
    const server = await serve((_, response) => void response.end('x'.repeat(10_000)));
    for (let count = 0; count < 200; count++) await (await client.request({ url: server.url })).discard();
    expect(server.seen.length).toBe(200);
  });
});

describe('redirects', () => {
  const credential = { username: 'ada', password: secret };

  test('on one origin keep the credential, to another lose all that is secret', async () => {
    const other = await serve((_, response) => void response.end('there'));
    const server = await serve(({ url }, response) => {
      const location = { '/a': '/b', '/b': `${other.url}/c` }[url] ?? '/';
      response.writeHead(302, { location, 'set-cookie': 'session=1' }).end();
    });
    const headers = { cookie: 'a=b', 'private-token': secret, accept: 'text/x' };
    const answer = await client.request({ url: `${server.url}/a`, credential, headers });
    expect([await answer.text(100), answer.url]).toEqual(['there', `${other.url}/c`]);
    expect(server.seen.map((one) => one.headers.authorization !== undefined)).toEqual([true, true]);
    const arrived = other.seen[0]?.headers;
    expect(arrived?.accept).toBe('text/x');
    expect(Object.keys(arrived ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
  });

  test('a denial after one says so', async () => {
    const other = await serve((_, response) => void response.writeHead(401).end());
    const server = await serve((_, response) => void response.writeHead(302, { location: other.url }).end());
    const error = await failure({ url: server.url, credential });
    expect(error.hint).toContain('redirected');
  });

  test.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [307, 'POST', 'POST', 'body'],
    [308, 'PUT', 'PUT', 'body'],
    [302, 'HEAD', 'HEAD', ''],
  ] as const)('a %i after %s goes on with %s', async (status, method, next, body) => {
    const server = await serve(({ url }, response) => {
      if (url === '/') response.writeHead(status, { location: '/next' }).end();
      else response.end();
    });
    await (await client.request({ url: server.url, method, ...(method === 'HEAD' ? {} : { body: 'body' }) })).discard();
    expect(server.seen.map((one) => one.method)).toEqual([method, next]);
    expect(server.seen[1]?.body.toString()).toBe(body);
  });

  test('in a circle end', async () => {
    const server = await serve((_, response) => void response.writeHead(302, { location: `/?token=${secret}` }).end());
    expect(await failure({ url: server.url })).toMatchObject({ code: 'http.redirect', fault: 'user' });
    expect(server.seen.length).toBe(11);
  });

  test.each([undefined, '', 'ftp://x/', 'http://[', 'javascript:alert(1)', 'file:///etc/passwd'])(
    'to %s lead nowhere',
    async (location) => {
      const server = await serve((_, response) => {
        response.writeHead(302, location === undefined ? {} : { location }).end();
      });
      expect(await failure({ url: server.url })).toMatchObject({ code: 'http.redirect' });
    },
  );

  test('from https to http are refused', async () => {
    const tls = makeCertificate();
    const caFile = join(folder, 'ca.pem');
    writeFileSync(caFile, tls.ca);
    const plain = await serve((_, response) => void response.end());
    const server = await serve((_, response) => void response.writeHead(302, { location: plain.url }).end(), tls);
    const error = await failure({ url: server.url, credential: { ...credential, caFile } });
    expect(error).toMatchObject({ code: 'http.redirect' });
    expect(plain.seen).toEqual([]);
  });
});

describe('TLS', () => {
  test('trusts the caFile, and reads it anew', async () => {
    const tls = makeCertificate();
    const caFile = join(folder, 'ca.pem');
    writeFileSync(caFile, makeCertificate().ca);
    const server = await serve((_, response) => void response.end('safe'), tls);
    const error = await failure({ url: server.url, credential: { caFile } });
    expect(error).toMatchObject({ code: 'http.tls', fault: 'user' });
    expect(error.hint).toContain('caFile');
    expect(pauses).toEqual([]);
    writeFileSync(caFile, tls.ca);
    expect(await (await client.request({ url: server.url, credential: { caFile } })).text(9)).toBe('safe');
    expect(await failure({ url: server.url })).toMatchObject({ code: 'http.tls' });
    const any = await client.request({ url: server.url, credential: { insecureSkipTlsVerify: true } });
    expect(await any.text(9)).toBe('safe');
  });

  test('wants the name of the host', async () => {
    const tls = makeCertificate({ name: 'other.example' });
    const caFile = join(folder, 'ca.pem');
    writeFileSync(caFile, tls.ca);
    const server = await serve((_, response) => void response.end(), tls);
    expect(await failure({ url: server.url, credential: { caFile } })).toMatchObject({ code: 'http.tls' });
  });

  test('shows the client certificate', async () => {
    const tls = makeCertificate();
    const files = Object.fromEntries(
      (['ca', 'cert', 'key'] as const).map((name) => {
        const path = join(folder, `${name}.pem`);
        writeFileSync(path, tls[name]);
        return [`${name}File`, path];
      }),
    );
    const server = await serve((_, response) => void response.end('known'), { ...tls, requestCert: true });
    expect(await (await client.request({ url: server.url, credential: files })).text(9)).toBe('known');
    expect(await failure({ url: server.url, credential: { caFile: files['caFile'] } })).toBeDefined();
  });

  test('says when there is none', async () => {
    const server = await serve((_, response) => void response.end());
    const error = await failure({ url: server.url.replace('http:', 'https:') });
    expect(error).toMatchObject({ code: 'http.tls', hint: 'it seems to speak plain http' });
  });

  test.each([
    ['a missing file', undefined],
    ['a file that is no PEM', 'junk'],
    ['broken PEM', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ])('%s is an error of the credential', async (_, content) => {
    const caFile = join(folder, 'ca.pem');
    if (content !== undefined) writeFileSync(caFile, content);
    expect(await failure({ url: 'https://127.0.0.1:1/', credential: { caFile } })).toMatchObject({
      code: 'credentials.unreadable',
      fault: 'user',
    });
  });
});

describe('proxies', () => {
  /** A proxy for CONNECT; names lead to the loopback. */
  async function serveProxy(status = 200) {
    const asked: string[] = [];
    const { url } = await serveRaw((socket) => {
      socket.once('data', (data) => {
        const head = data.toString('latin1');
        asked.push(head);
        const port = /^CONNECT [^ :]+:(\d+)/.exec(head)?.[1];
        if (status !== 200 || port === undefined)
          return socket.end(`HTTP/1.1 ${status} x\r\ncontent-length: 2\r\n\r\nok`);
        const target = connect(Number(port), '127.0.0.1', () => socket.write('HTTP/1.1 200 x\r\n\r\n'));
        target.on('error', () => socket.destroy());
        return socket.pipe(target).pipe(socket);
      });
    });
    return { url, asked };
  }

  test('carry TLS through, with their own credentials', async () => {
    const tls = makeCertificate({ name: 'charts.example' });
    const caFile = join(folder, 'ca.pem');
    writeFileSync(caFile, tls.ca);
    const server = await serve((_, response) => void response.end('far'), tls);
    const proxy = await serveProxy();
    client = openClient({ HTTPS_PROXY: proxy.url.replace('//', `//ada:${secret}@`) });
    const url = server.url.replace('127.0.0.1', 'charts.example');
    expect(await (await client.request({ url, credential: { caFile } })).text(9)).toBe('far');
    expect(proxy.asked[0]).toMatch(/^CONNECT charts\.example:\d+ /);
    expect(proxy.asked[0]?.toLowerCase()).toContain('proxy-authorization: basic');
    expect(Object.keys(server.seen[0]?.headers ?? {})).not.toContain('proxy-authorization');
  });

  test('forward plain http', async () => {
    const proxy = await serveProxy();
    client = openClient({ http_proxy: proxy.url });
    expect(await (await client.request({ url: 'http://charts.example/x' })).text(9)).toBe('ok');
    expect(proxy.asked[0]).toContain('charts.example/x');
  });

  test.each([407, 403, 502])('that answer %i are named', async (status) => {
    const proxy = await serveProxy(status);
    client = openClient({ HTTPS_PROXY: proxy.url.replace('//', `//ada:${secret}@`) });
    const error = await failure({ url: 'https://charts.example/', attempts: 1 });
    expect(error).toMatchObject({ code: 'http.proxy', fault: 'user' });
    expect(error.message).toContain('127.0.0.1');
  });

  test('that are no URL are named by their variable', async () => {
    client = openClient({ HTTPS_PROXY: `ftp://ada:${secret}@x` });
    const error = await failure({ url: 'https://charts.example/' });
    expect([error.code, error.message]).toEqual(['http.proxy', 'HTTPS_PROXY is not the URL of a proxy']);
  });

  test('are not used for the loopback', async () => {
    client = openClient({ HTTP_PROXY: 'http://127.0.0.1:1' });
    const server = await serve((_, response) => void response.end('near'));
    expect(await (await client.request({ url: server.url })).text(9)).toBe('near');
  });
});

describe('credentials', () => {
  test.each([
    [{ username: 'ada', password: secret }, 'http://HOST/', `Basic ${Buffer.from(`ada:${secret}`).toString('base64')}`],
    [{ bearerToken: 'abc' }, 'http://HOST/', 'Bearer abc'],
    [undefined, 'http://ada:p%40ss@HOST/', `Basic ${Buffer.from('ada:p@ss').toString('base64')}`],
    [{ bearerToken: 'abc' }, 'http://ada:p@HOST/', 'Bearer abc'],
    [{ refreshToken: 'abc', caFile: undefined }, 'http://HOST/', undefined],
    [undefined, 'http://HOST/', undefined],
  ])('%o with %s', async (credential, url, expected) => {
    const server = await serve((_, response) => void response.end());
    const answer = await client.request({ url: url.replace('HOST', server.host), credential });
    await answer.discard();
    expect(server.seen[0]?.headers.authorization).toBe(expected);
    expect(answer.url).toBe(`${server.url}/`);
  });
});
