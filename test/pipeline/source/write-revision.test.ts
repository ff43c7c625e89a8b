import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RepositoryConfig } from '../../../src/foundation/git/repository-config.ts';
import { type Fetched, fetchRevision } from '../../../src/pipeline/source/fetch-revision.ts';
import { type RevisionChange, writeRevision } from '../../../src/pipeline/source/write-revision.ts';
import {
  git,
  gitEnvironment,
  type TestRepository,
  temporaryFolder,
  testRepository,
  writeFiles,
} from '../../support/git-repository.ts';
import { type SigningKey, sshKey } from '../../support/signing-keys.ts';

let folder: ReturnType<typeof temporaryFolder>;
let fleet: TestRepository;

beforeEach(() => {
  folder = temporaryFolder();
  fleet = testRepository(folder.path);
  fleet.commit({ 'values/prod.yaml': 'tag: v1\n', 'values/other.yaml': 'a: 1\r\n', 'ünï code.yaml': 'x: 1\n' });
});
afterEach(() => folder.remove());

const remote = (more: Partial<RepositoryConfig> = {}): RepositoryConfig => ({
  ...{ name: 'fleet', type: 'remote', url: fleet.remote, revision: 'main', path: '', watch: false },
  poll: { type: 'every', milliseconds: 1000 },
  ...more,
});
const place = () => ({ cacheFolder: join(folder.path, 'cache'), environment: gitEnvironment });
const read = async (repository: RepositoryConfig) =>
  ((await fetchRevision({ repository, ...place() })) as Fetched).checkout;
const write = async (
  repository: RepositoryConfig,
  texts: Record<string, [string, string]>,
  checkout?: Awaited<ReturnType<typeof read>>,
  more: Partial<RevisionChange> = {},
) =>
  writeRevision({
    ...place(),
    repository,
    checkout: checkout ?? (await read(repository)),
    files: new Map(Object.entries(texts).map(([path, [before, after]]) => [path, { before, after }])),
    message: 'promote shop dev→prod: image.tag v1→v2\n\nHelm-Gitops-Promotion: shop dev→prod\n',
    now: new Date('2026-11-20T12:00:00Z'),
    ...more,
  });
const prod = { 'values/prod.yaml': ['tag: v1\n', 'tag: v2\n'] } as Record<string, [string, string]>;

