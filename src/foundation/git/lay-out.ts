/**
 * The files of one commit in a folder named after it: written aside and renamed, so that it is whole or not there. Of many
 * folders the one that nobody asked for in the longest time is made the next: git then writes only what differs.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { HelmGitopsError } from '../base/errors.ts';
import { type Git, type GitOptions, openGit } from './run-git.ts';

export interface LayOutOptions {
  readonly id: string;
  readonly directory: string;
  readonly repository: string;
  readonly environment: GitOptions['environment'];
  /** So many are kept; a step may still be reading an older one. Default 8. */
  readonly kept?: number | undefined;
}

interface Folders {
  readonly commits: string;
  /** What git knows of the files that it wrote in each: sizes, times, contents. */
  readonly indexes: string;
}

export async function layOut(options: LayOutOptions): Promise<string> {
  const { id, directory, kept = 8 } = options;
  const folders = { commits: join(directory, 'commits'), indexes: join(directory, 'indexes') };
  const target = join(folders.commits, id);
  await Promise.all(Object.values(folders).map((folder) => mkdir(folder, { recursive: true })));
  if (!(await isFolder(target))) {
    const aside = join(folders.commits, `.${id}.${randomBytes(6).toString('hex')}`);
    try {
      const [oldest] = await leastAskedFor(folders.commits, kept - 1);
      const turned = oldest !== undefined && (await turnInto({ ...options, ...folders, old: oldest }, aside));
      if (!turned) await writeAll(options, aside);
      await rename(aside, target).then(
        () => rename(`${aside}.index`, join(folders.indexes, id)),
        async (error: unknown) => {
          // Another process laid the same commit out meanwhile.
          if (!(await isFolder(target))) throw error;
        },
      );
    } finally {
      await remove(aside, `${aside}.index`);
    }
  }
  // The time of a folder says when it was last asked for.
  const now = new Date();
  await utimes(target, now, now).catch(() => undefined);
  const old = await leastAskedFor(folders.commits, kept);
  await remove(...old.flatMap((name) => Object.values(folders).map((folder) => join(folder, name))));
  return target;
}

function gitIn({ repository, environment }: LayOutOptions, aside: string): Git {
  const variables = { GIT_DIR: repository, GIT_WORK_TREE: aside, GIT_INDEX_FILE: `${aside}.index` };
  return openGit({ directory: aside, environment, variables });
}

async function writeAll(options: LayOutOptions, aside: string): Promise<void> {
  await remove(aside, `${aside}.index`);
  await mkdir(aside);
  await gitIn(options, aside)('read-tree', '-v', '-m', '-u', '--', options.id);
  await settle(`${aside}.index`);
}

/**
 * A folder that would be removed becomes another commit's. False where that cannot be, or where something lies in it that
 * git did not write: then nothing of it is used.
 */
async function turnInto(options: LayOutOptions & Folders & { readonly old: string }, aside: string): Promise<boolean> {
  const { commits, indexes, old, id } = options;
  try {
    // Whoever still reads it finds nothing from here on, as if it were removed.
    await rename(join(indexes, old), `${aside}.index`);
    await rename(join(commits, old), aside);
    const git = gitIn(options, aside);
    const changed = await git('diff-tree', '-r', '-z', '--no-renames', '--name-only', old, id);
    // They say how git writes contents into files, also into those whose contents are the same.
    if (/(^|\/|\0)\.gitattributes\0/.test(changed)) return false;
    // A file that is not as git left it is written anew.
    await git('read-tree', '-v', '--reset', '-u', id);
    await settle(`${aside}.index`);
    const files = await git('ls-files', '-z', '-t', '--cached', '--others', '--modified', '--deleted');
    return !/(^|\0)[?CR] /.test(files);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || (error instanceof HelmGitopsError && error.code.startsWith('git.'))) return false;
    throw error;
  }
}

/** To git a file as new as its index may have changed since, and is read again; here nobody writes after git. */
async function settle(index: string): Promise<void> {
  const later = new Date(Date.now() + 1_000);
  await utimes(index, later, later);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}

/** All but so many, the one that was asked for longest ago first. */
async function leastAskedFor(folder: string, kept: number): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.'));
  if (names.length <= kept) return [];
  const used = await Promise.all(
    names.map(async (name) => ({
      name,
      time: await stat(join(folder, name)).then(
        (info) => info.mtimeMs,
        () => 0,
      ),
    })),
  );
  return used
    .sort((left, right) => left.time - right.time)
    .slice(0, names.length - kept)
    .map(({ name }) => name);
}

async function remove(...paths: string[]): Promise<void> {
  await Promise.all(paths.map((path) => rm(path, { recursive: true, force: true })));
}
