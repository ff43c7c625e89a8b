/**
 * A bare mirror of one remote in a cache folder: fetches what is asked for, answers questions about commits, and lays the
 * files of a commit out on disk. The folder is only a cache: a broken one is made anew.
 */
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HelmGitopsError } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.ts';
import type { AllowedSigners } from './allowed-signers.ts';
import { commitFiles, type FilesCommit, type Person } from './commit-files.ts';
import { gitError } from './git-error.ts';
import { layOut } from './lay-out.ts';
import { askGit, type Git, type GitAccess, type GitOptions, openGit } from './run-git.ts';
import { type SignedObject, type Verdict, verifySignature } from './verify-signature.ts';

export interface MirrorOptions {
  readonly url: string;
  /** Made where it does not exist; nobody else writes there. */
  readonly directory: string;
  readonly environment: GitOptions['environment'];
  readonly access?: GitAccess | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Of a ref or an id only the commit itself is fetched, without its history. */
  readonly shallow?: boolean;
  /** So many commits stay laid out, those that were asked for last. Default 8. */
  readonly kept?: number;
}

export interface CommitInfo {
  readonly id: string;
  /** `NAME <EMAIL>` */
  readonly author: string;
  /** Seconds since 1970. */
  readonly time: number;
  /** The first line of its message. */
  readonly subject: string;
}

export interface WrittenCommit {
  /** `NAME <EMAIL> SECONDS`: the same as the committer's, where nobody has changed the commit since. */
  readonly author: string;
  readonly committer: string;
  readonly time: Date;
  readonly message: string;
}

export interface Mirror {
  /** The remote's refs that match, tags peeled; HEAD is named by `head`. Asks the remote once, fetches nothing. */
  listRefs(patterns?: readonly string[]): Promise<RemoteRefs>;
  /** `refs/heads/main`, or a commit's id; undefined: every branch and tag. */
  fetch(ref?: string): Promise<void>;
  /** The full id of a commit that is already here. */
  findCommit(revision: string): Promise<string | undefined>;
  commitInfo(id: string): Promise<CommitInfo>;
  /** The whole of its message, and who wrote it when. */
  readCommit(id: string): Promise<WrittenCommit>;
  /** False too when either is not known. */
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  /** The newest commit that both come from; undefined where there is none. */
  mergeBase(one: string, other: string): Promise<string | undefined>;
  /** The regular files of a commit, from its root, each with the id of its contents. */
  listFiles(id: string): Promise<ReadonlyMap<string, string>>;
  /** The folder with the files of a commit, below the mirror's directory; a few of the latest are kept. */
  materialise(id: string): Promise<string>;
  /** The newest commit of a range (`OLDER..NEWER`), or of what one comes from, whose message holds a text, or a line that fits. */
  findMessage(search: string | { readonly line: RegExp }, range: string): Promise<string | undefined>;
  /** The newest commit that changed one of these files, of what a commit comes from. */
  lastChange(id: string, paths: readonly string[]): Promise<string | undefined>;
  /** A commit on top of another one, in this mirror alone. */
  commit(commit: FilesCommit): Promise<string>;
  /** Who commits by hand on this machine, by git's own configuration; else the program itself. */
  person(): Promise<Person>;
  /** False where the branch has moved on meanwhile, so that it would lose what came. */
  /** `replaced`: the id that the branch may lose, `''` where it must not be there yet. */
  push(id: string, branch: string, replaced?: string): Promise<boolean>;
  /** Who of those that may signed it. */
  verify(object: SignedObject, signers: AllowedSigners): Promise<Verdict>;
}

export interface RemoteRefs {
  /** Full ref name to commit id. */
  readonly refs: ReadonlyMap<string, string>;
  /** Of annotated tags: full ref name to the id of the tag itself. */
  readonly tags: ReadonlyMap<string, string>;
  /** The branch that HEAD stands for. */
  readonly head: string | undefined;
}

interface OpenMirror extends MirrorOptions {
  readonly repository: string;
  readonly git: Git;
}

