import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RepositoryConfig } from '../../../src/foundation/git/repository-config.ts';
import type { Checkout } from '../../../src/pipeline/source/checkout.ts';
import { type Fetched, fetchCommit, fetchRevision, isBefore } from '../../../src/pipeline/source/fetch-revision.ts';
import {
  git,
  gitEnvironment,
  type TestRepository,
  temporaryFolder,
  testRepository,
  writeFiles,
} from '../../support/git-repository.ts';
import { sshKey } from '../../support/signing-keys.ts';

let folder: ReturnType<typeof temporaryFolder>;
let repository: TestRepository;
beforeEach(() => {
  folder = temporaryFolder();
  repository = testRepository(folder.path);
});
afterEach(() => folder.remove());

const config = (given: Partial<RepositoryConfig> = {}): RepositoryConfig => ({
  name: 'fleet',
  type: 'remote',
  url: repository.remote,
  revision: 'main',
  path: 'apps',
  poll: { type: 'every', milliseconds: 30_000 },
  watch: false,
  ...given,
});

const options = (given: Partial<RepositoryConfig>) => ({
  repository: config(given),
  cacheFolder: join(folder.path, 'cache'),
  environment: gitEnvironment,
});

const fetch = (given: Partial<RepositoryConfig> = {}, previous?: Checkout) =>
  fetchRevision({ ...options(given), previous });

async function fetched(given: Partial<RepositoryConfig> = {}, previous?: Checkout): Promise<Fetched> {
  const result = await fetch(given, previous);
  if (result === 'unchanged') return expect.unreachable('it is unchanged');
  return result;
}

