/**
 * Takes a repository and what was read last, returns the newest revision as files on disk, or `unchanged`. A remote is asked
 * for its refs once; objects are fetched only when they name another commit, or when somebody emptied the cache. A commit
 * that nobody vouches for is an error where that is asked for. It never writes to the repository.
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { findRevision } from '../../foundation/git/find-revision.ts';
import { displayUrl } from '../../foundation/git/git-url.ts';
import { type Mirror, openMirror } from '../../foundation/git/mirror.ts';
import type { CredentialConfig, RepositoryConfig } from '../../foundation/git/repository-config.ts';
import type { ResolvedRevision } from '../../foundation/git/resolve-revision.ts';
import { enclosingRepository, workingTree } from '../../foundation/git/working-tree.ts';
import type { KnownCommit } from '../../foundation/state/shared-state.ts';
import type { Checkout } from './checkout.ts';
import { gitAccess } from './git-access.ts';
import { verifyRevision } from './verify-revision.ts';

export interface FetchOptions {
  readonly repository: RepositoryConfig;
  /** What the last call returned. */
  readonly previous?: Checkout | undefined;
  /** Mirrors and checked-out commits are kept below. */
  readonly cacheFolder: string;
  readonly credentials?: readonly CredentialConfig[];
  /** The process' environment, for git and for credentials. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

export interface Fetched {
  readonly checkout: Checkout;
  /** Of a commit: its regular files, each with the id of its contents. */
  readonly contents?: ReadonlyMap<string, string>;
  /** The branch no longer holds the commit that was read last: somebody forced a push. */
  readonly rewritten?: { readonly from: string; readonly to: string };
}

/** Beside the configuration file. */
export const cacheFolderOf = ({ file }: { readonly file: string }): string =>
  join(dirname(file), '.helm-gitops', 'cache');

export async function fetchRevision(input: FetchOptions): Promise<Fetched | 'unchanged'> {
  return input.repository.type === 'folder' ? readFolder(input) : readRemote(input);
}

async function readFolder({ repository, previous, environment, signal }: FetchOptions): Promise<Fetched | 'unchanged'> {
  const { url: root, name, path } = repository;
  let tree: Awaited<ReturnType<typeof workingTree>>;
  try {
    tree = await workingTree({ folder: root, environment, signal });
  } catch (cause) {
    if (cause instanceof HelmGitopsError) throw cause;
    throw new HelmGitopsError('git.unreachable', 'transient', `the folder ${root} cannot be read`, { cause });
  }
  if (tree.revision === previous?.revision) return 'unchanged';
  const { revision, commit } = tree;
  return { checkout: { repository: name, url: root, revision, commit, root, path } };
}

async function readRemote(input: FetchOptions): Promise<Fetched | 'unchanged'> {
  const { repository, previous } = input;
  const { url, revision } = repository;
  const known = previous !== undefined && (await isThere(previous.root)) ? previous.commit?.id : undefined;
  // A whole id never means anything else: nothing to ask for.
  if (revision !== undefined && known === revision) return 'unchanged';
  const mirror = await openRemote(input);
  const found = await findRevision(mirror, revision, url);
  if (found.id === known) return 'unchanged';
  const id = await bringHere(mirror, found, url);
  if (id === known) return 'unchanged';
  const [fetched, rewritten] = await Promise.all([
    layOut(mirror, { repository, found, id }),
    wasRewritten(mirror, previous, found, id),
  ]);
  return {
    ...fetched,
    ...(rewritten && previous?.commit !== undefined ? { rewritten: { from: previous.commit.id, to: id } } : {}),
  };
}

interface Found {
  readonly repository: RepositoryConfig;
  readonly found: ResolvedRevision;
  readonly id: string;
}

/** Of a commit that is here, once somebody vouches for it where that is asked for. */
async function layOut(mirror: Mirror, { repository, found, id }: Found): Promise<Fetched> {
  const { allowedSigners, name, path } = repository;
  const url = displayUrl(repository.url);
  const asked = mirror.commitInfo(id);
  const verify = async (signers: string) =>
    verifyRevision(mirror, { repository: name, found, commit: await asked, allowedSigners: signers });
  const signer = allowedSigners && (await verify(allowedSigners));
  const [commit, root, contents] = await Promise.all([asked, mirror.materialise(id), mirror.listFiles(id)]);
  const tag = found.type === 'ref' && found.tag !== undefined ? { ref: found.ref, id: found.tag } : undefined;
  const vouched = signer ? { signer, ...(tag ? { tag } : {}) } : {};
  return { checkout: { repository: name, url, revision: id, commit, root, path, ...vouched }, contents };
}

