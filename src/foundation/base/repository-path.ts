/**
 * Paths in definitions: relative to the repository's root, written with `/`, never out of it. Those of another repository
 * have its name before them, `NAME//PATH`: no path within a repository holds `//`.
 */
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
  if (folder === '') return elsewhereOf(file) === '';
  return file.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

export function folderOf(file: string): string {
  const slash = file.lastIndexOf('/');
  return slash < 0 ? '' : file.slice(0, slash);
}

const mark = '//';

/** The repository that a path lies in; `''` for the own one. */
export function elsewhereOf(path: string): string {
  const at = path.lastIndexOf(mark);
  return at < 0 ? '' : path.slice(0, at);
}

/** The path within its repository. */
export function pathWithin(path: string): string {
  const at = path.lastIndexOf(mark);
  return at < 0 ? path : path.slice(at + mark.length);
}

export function placeIn(repository: string, path: string): string {
  return repository === '' ? path : `${repository}${mark}${path}`;
}
