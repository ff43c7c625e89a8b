/** What a branch of our own was made on top of: whether that is there still, and part of what was read. */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { refPatterns, resolveRevision } from '../../foundation/git/resolve-revision.ts';
import type { Checkout } from './checkout.ts';
import { type FetchOptions, openRemote } from './fetch-revision.ts';

/** Whether the remote has by now what is followed. */
export async function isFollowedThere(options: FetchOptions): Promise<boolean> {
  const { revision } = options.repository;
  const mirror = await openRemote(options);
  const listed = await mirror.listRefs(refPatterns(revision));
  try {
    resolveRevision(revision, listed);
    return true;
  } catch (error) {
    if (error instanceof HelmGitopsError && error.code === 'git.revision-not-found') return false;
    throw error;
  }
}

export interface ProposedCommit {
  readonly commit: string;
  readonly branch: string;
}

/** False where the history was rewritten since: merged, the commit would bring back what was taken out. True where that cannot be told. */
export async function isOnHistory(
  options: FetchOptions,
  { commit, branch }: ProposedCommit,
  checkout: Pick<Checkout, 'commit'>,
): Promise<boolean> {
  const head = checkout.commit?.id;
  if (head === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) return true;
  const mirror = await openRemote(options);
  const parentOf = () => mirror.findCommit(`${commit}^1`);
  const known = await parentOf();
  // Of a branch that somebody has deleted the forge tells.
  if (known === undefined) await mirror.fetch(`refs/heads/${branch}`).catch(() => undefined);
  const parent = known ?? (await parentOf());
  if (parent === undefined || (await mirror.isAncestor(parent, head))) return true;
  // Pushed on top of what has come since this was read.
  return await mirror.isAncestor(head, parent);
}
