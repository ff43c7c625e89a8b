import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Credential } from '../../../src/foundation/credentials/credential.ts';
import {
  type ChartRepository,
  indexOf,
  openTestSources,
  packNamed,
  sha256,
  startRepository,
  type TestSources,
} from '../../support/chart-repository.ts';
import { makeCertificate } from '../../support/make-certificate.ts';
import { startServer } from '../../support/start-server.ts';

let repository: ChartRepository;
let sources: TestSources;

beforeEach(async () => {
  repository = await startRepository();
  sources = await openTestSources();
});
afterEach(async () => {
  await sources[Symbol.asyncDispose]();
  await repository[Symbol.asyncDispose]();
});

const ask = (version: string, name = 'shop') =>
  ({ type: 'repository', repository: repository.url, name, version }) as const;

/** Archives with their digests in the index. */
async function publish(...versions: string[]): Promise<void> {
  const listed = [];
  for (const version of versions) {
    const archive = await packNamed('shop', version);
    repository.files.set(`/shop-${version}.tgz`, archive);
    listed.push({ version, digest: sha256(archive) });
  }
  repository.files.set('/index.yaml', indexOf({ shop: listed, web: [] }));
}

describe('a chart of a repository', () => {
  test('is downloaded, checked and told of', async () => {
    await publish('1.0.0', '1.1.0', '2.0.0-rc.1');
    const fetched = await sources.fetch(ask('^1'));
    const archive = repository.files.get('/shop-1.1.0.tgz') as Buffer;
    expect(readFileSync(fetched.path)).toEqual(archive);
    expect(fetched).toMatchObject({
      version: '1.1.0',
      digest: `sha256:${sha256(archive)}`,
      from: `${repository.url}/shop-1.1.0.tgz`,
    });
    expect(fetched.stale).toBeUndefined();
  });

  test('is downloaded once for a hundred who ask at once', async () => {
    await publish('1.0.0', '1.1.0');
    await Promise.all(Array.from({ length: 100 }, (_, index) => sources.fetch(ask(index % 2 === 0 ? '^1' : '1.1.0'))));
    expect(repository.log).toEqual(['200 /index.yaml', '200 /shop-1.1.0.tgz']);
  });

  test('asks only whether the index changed the next time', async () => {
    await publish('1.0.0');
    await sources.fetch(ask(''));
    await sources.fetch(ask(''));
    await publish('1.0.0', '1.1.0');
    expect((await sources.fetch(ask(''))).version).toBe('1.1.0');
    expect(repository.log.slice(2)).toEqual(['304 /index.yaml', '200 /index.yaml', '200 /shop-1.1.0.tgz']);
  });

  test('is not asked for again within the age that was configured', async () => {
    await publish('1.0.0');
    let now = 0;
    await using patient = await openTestSources({ more: { maxAge: 1000, now: () => now } });
    await patient.fetch(ask('*'));
    now = 999;
    await patient.fetch(ask('*'));
    await patient.fetch(ask('^1'));
    expect(repository.log).toHaveLength(2);
    now = 1000;
    await patient.fetch(ask('*'));
    expect(repository.log.at(-1)).toBe('304 /index.yaml');
  });

  test('tries the next URL where one is gone, and keeps nothing that is not what was announced', async () => {
    const archive = await packNamed('shop', '1.0.0');
    repository.files.set('/wrong.tgz', await packNamed('shop', '6.6.6'));
    repository.files.set('/right.tgz', archive);
    const urls = ['gone.tgz', 'wrong.tgz', `${repository.url}/right.tgz?token=abc`];
    repository.files.set(
      '/index.yaml',
      indexOf({ shop: [{ version: '1.0.0', urls, digest: `sha256:${sha256(archive)}` }] }),
    );
    const fetched = await sources.fetch(ask('1.0.0'));
    expect(fetched.digest).toBe(`sha256:${sha256(archive)}`);
    expect(fetched.from).toBe(`${repository.url}/right.tgz?token=…`);
  });

  test('refuses an archive of another digest', async () => {
    await publish('1.0.0');
    repository.files.set('/shop-1.0.0.tgz', await packNamed('shop', '6.6.6'));
    const wanted = { code: 'chart.corrupted', message: expect.stringContaining(`${repository.url} 1.0.0: what`) };
    await expect(sources.fetch(ask('1.0.0'))).rejects.toMatchObject(wanted);
    // The second time nothing is found in the cache either.
    await expect(sources.fetch(ask('1.0.0'))).rejects.toMatchObject({ code: 'chart.corrupted' });
  });

  test('keeps the query of the repository for what is relative to it', async () => {
    repository.files.set('/deep/index.yaml', indexOf({ shop: [{ version: '1.0.0' }] }));
    repository.files.set('/deep/shop-1.0.0.tgz', await packNamed('shop', '1.0.0'));
    const fetched = await sources.fetch({ ...ask(''), repository: `${repository.url}/deep/?key=s3cret` });
    expect(repository.seen.map(({ url }) => url)).toEqual([
      '/deep/index.yaml?key=s3cret',
      '/deep/shop-1.0.0.tgz?key=s3cret',
    ]);
    expect(JSON.stringify(fetched)).not.toContain('s3cret');
  });

  test('skips versions without a URL or with a name that is none', async () => {
    repository.files.set('/shop-1.0.0.tgz', await packNamed('shop', '1.0.0'));
    const listed = [{ version: '3.0.0', urls: [] }, { version: '1.0.0' }, { version: 'newest' }];
    repository.files.set(
      '/index.yaml',
      indexOf({ shop: listed }).replace('    urls:\n    version: 3', '    version: 3'),
    );
    expect((await sources.fetch(ask('*'))).version).toBe('1.0.0');
  });

  test('asks anew for an archive without a digest only whether it changed', async () => {
    repository.files.set('/index.yaml', indexOf({ shop: [{ version: '1.0.0' }] }));
    repository.files.set('/shop-1.0.0.tgz', await packNamed('shop', '1.0.0'));
    await sources.fetch(ask(''));
    await sources.fetch(ask(''));
    expect(repository.log.slice(2)).toEqual(['304 /index.yaml', '304 /shop-1.0.0.tgz']);
  });

  test('reads an index that is written in an unusual way', async () => {
    repository.files.set(
      '/index.yaml',
      '{apiVersion: v1, entries: {shop: [{name: shop, version: 1.0.0, urls: [shop-1.0.0.tgz]}]}}',
    );
    repository.files.set('/shop-1.0.0.tgz', await packNamed('shop', '1.0.0'));
    expect((await sources.fetch(ask(''))).version).toBe('1.0.0');
    expect((await sources.fetch(ask(''))).version).toBe('1.0.0');
  });

  test('lists the versions of a chart', async () => {
    await publish('1.0.0', '1.1.0');
    expect(await sources.listVersions(ask(''))).toEqual(['1.0.0', '1.1.0']);
    expect(await sources.listVersions(ask('', 'nope'))).toBeUndefined();
  });

  test('is taken from a mirror of its repository first', async () => {
    await publish('1.0.0');
    const mirrors = [{ of: 'https://charts.example.com/stable', at: repository.url }];
    await using mirrored = await openTestSources({ more: { mirrors } });
    const request = { ...ask(''), repository: 'https://charts.example.com/stable' };
    expect((await mirrored.fetch(request)).version).toBe('1.0.0');
  });
});