describe('a remote', () => {
  test('is fetched, then unchanged, then fetched again after a push', async () => {
    const id = repository.commit({ 'apps/a.yaml': '1' }, 'First');
    const first = await fetched();
    expect(first.contents?.size).toBe(1);
    expect(first).toMatchObject({
      checkout: {
        repository: 'fleet',
        revision: id,
        commit: { id, author: 'Ada <ada@example.com>', time: expect.any(Number), subject: 'First' },
        root: expect.stringContaining(id),
        path: 'apps',
      },
    });
    expect(await fetch({}, first.checkout)).toBe('unchanged');
    const next = repository.commit({ 'apps/a.yaml': '2' });
    const second = await fetched({}, first.checkout);
    expect([second.checkout.revision, second.rewritten]).toEqual([next, undefined]);
    expect(readFileSync(join(second.checkout.root, 'apps/a.yaml'), 'utf8')).toBe('2');
    expect(readFileSync(join(first.checkout.root, 'apps/a.yaml'), 'utf8')).toBe('1');
  });

  test('by file:// and by default branch', async () => {
    const id = repository.commit({ a: '1' });
    const { checkout } = await fetched({ url: `file://${repository.remote}`, revision: undefined });
    expect(checkout.revision).toBe(id);
  });

  test('a forced push is told from a normal one, and followed', async () => {
    const base = repository.commit({ a: '1' });
    const lost = repository.commit({ a: '2' });
    const { checkout } = await fetched();
    git(repository.work, 'reset', '-q', '--hard', base);
    const id = repository.commit({ a: '3' });
    expect(await fetched({}, checkout)).toMatchObject({
      checkout: { revision: id },
      rewritten: { from: lost, to: id },
    });
  });

  test('a branch that is set back to an older commit is rewritten too', async () => {
    const base = repository.commit({ a: '1' });
    const lost = repository.commit({ a: '2' });
    const { checkout } = await fetched();
    git(repository.work, 'reset', '-q', '--hard', base);
    git(repository.work, 'push', '-q', '-f', 'origin', 'main');
    expect((await fetched({}, checkout)).rewritten).toEqual({ from: lost, to: base });
  });

  test('a deleted branch is an error, and back again it is found', async () => {
    repository.commit({ a: '1' });
    git(repository.work, 'push', '-q', 'origin', 'main:other');
    const { checkout } = await fetched({ revision: 'other' });
    git(repository.work, 'push', '-q', 'origin', ':other');
    await expect(fetch({ revision: 'other' }, checkout)).rejects.toMatchObject({
      code: 'git.revision-not-found',
      fault: 'user',
      message: expect.stringContaining('there is no branch or tag "other"'),
      hint: 'its branches are main',
    });
    git(repository.work, 'push', '-q', 'origin', 'main:other');
    expect(await fetch({ revision: 'other' }, checkout)).toBe('unchanged');
  });

  test('one that is gone is unreachable, and passes when it is back', async () => {
    repository.commit({ a: '1' });
    const { checkout } = await fetched();
    const away = `${repository.remote}.away`;
    renameSync(repository.remote, away);
    await expect(fetch({}, checkout)).rejects.toMatchObject({ code: 'git.unreachable', fault: 'transient' });
    renameSync(away, repository.remote);
    expect(await fetch({}, checkout)).toBe('unchanged');
  });

  test('nobody listening is unreachable, and no credentials are in the message', async () => {
    const error: unknown = await fetch({ url: 'http://me:geheim@127.0.0.1:9/x.git' }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'git.unreachable', fault: 'transient' });
    expect((error as Error).message).not.toContain('geheim');
  });

  test('follows a range of tags, the newest within it', async () => {
    const one = repository.commit({ a: '1' });
    git(repository.work, 'tag', 'v1.0.0');
    repository.commit({ a: '2' });
    git(repository.work, 'tag', 'v2.0.0');
    git(repository.work, 'push', '-q', '--tags', 'origin');
    const { checkout } = await fetched({ revision: '>=1.0 <2' });
    expect(checkout.revision).toBe(one);
    const next = repository.commit({ a: '3' });
    git(repository.work, 'tag', '-a', '-m', 'x', 'v1.1.0');
    git(repository.work, 'push', '-q', '--tags', 'origin');
    expect(await fetched({ revision: '>=1.0 <2' }, checkout)).toMatchObject({ checkout: { revision: next } });
  });

  test('a tag that is moved is followed and is no rewriting', async () => {
    repository.commit({ a: '1' });
    git(repository.work, 'tag', 'live');
    git(repository.work, 'push', '-q', '--tags', 'origin');
    const { checkout } = await fetched({ revision: 'live' });
    git(repository.work, 'reset', '-q', '--hard');
    const next = repository.commit({ a: '2' });
    git(repository.work, 'tag', '-f', 'live');
    git(repository.work, 'push', '-q', '-f', '--tags', 'origin');
    const moved = await fetched({ revision: 'live' }, checkout);
    expect(moved).toMatchObject({ checkout: { revision: next } });
    expect(moved).not.toHaveProperty('rewritten');
  });

  test.each([7, 40])('a pinned commit (%d digits) stays while the branch moves on', async (digits) => {
    const id = repository.commit({ a: '1' });
    repository.commit({ a: '2' });
    const revision = id.slice(0, digits);
    const { checkout } = await fetched({ revision });
    expect(checkout.revision).toBe(id);
    expect(await fetch({ revision }, checkout)).toBe('unchanged');
  });

  test('a commit that is nowhere is not found', async () => {
    repository.commit({ a: '1' });
    await expect(fetch({ revision: 'f'.repeat(40) })).rejects.toMatchObject({ code: 'git.revision-not-found' });
  });

  test('an empty one has no revision', async () => {
    await expect(fetch({ revision: undefined })).rejects.toMatchObject({ code: 'git.revision-not-found' });
  });

  test('without any cache left it is fetched again', async () => {
    const id = repository.commit({ a: '1' });
    const { checkout } = await fetched();
    rmSync(join(folder.path, 'cache'), { recursive: true });
    const again = await fetched({}, checkout);
    expect([again.checkout.revision, existsSync(again.checkout.root), again.rewritten]).toEqual([id, true, undefined]);
    expect(await fetch({}, again.checkout)).toBe('unchanged');
  });

  test('a commit that is named by its id too', async () => {
    const id = repository.commit({ a: '1' });
    const { checkout } = await fetched({ revision: id });
    rmSync(checkout.root, { recursive: true });
    expect(existsSync((await fetched({ revision: id }, checkout)).checkout.root)).toBe(true);
    expect(await fetch({ revision: id }, checkout)).toBe('unchanged');
  });

  test('a token file that cannot be read is an error of access', async () => {
    repository.commit({ a: '1' });
    const input = {
      repository: config(),
      cacheFolder: join(folder.path, 'cache'),
      environment: gitEnvironment,
      credentials: [{ url: repository.remote, tokenFile: join(folder.path, 'none') }],
    };
    await expect(fetchRevision(input)).rejects.toMatchObject({ code: 'credentials.unreadable' });
  });
});

describe('a local folder', () => {
  test('is read as it lies, each edit a revision', async () => {
    const id = repository.commit({ 'apps/a.yaml': '1' }, 'First');
    const given = { type: 'folder', url: repository.work, revision: undefined } as const;
    const first = await fetched(given);
    expect(first.checkout).toMatchObject({
      revision: id,
      root: repository.work,
      path: 'apps',
      commit: { subject: 'First' },
    });
    expect(await fetch(given, first.checkout)).toBe('unchanged');
    writeFiles(repository.work, { 'apps/a.yaml': '2' });
    const second = await fetched(given, first.checkout);
    expect(second.checkout.revision).toMatch(new RegExp(`^${id}\\+[0-9a-f]{8}$`));
    expect(second.checkout.commit?.id).toBe(id);
    expect(git(repository.work, 'status', '--porcelain')).toBe('M apps/a.yaml');
  });

  test('outside of git has no commit', async () => {
    writeFiles(join(folder.path, 'plain'), { a: '1' });
    const { checkout } = await fetched({ type: 'folder', url: join(folder.path, 'plain') });
    expect(checkout).toMatchObject({ commit: undefined, revision: expect.stringMatching(/^local\+[0-9a-f]{8}$/) });
  });

  test('that is gone is unreachable', async () => {
    await expect(fetch({ type: 'folder', url: join(folder.path, 'none') })).rejects.toMatchObject({
      code: 'git.unreachable',
    });
  });
});

