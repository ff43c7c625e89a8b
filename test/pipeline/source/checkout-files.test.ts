import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCheckoutFiles } from '../../../src/pipeline/source/checkout-files.ts';
import { temporaryFolder, writeFiles } from '../../support/git-repository.ts';

let folder: ReturnType<typeof temporaryFolder>;
let root: string;
beforeEach(() => {
  folder = temporaryFolder();
  root = join(folder.path, 'root');
  writeFiles(root, {
    'apps/a.yaml': 'a',
    'apps/b/c.yaml': 'c',
    'apps/d.txt': 'd',
    'chart/Chart.yaml': 'x',
    'chart/v.yaml': 'v',
    '.git/x.yaml': 'x',
  });
  writeFiles(folder.path, { 'secret.yaml': 'secret', 'rootsecret/x.yaml': 'secret' });
});
afterEach(() => folder.remove());

const yaml = (name: string) => name.endsWith('.yaml');

test('all files are looked for once, whoever asks', async () => {
  const files = await openCheckoutFiles(root);
  const first = files.all();
  expect(await first).toEqual(['apps/a.yaml', 'apps/b/c.yaml', 'apps/d.txt', 'chart/Chart.yaml', 'chart/v.yaml']);
  expect(files.all()).toBe(first);
});

describe('list', () => {
  test('gives files below a folder in order, without skipped folders and .git', async () => {
    const files = await openCheckoutFiles(root);
    const skip = (_: string, names: readonly string[]) => names.includes('Chart.yaml');
    expect(await files.list('', { skip, take: yaml })).toEqual({
      files: ['apps/a.yaml', 'apps/b/c.yaml'],
      unreadable: [],
    });
    expect((await files.list('apps/b', { take: yaml })).files).toEqual(['apps/b/c.yaml']);
  });

  test('follows links inside, never outside, and ends where they go in circles', async () => {
    symlinkSync('../apps', join(root, 'apps/self'));
    symlinkSync('../chart/v.yaml', join(root, 'apps/inside.yaml'));
    symlinkSync('../../secret.yaml', join(root, 'apps/outside.yaml'));
    symlinkSync('../../rootsecret', join(root, 'apps/folder.yaml'));
    symlinkSync('nowhere', join(root, 'apps/dangling.yaml'));
    const { files, unreadable } = await (await openCheckoutFiles(root)).list('apps', { take: yaml });
    expect(files).toEqual(['apps/a.yaml', 'apps/b/c.yaml', 'apps/inside.yaml']);
    expect(unreadable).toEqual(['apps/dangling.yaml', 'apps/folder.yaml', 'apps/outside.yaml']);
  });

  test.each(['none', '../rootsecret', '..'])('the folder %s is refused', async (path) => {
    const files = await openCheckoutFiles(root);
    await expect(files.list(path, { take: yaml })).rejects.toMatchObject({ code: 'source.unreadable', fault: 'user' });
  });
});

describe('read', () => {
  test.each(['../secret.yaml', '/etc/passwd', '../rootsecret/x.yaml', 'link.yaml', 'apps', 'none.yaml'])(
    '%s is refused',
    async (path) => {
      symlinkSync('../secret.yaml', join(root, 'link.yaml'));
      const files = await openCheckoutFiles(root);
      await expect(files.read(path)).rejects.toMatchObject({ code: 'source.unreadable', fault: 'user' });
    },
  );

  test('reads what was listed and what was not', async () => {
    const files = await openCheckoutFiles(root);
    await files.list('apps', { take: yaml });
    expect([await files.read('apps/a.yaml'), await files.read('chart/v.yaml')]).toEqual(['a', 'v']);
  });

  test('what a commit holds alike is not read again', async () => {
    const contents = new Map([
      ['apps/a.yaml', '1'],
      ['chart/v.yaml', '2'],
    ]);
    const first = await openCheckoutFiles(root, { contents });
    expect([await first.read('apps/a.yaml'), await first.read('chart/v.yaml')]).toEqual(['a', 'v']);
    // That nobody does; it shows what is read.
    writeFiles(root, { 'apps/a.yaml': 'A', 'chart/v.yaml': 'V' });
    const next = await openCheckoutFiles(root, {
      contents: new Map([...contents, ['chart/v.yaml', '3']]),
      previous: first,
    });
    expect([await next.read('apps/a.yaml'), await next.read('chart/v.yaml')]).toEqual(['a', 'V']);
  });

  test('is read again when git may write it otherwise', async () => {
    const contents = new Map([['apps/a.yaml', '1']]);
    const first = await openCheckoutFiles(root, { contents });
    expect(await first.read('apps/a.yaml')).toBe('a');
    writeFiles(root, { 'apps/a.yaml': 'a\r' });
    const attributed = new Map([...contents, ['apps/.gitattributes', '2']]);
    const next = await openCheckoutFiles(root, { contents: attributed, previous: first });
    expect(await next.read('apps/a.yaml')).toBe('a\r');
  });

  test('an edited file of a folder is read again, however quick the edit was', async () => {
    const later = Date.now() + 60_000;
    const first = await openCheckoutFiles(root, { now: later });
    expect(await first.read('apps/a.yaml')).toBe('a');
    writeFiles(root, { 'apps/a.yaml': 'b' });
    const second = await openCheckoutFiles(root, { now: Date.now(), previous: first });
    expect(await second.read('apps/a.yaml')).toBe('b');
    // Of the same moment, as far as the file system tells: it is not remembered.
    expect(second.known?.size).toBe(0);
    expect(first.known?.get('apps/a.yaml')?.text).toBe('a');
  });

  test('a listed file that became a link outside is refused', async () => {
    const files = await openCheckoutFiles(root);
    await files.list('apps', { take: yaml });
    rmSync(join(root, 'apps/a.yaml'));
    symlinkSync('../../secret.yaml', join(root, 'apps/a.yaml'));
    await expect(files.read('apps/a.yaml')).rejects.toMatchObject({ code: 'source.unreadable' });
  });
});