export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  const repository = join(options.directory, 'mirror.git');
  await makeFolder(options.directory);
  const variables = { GIT_DIR: repository };
  const access: GitAccess = { ...options.access, url: options.url };
  const { environment, signal } = options;
  const git = openGit({ directory: options.directory, environment, access, variables, signal });
  const mirror: OpenMirror = { ...options, repository, git };
  await ensureRepository(mirror);
  return {
    listRefs: async (patterns = []) => parseRefs(await git('ls-remote', '--symref', '--', options.url, ...patterns)),
    fetch: (ref) => fetchWithRepair(mirror, ref),
    findCommit: (revision) => findCommit(git, revision),
    commitInfo: (id) => commitInfo(git, id),
    readCommit: (id) => readCommit(git, id),
    isAncestor: async (ancestor, descendant) => (await mergeBase(git, ancestor, descendant)) === ancestor,
    mergeBase: (one, other) => mergeBase(git, one, other),
    listFiles: async (id) => parseTree(await git('ls-tree', '-r', '-z', '--full-tree', checkedId(id))),
    materialise: (id) =>
      layOut({ id: checkedId(id), directory: options.directory, repository, environment, kept: options.kept }),
    findMessage: async (search, range) => {
      const how = typeof search === 'string' ? ['-F', `--grep=${search}`] : ['-E', `--grep=${search.line.source}`];
      return (await git('log', '-1', '--format=%H', ...how, checkedRange(range))).trim() || undefined;
    },
    lastChange: async (id, paths) => {
      const named = paths.map((path) => `:(literal)${path}`);
      return (await git('log', '-1', '--format=%H', checkedId(id), '--', ...named)).trim() || undefined;
    },
    commit: (commit) => commitFiles(commit, { repository, directory: options.directory, environment }),
    person: () => personOf(git),
    push: (id, branch, replaced) => pushCommit(mirror, checkedId(id), { branch, replaced }),
    verify: (object, signers) =>
      verifySignature({ object, signers, directory: options.directory, repository, environment }),
  };
}

async function personOf(git: Git): Promise<Person> {
  const ask = async (key: string): Promise<string> => {
    try {
      return (await git('config', '--get', '--default', '', key)).trim();
    } catch (error) {
      if (error instanceof HelmGitopsError && error.code === 'git.failed') return '';
      throw error;
    }
  };
  const [name, email] = [await ask('user.name'), await ask('user.email')];
  return { name: name || 'helm-gitops', email: email || 'helm-gitops@localhost' };
}

async function pushCommit(
  { url, directory, environment, access, repository, signal }: OpenMirror,
  id: string,
  { branch, replaced }: { branch: string; replaced: string | undefined },
): Promise<boolean> {
  const ref = `refs/heads/${branch}`;
  const lease = replaced === undefined ? [] : [`--force-with-lease=${ref}:${replaced}`];
  const args = ['push', '--porcelain', '--no-verify', ...lease, '--', url, `${id}:${ref}`];
  const variables = { GIT_DIR: repository };
  const answer = await askGit({ args, directory, environment, access: { ...access, url }, variables, signal });
  if (answer.code === 0) return true;
  const said = `${answer.stdout}\n${answer.stderr}`;
  if (/\[rejected\]|non-fast-forward|fetch first|stale info|cannot lock ref|failed to update ref/.test(said))
    return false;
  throw gitError(new Error(said), { url, secrets: [access?.password].filter((secret) => secret !== undefined) });
}

async function ensureRepository({ repository, git }: OpenMirror): Promise<void> {
  const exists = await stat(join(repository, 'HEAD')).then(
    () => true,
    () => false,
  );
  if (!exists) await git('init', '--bare', '--initial-branch=none', repository);
}

function parseRefs(text: string): RemoteRefs {
  const refs = new Map<string, string>();
  const tags = new Map<string, string>();
  let head: string | undefined;
  for (const line of text.split('\n')) {
    const [left = '', name = ''] = line.split('\t');
    if (left.startsWith('ref: ') && name === 'HEAD') head = left.slice('ref: '.length);
    // The peeled line of an annotated tag follows it, and is what the tag stands for.
    else if (/^[0-9a-f]{40,64}$/.test(left)) {
      const ref = name.replace(/\^\{\}$/, '');
      if (ref !== name) tags.set(ref, refs.get(ref) ?? left);
      refs.set(ref, left);
    }
  }
  return { refs, tags, head };
}

