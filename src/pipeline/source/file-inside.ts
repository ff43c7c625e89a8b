/** The real path of a file of a checkout; refuses what leads out of it, by `..`, by an absolute name or by a link. */
import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { HelmGitopsError } from '../../foundation/base/errors.ts';

/** Throws `ENOENT` as the file system does when there is no such file. */
export async function fileInside(root: string, path: string): Promise<string> {
  const [top, file] = [await realpath(root), await realpath(join(root, path))];
  const inside = relative(top, file);
  if (isAbsolute(path) || inside.startsWith('..') || isAbsolute(inside)) {
    throw new HelmGitopsError('source.outside', 'user', `${path} leads out of the repository`, { hint: 'only files of the same repository can be read' });
  }
  return file;
}
