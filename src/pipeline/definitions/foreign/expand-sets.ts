/**
 * Takes a parsed file and what lies around it, returns it with the applications that its sets make. Repositories that a set
 * names are followed like those of spec.apps. What a set made before stays the very same object while it is the same.
 */
import { HelmGitopsError } from '../../../foundation/base/errors.ts';
import { placeIn } from '../../../foundation/base/repository-path.ts';
import type { CheckoutFiles } from '../../source/checkout-files.ts';
import type { OtherCheckout, OtherRepositories } from '../../source/other-repositories.ts';
import type { ParsedFile } from '../parse-definitions.ts';
import type { GitReference, ParsedSet, SetFiles, SetSurroundings } from './foreign-set.ts';
import { isOwnRepository, isOwnRevision } from './own-repository.ts';

/** By set, what it made of which key. */
export type SetCache = WeakMap<ParsedSet, ReadonlyMap<string, unknown>>;

export interface ExpandOptions extends Pick<SetSurroundings, 'own' | 'clusters' | 'renderText'> {
  /** Of the repository that holds the file, and its name where it is another one. */
  readonly files: CheckoutFiles;
  readonly elsewhere: string;
  readonly others: OtherRepositories | undefined;
  /** What is opened is added. */
  readonly opened: Map<string, OtherCheckout>;
  readonly cache: SetCache;
}

export async function expandSets(file: ParsedFile, options: ExpandOptions): Promise<ParsedFile> {
  const { own, clusters, renderText, cache } = options;
  const applications = [...file.applications];
  const broken = [...file.broken];
  const problems = [...file.problems];
  for (const set of file.sets) {
    const before = cache.get(set);
    const made = new Map<string, unknown>();
    const keep = <Made>(key: string, make: () => Made): Made => {
      const value = (made.get(key) ?? before?.get(key) ?? make()) as Made;
      made.set(key, value);
      return value;
    };
    const filesOf = (reference: GitReference) => filesFor(reference, options);
    const expanded = await set.expand({ own, clusters, renderText, filesOf, keep });
    cache.set(set, made);
    applications.push(...expanded.applications);
    broken.push(...expanded.broken.map((name) => ({ kind: 'Application', name })));
    problems.push(...expanded.problems);
  }
  return { ...file, applications, broken, problems };
}

async function filesFor(reference: GitReference, options: ExpandOptions): Promise<SetFiles> {
  const { own, files, elsewhere, others, opened } = options;
  const { git, revision } = reference;
  if (isOwnRepository(git, own) && isOwnRevision(revision, own)) return setFiles(files, elsewhere);
  const name = others?.nameOf(reference);
  if (others === undefined || name === undefined)
    throw new HelmGitopsError('definition.generator', 'user', 'other repositories are not read here');
  if (name === '') return setFiles(files, elsewhere);
  try {
    const other = await others.open(reference);
    opened.set(name, other);
    return setFiles(other.files, name);
  } catch (error) {
    if (!(error instanceof HelmGitopsError) || error.fault === 'internal' || error.code === 'source.offline')
      throw error;
    const { fault, message, hint } = error;
    throw new HelmGitopsError('definition.generator', fault, `${name} cannot be read: ${message}`, {
      hint,
      cause: error,
    });
  }
}

function setFiles(files: CheckoutFiles, name: string): SetFiles {
  return {
    placeOf: (path) => placeIn(name, path),
    list: async () => (await files.list('', { take: () => true })).files,
    read: (path) => files.read(path),
  };
}
