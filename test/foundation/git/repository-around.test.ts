import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { repositoryAround } from '../../../src/foundation/git/repository-around.ts';
import { git, temporaryFolder } from '../../support/git-repository.ts';

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder.path, ...names);
afterAll(folder.remove);

test('a folder is found in the repository that it lies in, wherever one came from', async () => {
  for (const name of ['work/a/b', 'plain/c']) mkdirSync(at(name), { recursive: true });
  git(folder.path, 'init', '-q', 'work');
  git(folder.path, 'init', '-q', '--bare', 'bare.git');
  symlinkSync(at('work/a'), at('plain/link'));
  const root = at('work');
  expect(await repositoryAround(at('work/a/b'))).toEqual({ root, path: 'a/b' });
  expect(await repositoryAround(at('plain/link'))).toEqual({ root, path: 'a' });
  expect(await repositoryAround(root)).toEqual({ root, path: '' });
  expect(await repositoryAround(at('bare.git'))).toEqual({ root: at('bare.git'), path: '' });
  expect(await repositoryAround(at('plain/none'))).toBeUndefined();
});
