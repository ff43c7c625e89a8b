/** Takes a folder on this machine, returns the git repository that it lies in, and where there; undefined outside of git. */
import { realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { isBareRepository } from './is-bare-repository.ts';

export interface RepositoryAround {
  readonly root: string;
  /** From there, with `/`; `''` for the root itself. */
  readonly path: string;
}

export async function repositoryAround(folder: string): Promise<RepositoryAround | undefined> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined) return undefined;
  for (let root = real; ; root = dirname(root)) {
    if (await isRepository(root)) return { root, path: relative(root, real).split(sep).join('/') };
    if (dirname(root) === root) return undefined;
  }
}

/** In a worktree and in a submodule `.git` is a file. */
async function isRepository(folder: string): Promise<boolean> {
  const hasGit = await stat(join(folder, '.git')).then(
    () => true,
    () => false,
  );
  return hasGit || (await isBareRepository(folder));
}