describe('mirrors of a repository', () => {
  const basic = (user: string) => `Basic ${Buffer.from(`${user}:secret`).toString('base64')}`;

  test('are asked with their own credentials, the original with its own, and it is the last', async () => {
    await publish('1.0.0');
    await using mirror = await startRepository();
    const heard: Record<string, (string | undefined)[]> = { mirror: [], original: [] };
    for (const [name, server] of Object.entries({ mirror, original: repository })) {
      server.answer = ({ url, headers }, response) => {
        heard[name]?.push(headers.authorization);
        const file = repository.files.get(url.replace('/cache', ''));
        // The mirror has the index alone.
        if (file === undefined || (name === 'mirror' && url.endsWith('.tgz'))) response.writeHead(404).end();
        else response.writeHead(200).end(file);
      };
    }
    const credentials = new Map([
      [`${mirror.url}/cache`, 'mirror'],
      [repository.url, 'original'],
    ]);
    const findCredential = async (url: string) => {
      const [, username] = [...credentials].find(([prefix]) => url.startsWith(prefix)) ?? [];
      return username === undefined ? undefined : { username, password: 'secret' };
    };
    const mirrors = [
      { of: repository.url, at: 'http://127.0.0.1:1' },
      { of: repository.url, at: `${mirror.url}/cache` },
    ];
    await using mirrored = await openTestSources({ findCredential, more: { mirrors } });
    expect((await mirrored.fetch(ask('1.0.0'))).version).toBe('1.0.0');
    expect(heard).toEqual({ mirror: [basic('mirror'), basic('mirror')], original: [basic('original')] });
  });

  test.each([
    [
      'is down',
      (server: ChartRepository) => {
        server.answer = (_, response) => void response.destroy();
      },
    ],
    [
      'denies access',
      (server: ChartRepository) => {
        server.answer = (_, response) => void response.writeHead(401).end();
      },
    ],
    [
      'has other archives',
      async (server: ChartRepository) => void server.files.set('/shop-1.0.0.tgz', await packNamed('shop', '6.6.6')),
    ],
  ])('may fail: one %s', async (_, harm) => {
    await publish('1.0.0');
    await using mirror = await startRepository();
    for (const [name, file] of repository.files) mirror.files.set(name, file);
    await harm(mirror);
    await using mirrored = await openTestSources({ more: { mirrors: [{ of: repository.url, at: mirror.url }] } });
    expect((await mirrored.fetch(ask('1.0.0'))).version).toBe('1.0.0');
    expect(repository.log).toContain('200 /shop-1.0.0.tgz');
  });

  test('of elsewhere get no credentials when the index leads there', async () => {
    await using mirror = await startRepository();
    mirror.files.set('/a.tgz', await packNamed('shop', '1.0.0'));
    repository.files.set(
      '/index.yaml',
      indexOf({ shop: [{ version: '1.0.0', urls: ['https://private.example.com/a.tgz'] }] }),
    );
    const heard: (string | undefined)[] = [];
    mirror.answer = ({ url, headers }, response) => {
      heard.push(headers.authorization);
      response.writeHead(200).end(mirror.files.get(url));
    };
    const findCredential = async () => ({ username: 'mirror', password: 'secret' });
    const mirrors = [{ of: 'https://private.example.com', at: mirror.url }];
    await using mirrored = await openTestSources({ findCredential, more: { mirrors } });
    expect((await mirrored.fetch(ask('1.0.0'))).version).toBe('1.0.0');
    expect(heard).toEqual([undefined]);
  });

  test('are told of when the original fails too', async () => {
    repository.answer = (_, response) => void response.writeHead(503).end();
    const mirrors = [{ of: repository.url, at: 'http://127.0.0.1:1' }];
    await using mirrored = await openTestSources({ more: { mirrors } });
    await expect(mirrored.fetch(ask('1.0.0'))).rejects.toMatchObject({
      code: 'http.server',
      hint: expect.stringContaining('its mirror failed too'),
    });
  });
});

