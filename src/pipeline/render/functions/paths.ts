/** Go's path package; the os… forms are path/filepath, which on Unix does the same. */
import type { GoFunction } from '../../../foundation/template/value.ts';
import { goFunction } from './go-function.ts';

/** The shortest path that means the same: no doubled or trailing slashes, no `.`, `..` resolved where possible. */
function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!rooted) parts.push(part);
  }
  const joined = parts.join('/');
  return rooted ? `/${joined}` : joined === '' ? '.' : joined;
}

function basePath(path: string): string {
  if (path === '') return '.';
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end -= 1;
  return end === 0 ? '/' : path.slice(path.lastIndexOf('/', end - 1) + 1, end);
}

const directory = (path: string): string => cleanPath(path.slice(0, path.lastIndexOf('/') + 1));

/** From the last dot of the last element on, that dot included. */
function extension(path: string): string {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') ? path.slice(dot) : '';
}

const isAbsolute = (path: string): boolean => path.startsWith('/');

export const pathFunctions: readonly GoFunction[] = [
  ...['base', 'osBase'].map((name) => goFunction(name, '(string) string', basePath)),
  ...['dir', 'osDir'].map((name) => goFunction(name, '(string) string', directory)),
  ...['clean', 'osClean'].map((name) => goFunction(name, '(string) string', cleanPath)),
  ...['ext', 'osExt'].map((name) => goFunction(name, '(string) string', extension)),
  ...['isAbs', 'osIsAbs'].map((name) => goFunction(name, '(string) bool', isAbsolute)),
];
