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
