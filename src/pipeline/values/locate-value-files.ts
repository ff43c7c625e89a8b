/**
 * Takes value sources, returns them with the files that other tools' rules name replaced by files to read, and how to read
 * them: beside a chart elsewhere, within a chart, or all that a glob names. It reads through what it is given alone.
 */
import { asHelmGitopsError, HelmGitopsError, type Place } from '../../foundation/base/errors.ts';
import { compileGlob, GlobError } from '../../foundation/base/glob.ts';
import type { FilesRoot, FilesSource, ValueSource } from '../definitions/release-definition.ts';
import type { MergeSource } from './merge-values.ts';
import { valuesError } from './values-error.ts';

export interface ValueFilesInput {
  readonly sources: readonly ValueSource[];
  /** The files of a root; asked for once each. */
  readonly open: (root: FilesRoot) => Promise<RootFiles>;
}

export interface RootFiles {
  /** How people find a file of it. */
  readonly shown: (path: string) => string;
  readonly list: () => Promise<readonly string[]>;
  /** Fails with ENOENT where there is no such file. */
  readonly read: (path: string) => Promise<string>;
}

export interface LocatedValueFiles {
  readonly sources: readonly MergeSource[];
  /** Of files that do not lie in the checkout under the path that they are shown by. */
  readonly readers: ReadonlyMap<string, () => Promise<string>>;
}

export async function locateValueFiles({ sources, open }: ValueFilesInput): Promise<LocatedValueFiles> {
  const located: MergeSource[] = [];
  const readers = new Map<string, () => Promise<string>>();
  const opened = new Map<string, Promise<RootFiles>>();
  const openOnce = (root: FilesRoot): Promise<RootFiles> => {
    const key = JSON.stringify(root);
    const files = opened.get(key) ?? open(root);
    opened.set(key, files);
    return files;
  };
  // A glob names nothing that is named by itself: that stands where it is written.
  const named = new Set(sources.flatMap((source) => (isPlain(source) ? [keyOf(source)] : [])));
  const taken = new Set<string>();
  for (const source of sources) {
    if (source.type !== 'files') {
      located.push(source);
      continue;
    }
    const root = await openOnce(source.root).catch((thrown: unknown) => {
      throw placed(thrown, source.place);
    });
    for (const path of source.glob ? await found(source, root) : [source.path]) {
      const key = `${JSON.stringify(source.root)} ${path}`;
      if (source.glob && (named.has(key) || taken.has(key))) continue;
      taken.add(key);
      const shown = root.shown(path);
      if (source.root.type !== 'own') readers.set(shown, () => root.read(path));
      located.push(sourceOf(source, shown));
    }
  }
  return { sources: located, readers };
}

function placed(thrown: unknown, place: Place): unknown {
  const { code, fault, message, hint } = asHelmGitopsError(thrown);
  return fault === 'internal' ? thrown : new HelmGitopsError(code, fault, message, { place, hint, cause: thrown });
}

function sourceOf({ sets, optional, place }: FilesSource, path: string): MergeSource {
  if (sets === undefined) return { type: 'file', path, optional, template: false, place };
  return { type: 'setFile', expression: `${sets}=${path.replace(/(?<!\\),/g, '\\,')}`, place };
}

const isPlain = (source: ValueSource) => source.type === 'file' || (source.type === 'files' && !source.glob);

function keyOf(source: ValueSource): string {
  const root: FilesRoot = source.type === 'files' ? source.root : { type: 'own' };
  return `${JSON.stringify(root)} ${'path' in source ? source.path : ''}`;
}

async function found({ path, optional, place }: FilesSource, root: RootFiles): Promise<string[]> {
  const matches = compiled(path, place);
  const files = (await root.list()).filter(matches).sort((left, right) => (left < right ? -1 : 1));
  if (files.length > 0 || optional) return files;
  throw valuesError('values.not-found', `the glob ${JSON.stringify(path)} fits no file`, {
    place,
    hint: 'one that may fit none is written as {file: …, optional: true}; in Argo CD ignoreMissingValueFiles: true',
  });
}

/** For a glob that was not read yet. */
export function matchesValueGlob(pattern: string): (path: string) => boolean {
  try {
    return compiled(pattern, { file: '' });
  } catch (error) {
    if (asHelmGitopsError(error).fault === 'internal') throw error;
    return () => false;
  }
}

/** `**` between slashes also stands for no folder at all. */
function compiled(pattern: string, place: FilesSource['place']): (path: string) => boolean {
  try {
    return compileGlob(pattern.replace(/(^|\/)(?:\*\*\/)+/g, '$1{,**/}'));
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    throw valuesError('values.invalid', `the glob ${JSON.stringify(pattern)} is broken`, { place });
  }
}