/** Links and submodules are left out. */
export function parseTree(text: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const line of text.split('\0')) {
    const tab = line.indexOf('\t');
    const [mode, , id] = line.slice(0, tab).split(' ');
    if (id !== undefined && (mode === '100644' || mode === '100755')) files.set(line.slice(tab + 1), id);
  }
  return files;
}

async function fetchWithRepair(mirror: OpenMirror, ref: string | undefined): Promise<void> {
  try {
    await fetchRefs(mirror, ref);
  } catch (error) {
    if (!(error instanceof HelmGitopsError) || error.code !== 'git.failed') throw error;
    // A lock left by a killed process, a damaged object: not worth finding out which.
    await rm(mirror.repository, { recursive: true, force: true });
    await ensureRepository(mirror);
    await fetchRefs(mirror, ref);
  }
}

async function fetchRefs({ git, url, shallow, repository }: OpenMirror, ref: string | undefined): Promise<void> {
  const refspecs =
    ref === undefined
      ? ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
      : [/^[0-9a-f]{40,64}$/.test(ref) ? `+${ref}:refs/fetched/${ref}` : `+${ref}:${ref}`];
  const prune = ref === undefined ? ['--prune'] : [];
  const depth = ref === undefined ? await unshallow(repository) : shallow === true ? ['--depth=1'] : [];
  // -v: a silent command costs simple-git 50 ms.
  await git('fetch', '-v', '--force', '--no-tags', '--no-write-fetch-head', ...prune, ...depth, '--', url, ...refspecs);
}

/** Who asks for everything wants the history too. */
async function unshallow(repository: string): Promise<string[]> {
  return stat(join(repository, 'shallow')).then(
    () => ['--unshallow'],
    () => [],
  );
}

/** The full id of a commit that a repository has. */
export async function findCommit(git: Git, revision: string): Promise<string | undefined> {
  if (revision.startsWith('-')) return undefined;
  try {
    const id = (await git('rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`))
      .trim()
      .split('\n')
      .at(-1);
    return id !== undefined && /^[0-9a-f]{40,64}$/.test(id) ? id : undefined;
  } catch (error) {
    if (error instanceof HelmGitopsError && /^git\.(revision-not-found|failed)$/.test(error.code)) return undefined;
    throw error;
  }
}

async function readCommit(git: Git, id: string): Promise<WrittenCommit> {
  const format = '--format=%an <%ae> %at%x00%cn <%ce> %ct%x00%ct%x00%B';
  const text = await git('log', '-1', '--no-show-signature', format, checkedId(id));
  const [author = '', committer = '', seconds = '', message = ''] = text.split('\0');
  return { author, committer, time: new Date(Number(seconds) * 1000), message };
}

export async function commitInfo(git: Git, id: string): Promise<CommitInfo> {
  const text = await git('log', '-1', '--no-show-signature', '--format=%H%x00%an <%ae>%x00%ct%x00%s', checkedId(id));
  const [commit = '', author = '', time = '', subject = ''] = text.trimEnd().split('\0');
  return { id: commit, author, time: Number(time), subject };
}

async function mergeBase(git: Git, one: string, other: string): Promise<string | undefined> {
  try {
    const id = (await git('merge-base', checkedId(one), checkedId(other))).trim();
    return id === '' ? undefined : id;
  } catch (error) {
    if (error instanceof HelmGitopsError && error.code.startsWith('git.')) return undefined;
    throw error;
  }
}

function checkedId(id: string): string {
  if (/^[0-9a-f]{40,64}$/.test(id)) return id;
  throw new HelmGitopsError(
    'git.revision-not-found',
    'user',
    `${JSON.stringify(id.slice(0, 64))} is not the id of a commit`,
  );
}

const checkedRange = (range: string): string => range.split('..').map(checkedId).join('..');
