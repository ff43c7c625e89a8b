/** Finds a commit of a remote repository by what its message says: how what was written is known again. A local folder has none. */
import { type FetchOptions, openRemote } from './fetch-revision.ts';

/** The newest that comes after one and is part of another. */
export async function commitSaying(
  options: FetchOptions,
  { text, after, head }: { readonly text: string; readonly after: string; readonly head: string },
): Promise<string | undefined> {
  if (options.repository.type === 'folder' || after === head) return undefined;
  const mirror = await openRemote(options);
  // A forced push may have taken it away.
  if ((await mirror.findCommit(after)) === undefined) return undefined;
  return await mirror.findMessage(text, `${after}..${head}`);
}

export interface PastChange {
  readonly commit: string;
  /** What it was made on top of. */
  readonly parent: string;
}

export interface ChangeSearch {
  /** Of its message. */
  readonly line: RegExp;
  /** The one that counts where none that comes after it is found. */
  readonly known: string | undefined;
  readonly head: string;
}

/** The newest change whose message has such a line. */
export async function changeSaying(
  options: FetchOptions,
  { line, known, head }: ChangeSearch,
): Promise<PastChange | undefined> {
  if (options.repository.type === 'folder') return undefined;
  const mirror = await openRemote(options);
  // A forced push may have taken it away.
  const before = known !== undefined && (await mirror.isAncestor(known, head)) ? known : undefined;
  const range = before === undefined ? head : `${before}..${head}`;
  const commit = (await mirror.findMessage({ line }, range)) ?? before;
  const parent = commit && (await mirror.findCommit(`${commit}^1`));
  return commit === undefined || parent === undefined ? undefined : { commit, parent };
}
