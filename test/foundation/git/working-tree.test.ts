import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderStamp, workingTree } from '../../../src/foundation/git/working-tree.ts';
import { git, gitEnvironment, temporaryFolder, testRepository, writeFiles } from '../../support/git-repository.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const at = (path: string) => workingTree({ folder: path, environment: gitEnvironment });
const revision = async (path: string) => (await at(path)).revision;

describe('in git', () => {
  test('without edits it is HEAD', async () => {
    const { work, commit } = testRepository(folder.path);
    const id = commit({ 'a.yaml': '1', '.gitignore': 'ignored\n' }, 'First');
    writeFiles(work, { ignored: 'x', '.helm-gitops/cluster/data': 'x' });
    expect(await at(work)).toMatchObject({ revision: id, dirty: false, commit: { id, subject: 'First' } });
  });

  test('each edit is another revision, and taking it back is the old one', async () => {
    const { work, commit } = testRepository(folder.path);
    const id = commit({ 'a.yaml': '1', 'b.yaml': '1' });
    const seen = [id];
    const edits: (() => void)[] = [
      () => writeFiles(work, { 'a.yaml': '2' }),
      () => writeFiles(work, { 'new folder/ü.yaml': 'x' }),
      () => rmSync(join(work, 'b.yaml')),
      () => git(work, 'add', '-A'),
    ];
    for (const edit of edits) {
      edit();
      seen.push(await revision(work));
    }
    expect(seen[1]).toMatch(new RegExp(`^${id}\\+[0-9a-f]{8}$`));
    expect(new Set(seen.slice(0, 4)).size).toBe(4);
    expect(seen[4]).toBe(seen[3]);
    git(work, 'reset', '-q', '--hard');
    expect(await revision(work)).toBe(id);
  });

  test('a folder inside a larger repository counts its own files only', async () => {
    const { work, commit } = testRepository(folder.path);
    const id = commit({ 'examples/fleet/a.yaml': '1', 'other.txt': '1' });
    const inner = join(work, 'examples/fleet');
    writeFiles(work, { 'other.txt': '2' });
    expect(await revision(inner)).toBe(id);
    writeFiles(inner, { 'a.yaml': '2' });
    const edited = await revision(inner);
    expect(edited).toMatch(/\+[0-9a-f]{8}$/);
    writeFiles(inner, { 'a.yaml': '3' });
    expect(await revision(inner)).not.toBe(edited);
  });

  test('a folder of which git tracks nothing is outside of git', async () => {
    const { work, commit } = testRepository(folder.path);
    commit({ '.gitignore': 'scratch\n' });
    writeFiles(work, { 'scratch/a.yaml': '1' });
    expect(await revision(join(work, 'scratch'))).toMatch(/^local\+[0-9a-f]{8}$/);
  });

  test('before the first commit it is local', async () => {
    git(folder.path, 'init', '-q', '.');
    writeFiles(folder.path, { a: '1' });
    expect(await at(folder.path)).toMatchObject({ commit: undefined, revision: expect.stringMatching(/^local\+/) });
  });
});

describe('outside of git', () => {
  test('is told by names and contents, whatever the times', async () => {
    const [one, two] = [join(folder.path, 'one'), join(folder.path, 'two')];
    for (const path of [one, two]) writeFiles(path, { 'a/b.yaml': '1', 'c.yaml': '2' });
    const before = await revision(one);
    expect(before).toMatch(/^local\+[0-9a-f]{8}$/);
    expect(await revision(two)).toBe(before);
    writeFileSync(join(two, 'c.yaml'), '3');
    expect(await revision(two)).not.toBe(before);
    writeFiles(one, { 'd.yaml': '' });
    expect(await revision(one)).not.toBe(before);
  });

  test('does not count what the daemon itself writes', async () => {
    writeFiles(folder.path, { 'a.yaml': '1' });
    const before = await revision(folder.path);
    writeFiles(folder.path, { '.helm-gitops/kubeconfig': 'x' });
    expect(await revision(folder.path)).toBe(before);
  });

  test('an empty folder has a revision too', async () => {
    mkdirSync(join(folder.path, 'empty'));
    expect(await revision(join(folder.path, 'empty'))).toMatch(/^local\+/);
  });
});

describe('when it was written last', () => {
  const stamp = (path: string) => folderStamp({ folder: path, environment: gitEnvironment });

  test.each(['in git', 'outside of git'])('changes with every write, %s', async (where) => {
    const { work, commit } = testRepository(folder.path);
    const files = { 'a.yaml': '1', 'b/c.yaml': '1', '.gitignore': 'ignored\n' };
    const root = where === 'in git' ? work : join(folder.path, 'plain');
    if (where === 'in git') commit(files);
    else writeFiles(root, files);
    const seen = [await stamp(root)];
    writeFiles(root, { '.helm-gitops/cluster/data': 'x', ...(where === 'in git' ? { ignored: 'x' } : {}) });
    expect(await stamp(root)).toBe(seen[0]);
    const edits: (() => void)[] = [
      () => writeFiles(root, { 'a.yaml': '1' }),
      () => writeFiles(root, { 'b/new.yaml': 'x' }),
      () => rmSync(join(root, 'b/new.yaml')),
      () => rmSync(join(root, 'b/c.yaml')),
    ];
    for (const edit of edits) {
      edit();
      seen.push(await stamp(root));
    }
    // What came and went again leaves things as they were.
    expect(seen[3]).toBe(seen[1]);
    expect(new Set(seen).size).toBe(4);
  });
});
