/**
 * What a local folder holds just now, as one word: a commit's id, `COMMIT+HASH8` with edits, `local+HASH8` outside of git.
 * A folder inside a larger repository counts its own files only. Reads, and never writes into the folder's repository.
 */
import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { HelmGitopsError } from '../base/errors.ts';
import { inParallel } from '../base/in-parallel.ts';
import { type CommitInfo, commitInfo, findCommit, parseTree } from './mirror.ts';
import { type Git, type GitOptions, openGit } from './run-git.ts';

export interface WorkingTree {
  readonly revision: string;
  /** HEAD; undefined outside of git and before the first commit. */
  readonly commit: CommitInfo | undefined;
  /** Whether the files differ from HEAD. */
  readonly dirty: boolean;
}

export interface WorkingTreeOptions {
  readonly folder: string;
  readonly environment: GitOptions['environment'];
  readonly signal?: AbortSignal | undefined;
}

/** Not content: git's own, and what the daemon itself writes beside a configuration. */
const leftOut: ReadonlySet<string> = new Set(['.git', '.helm-gitops']);

export async function workingTree(options: WorkingTreeOptions): Promise<WorkingTree> {
  const head = await headOf(options);
  if (head === undefined) {
    const files = await filesBelow(options.folder);
    return { revision: `local+${await hashFiles(options.folder, files)}`, commit: undefined, dirty: true };
  }
  const { git, commit } = head;
  const changed = await changedFiles(git);
  if (changed.length === 0) return { revision: commit.id, commit, dirty: false };
  return { revision: `${commit.id}+${await hashFiles(options.folder, changed)}`, commit, dirty: true };
}

/**
 * One word for when the folder's files were written last: another one where any was written, came or went since, even if it
 * holds the same again. Ignored files do not count. Two writes of one size within a tick of the system's clock are one.
 */
export async function folderStamp(options: WorkingTreeOptions): Promise<string> {
  const { folder, environment, signal } = options;
  const git = openGit({ directory: folder, environment, signal });
  const ofGit = await filesOfGit(git).catch(() => []);
  const files = ofGit.length === 0 ? await filesBelow(folder) : ofGit;
  const hash = createHash('sha256');
  for (const file of files) {
    const info = lstatSync(join(folder, file), { bigint: true, throwIfNoEntry: false });
    hash.update(`${file}\0${info === undefined ? 'gone' : [info.ino, info.size, info.mtimeNs, info.ctimeNs]}\0`);
  }
  return hash.digest('hex');
}

export interface EnclosingRepository {
  readonly root: string;
  /** Of the folder, from there. */
  readonly path: string;
  /** The full id of what git's own words name: `HEAD~1`, `origin/main`. */
  findCommit(revision: string): Promise<string | undefined>;
  /** The regular files of a commit below the folder, from there, each with the id of its contents. */
  listFiles(id: string): Promise<ReadonlyMap<string, string>>;
  /** Where it came from and is pushed to; undefined where it has no `origin`. */
  origin(): Promise<string | undefined>;
}

/** The repository that tracks the folder; undefined outside of git. */
export async function enclosingRepository(options: WorkingTreeOptions): Promise<EnclosingRepository | undefined> {
  const head = await headOf(options);
  if (head === undefined) return undefined;
  const { git } = head;
  const root = (await git('rev-parse', '--show-toplevel')).replace(/\n$/, '');
  const path = (await git('rev-parse', '--show-prefix')).replace(/\/?\n$/, '');
  const origin = async () => (await git('config', '--default', '', '--get', 'remote.origin.url')).trim() || undefined;
  // Run within the folder it lists that one alone, by paths from there.
  const listFiles = async (id: string) => parseTree(await git('ls-tree', '-r', '-z', id));
  return { root, path, findCommit: (revision) => findCommit(git, revision), listFiles, origin };
}

/** HEAD, where git tracks anything of the folder. */
async function headOf({
  folder,
  environment,
  signal,
}: WorkingTreeOptions): Promise<{ git: Git; commit: CommitInfo } | undefined> {
  // The owner of a mounted folder is often another user; it is read, and its configuration runs nothing here.
  const git = openGit({ directory: folder, environment, signal });
  try {
    const tracked = await git('ls-tree', '--name-only', 'HEAD', './');
    if (tracked.trim() === '') return undefined;
    const id = (await git('rev-parse', '--verify', 'HEAD^{commit}')).trim();
    return { git, commit: await commitInfo(git, id) };
  } catch (error) {
    if (error instanceof HelmGitopsError && !['git.missing', 'git.authentication'].includes(error.code))
      return undefined;
    throw error;
  }
}

/** Paths from the folder, of files that are added, changed or gone; ignored ones do not count. */
async function changedFiles(git: Git): Promise<string[]> {
  const prefix = (await git('rev-parse', '--show-prefix')).trim();
  const status = await git('status', '--porcelain', '-z', '--no-renames', '--untracked-files=all', '--', '.');
  return status
    .split('\0')
    .filter((entry) => entry.length > 3)
    .map((entry) => entry.slice(3))
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length))
    .filter(counts)
    .sort();
}

/** Tracked and untracked ones, by their paths from the folder. */
async function filesOfGit(git: Git): Promise<string[]> {
  const listed = await git('ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', '.');
  return listed.split('\0').filter((path) => path !== '' && counts(path));
}

const counts = (path: string): boolean => !path.split('/').some((part) => leftOut.has(part));

async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  const walk = async (path: string): Promise<void> => {
    const entries = await readdir(join(folder, path), { withFileTypes: true });
    const below = entries
      .filter(({ name }) => !leftOut.has(name))
      .map(async (entry) => {
        const child = path === '' ? entry.name : `${path}/${entry.name}`;
        if (entry.isDirectory()) await walk(child);
        else if (entry.isFile() || entry.isSymbolicLink()) files.push(child);
      });
    await Promise.all(below);
  };
  await walk('');
  return files.sort();
}

/** So many files are open at once. */
const parallel = 16;

/** Over names and contents; the first 8 hexadecimal digits. */
async function hashFiles(folder: string, files: readonly string[]): Promise<string> {
  const digests = await inParallel(parallel, files, (file) => digestOf(join(folder, file)));
  const hash = createHash('sha256');
  for (const [index, file] of files.entries()) hash.update(`${file}\0${digests[index]}\0`);
  return hash.digest('hex').slice(0, 8);
}

async function digestOf(path: string): Promise<string> {
  try {
    return createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  } catch {
    // Gone since it was listed, or a link: its target counts.
    return readlink(path).then(
      (target) => `link ${target}`,
      () => 'gone',
    );
  }
}
