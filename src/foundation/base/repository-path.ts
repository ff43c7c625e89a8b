/** Paths in definitions: relative to the repository's root, written with `/`, never out of it. */
import { posix } from 'node:path';

/** The shortest form, `''` for the root itself; undefined where the path leads outside. */
export function repositoryPath(written: string): string | undefined {
  if (written.startsWith('/') || written.includes('\\') || written.includes('\0')) return undefined;
  const path = posix.normalize(written).replace(/\/$/, '');
  if (path === '.' || path === '') return '';
  return path === '..' || path.startsWith('../') ? undefined : path;
}

/** Does a folder hold a file, at any depth? */
export function holds(folder: string, file: string): boolean {
  return folder === '' || file.startsWith(`${folder}/`);
}

export function folderOf(file: string): string {
  const slash = file.lastIndexOf('/');
  return slash < 0 ? '' : file.slice(0, slash);
}