describe('into a remote', () => {
  test('nothing where commits have to be signed', async () => {
    const checkout = await read(remote());
    const before = git(fleet.remote, 'rev-parse', 'main');
    const written = write(remote({ allowedSigners: '/nonexistent' }), prod, checkout);
    await expect(written).rejects.toMatchObject({
      code: 'source.unsigned',
      message: expect.stringContaining('fleet:'),
    });
    expect(git(fleet.remote, 'rev-parse', 'main')).toBe(before);
  });

  test('a commit in the name of whose change it passes on, signed by ours; of a branch of our own it is ours', async () => {
    sshKey(folder.path, 'own');
    const by = (author: string) => git(fleet.work, 'commit', '-q', '--amend', '--no-edit', '--author', author);
    const own = remote({ signingKey: join(folder.path, 'own.key') });
    fleet.commit({ 'values/dev.yaml': 'tag: v2\n' });
    by('Dora Doe <dora@example.com>');
    const commit = fleet.commit({ README: 'by somebody else' });
    const paths = ['values/dev.yaml', 'values/common.yaml'];
    const people = (id: string) => git(fleet.remote, 'log', '-1', '--format=%an <%ae>, %cn', id);
    const ours = 'helm-gitops <helm-gitops@localhost>, helm-gitops';
    const written = await write(own, prod, undefined, { passes: { commit, paths } });
    expect(people('main')).toBe('Dora Doe <dora@example.com>, helm-gitops');
    expect(git(fleet.remote, 'cat-file', 'commit', 'main')).toContain('BEGIN SSH SIGNATURE');
    expect(written).toMatchObject({ type: 'pushed', branch: 'main' });
    const again = { 'values/prod.yaml': ['tag: v2\n', 'tag: v3\n'] } as Record<string, [string, string]>;
    const aside = { branch: 'aside', ours: [], trailer: 'Helm-Gitops-Promotion: shop dev→prod' };
    await write(own, again, undefined, { passes: { commit, paths }, aside });
    expect(people('aside')).toBe(ours);
    await write(own, again, undefined, { passes: { commit: 'f'.repeat(40), paths } });
    expect(people('main')).toBe(ours);
  });

  test('a signed commit, by a key that counts', async () => {
    const [own, other] = ['own', 'other'].map((name) => sshKey(folder.path, name)) as [SigningKey, SigningKey];
    const allowedSigners = join(folder.path, 'signers');
    const checkout = await read(remote());
    const before = git(fleet.remote, 'rev-parse', 'main');
    const repository = remote({ allowedSigners, signingKey: join(folder.path, 'own.key') });
    writeFileSync(allowedSigners, other.public);
    await expect(write(repository, prod, checkout)).rejects.toMatchObject({ code: 'source.unsigned' });
    expect(git(fleet.remote, 'rev-parse', 'main')).toBe(before);
    writeFileSync(allowedSigners, own.public);
    expect(await write(repository, prod, checkout)).toMatchObject({ type: 'pushed' });
    expect((await read(repository)).signer).toContain('own@example.com');
  });

  test('a commit on top of what was read, in which just these files differ', async () => {
    const before = git(fleet.remote, 'rev-parse', 'main');
    const written = await write(remote(), { ...prod, 'ünï code.yaml': ['x: 1\n', 'x: 2\n'] });
    expect(written).toMatchObject({ type: 'pushed', branch: 'main' });
    expect(git(fleet.remote, 'rev-parse', 'main~1')).toBe(before);
    expect(git(fleet.remote, '-c', 'core.quotePath=false', 'diff', '--stat', '--format=', 'main~1', 'main')).toMatch(
      /2 files changed/,
    );
    expect(git(fleet.remote, 'show', 'main:values/prod.yaml')).toBe('tag: v2');
    expect(git(fleet.remote, 'log', '-1', '--format=%an %cn %s|%(trailers)', 'main')).toBe(
      'helm-gitops helm-gitops promote shop dev→prod: image.tag v1→v2|Helm-Gitops-Promotion: shop dev→prod',
    );
  });

  test('the author is whom git is configured for', async () => {
    writeFileSync(join(folder.path, 'gitconfig'), '[user]\nname = Grace\nemail = grace@example.com\n');
    const environment = { ...gitEnvironment, GIT_CONFIG_GLOBAL: join(folder.path, 'gitconfig') };
    const repository = remote();
    const checkout = await read(repository);
    const files = new Map([['values/prod.yaml', { before: 'tag: v1\n', after: 'tag: v2\n' }]]);
    await writeRevision({ ...place(), environment, repository, checkout, files, message: 'm', now: new Date() });
    expect(git(fleet.remote, 'log', '-1', '--format=%an <%ae>', 'main')).toBe('Grace <grace@example.com>');
  });

  test('nothing, where the branch has moved on', async () => {
    const checkout = await read(remote());
    const other = fleet.commit({ 'values/prod.yaml': 'tag: v9\n' });
    expect(await write(remote(), prod, checkout)).toEqual({ type: 'moved' });
    expect(git(fleet.remote, 'rev-parse', 'main')).toBe(other);
  });

  test('nothing, where the branch moves on between the look and the push', async () => {
    const hook = join(fleet.remote, 'hooks', 'pre-receive');
    // The server's own update comes in between, as a second pusher's would.
    const racer = git(fleet.work, 'commit-tree', 'HEAD^{tree}', '-p', 'HEAD', '-m', 'racer');
    git(fleet.work, 'push', '-q', 'origin', `${racer}:refs/heads/racer`);
    writeFileSync(hook, `#!/bin/sh\nunset GIT_QUARANTINE_PATH\ngit update-ref refs/heads/main ${racer}\n`);
    chmodSync(hook, 0o755);
    expect(await write(remote(), prod)).toEqual({ type: 'moved' });
    expect(git(fleet.remote, 'rev-parse', 'main')).toBe(racer);
  });

  test('what the server declines is the operator’s to settle', async () => {
    const hook = join(fleet.remote, 'hooks', 'pre-receive');
    writeFileSync(hook, '#!/bin/sh\necho protected >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    await expect(write(remote(), prod)).rejects.toMatchObject({ code: 'git.protected', fault: 'user' });
  });

  test('a tag takes no commit', async () => {
    git(fleet.work, 'tag', 'v1');
    git(fleet.work, 'push', '-q', 'origin', 'v1');
    await expect(write(remote({ revision: 'v1' }), prod)).rejects.toMatchObject({ code: 'source.no-branch' });
  });

  test('a branch of our own holds what was proposed last, unless somebody else has changed it', async () => {
    const trailer = 'Helm-Gitops-Promotion: shop dev→prod';
    const repository = remote();
    const checkout = await read(repository);
    const propose = (after: string, at: string) =>
      writeRevision({
        ...{ ...place(), repository, checkout, message: `promote\n\n${trailer}\n` },
        files: new Map([['values/prod.yaml', { before: 'tag: v1\n', after }]]),
        now: new Date(at),
        aside: { branch: 'ours', ours: [], trailer },
      });
    const first = await propose('tag: v2\n', '2026-11-20T12:00:00Z');
    expect(first).toMatchObject({ type: 'pushed', branch: 'ours', onto: 'main' });
    // Pushed and not remembered: not pushed again.
    expect(await propose('tag: v2\n', '2026-11-20T13:00:00Z')).toEqual(first);
    const newer = await propose('tag: v3\n', '2026-11-20T13:00:00Z');
    expect(newer).toMatchObject({ commit: git(fleet.remote, 'rev-parse', 'ours') });
    const tree = git(fleet.remote, 'rev-parse', 'ours^{tree}');
    // As `git commit --amend` does: the author's time stays.
    const environment = { ...gitEnvironment, GIT_AUTHOR_DATE: '2026-11-20T12:00:00Z' };
    const mine = execFileSync('git', ['commit-tree', tree, '-p', 'main', '-m', trailer], {
      ...{ cwd: fleet.remote, env: environment, encoding: 'utf8' },
    });
    git(fleet.remote, 'update-ref', 'refs/heads/ours', mine.trim());
    const refused = propose('tag: v5\n', '2026-11-20T13:00:00Z');
    await expect(refused).rejects.toMatchObject({ code: 'source.branch-taken' });
    expect(git(fleet.remote, 'rev-parse', 'ours')).toBe(mine.trim());
  });

  test('a branch of ours goes on under its earlier name while a commit of ours waits there, and not of another target', async () => {
    const trailer = 'Helm-Gitops-Promotion: shop dev→prod-eu';
    const earlier = 'helm-gitops/promote/shop-prod-eu';
    const names = { branch: 'helm-gitops/promote/shop_prod-eu', earlier };
    const propose = async (line: string, aside: { branch: string; earlier?: string }) => {
      const more = { message: `promote\n\n${line}\n`, aside: { ...aside, ours: [], trailer: line } };
      return await write(remote(), prod, undefined, more);
    };
    expect(await propose(trailer, names)).toMatchObject({ branch: names.branch });
    git(fleet.remote, 'update-ref', '-d', `refs/heads/${names.branch}`);
    const before = await propose(trailer, { branch: earlier });
    expect(await propose(trailer, names)).toEqual(before);
    const other = 'Helm-Gitops-Promotion: shop-prod dev→eu';
    git(fleet.remote, 'update-ref', '-d', `refs/heads/${earlier}`);
    expect(await propose(other, { branch: earlier })).toMatchObject({ branch: earlier });
    expect(await propose(trailer, names)).toMatchObject({ branch: names.branch });
    // What was merged from it waits for nothing.
    git(fleet.remote, 'update-ref', '-d', `refs/heads/${names.branch}`);
    git(fleet.remote, 'update-ref', `refs/heads/${earlier}`, 'main');
    expect(await propose(trailer, names)).toMatchObject({ branch: names.branch });
  });

  test('a link is never written through', async () => {
    symlinkSync('prod.yaml', join(fleet.work, 'values', 'link.yaml'));
    fleet.commit({});
    await expect(write(remote(), { 'values/link.yaml': ['', 'x: 1\n'] })).rejects.toMatchObject({
      code: 'git.not-a-file',
    });
  });
});

describe('into a local folder', () => {
  const local = () => remote({ type: 'folder', url: fleet.work });

  test('the files themselves, for their user to commit', async () => {
    expect(await write(local(), prod)).toEqual({ type: 'edited' });
    expect(readFileSync(join(fleet.work, 'values/prod.yaml'), 'utf8')).toBe('tag: v2\n');
    expect(git(fleet.work, 'status', '--porcelain')).toBe('M values/prod.yaml');
  });

  test('nothing, where somebody has edited one of them meanwhile', async () => {
    const checkout = await read(local());
    writeFiles(fleet.work, { 'values/other.yaml': 'a: 2\n' });
    const both = { ...prod, 'values/other.yaml': ['a: 1\r\n', 'a: 3\r\n'] as [string, string] };
    expect(await write(local(), both, checkout)).toEqual({ type: 'moved' });
    expect(readFileSync(join(fleet.work, 'values/prod.yaml'), 'utf8')).toBe('tag: v1\n');
  });
});