describe('a commit that was read before', () => {
  test('is had again although its branch has moved on and nobody answers', async () => {
    const commit = repository.commit({ 'apps/a.yaml': '1' });
    await fetched();
    const newer = repository.commit({ 'apps/a.yaml': '2' });
    await fetched();
    renameSync(repository.remote, `${repository.remote}.away`);
    const { checkout, contents } = await fetchCommit(options({}), { commit });
    expect(readFileSync(join(checkout.root, 'apps/a.yaml'), 'utf8')).toBe('1');
    expect([checkout.revision, checkout.path, [...(contents?.keys() ?? [])]]).toEqual([
      commit,
      'apps',
      ['apps/a.yaml'],
    ]);
    const order = [isBefore(options({}), commit, newer), isBefore(options({}), newer, commit)];
    expect(await Promise.all(order)).toEqual([true, false]);
  });

  test('is fetched when the cache is gone, and told when it is nowhere', async () => {
    const commit = repository.commit({ a: '1' });
    expect((await fetchCommit(options({}), { commit })).checkout.revision).toBe(commit);
    await expect(fetchCommit(options({}), { commit: 'f'.repeat(40) })).rejects.toMatchObject({ fault: 'user' });
  });

  test('of a local folder holds what lies in that folder', async () => {
    const url = join(repository.work, 'team');
    const commit = repository.commit({ 'team/apps/a.yaml': '1', 'other/b.yaml': '2' });
    writeFiles(url, { 'apps/a.yaml': 'edited' });
    const { checkout, contents } = await fetchCommit(options({ type: 'folder', url }), { commit });
    expect(readFileSync(join(checkout.root, 'apps/a.yaml'), 'utf8')).toBe('1');
    expect([...(contents?.keys() ?? [])]).toEqual(['apps/a.yaml']);
  });

  test('is held to the signers, by the tag that vouched for it', async () => {
    const ann = sshKey(folder.path, 'ann');
    const allowedSigners = join(folder.path, 'allowed');
    writeFileSync(allowedSigners, ann.public);
    const commit = repository.commit({ a: '1' });
    git(repository.work, ...ann.flags, 'tag', '-s', '-m', 'One', 'v1.0.0', 'HEAD');
    git(repository.work, 'push', '-q', '--tags', 'origin');
    const { checkout } = await fetched({ allowedSigners, revision: 'v1.0.0' });
    const { tag } = checkout;
    renameSync(repository.remote, `${repository.remote}.away`);
    const again = await fetchCommit(options({ allowedSigners }), { commit, ...(tag ? { tag } : {}) });
    expect(again.checkout).toEqual(checkout);
    await expect(fetchCommit(options({ allowedSigners }), { commit })).rejects.toMatchObject({
      code: 'source.unsigned',
    });
  });
});

describe('of signed commits', () => {
  test('an annotated tag vouches for its commit, a lightweight one does not', async () => {
    const ann = sshKey(folder.path, 'ann');
    const allowedSigners = join(folder.path, 'allowed');
    writeFileSync(allowedSigners, ann.public);
    const tag = (name: string, ...options: string[]) =>
      git(repository.work, ...ann.flags, 'tag', ...options, name, 'HEAD');
    const id = repository.commit({ a: '1' });
    await expect(fetch({ allowedSigners })).rejects.toMatchObject({ code: 'source.unsigned' });
    tag('v1.0.0', '-s', '-m', 'One');
    tag('v1.1.0');
    tag('v2.0.0', '-a', '-m', 'Two');
    git(repository.work, 'push', '-q', '--tags', 'origin');
    const { checkout } = await fetched({ allowedSigners, revision: 'v1.0.0' });
    expect([checkout.revision, checkout.signer]).toEqual([id, 'ann@example.com']);
    await expect(fetch({ allowedSigners, revision: '1.x' })).rejects.toThrow(/^fleet: commit .* is not signed$/);
    await expect(fetch({ allowedSigners, revision: 'v2.0.0' })).rejects.toThrow(
      /^fleet: the tag v2.0.0 of commit .* not signed$/,
    );
    git(repository.work, 'push', '-q', '-f', 'origin', 'v1.0.0:refs/tags/v3.0.0');
    await expect(fetch({ allowedSigners, revision: '3.x' })).rejects.toThrow('it is the tag v1.0.0 under another name');
  });

  test('nobody counts while the file of signers cannot be understood', async () => {
    repository.commit({ a: '1' });
    await expect(fetch({ allowedSigners: join(folder.path, 'none') })).rejects.toMatchObject({
      code: 'source.signers',
    });
  });
});
