/** `package` and `push` from the command line; registries are tried in test/contract/push.test.ts. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startServer } from '../../support/start-server.ts';
import { type Folder, newFolder, run } from './run-in-process.ts';

const chart = { 'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n', 'shop/values.yaml': 'a: 1\n' };
const packed = async (): Promise<Folder> => {
  const folder = await newFolder(chart);
  await run(folder.path, ['package', 'shop']);
  return folder;
};

describe('package', () => {
  test('tells the whole path, or that of the folder that was given', async () => {
    await using folder = await newFolder({
      ...chart,
      'other/Chart.yaml': 'apiVersion: v2\nname: other\nversion: 2.0.0\n',
    });
    expect(await run(folder.path, ['package', 'shop', './other/'])).toEqual({
      code: 0,
      stderr: '',
      stdout: ['shop-1.0.0.tgz', 'other-2.0.0.tgz']
        .map((name) => `Successfully packaged chart and saved it to: ${join(folder.path, name)}\n`)
        .join(''),
    });
    const given = await run(folder.path, ['package', '-d', 'out/', '--version=3.0.0', 'shop']);
    expect(given.stdout).toBe('Successfully packaged chart and saved it to: out/shop-3.0.0.tgz\n');
    expect(existsSync(join(folder.path, 'out/shop-3.0.0.tgz'))).toBe(true);
  });

  test('updates dependencies first when asked', async () => {
    await using folder = await newFolder({
      ...chart,
      'shop/Chart.yaml': `${chart['shop/Chart.yaml']}dependencies: [{name: db, version: 1.x, repository: "file://../db"}]\n`,
      'db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.5.0\n',
    });
    const missing = await run(folder.path, ['package', 'shop']);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('found in Chart.yaml, but missing in charts/ directory: db');
    const environment = { HOME: folder.path };
    expect(await run(folder.path, ['package', '-u', 'shop'], environment)).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(join(folder.path, 'shop/charts/db-1.5.0.tgz'))).toBe(true);
  });

  test.each([
    [['package'], 'need at least one argument, the path to the chart'],
    [['package', 'nowhere'], 'stat nowhere: no such file or directory'],
    [['package', '--sign', 'shop'], 'charts are not signed here'],
    [['package', '--wrong', 'shop'], 'unknown flag: --wrong'],
  ])('is refused: %j', async (args, message) => {
    await using folder = await newFolder(chart);
    const ended = await run(folder.path, args);
    expect([ended.code, ended.stdout]).toEqual([2, '']);
    expect(ended.stderr).toContain(message);
  });
});

interface Server extends AsyncDisposable {
  readonly url: string;
  readonly stored: Map<string, Buffer>;
  readonly log: string[];
}

/** ChartMuseum's API, or a server that stores what is put. */
async function startRepository(kind: 'chartmuseum' | 'files' | 'neither', user?: string): Promise<Server> {
  const stored = new Map<string, Buffer>();
  const log: string[] = [];
  const server = await startServer((request, response) => {
    const { pathname, search } = new URL(request.url, 'http://x');
    log.push(`${request.method} ${pathname}${search}`);
    const { body } = request;
    const end = (status: number) => void response.writeHead(status).end();
    const wanted = user && `Basic ${Buffer.from(user).toString('base64')}`;
    if (wanted !== undefined && request.headers.authorization !== wanted) return end(401);
    const name =
      kind === 'chartmuseum' ? `${pathname}${pathname.endsWith('/prov') ? '' : '/shop-1.0.0.tgz'}` : pathname;
    if (request.method === 'HEAD') return end(stored.has(pathname) ? 200 : 404);
    const fits = kind === 'chartmuseum' ? request.method === 'POST' : kind === 'files' && request.method === 'PUT';
    if (!fits) return end(kind === 'files' ? 405 : 404);
    if (kind === 'chartmuseum' && stored.has(name) && search !== '?force') return end(409);
    stored.set(name, body);
    return end(201);
  });
  return { url: `${server.url}/stable`, stored, log, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

describe('push over HTTP', () => {
  test('speaks to ChartMuseum, with the provenance', async () => {
    await using folder = await packed();
    await using server = await startRepository('chartmuseum');
    writeFileSync(join(folder.path, 'shop-1.0.0.tgz.prov'), 'signed');
    const ended = await run(folder.path, ['push', 'shop-1.0.0.tgz', `${server.url}/`]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^Pushed: http:\/\/\S+\/stable\/charts\/shop-1\.0\.0\.tgz\nDigest: sha256:\w{64}\n$/);
    const archive = readFileSync(join(folder.path, 'shop-1.0.0.tgz'));
    expect([...server.stored]).toEqual([
      ['/stable/api/charts/shop-1.0.0.tgz', archive],
      ['/stable/api/prov', Buffer.from('signed')],
    ]);
  });

  test('replaces a version only with --force', async () => {
    await using folder = await packed();
    for (const kind of ['chartmuseum', 'files'] as const) {
      await using server = await startRepository(kind);
      const push = ['push', 'shop-1.0.0.tgz', server.url];
      expect((await run(folder.path, push)).code).toBe(0);
      const again = await run(folder.path, push);
      expect([again.code, again.stderr]).toEqual([
        2,
        expect.stringContaining('shop-1.0.0.tgz is already in the repository'),
      ]);
      expect(await run(folder.path, [...push, '--force'])).toMatchObject({ code: 0, stderr: '' });
    }
  });

  test('puts the file where no ChartMuseum is', async () => {
    await using folder = await packed();
    await using server = await startRepository('files');
    const ended = await run(folder.path, ['push', 'shop-1.0.0.tgz', server.url]);
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining(`Pushed: ${server.url}/shop-1.0.0.tgz\n`) });
    expect(server.stored.get('/stable/shop-1.0.0.tgz')).toEqual(readFileSync(join(folder.path, 'shop-1.0.0.tgz')));
  });

  test('fails where charts are not taken', async () => {
    await using folder = await packed();
    await using server = await startRepository('neither');
    const ended = await run(folder.path, ['push', 'shop-1.0.0.tgz', server.url]);
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('takes no charts there')]);
  });

  test('logs in as repositories.yaml or the flags say, and never tells the password', async () => {
    await using folder = await packed();
    await using server = await startRepository('chartmuseum', 'jane:s3cret');
    const push = ['push', 'shop-1.0.0.tgz', server.url];
    const environment = { HOME: folder.path };
    const refused = await run(folder.path, [...push, '--username', 'jane', '--password', 'wr0ng'], environment);
    expect([refused.code === 0, refused.stderr.includes('wr0ng')]).toEqual([false, false]);
    expect(await run(folder.path, [...push, '--username=jane', '--password=s3cret'], environment)).toMatchObject({
      code: 0,
    });
    server.stored.clear();
    writeFileSync(
      join(folder.path, 'repositories.yaml'),
      `repositories:\n- {name: mine, url: "${server.url}", username: jane, password: s3cret}\n`,
    );
    expect(await run(folder.path, [...push, '--repository-config', 'repositories.yaml'], environment)).toMatchObject({
      code: 0,
      stderr: '',
    });
  });
});
