/**
 * The parameters of a git generator: of each folder, or of each file and what it says. Reads the repository at the commit
 * that is followed; throws a user's error for a file that is not understood.
 */
import { posix } from 'node:path';
import { HelmGitopsError } from '../../../../../foundation/base/errors.ts';
import { normalizeName } from '../../../../../foundation/base/normalize-name.ts';
import { GoError, type GoMap, type GoValue } from '../../../../../foundation/template/value.ts';
import { readYaml } from '../../../../../foundation/yaml/read-yaml.ts';
import type { SetFiles } from '../../foreign-set.ts';
import type { Generating } from './generate.ts';
import { matchFile, matchFolder } from './match-path.ts';
import { flatten } from './parameters.ts';
import type { GitGenerator } from './set-schema.ts';

type WithValues = (parameters: GoMap, values?: Readonly<Record<string, string>>) => GoMap;

export async function gitParameters(
  git: GitGenerator,
  withValues: WithValues,
  { around, filling }: Generating,
): Promise<GoMap[]> {
  const { repoURL, revision, directories = [], files: patterns = [], pathParamPrefix = '' } = git;
  if (directories.length + patterns.length === 0)
    throw new HelmGitopsError('definition.generator', 'user', 'it names no directories and no files');
  const files = await around.filesOf({
    git: repoURL,
    revision: !revision || revision === 'HEAD' ? undefined : revision,
  });
  const { goTemplate } = filling;
  const describe = (of: PathFacts) => pathParameters(of, { prefix: pathParamPrefix, goTemplate });
  if (directories.length > 0) {
    const folders = foldersOf(await files.list()).filter((path) => isWanted(path, directories, matchFolder));
    return folders.map((path) => withValues(new Map(describe({ path })), git.values));
  }
  const made: GoMap[] = [];
  for (const file of (await files.list()).filter((path) => isWanted(path, patterns, matchFile))) {
    const of = describe({ path: posix.dirname(file), filename: posix.basename(file) });
    for (const said of await readParameters(files, file))
      made.push(withValues(new Map([...(goTemplate ? said : flatten(said)), ...of]), git.values));
  }
  return made;
}

type Item = { readonly path: string; readonly exclude?: boolean | undefined };

/** What is excluded is excluded, wherever it stands. */
function isWanted(path: string, items: readonly Item[], match: (pattern: string, path: string) => boolean): boolean {
  const fitting = items.filter((item) => match(item.path, path));
  return fitting.length > 0 && !fitting.some(({ exclude }) => exclude);
}

/** Every folder with a file somewhere below, but for those whose name begins with a dot. */
function foldersOf(files: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const file of files) {
    const steps = file.split('/').slice(0, -1);
    for (const [index, step] of steps.entries()) {
      if (step.startsWith('.')) break;
      folders.add(steps.slice(0, index + 1).join('/'));
    }
  }
  const key = (path: string) => path.replaceAll('/', '\0');
  return [...folders].sort((left, right) => (key(left) < key(right) ? -1 : 1));
}

/** An object, or a list of them; an empty file is one without parameters. */
async function readParameters(files: SetFiles, path: string): Promise<GoMap[]> {
  const place = { file: files.placeOf(path) };
  let value: GoValue;
  try {
    value = readYaml(await files.read(path));
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    const message = `${place.file} holds no parameters: ${error.message}`;
    throw new HelmGitopsError('definition.generator', 'user', message, { place });
  }
  const all = Array.isArray(value) ? value : [value];
  return all.map((one) => {
    if (one === null || one instanceof Map) return one ?? new Map();
    const message = `${place.file} holds no parameters: a map, or a list of maps`;
    throw new HelmGitopsError('definition.generator', 'user', message, { place });
  });
}

interface PathFacts {
  readonly path: string;
  readonly filename?: string;
}

function pathParameters(
  { path, filename }: PathFacts,
  { prefix, goTemplate }: { readonly prefix: string; readonly goTemplate: boolean },
): [string, GoValue][] {
  const basename = posix.basename(path);
  const names: [string, string][] = [
    ['basename', basename],
    ['basenameNormalized', normalizeName(basename)],
    ...(filename === undefined
      ? []
      : ([
          ['filename', filename],
          ['filenameNormalized', normalizeName(filename)],
        ] as [string, string][])),
  ];
  const segments = path.split('/');
  if (goTemplate) {
    const of: GoMap = new Map<string, GoValue>([['path', path], ...names, ['segments', segments]]);
    return prefix === '' ? [['path', of]] : [[prefix, new Map([['path', of]])]];
  }
  const name = prefix === '' ? 'path' : `${prefix}.path`;
  return [
    [name, path],
    ...names.map(([key, text]): [string, string] => [`${name}.${key}`, text]),
    ...segments.flatMap((segment, index): [string, string][] => (segment ? [[`${name}[${index}]`, segment]] : [])),
  ];
}
