/**
 * Reads a repository as it is at one moment. A commit never changes, but a local folder is edited while it is read: what was
 * read of two moments would be a fleet that nobody has written, and would stay when the folder is what it was before.
 */
import { folderStamp } from '../../foundation/git/working-tree.ts';
import { type Fetched, type FetchOptions, fetchRevision } from './fetch-revision.ts';

export interface ReadAtRest<Result> {
  readonly result: Result;
  /** False where the folder has not been at rest: it is to be read again, whatever its revision is by then. */
  readonly atRest: boolean;
}

/** Somebody who writes without end is followed all the same. */
const attempts = 3;

/** `read` may be called several times, each time with the folder's revision of that moment; the last result counts. */
export async function readAtRest<Result>(
  options: FetchOptions,
  fetched: Fetched,
  read: (fetched: Fetched) => Promise<Result>,
): Promise<ReadAtRest<Result>> {
  const { repository, environment, signal } = options;
  if (repository.type !== 'folder') return { result: await read(fetched), atRest: true };
  const stamp = () => folderStamp({ folder: repository.url, environment, signal });
  for (let attempt = 1; ; attempt += 1) {
    const before = await stamp();
    // What it holds since then.
    const now = await fetchRevision({ ...options, previous: undefined });
    const outcome = await read(now === 'unchanged' ? fetched : now).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    const atRest = (await stamp()) === before;
    if (!atRest && attempt < attempts) continue;
    if ('error' in outcome) throw outcome.error;
    return { ...outcome, atRest };
  }
}