describe('a repository out of reach', () => {
  test('serves what was found before, and says so only where it may have moved', async () => {
    await publish('1.0.0');
    await sources.fetch(ask('1.0.0'));
    await sources.fetch(ask('^1'));
    repository.answer = (_, response) => void response.writeHead(503).end();
    expect((await sources.fetch(ask('1.0.0'))).stale).toBeUndefined();
    expect(await sources.fetch(ask('^1'))).toMatchObject({ version: '1.0.0', stale: true });
    // Never asked before, but the index of the last time knows it.
    expect(await sources.fetch(ask('~1.0'))).toMatchObject({ version: '1.0.0', stale: true });
    await expect(sources.fetch(ask('2.0.0'))).rejects.toMatchObject({ code: 'http.server', fault: 'transient' });
  });

  test('serves after a restart too', async () => {
    await publish('1.0.0');
    await sources.fetch(ask('1.0.0'));
    repository.answer = (_, response) => void response.destroy();
    await using restarted = await openTestSources({ folder: sources.folder });
    expect((await restarted.fetch(ask('1.0.0'))).version).toBe('1.0.0');
  });

  test('asks a dead host once for all who ask in a row', async () => {
    repository.answer = (_, response) => void response.writeHead(500).end();
    await using patient = await openTestSources({ more: { maxAge: 60_000 } });
    for (let i = 0; i < 5; i++)
      await expect(patient.fetch(ask(`1.0.${i}`))).rejects.toMatchObject({ code: 'http.server' });
    // The client's own four tries.
    expect(repository.log).toHaveLength(4);
  });
});

