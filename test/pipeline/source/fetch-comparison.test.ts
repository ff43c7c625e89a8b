import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fetchComparison } from '../../../src/pipeline/source/fetch-comparison.ts';
import { git, gitEnvironment, temporaryFolder, writeFiles } from '../../support/git-repository.ts';

test('a folder deep in a repository: contents are known by their paths from there, unless somebody edits it', async () => {
  const folder = temporaryFolder();
  try {
    const work = join(folder.path, 'work');
    const commit = (files: Record<string, string>) => {
      writeFiles(work, files);
      git(work, 'add', '-A');
      git(work, 'commit', '-q', '-m', 'Change');
      return git(work, 'rev-parse', 'HEAD');
    };
    writeFiles(work, { 'fleet/values/a.yaml': 'a: 1\n' });
    git(work, 'init', '-q', '--initial-branch=main');
    const base = commit({ 'fleet/values/b.yaml': 'b: 1\n', 'other/values/a.yaml': 'x: 1\n' });
    commit({ 'fleet/values/b.yaml': 'b: 2\n' });
    const compare = async () =>
      await fetchComparison({
        repository: {
          name: 'fleet',
          type: 'folder',
          url: join(work, 'fleet'),
          revision: undefined,
          path: '',
          watch: false,
          poll: { type: 'every', milliseconds: 1_000 },
        },
        cacheFolder: join(folder.path, 'cache'),
        environment: gitEnvironment,
        commit: undefined,
        base,
      });
    const { before, after } = await compare();
    expect([...(after.contents?.keys() ?? [])]).toEqual(['values/a.yaml', 'values/b.yaml']);
    expect(before.contents?.get('values/a.yaml')).toBe(after.contents?.get('values/a.yaml'));
    expect(before.contents?.get('values/b.yaml')).not.toBe(after.contents?.get('values/b.yaml'));
    writeFiles(work, { 'fleet/values/a.yaml': 'a: 3\n' });
    expect((await compare()).after.contents).toBeUndefined();
  } finally {
    folder.remove();
  }
});
