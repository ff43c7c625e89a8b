/**
 * Takes a repository and two of its revisions; returns both as files on disk. What a branch would change is told against the
 * commit where it left the other, so that what came there since is not its doing. Nothing is deployed of either, so neither
 * needs to be signed. It never writes to the repository.
 */
import { join } from 'node:path';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { findRevision } from '../../foundation/git/find-revision.ts';
import { type EnclosingRepository, enclosingRepository } from '../../foundation/git/working-tree.ts';
import { type Fetched, type FetchOptions, fetchCommit, fetchRevision, openRemote } from './fetch-revision.ts';

export interface ComparisonInput extends FetchOptions {
  /** Branch, tag or commit; undefined: what the daemon follows, of a folder its working tree. */
  readonly commit: string | undefined;
  /** Undefined: what the daemon follows, of a folder its HEAD. */
  readonly base: string | undefined;
}

export interface Comparison {
  readonly after: ComparedRevision;
  readonly before: ComparedRevision;
}

/** With the contents of its files, so that what both have is read once. */
export type ComparedRevision = Pick<Fetched, 'checkout' | 'contents'>;

export async function fetchComparison(input: ComparisonInput): Promise<Comparison> {
  const { repository, commit, base } = input;
  const remote = await remoteOf(input);
  const isTree = repository.type === 'folder' && commit === undefined;
  const [after, before] = isTree
    ? [await readWorkingTree(input), await remote.fetch(base)]
    : await remote.fetchBoth(commit, base);
  const [one, other] = [after.checkout.commit?.id, before.checkout.commit?.id];
  if (one === undefined || other === undefined || one === other) return { after, before };
  const fork = await remote.mergeBase(one, other);
  return { after, before: fork === undefined || fork === other ? before : await remote.fetch(fork) };
}

/** Without edits its files are those of its commit. */
async function readWorkingTree(input: ComparisonInput): Promise<ComparedRevision> {
  const fetched = await fetchWhole(input);
  const { commit, revision } = fetched.checkout;
  if (commit === undefined || revision !== commit.id) return fetched;
  return { ...fetched, contents: await (await enclosingOf(input)).listFiles(commit.id) };
}

interface Remote {
  fetch(revision: string | undefined): Promise<ComparedRevision>;
  fetchBoth(one: string | undefined, other: string | undefined): Promise<readonly [ComparedRevision, ComparedRevision]>;
  mergeBase(one: string, other: string): Promise<string | undefined>;
}

async function remoteOf(input: ComparisonInput): Promise<Remote> {
  const { repository } = input;
  const at = (url: string, revision: string | undefined): FetchOptions => ({
    ...input,
    repository: { ...repository, type: 'remote', url, revision, allowedSigners: undefined },
  });
  const mergeBase = (url: string) => async (one: string, other: string) =>
    (await openRemote(at(url, undefined))).mergeBase(one, other);
  if (repository.type === 'remote') {
    const { url } = repository;
    const followed = (revision: string | undefined) => at(url, revision ?? repository.revision);
    return {
      fetch: (revision) => fetchWhole(followed(revision)),
      fetchBoth: (one, other) => fetchBoth(followed(one), followed(other)),
      mergeBase: mergeBase(url),
    };
  }
  const enclosing = await enclosingOf(input);
  const fetch = async (revision = 'HEAD'): Promise<ComparedRevision> => {
    const id = await enclosing.findCommit(revision);
    if (id === undefined) throw notHere(repository.url, revision);
    const mirror = await openRemote(at(enclosing.root, id));
    // Also what no branch or tag of that repository leads to.
    if ((await mirror.findCommit(id)) === undefined) await mirror.fetch(id);
    const { checkout } = await fetchWhole(at(enclosing.root, id));
    const contents = await enclosing.listFiles(id);
    return { checkout: { ...checkout, root: join(checkout.root, enclosing.path) }, contents };
  };
  return {
    fetch,
    fetchBoth: async (one, other) => [await fetch(one), await fetch(other)],
    mergeBase: mergeBase(enclosing.root),
  };
}

/** The remote is asked for both at once; a mirror takes one fetch at a time. */
async function fetchBoth(
  one: FetchOptions,
  other: FetchOptions,
): Promise<readonly [ComparedRevision, ComparedRevision]> {
  const mirror = await openRemote(one);
  const find = async ({ repository: { revision, url } }: FetchOptions) =>
    await mirror.findCommit((await findRevision(mirror, revision, url)).id);
  const [first, second] = await Promise.all([find(one), find(other)]);
  if (first === undefined || second === undefined) return [await fetchWhole(one), await fetchWhole(other)];
  // One after the other, so that neither takes the folder of the other, which was not asked for yet.
  return [await fetchCommit(one, { commit: first }), await fetchCommit(other, { commit: second })];
}

async function enclosingOf({ repository, environment, signal }: ComparisonInput): Promise<EnclosingRepository> {
  const folder = repository.url;
  const enclosing = await enclosingRepository({ folder, environment, signal });
  if (enclosing) return enclosing;
  const message = `${folder} is in no git repository with a commit: there is nothing to compare with`;
  const hint = 'commit its files first, or leave --commit and --base out';
  throw new HelmGitopsError('source.no-commits', 'user', message, { hint });
}

function notHere(folder: string, revision: string): HelmGitopsError {
  const message = `${folder}: there is no branch, tag or commit ${JSON.stringify(revision)}`;
  const hint = 'a clone that a CI job made may be shallow: fetch that revision into it first';
  return new HelmGitopsError('git.revision-not-found', 'user', message, { hint });
}

/** Nothing was read before, so there is always something new. */
async function fetchWhole(options: FetchOptions): Promise<ComparedRevision> {
  return (await fetchRevision({ ...options, previous: undefined })) as Fetched;
}