describe('credentials of a repository', () => {
  const credential: Credential = { username: 'ada', password: 'pw-8dk3' };
  const basic = `Basic ${Buffer.from('ada:pw-8dk3').toString('base64')}`;

  test('go to its own origin and to no other', async () => {
    await using other = await startRepository();
    const archive = await packNamed('shop', '1.0.0');
    other.files.set('/shop.tgz', archive);
    const listed = [
      { version: '1.0.0', urls: [`${other.url}/shop.tgz`] },
      { version: '0.9.0', urls: ['old.tgz'] },
    ];
    repository.files.set('/index.yaml', indexOf({ shop: listed }));
    repository.files.set('/old.tgz', archive);
    await using allowed = await openTestSources({ findCredential: async () => credential });
    await allowed.fetch(ask('1.0.0'));
    await allowed.fetch(ask('0.9.0'));
    expect(repository.seen.map(({ headers }) => headers.authorization)).toEqual([basic, basic, basic]);
    expect(other.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test('stay behind when the index is redirected to another host', async () => {
    await using other = await startRepository();
    const archive = await packNamed('shop', '1.0.0');
    other.files.set('/moved.yaml', indexOf({ shop: [{ version: '1.0.0' }] }));
    repository.answer = (request, response) => {
      if (request.url === '/shop-1.0.0.tgz') response.end(archive);
      else response.writeHead(302, { location: `${other.url}/moved.yaml` }).end();
    };
    await using allowed = await openTestSources({ findCredential: async () => credential });
    // What is relative stays so to the repository that was named, as with Helm.
    expect((await allowed.fetch(ask('1.0.0'))).from).toBe(`${repository.url}/shop-1.0.0.tgz`);
    expect(other.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    expect(repository.seen.map(({ headers }) => headers.authorization)).toEqual([basic, basic]);
  });

  test('written into its URL go there too, and are never shown', async () => {
    await publish('1.0.0');
    const withUser = repository.url.replace('http://', 'http://ada:pw-8dk3@');
    const fetched = await sources.fetch({ ...ask('1.0.0'), repository: withUser });
    expect(repository.seen.map(({ headers }) => headers.authorization)).toEqual([basic, basic]);
    expect(JSON.stringify(fetched)).not.toContain('pw-8dk3');
    const failure = await sources.fetch({ ...ask('7.0.0'), repository: withUser }).catch((error: Error) => error);
    expect(JSON.stringify([failure, (failure as Error).message])).not.toContain('pw-8dk3');
  });
});

describe('what can go wrong', () => {
  const failing = (status: number, headers = {}) => {
    repository.answer = (_, response) => void response.writeHead(status, headers).end();
  };

  test.each([
    [401, 'http.denied', 'user', /denies access \(401\)/],
    [403, 'http.denied', 'user', /denies access \(403\)/],
    [404, 'chart.no-index', 'user', /there is no chart repository at http/],
    [429, 'http.rate-limited', 'transient', /wants fewer requests/],
    [500, 'http.server', 'transient', /fails \(500\)/],
  ])('status %i is %s', async (status, code, fault, message) => {
    failing(status);
    const error = { code, fault, message: expect.stringMatching(message), hint: expect.any(String) };
    await expect(sources.fetch(ask('1.2.3'))).rejects.toMatchObject(error);
    await expect(sources.fetch(ask('1.2.3'))).rejects.toThrow(`the chart shop of ${repository.url} 1.2.3: `);
  });

  test('a host that is not known, and one that does not answer', async () => {
    const unknown = { ...ask('1.0.0'), repository: 'http://charts.invalid' };
    await expect(sources.fetch(unknown)).rejects.toMatchObject({ code: 'http.dns', hint: expect.any(String) });
    await expect(sources.fetch({ ...unknown, repository: 'http://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'http.unreachable',
      hint: expect.any(String),
    });
  });

  test('a certificate that nobody trusts', async () => {
    await using server = await startServer((_, response) => void response.end(), makeCertificate());
    const untrusted = sources.fetch({ ...ask('1.0.0'), repository: server.url });
    await expect(untrusted).rejects.toMatchObject({ code: 'http.tls', hint: expect.stringContaining('caFile') });
  });

  test('a chart that does not exist is told with the one that was meant', async () => {
    await publish('1.0.0');
    const error = { code: 'chart.unknown', hint: 'did you mean "shop"?' };
    await expect(sources.fetch(ask('', 'shpo'))).rejects.toMatchObject(error);
  });

  test('a version that does not exist is told with those next to it', async () => {
    await publish('1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0', '1.5.0', '2.0.0');
    const error = { code: 'chart.no-version', hint: 'nearest: 1.4.0, 1.3.0, 1.2.0, 1.1.0, 1.0.0' };
    await expect(sources.fetch(ask('1.2.7'))).rejects.toMatchObject(error);
  });

  test('pre-releases alone do not satisfy a range', async () => {
    await publish('1.0.0-rc.1');
    await expect(sources.fetch(ask(''))).rejects.toMatchObject({
      code: 'chart.no-version',
      hint: expect.stringContaining('>=0-0'),
    });
  });

  test('a range that is none', async () => {
    await publish('1.0.0');
    await expect(sources.fetch(ask('new'))).rejects.toMatchObject({ code: 'chart.range-invalid', fault: 'user' });
  });

  test('an archive that is gone, or a page instead of it', async () => {
    await publish('1.0.0');
    repository.files.delete('/shop-1.0.0.tgz');
    await expect(sources.fetch(ask('1.0.0'))).rejects.toMatchObject({ code: 'chart.archive-missing' });
    repository.files.set('/shop-1.0.0.tgz', '<html>sign in</html>');
    await expect(sources.fetch(ask('1.0.0'))).rejects.toMatchObject({ code: 'chart.corrupted' });
  });

  test('an archive without a digest that ends too early is not kept', async () => {
    const archive = await packNamed('shop', '1.0.0');
    repository.files.set('/index.yaml', indexOf({ shop: [{ version: '1.0.0' }] }));
    repository.files.set('/shop-1.0.0.tgz', archive.subarray(0, archive.length - 20));
    await expect(sources.fetch(ask(''))).rejects.toMatchObject({ code: 'chart.corrupted' });
    repository.files.set('/shop-1.0.0.tgz', archive);
    expect((await sources.fetch(ask(''))).digest).toBe(`sha256:${sha256(archive)}`);
  });

  test.each([
    ['no apiVersion', 'entries: {}\n', 'no API version specified'],
    ['nothing', '', 'empty index.yaml file'],
    ['no map', '- a\n', 'the index is to be a map'],
    ['a page', '<html>\n<a href="x">y</a>', 'the index is to be a map'],
    ['a chart that is no list', 'apiVersion: v1\nentries:\n  shop: 1\n', 'a chart is to have a list of versions'],
    ['a wrong type', 'apiVersion: v1\nentries:\n  shop:\n  - urls: x\n    version: 1.0.0\n', 'ChartVersion.urls'],
  ])('an index of %s', async (_, index, message) => {
    repository.files.set('/index.yaml', index);
    const error = { code: 'chart.repository-invalid', message: expect.stringContaining(message) };
    await expect(sources.fetch(ask(''))).rejects.toMatchObject(error);
  });

  test('an index that leads to a file of this machine', async () => {
    repository.files.set('/index.yaml', indexOf({ shop: [{ version: '1.0.0', urls: ['file:///etc/passwd'] }] }));
    await expect(sources.fetch(ask(''))).rejects.toMatchObject({ code: 'chart.repository-invalid' });
  });
});
