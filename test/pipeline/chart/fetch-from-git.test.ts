import { existsSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestSources, type TestSources } from '../../support/chart-repository.ts';
import { git, type TestRepository, temporaryFolder, testRepository } from '../../support/git-repository.ts';

let folder: ReturnType<typeof temporaryFolder>;
let repository: TestRepository;
let sources: TestSources;
let first: string;
let url: string;

const chart = (version: string) => ({ 'charts/shop/Chart.yaml': `apiVersion: v2\nname: shop\nversion: ${version}\n` });

beforeEach(async () => {
  folder = temporaryFolder();
  repository = testRepository(folder.path);
  url = `file://${repository.remote}`;
  repository.commit({ 'README.md': 'of old' });
  first = repository.commit(chart('1.0.0'));
  git(repository.work, 'tag', 'v1.0.0');
  git(repository.work, 'push', '-q', '--tags', 'origin');
  sources = await openTestSources();
});
afterEach(async () => {
  await sources[Symbol.asyncDispose]();
  folder.remove();
});

const ask = (revision: string | undefined, path = 'charts/shop') => ({ type: 'git', url, revision, path }) as const;

describe('a chart of another git repository', () => {
  test('is a folder in a checkout of the whole tree', async () => {
    const fetched = await sources.fetch(ask('main'));
    expect(fetched).toMatchObject({ version: first, digest: `git:${first}`, from: `${url}@main charts/shop` });
    expect(readFileSync(join(fetched.path, 'Chart.yaml'), 'utf8')).toContain('version: 1.0.0');
    expect(fetched.path).toBe(join(fetched.root, 'charts/shop'));
    expect(existsSync(join(fetched.root, 'README.md'))).toBe(true);
  });

  test('is fetched without its history', async () => {
    const fetched = await sources.fetch(ask('main'));
    const mirror = join(fetched.root, '../../mirror.git');
    expect(git(mirror, 'rev-list', '--count', first)).toBe('1');
  });

  test('follows a branch, and stays at a tag and a commit', async () => {
    await sources.fetch(ask('main'));
    const second = repository.commit(chart('1.1.0'));
    expect((await sources.fetch(ask('main'))).version).toBe(second);
    expect((await sources.fetch(ask(undefined))).version).toBe(second);
    expect((await sources.fetch(ask('v1.0.0'))).version).toBe(first);
    expect((await sources.fetch(ask(first))).version).toBe(first);
    git(repository.work, 'tag', 'v1.1.0');
    git(repository.work, 'push', '-q', '--tags', 'origin');
    expect((await sources.fetch(ask('^1.0'))).version).toBe(second);
  });

  test('is found by the beginning of a commit that lies deep in the history', async () => {
    repository.commit(chart('1.1.0'));
    await sources.fetch(ask('main'));
    expect((await sources.fetch(ask(first.slice(0, 10)))).version).toBe(first);
  });

  test('is asked for once by all who want something of one revision', async () => {
    repository.commit({ ...chart('1.0.0'), 'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n' });
    const paths = ['charts/shop', 'charts/web', ''];
    const all = await Promise.all(
      paths.flatMap((path) => [sources.fetch(ask('main', path)), sources.fetch(ask('v1.0.0', ''))]),
    );
    expect(new Set(all.map(({ root }) => root)).size).toBe(2);
  });

  test('serves what was found before when the repository is gone, and says so of a branch', async () => {
    await sources.fetch(ask('main'));
    renameSync(repository.remote, `${repository.remote}.gone`);
    expect(await sources.fetch(ask('main'))).toMatchObject({ version: first, stale: true });
    expect((await sources.fetch(ask(first))).stale).toBeUndefined();
    await expect(sources.fetch(ask('other'))).rejects.toMatchObject({ code: 'git.unreachable', fault: 'transient' });
  });

  test.each([
    ['no such branch', 'nope', 'charts/shop', 'git.revision-not-found'],
    ['no such commit', 'a'.repeat(40), 'charts/shop', 'git.revision-not-found'],
    ['no such folder', 'main', 'charts/none', 'chart.not-found'],
    ['a way out', 'main', '../../..', 'chart.outside'],
    ['an absolute path', 'main', '/etc', 'chart.outside'],
  ])('%s is an error of its own', async (_, revision, path, code) => {
    await expect(sources.fetch(ask(revision, path))).rejects.toMatchObject({ code });
  });

  test('a link that leads out is refused', async () => {
    symlinkSync('/etc', join(repository.work, 'link'));
    repository.commit({});
    await expect(sources.fetch(ask('main', 'link'))).rejects.toMatchObject({ code: 'chart.outside' });
  });

  test.each(['ext::sh -c id', 'charts', '-u'])('%s is no address to fetch from', async (address) => {
    await expect(sources.fetch({ ...ask('main'), url: address })).rejects.toMatchObject({ code: 'git.url' });
  });
});
