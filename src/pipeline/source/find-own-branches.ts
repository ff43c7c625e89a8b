/**
 * Finds the branches of a remote repository on which a commit of ours waits: with our name and trailers, by a daemon that reads
 * the same definitions, and on top of a commit that was read here too. All else there is somebody else's, or newer.
 */
import { refPatterns, resolveRevision } from '../../foundation/git/resolve-revision.ts';
import type { Checkout } from './checkout.ts';
import { type FetchOptions, openRemote } from './fetch-revision.ts';
import { definitionsTrailer, type NamedBranch, readOwnBranch } from './own-branch.ts';

export interface WaitingBranch extends NamedBranch {
  readonly branch: string;
  readonly commit: string;
  /** The branch that is followed. */
  readonly onto: string;
}

const prefix = 'refs/heads/helm-gitops/';
/** At one look: whoever may push can make any number of them. */
const most = 200;

/** `isWanted`: those are not looked at. */
export async function findOwnBranches(
  options: FetchOptions,
  { commit }: Pick<Checkout, 'commit'>,
  isWanted: (branch: string) => boolean,
): Promise<readonly WaitingBranch[]> {
  const { repository } = options;
  if (repository.type === 'folder' || commit === undefined) return [];
  const mirror = await openRemote(options);
  const listed = await mirror.listRefs([...refPatterns(repository.revision), `${prefix}*`]);
  const followed = resolveRevision(repository.revision, listed);
  if (followed.type !== 'ref' || !followed.ref.startsWith('refs/heads/')) return [];
  const onto = followed.ref.slice('refs/heads/'.length);
  const { name, email } = await mirror.person();
  const reader = definitionsTrailer(repository.path);
  const heads = [...listed.refs]
    .filter(([ref]) => ref.startsWith(prefix))
    .map(([ref, id]) => ({ ref, id, branch: ref.slice('refs/heads/'.length) }))
    .filter(({ branch }) => !isWanted(branch));
  const found: WaitingBranch[] = [];
  for (const { ref, id, branch } of heads.slice(0, most)) {
    if ((await mirror.findCommit(id)) === undefined) await mirror.fetch(ref);
    const { author, committer, message } = await mirror.readCommit(id);
    const isOurs = author === committer && committer.startsWith(`${name} <${email}> `);
    const target = readOwnBranch(branch, message);
    if (!isOurs || target === undefined || !message.split('\n').includes(reader)) continue;
    const parent = await mirror.findCommit(`${id}^1`);
    if (parent === undefined || !(await mirror.isAncestor(parent, commit.id))) continue;
    found.push({ ...target, branch, commit: id, onto });
  }
  return found;
}
