/** The files of one commit in a folder named after it: written aside and renamed, so that it is whole or not there. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitOptions, openGit } from './run-git.ts';

export interface LayOutOptions {
  readonly id: string;
  readonly directory: string;
  readonly repository: string;
  readonly environment: GitOptions['environment'];
  /** So many are kept; a step may still be reading an older one. Default 8. */
  readonly kept?: number | undefined;
}

export async function layOut({ id, directory, repository, environment, kept = 8 }: LayOutOptions): Promise<string> {
  const folder = join(directory, 'commits');
  const target = join(folder, id);
  await mkdir(folder, { recursive: true });
  if (!(await isFolder(target))) {
    const aside = join(folder, `.${id}.${randomBytes(6).toString('hex')}`);
    await mkdir(aside);
    try {
      const variables = { GIT_DIR: repository, GIT_WORK_TREE: aside, GIT_INDEX_FILE: `${aside}.index` };
      const git = openGit({ directory: aside, environment, variables });
      await git('read-tree', '-v', '-m', '-u', '--', id);
      await rename(aside, target).catch(async (error: unknown) => {
        // Another process laid the same commit out meanwhile.
        if (!(await isFolder(target))) throw error;
      });
    } finally {
      await Promise.all([rm(aside, { recursive: true, force: true }), rm(`${aside}.index`, { force: true })]);
    }
  }
  // The time of a folder says when it was last asked for.
  const now = new Date();
  await utimes(target, now, now).catch(() => undefined);
  await removeOld(folder, kept);
  return target;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}

async function removeOld(folder: string, kept: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.'));
  if (names.length <= kept) return;
  const used = await Promise.all(
    names.map(async (name) => ({
      name,
      time: await stat(join(folder, name)).then(
        (info) => info.mtimeMs,
        () => 0,
      ),
    })),
  );
  const old = used.sort((left, right) => right.time - left.time).slice(kept);
  await Promise.all(old.map(({ name }) => rm(join(folder, name), { recursive: true, force: true })));
}
