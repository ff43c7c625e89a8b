/**
 * Takes two looks at a repository, returns the definitions of releases that both make of the same: nothing of them has to be
 * merged to know that their digests agree. What is in doubt is left out. It reads charts and, where git does not tell, files.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { asHelmGitopsError } from '../foundation/base/errors.ts';
import type { DefinitionsRead } from './definitions/read-definitions.ts';
import { definitionId, type ReleaseDefinition, type ValueSource } from './definitions/release-definition.ts';
import { type SharedCharts, shareChart } from './share-charts.ts';
import type { SyncInput } from './sync-revision.ts';
import { matchesValueGlob } from './values/locate-value-files.ts';

export interface Side {
  readonly input: SyncInput;
  readonly read: DefinitionsRead;
  readonly charts: SharedCharts;
}

export async function untouchedReleases(before: Side, after: Side): Promise<ReadonlySet<ReleaseDefinition>> {
  const known = new Map(before.read.definitions.map((definition) => [definitionId(definition), definition]));
  const same = after.read.definitions.filter((definition) => isSame(known.get(definitionId(definition)), definition));
  const areAllSame = same.length === known.size && same.length === after.read.definitions.length;
  const files = compareFiles(before, after);
  const charts = new Map<string, Promise<boolean>>();
  const isUntouched = async (definition: ReleaseDefinition): Promise<boolean> => {
    const { elsewhere } = definition.origin;
    if (elsewhere !== undefined) return isSameCommit(before, after, elsewhere);
    // Which of its files are those of the pinned commit depends on who else reads them.
    if (definition.pin !== undefined && !areAllSame) return false;
    if (hasOverrides(definition, before, after)) return false;
    if (!(await allOf(definition.values, (source) => isSameSource(source, files)))) return false;
    return await isSameChart(definition, { before, after, files, charts });
  };
  const answers = await Promise.all(same.map(isUntouched));
  const untouched = same.filter((_, position) => answers[position] === true);
  // Each side has its own where one is not the other.
  return new Set(untouched.flatMap((definition) => [known.get(definitionId(definition)) ?? definition, definition]));
}

/** The very same, where the cache knows it; some kinds are made anew at every look. */
const isSame = (one: ReleaseDefinition | undefined, other: ReleaseDefinition): boolean =>
  one === other || isDeepStrictEqual(one, other);

/** One by one: the first that differs decides. */
async function allOf<T>(items: readonly T[], holds: (item: T) => boolean | Promise<boolean>): Promise<boolean> {
  for (const item of items) {
    const held = holds(item);
    if (!(held === true || (held !== false && (await held)))) return false;
  }
  return true;
}

function isSameCommit(before: Side, after: Side, elsewhere: string): boolean {
  const [one, other] = [before, after].map(({ read }) => read.others.get(elsewhere)?.checkout.commit?.id);
  return one !== undefined && one === other;
}

interface ComparedFiles {
  /** Both have it, or neither has. */
  isSame(path: string): boolean | Promise<boolean>;
  /** Those that a glob fits, and all that they hold. */
  isSameGlob(glob: string): Promise<boolean>;
}

function compareFiles(before: Side, after: Side): ComparedFiles {
  const [one, other] = [before.input.definitions.files, after.input.definitions.files];
  const answers = new Map<string, boolean | Promise<boolean>>();
  const isSame = (path: string): boolean | Promise<boolean> => {
    const known = answers.get(path);
    if (known !== undefined) return known;
    const [was, is] = [one.identityOf?.(path), other.identityOf?.(path)];
    const answer = (was !== undefined && was === is) || isSameText(path);
    answers.set(path, answer);
    return answer;
  };
  const isSameText = async (path: string): Promise<boolean> => {
    const [was, is] = await Promise.all([one, other].map((files) => files.read(path).catch(failure)));
    return was === is;
  };
  return {
    isSame,
    async isSameGlob(glob) {
      const fits = matchesValueGlob(glob);
      const [was, is] = await Promise.all([one, other].map(async (files) => (await files.all()).filter(fits)));
      return JSON.stringify(was) === JSON.stringify(is) && (await allOf(is ?? [], isSame));
    },
  };
}

/** Never the text of a file. */
const failure = (thrown: unknown): string => `\0${asHelmGitopsError(thrown).code} ${asHelmGitopsError(thrown).message}`;

function isSameSource(source: ValueSource, files: ComparedFiles): boolean | Promise<boolean> {
  switch (source.type) {
    case 'file':
      return files.isSame(source.path);
    case 'setFile':
      // An escaped comma or equals sign: who merges knows where the paths begin.
      if (source.expression.includes('\\')) return false;
      return allOf(source.expression.split(','), (part) => files.isSame(part.replace(/^[^=]*=/, '')));
    case 'files':
      // What a chart or another repository holds is compared with these.
      if (source.root.type !== 'own') return true;
      return source.glob ? files.isSameGlob(source.path) : files.isSame(source.path);
    // They stand in the definition, or lie in the cluster for both.
    case 'inline':
    case 'set':
    case 'setString':
    case 'setJson':
    case 'text':
    case 'secret':
    case 'configMap':
      return true;
  }
}

function hasOverrides({ overrides, chart }: ReleaseDefinition, ...sides: readonly Side[]): boolean {
  if (overrides === undefined || chart.type !== 'path') return false;
  const roots = sides.map(({ input }) => input.checkout.root);
  return overrides.names.some((name) => roots.some((root) => existsSync(join(root, chart.path, name))));
}

interface ComparedCharts {
  readonly before: Side;
  readonly after: Side;
  readonly files: ComparedFiles;
  /** By path. */
  readonly charts: Map<string, Promise<boolean>>;
}

/** What lies elsewhere is the same for both, but for the keys that it is verified with. */
async function isSameChart(
  definition: ReleaseDefinition,
  { before, after, files, charts }: ComparedCharts,
): Promise<boolean> {
  const { chart, pin } = definition;
  if (chart.type !== 'path') {
    const keys = [chart.keyring, chart.type === 'oci' ? chart.cosignKey : undefined];
    return await allOf(keys, (key) => key === undefined || files.isSame(key));
  }
  if (pin !== undefined) return true;
  const key = JSON.stringify({ ...chart, place: undefined });
  const known = charts.get(key);
  if (known !== undefined) return await known;
  const digestOf = ({ input, charts: shared }: Side) =>
    shareChart(input, definition, shared).then(({ chart: found }) => found.digest, failure);
  const answer = Promise.all([before, after].map(digestOf)).then(([was, is]) => was === is);
  charts.set(key, answer);
  return await answer;
}
