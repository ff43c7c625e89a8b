import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Mirror, openMirror } from '../../../src/foundation/git/mirror.ts';
import {
  git,
  gitEnvironment,
  type TestRepository,
  temporaryFolder,
  testRepository,
} from '../../support/git-repository.ts';

let folder: ReturnType<typeof temporaryFolder>;
let repository: TestRepository;
let mirror: Mirror;
const open = () =>
  openMirror({ url: repository.remote, directory: join(folder.path, 'cache'), environment: gitEnvironment });

beforeEach(async () => {
  folder = temporaryFolder();
  repository = testRepository(folder.path);
  mirror = await open();
});
afterEach(() => folder.remove());

describe('a mirror', () => {
  test('lists refs, annotated tags as their commits, without fetching', async () => {
    const id = repository.commit({ a: '1' });
    git(repository.work, 'tag', '-a', '-m', 'x', 'v1.0.0');
    git(repository.work, 'push', '-q', 'origin', 'v1.0.0');
    const { refs, head } = await mirror.listRefs();
    expect(head).toBe('refs/heads/main');
    expect(Object.fromEntries(refs)).toEqual({ HEAD: id, 'refs/heads/main': id, 'refs/tags/v1.0.0': id });
    expect(await mirror.findCommit(id)).toBeUndefined();
  });

  test('fetches one ref or everything', async () => {
    const id = repository.commit({ a: '1' });
    git(repository.work, 'checkout', '-q', '-b', 'other');
    const other = repository.commit({ a: '2' });
    await mirror.fetch('refs/heads/main');
    expect([await mirror.findCommit('main'), await mirror.findCommit(other)]).toEqual([id, undefined]);
    await mirror.fetch();
    expect(await mirror.findCommit(other.slice(0, 8))).toBe(other);
  });

  test('tells of a commit', async () => {
    const id = repository.commit({ a: '1' }, 'Raise replicas\n\nBecause.');
    await mirror.fetch();
    const info = await mirror.commitInfo(id);
    expect(info).toMatchObject({ id, author: 'Ada <ada@example.com>', subject: 'Raise replicas' });
    expect(info.time).toBe(Number(git(repository.work, 'log', '-1', '--format=%ct')));
  });

  test('knows what comes before what', async () => {
    const first = repository.commit({ a: '1' });
    const second = repository.commit({ a: '2' });
    await mirror.fetch();
    expect(await mirror.isAncestor(first, second)).toBe(true);
    expect(await mirror.isAncestor(second, first)).toBe(false);
    expect(await mirror.isAncestor('f'.repeat(40), first)).toBe(false);
  });

  test('lays out the files of a commit, exactly, and the next one beside it', async () => {
    symlinkSync('a/b', join(repository.work, 'link'));
    const files = { 'a/b': 'crlf\r\n', 'ü ".txt': 'x', '.gitattributes': '* text=auto\n' };
    const first = repository.commit(files);
    const second = repository.commit({ 'a/b': 'two' });
    await mirror.fetch();
    const [one, two] = [await mirror.materialise(first), await mirror.materialise(second)];
    expect(readdirSync(one).sort()).toEqual(['.gitattributes', 'a', 'link', 'ü ".txt']);
    expect(lstatSync(join(one, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(one, 'a/b'), 'utf8')).toBe(`${git(repository.work, 'show', `${first}:a/b`)}\n`);
    expect(readFileSync(join(two, 'a/b'), 'utf8')).toBe('two');
    expect(await mirror.materialise(first)).toBe(one);
  });

  test('lays out a commit without files', async () => {
    const id = repository.commit({});
    await mirror.fetch();
    expect(readdirSync(await mirror.materialise(id))).toEqual([]);
  });

  test('keeps a few of the latest commits only, and nothing half done', async () => {
    const laidOut: string[] = [];
    for (let i = 0; i < 10; i++) {
      const id = repository.commit({ a: String(i) });
      await mirror.fetch();
      laidOut.push(await mirror.materialise(id));
    }
    expect(readdirSync(join(folder.path, 'cache/commits'))).toHaveLength(8);
    expect(existsSync(laidOut[0]!)).toBe(false);
    expect(readFileSync(join(laidOut[9]!, 'a'), 'utf8')).toBe('9');
  });

  test('two at once lay out the same commit without harm', async () => {
    const id = repository.commit({ a: '1' });
    await mirror.fetch();
    const [one, two] = await Promise.all([mirror.materialise(id), (await open()).materialise(id)]);
    expect(one).toBe(two);
    expect(readFileSync(join(one, 'a'), 'utf8')).toBe('1');
  });

  test('is made anew after a process was killed in the middle, or when it is damaged', async () => {
    const id = repository.commit({ a: '1' });
    await mirror.fetch();
    const next = repository.commit({ a: '2' });
    writeFileSync(join(folder.path, 'cache/mirror.git/refs/heads/main.lock'), '');
    await mirror.fetch('refs/heads/main');
    expect(await mirror.findCommit('main')).toBe(next);
    writeFileSync(join(folder.path, 'cache/mirror.git/config'), 'nonsense [');
    const third = repository.commit({ a: '3' });
    await (await open()).fetch();
    expect(await mirror.findCommit('main')).toBe(third);
    expect(id).not.toBe(next);
  });

  test.each(['-x', '--help', 'HEAD; id'])('%j is the id of no commit', async (id) => {
    await expect(mirror.commitInfo(id)).rejects.toMatchObject({ code: 'git.revision-not-found' });
    expect(await mirror.findCommit(id)).toBeUndefined();
  });
});