/**
 * A commit that was read before, by its whole id: one that is still here is not asked for. It is held to the signers like a
 * head, by the tag that vouched for it then.
 */
export async function fetchCommit(options: FetchOptions, { commit: id, tag }: KnownCommit): Promise<Fetched> {
  const { remote, folder } = await asRemote(options);
  const { repository } = remote;
  const mirror = await openRemote(remote);
  if ((await mirror.findCommit(id)) === undefined) {
    await mirror.fetch(id);
    if ((await mirror.findCommit(id)) === undefined) throw notThere(id, repository.url);
  }
  const found: ResolvedRevision = tag ? { type: 'ref', ref: tag.ref, id, tag: tag.id } : { type: 'commit', id };
  const { checkout, contents = new Map<string, string>() } = await layOut(mirror, { repository, found, id });
  const own = [...contents].filter(([name]) => name.startsWith(folder));
  return {
    checkout: { ...checkout, root: join(checkout.root, folder) },
    contents: new Map(own.map(([name, content]) => [name.slice(folder.length), content])),
  };
}

/** Whether one commit, whose id may be cut short, comes before another or is it; what is not here comes before none. */
export async function isBefore(options: FetchOptions, one: string, other: string): Promise<boolean> {
  const mirror = await openRemote((await asRemote(options)).remote);
  const id = await mirror.findCommit(one);
  return id !== undefined && (await mirror.isAncestor(id, other));
}

/** A local folder is read as the repository around it; `folder` is where it lies there, with a slash at its end. */
async function asRemote(options: FetchOptions): Promise<{ remote: FetchOptions; folder: string }> {
  const { repository, environment, signal } = options;
  if (repository.type === 'remote') return { remote: options, folder: '' };
  const enclosing = await enclosingRepository({ folder: repository.url, environment, signal });
  if (enclosing === undefined) throw notThere('that was read', repository.url);
  const around = { ...repository, type: 'remote', url: enclosing.root } as const;
  return {
    remote: { ...options, repository: around },
    folder: enclosing.path === '' ? '' : `${enclosing.path}/`,
  };
}

function notThere(id: string, url: string): HelmGitopsError {
  const what = `there is no commit ${id} on any branch or tag`;
  return new HelmGitopsError('git.revision-not-found', 'user', `${displayUrl(url)}: ${what}`);
}

/** The cache may have been emptied since. */
async function isThere(root: string): Promise<boolean> {
  return stat(root).then(
    (info) => info.isDirectory(),
    () => false,
  );
}

/** The mirror of a remote repository, as `fetchRevision` uses it. */
export async function openRemote({
  repository,
  cacheFolder,
  credentials = [],
  environment,
  signal,
}: FetchOptions): Promise<Mirror> {
  const { url, name } = repository;
  const access = await gitAccess({ url, credentials, environment });
  // Another URL under the same name is another mirror.
  const digest = createHash('sha256').update(url).digest('hex').slice(0, 12);
  return openMirror({ url, directory: join(cacheFolder, `${name}-${digest}`), environment, access, signal });
}

/** The full id of the commit, its objects in the mirror. */
async function bringHere(mirror: Mirror, found: ResolvedRevision, url: string): Promise<string> {
  const known = await mirror.findCommit(found.id);
  if (known !== undefined) return known;
  await mirror.fetch(found.type === 'ref' ? found.ref : undefined);
  const id = await mirror.findCommit(found.id);
  if (id !== undefined) return id;
  // Between listing and fetching the ref moved on: what it names now is what was fetched.
  const moved = found.type === 'ref' ? await mirror.findCommit(found.ref) : undefined;
  if (moved !== undefined) return moved;
  throw notThere(found.id, url);
}

/** Only a branch goes forward; a tag or a range may name any commit next. */
async function wasRewritten(
  mirror: Mirror,
  previous: Checkout | undefined,
  found: ResolvedRevision,
  id: string,
): Promise<boolean> {
  if (previous?.commit === undefined || found.type !== 'ref' || !found.ref.startsWith('refs/heads/')) return false;
  return !(await mirror.isAncestor(previous.commit.id, id));
}
