/**
 * Which value files more than one release reads: named by a list of values, by a glob in it, or by an expression that sets a
 * key to what the file holds. Takes all definitions of a repository; reads nothing.
 */

import { placeIn } from '../foundation/base/repository-path.ts';
import type { ReleaseDefinition } from './definitions/release-definition.ts';
import { matchesValueGlob } from './values/locate-value-files.ts';

export interface SharedFiles {
  /** Whether a file, by its path from the root (`placeIn` where it lies in another repository), has several readers. */
  has(path: string): boolean;
}

export interface NamedFiles {
  readonly paths: ReadonlySet<string>;
  readonly globs: readonly ((path: string) => boolean)[];
}

/** Every target of a promotion asks it of the same definitions. */
const known = new WeakMap<readonly ReleaseDefinition[], SharedFiles>();

export function sharedFiles(definitions: readonly ReleaseDefinition[]): SharedFiles {
  const found = known.get(definitions) ?? findShared(definitions);
  known.set(definitions, found);
  return found;
}

function findShared(definitions: readonly ReleaseDefinition[]): SharedFiles {
  const seen = new Set<string>();
  const shared = new Set<string>();
  const named = definitions.map(namedFiles);
  for (const { paths } of named) {
    for (const path of paths) {
      if (seen.has(path)) shared.add(path);
      seen.add(path);
    }
  }
  const globbing = named.filter(({ globs }) => globs.length > 0);
  if (globbing.length === 0) return shared;
  const reads = ({ paths, globs }: NamedFiles, path: string) => paths.has(path) || globs.some((fits) => fits(path));
  return {
    has(path) {
      if (shared.has(path)) return true;
      const plain = named.filter(({ paths, globs }) => globs.length === 0 && paths.has(path)).length;
      return plain + globbing.filter((one) => reads(one, path)).length > 1;
    },
  };
}

/** Of the repository that holds the definition; a glob that is broken fits nothing here, and is told where it is read. */
export function namedFiles({ values, origin }: ReleaseDefinition): NamedFiles {
  const at = (path: string) => placeIn(origin.elsewhere ?? '', path);
  const paths = new Set<string>();
  const globs: ((path: string) => boolean)[] = [];
  for (const source of values) {
    if (source.type === 'file') paths.add(at(source.path));
    else if (source.type === 'setFile')
      for (const part of source.expression.split(',')) paths.add(at(part.replace(/^[^=]*=/, '')));
    else if (source.type === 'files' && source.root.type === 'own' && !source.glob) paths.add(at(source.path));
    else if (source.type === 'files' && source.root.type === 'own') globs.push(matchesValueGlob(at(source.path)));
  }
  return { paths, globs };
}
