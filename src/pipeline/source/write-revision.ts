/**
 * Takes new texts of files of the revision that was read, and puts them where the repository keeps them: as a commit on top
 * of that revision, pushed to its branch, or into the working tree of a local folder. Nothing is written over what
 * somebody else did meanwhile.
 */
import { lstat, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { Person } from '../../foundation/git/commit-files.ts';
import { displayUrl } from '../../foundation/git/git-url.ts';
import type { Mirror } from '../../foundation/git/mirror.ts';
import { refPatterns, resolveRevision } from '../../foundation/git/resolve-revision.ts';
import type { Checkout } from './checkout.ts';
import { type FetchOptions, openRemote } from './fetch-revision.ts';
import { definitionsTrailer, type OwnBranchNames } from './own-branch.ts';
import { verifyRevision } from './verify-revision.ts';

export interface RevisionChange extends FetchOptions {
  /** What was read and edited. */
  readonly checkout: Checkout;
  /** Whole texts, by path from the root. */
  readonly files: ReadonlyMap<string, Edited>;
  readonly message: string;
  readonly now: Date;
  /** Whose work it passes on: of a commit on the branch that is followed the author stays theirs. */
  readonly passes?: PassedOn | undefined;
  /** Not onto the branch that is followed, but onto one of our own beside it. */
  readonly aside?: OwnBranch | undefined;
}

export interface PassedOn {
  /** The id of a commit of this repository, as of which these files count. */
  readonly commit: string;
  readonly paths: readonly string[];
}

export interface OwnBranch extends OwnBranchNames {
  /** Commits that may go from it: that was pushed to it last, and what somebody merged from it, as far as that is known. */
  readonly ours: readonly (string | undefined)[];
  /** A line of the message by which a commit is known to be ours all the same: `Helm-Gitops-Promotion: web dev→prod`. */
  readonly trailer: string;
}

export interface Edited {
  readonly before: string;
  readonly after: string;
}

export type Written =
  /** `onto`: the branch that is followed. */
  | { readonly type: 'pushed'; readonly commit: string; readonly branch: string; readonly onto: string }
  /** Of a local folder: it is for its user to commit. */
  | { readonly type: 'edited' }
  /** Somebody else was faster: it has to be read again. */
  | { readonly type: 'moved' };

export async function writeRevision(change: RevisionChange): Promise<Written> {
  if (change.repository.type !== 'folder') return writeRemote(change);
  if (change.aside !== undefined) throw folderAside(change.repository.name);
  return writeFolder(change);
}

async function writeRemote(change: RevisionChange): Promise<Written> {
  const { repository, checkout, files, now, aside, passes } = change;
  const { url, revision, allowedSigners, signingKey, name } = repository;
  if (allowedSigners !== undefined && signingKey === undefined) throw unsigned(name);
  const mirror = await openRemote(change);
  const asides = [aside?.branch, aside?.earlier].flatMap((name) => (name === undefined ? [] : [`refs/heads/${name}`]));
  const patterns = [...refPatterns(revision), ...asides];
  const listed = await mirror.listRefs(patterns);
  const found = resolveRevision(revision, listed);
  if (found.type !== 'ref' || !found.ref.startsWith('refs/heads/')) throw noBranch(displayUrl(url), revision);
  if (found.id !== checkout.commit?.id) return { type: 'moved' };
  const followed = found.ref.slice('refs/heads/'.length);
  const own = aside && (await chooseOwn(mirror, { refs: listed.refs, onto: found.id }, aside));
  const branch = own?.branch ?? followed;
  const there = own?.there;
  if (there === 'taken') throw branchTaken(displayUrl(url), branch);
  const person = await mirror.person();
  // A commit of ours that waits on a branch is known by having us as its author.
  const author = (aside === undefined && passes && (await authorOf(mirror, passes))) || person;
  const reader = `${definitionsTrailer(repository.path)}\n`;
  const message = aside === undefined ? change.message : `${change.message.trimEnd()}\n${reader}`;
  const texts = new Map([...files].map(([path, { after }]) => [path, after]));
  const commitAt = (time: Date) =>
    mirror.commit({ parent: found.id, files: texts, message, author, committer: person, time, signingKey });
  // Pushed before, and not remembered: the same commit once more.
  if (there !== undefined && (await commitAt(there.time)) === there.id)
    return { type: 'pushed', commit: there.id, branch, onto: followed };
  const commit = await commitAt(now);
  // Signed by a key that does not count nobody would follow it.
  if (allowedSigners !== undefined)
    await verifyRevision(mirror, {
      ...{ repository: name, allowedSigners, found: { type: 'commit', id: commit } },
      commit: await mirror.commitInfo(commit),
    });
  return (await mirror.push(commit, branch, aside && (there?.id ?? '')))
    ? { type: 'pushed', commit, branch, onto: followed }
    : { type: 'moved' };
}

/** Who made the newest change of these files; undefined where that is not known here. */
async function authorOf(mirror: Mirror, { commit, paths }: PassedOn): Promise<Person | undefined> {
  const id = await mirror.findCommit(commit);
  if (id === undefined) return undefined;
  const changed = paths.length === 0 ? undefined : await mirror.lastChange(id, paths);
  const { author } = await mirror.commitInfo(changed ?? id);
  const [, name = '', email = ''] = /^(.*) <([^<>]*)>$/.exec(author) ?? [];
  return name.trim() === '' || email === '' ? undefined : { name, email };
}

interface Found {
  /** Heads by ref. */
  readonly refs: ReadonlyMap<string, string>;
  readonly onto: string;
}

/** Under its earlier name as long as a commit of ours waits there. */
async function chooseOwn(mirror: Mirror, { refs, onto }: Found, aside: OwnBranch) {
  const { branch, earlier } = aside;
  const headOf = (name: string) => refs.get(`refs/heads/${name}`);
  const before = earlier === undefined || headOf(branch) !== undefined ? undefined : headOf(earlier);
  if (earlier !== undefined && before !== undefined) {
    const there = await ownHead(mirror, { head: before, onto }, { ...aside, branch: earlier });
    if (there !== 'taken' && !(await mirror.isAncestor(before, onto))) return { branch: earlier, there };
  }
  return { branch, there: await ownHead(mirror, { head: headOf(branch), onto }, aside) };
}

/** The head of a branch of our own; `taken` where somebody else has committed to it what is not merged, or changed our commit. */
async function ownHead(
  mirror: Mirror,
  { head, onto }: { readonly head: string | undefined; readonly onto: string },
  { branch, ours, trailer }: OwnBranch,
): Promise<{ id: string; time: Date } | 'taken' | undefined> {
  if (head === undefined) return undefined;
  if ((await mirror.findCommit(head)) === undefined) await mirror.fetch(`refs/heads/${branch}`);
  const { author, committer, time, message } = await mirror.readCommit(head);
  const isOurs = ours.includes(head) || (author === committer && message.split('\n').includes(trailer));
  return isOurs || (await mirror.isAncestor(head, onto)) ? { id: head, time } : 'taken';
}

/** Nobody would follow the commit. */
function unsigned(name: string): HelmGitopsError {
  const message = `${name}: its commits have to be signed (verify), and there is no key to sign one with`;
  return new HelmGitopsError('source.unsigned', 'user', message, {
    hint: 'give the repository a key (sign.sshKeyFile), or make the change yourself, and sign it',
  });
}

function noBranch(url: string, revision: string | undefined): HelmGitopsError {
  const message = `${url}: ${JSON.stringify(revision ?? 'HEAD')} is no branch, so nothing can be committed to it`;
  const hint = 'follow a branch, or make the change where the tag or commit comes from';
  return new HelmGitopsError('source.no-branch', 'user', message, { hint });
}

/** What others put there is theirs. */
function branchTaken(url: string, branch: string): HelmGitopsError {
  const message = `${url}: the branch ${branch} holds commits of somebody else`;
  return new HelmGitopsError('source.branch-taken', 'user', message, { hint: 'merge or delete that branch' });
}

function folderAside(name: string): HelmGitopsError {
  const message = `${name} is a local folder: nothing can be proposed in it`;
  return new HelmGitopsError('source.no-branch', 'user', message, { hint: 'follow a repository, or edit it yourself' });
}

async function writeFolder({ checkout, files }: RevisionChange): Promise<Written> {
  const paths = [...files].map(([path, edited]) => ({ path: join(checkout.root, path), ...edited }));
  for (const { path, before } of paths) {
    const isFile = (await lstat(path)).isFile();
    if (!isFile) throw new HelmGitopsError('git.not-a-file', 'user', `${path} is no regular file: it is not edited`);
    if ((await readFile(path, 'utf8')) !== before) return { type: 'moved' };
  }
  for (const { path, after } of paths) await writeFile(path, after);
  return { type: 'edited' };
}
