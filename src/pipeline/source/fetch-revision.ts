/**
 * Takes a repository and what was read last, returns the newest revision as files on disk, or `unchanged`. A remote is asked
 * for its refs once; objects are fetched only when they name another commit, or when somebody emptied the cache. A commit
 * that nobody vouches for is an error where that is asked for. It never writes to the repository.
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { displayUrl } from '../../foundation/git/git-url.ts';
import { type Mirror, openMirror } from '../../foundation/git/mirror.ts';
import type { CredentialConfig, RepositoryConfig } from '../../foundation/git/repository-config.ts';
import { type ResolvedRevision, refPatterns, resolveRevision } from '../../foundation/git/resolve-revision.ts';
import { workingTree } from '../../foundation/git/working-tree.ts';
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
  return { checkout: { repository: name, revision: tree.revision, commit: tree.commit, root, path } };
}

async function readRemote(input: FetchOptions): Promise<Fetched | 'unchanged'> {
  const { repository, previous } = input;
  const { url, revision } = repository;
  const known = previous !== undefined && (await isThere(previous.root)) ? previous.commit?.id : undefined;
  // A whole id never means anything else: nothing to ask for.
  if (revision !== undefined && known === revision) return 'unchanged';
  const mirror = await openRemote(input);
  const found = await lookUp(mirror, revision, url);
  if (found.id === known) return 'unchanged';
  const id = await bringHere(mirror, found, url);
  if (id === known) return 'unchanged';
  const commit = await mirror.commitInfo(id);
  const { allowedSigners, name, path } = repository;
  const signer = allowedSigners && (await verifyRevision(mirror, { repository: name, found, commit, allowedSigners }));
  const [root, contents, rewritten] = await Promise.all([
    mirror.materialise(id),
    mirror.listFiles(id),
    wasRewritten(mirror, previous, found, id),
  ]);
  const checkout = { repository: name, revision: id, commit, root, path, ...(signer ? { signer } : {}) };
  return {
    checkout,
    contents,
    ...(rewritten && previous?.commit !== undefined ? { rewritten: { from: previous.commit.id, to: id } } : {}),
  };
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

async function lookUp(mirror: Mirror, revision: string | undefined, url: string): Promise<ResolvedRevision> {
  const refs = await mirror.listRefs(refPatterns(revision));
  try {
    return resolveRevision(revision, refs);
  } catch (error) {
    if (!(error instanceof HelmGitopsError)) throw error;
    const { code, fault, hint } = error;
    throw new HelmGitopsError(code, fault, `${displayUrl(url)}: ${error.message}`, { hint, cause: error });
  }
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
  const what = `there is no commit ${found.id} on any branch or tag`;
  throw new HelmGitopsError('git.revision-not-found', 'user', `${displayUrl(url)}: ${what}`);
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
