import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Mirror, openMirror } from '../../../src/foundation/git/mirror.ts';
import {
  git,
  gitEnvironment,
  type TestRepository,
  temporaryFolder,
  testRepository,
  writeFiles,
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

/** By path: what it is, whether it may be run, what it holds. */
function describeFolder(root: string): Record<string, unknown> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  const describeOne = (path: string) => {
    const info = lstatSync(path);
    if (info.isSymbolicLink()) return readlinkSync(path);
    return info.isDirectory() ? 'folder' : [info.mode & 0o777, readFileSync(path, 'utf8')];
  };
  return Object.fromEntries(paths.map((path) => [path, describeOne(join(root, path))]));
}

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

  describe('makes a folder that it would remove the next commit’s', () => {
    /** How often a file was written that is the same in each. */
    const turn = async (ids: readonly string[], between: (root: string) => void = () => undefined) => {
      const options = { url: repository.remote, environment: gitEnvironment };
      const one = await openMirror({ ...options, directory: join(folder.path, 'turned'), kept: 1 });
      const all = await openMirror({ ...options, directory: join(folder.path, 'fresh'), kept: 99 });
      await Promise.all([one.fetch(), all.fetch()]);
      const written: number[] = [];
      for (const id of ids) {
        const [turned, fresh] = [await one.materialise(id), await all.materialise(id)];
        expect(describeFolder(turned)).toEqual(describeFolder(fresh));
        expect(readdirSync(join(folder.path, 'turned/commits'))).toEqual([id]);
        written.push(lstatSync(join(turned, 'same')).mtimeMs);
        between(turned);
      }
      return new Set(written).size;
    };
    const remove = (...paths: string[]) => {
      for (const path of paths) rmSync(join(repository.work, path), { recursive: true });
    };

    test('exactly, whatever takes the place of what', async () => {
      const ids = [repository.commit({ same: '1', 'a/b': '1', 'a/c': '1', d: '1', 'e/f/g': 'x', 'ü "': 'y' })];
      remove('a', 'e');
      symlinkSync('d', join(repository.work, 'e'));
      ids.push(repository.commit({ a: 'a file now' }));
      remove('a', 'e', 'ü "');
      chmodSync(join(repository.work, 'd'), 0o755);
      ids.push(repository.commit({ 'a/b': '1', 'e/h': 'a folder again' }));
      remove('a', 'd', 'e');
      ids.push(repository.commit({}), ids[0]!, ids[2]!);
      expect(await turn(ids)).toBe(1);
    });

    test('not where an attribute says how all of them are written', async () => {
      const ids = [repository.commit({ same: '1', 'a/b': '1\n2\n' })];
      ids.push(repository.commit({ 'a/.gitattributes': 'b text eol=crlf\n' }));
      ids.push(repository.commit({ 'a/.gitattributes': '' }), repository.commit({ c: '1' }));
      expect(await turn(ids)).toBe(3);
    });

    test('without what somebody wrote there', async () => {
      const ids = ['1', '2', '3'].map((text) => repository.commit({ same: '1', 'a/b': 'stays', c: text }));
      await turn(ids, (root) => writeFiles(root, { 'a/b': 'edited', c: '3' }));
      await turn(ids, (root) => writeFiles(root, { 'a/new': 'edited' }));
      await turn(ids, (root) => rmSync(join(root, 'a'), { recursive: true }));
    });
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
