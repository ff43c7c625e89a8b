/**
 * Takes a commit of a bare repository and new contents of some of its files; returns the id of a commit on top of it in which
 * just these differ. Nothing is checked out, no hook runs, no ref is moved.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HelmGitopsError } from '../base/errors.ts';
import { type GitOptions, openGit } from './run-git.ts';

export interface Person {
  readonly name: string;
  readonly email: string;
}

export interface FilesCommit {
  /** The full id. */
  readonly parent: string;
  /** Whole new texts, by path from the root; each is a regular file of the parent. */
  readonly files: ReadonlyMap<string, string>;
  readonly message: string;
  readonly author: Person;
  readonly committer: Person;
  readonly time: Date;
  /** A private SSH key that signs it. */
  readonly signingKey?: string | undefined;
}

export interface CommitPlace {
  readonly repository: string;
  /** Temporary files are made there. */
  readonly directory: string;
  readonly environment: GitOptions['environment'];
}

export async function commitFiles(
  commit: FilesCommit,
  { repository, directory, environment }: CommitPlace,
): Promise<string> {
  const folder = await mkdtemp(join(directory, '.commit-'));
  try {
    const variables = { GIT_DIR: repository, GIT_INDEX_FILE: join(folder, 'index'), ...people(commit) };
    const { signingKey } = commit;
    const settings = signingKey && { 'gpg.format': 'ssh', 'user.signingKey': signingKey };
    const git = openGit({ directory: folder, environment, variables, ...(settings ? { settings } : {}) });
    await git('read-tree', commit.parent);
    let number = 0;
    for (const [path, text] of commit.files) {
      const mode = await modeOf(
        await git('ls-tree', '-z', '--full-tree', commit.parent, '--', `:(literal)${path}`),
        path,
      );
      const file = join(folder, `file${number++}`);
      await writeFile(file, text);
      const blob = (await git('hash-object', '-w', '--no-filters', '--', file)).trim();
      await git('update-index', '--cacheinfo', `${mode},${blob},${path}`);
    }
    const tree = (await git('write-tree')).trim();
    const message = join(folder, 'message');
    await writeFile(message, commit.message);
    const sign = signingKey === undefined ? [] : ['-S'];
    return (await git('commit-tree', ...sign, tree, '-p', commit.parent, '-F', message)).trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Links and what is not there are never written to. */
function modeOf(listed: string, path: string): string {
  const mode = listed.slice(0, 6);
  if (mode === '100644' || mode === '100755') return mode;
  throw new HelmGitopsError('git.not-a-file', 'user', `${path} is no regular file of the repository`);
}

function people({ author, committer, time }: FilesCommit): Record<string, string> {
  const date = `${Math.floor(time.getTime() / 1000)} +0000`;
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
    GIT_COMMITTER_DATE: date,
  };
}
