/**
 * What Chart.yaml asks for beyond charts/, put in place to any depth: `file://` is read from disk, repositories and
 * registries are asked through `sources`, in the versions that Chart.lock names. What lies in charts/ and satisfies goes
 * before. It writes nothing; without sources it leaves out what would have to be fetched.
 */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import {
  parseConstraint,
  type SemverConstraint,
  SemverError,
  satisfies,
  tryParseVersion,
} from '../../foundation/base/semver-constraint.ts';
import { quote } from '../../foundation/template/quote.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import type { Chart, ChartDependency } from './chart.ts';
import { digestChart } from './chart-digest.ts';
import { lockOf } from './chart-lock.ts';
import type { ChartSources } from './chart-sources.ts';
import { checkLock } from './dependencies/check-lock.ts';
import {
  dependencyError,
  lockStale,
  type NamedDependency,
  namedDependencies,
} from './dependencies/dependency-error.ts';
import {
  dependencyRequest,
  fileRepositoryPath,
  isFileRepository,
  type RepositoryNames,
  unknownRepositories,
  withRepositoryUrl,
} from './dependencies/dependency-request.ts';
import { loadChart } from './load-chart.ts';
import { isInside } from './read-chart-folder.ts';

export interface ChartOrigin {
  /** Where the chart lies on disk: a folder, or an archive. */
  readonly folder: string;
  /** How errors name it. */
  readonly shown: string;
  readonly compat?: Compat;
}

export interface ResolveDependenciesOptions extends ChartOrigin {
  /** Nothing outside it is read. */
  readonly root: string;
  readonly compat: Compat;
  readonly sources?: ChartSources | undefined;
  /** What `@name` stands for; default: nothing is known. */
  readonly repositories?: RepositoryNames | undefined;
  /**
   * A Chart.lock that is older than Chart.yaml: an error (`strict`, the default, as `helm dependency build`), or passed
   * over, so that ranges are resolved anew. Locks of fetched charts are nobody's to mend: of them a stale one is passed over.
   */
  readonly lock?: 'strict' | 'update' | undefined;
}

interface Resolving extends ResolveDependenciesOptions {
  readonly names: RepositoryNames;
  /** It lies in the repository, where people can mend it. */
  readonly own: boolean;
  /** An archive has no neighbours that `file://` could mean. */
  readonly hasNeighbours: boolean;
  /** Real folders and digests of the charts that led here, against circles. */
  readonly parents: readonly string[];
}

/** A server that makes up charts that need charts must come to an end. */
const maxDepth = 64;

export async function resolveDependencies(chart: Chart, options: ResolveDependenciesOptions): Promise<Chart> {
  const isFolder = statSync(options.folder).isDirectory();
  const names = options.repositories ?? new Map<string, string>();
  const parents = isFolder ? [realpathSync(options.folder)] : [];
  return await resolveInto(chart, { ...options, names, own: isFolder, hasNeighbours: isFolder, parents });
}

async function resolveInto(chart: Chart, at: Resolving): Promise<Chart> {
  const vendored = await inOrder(chart.dependencies.map((child) => resolveVendored(child, at)));
  const named = namedDependencies(chart);
  const wanted = named.filter(
    (dependency) => !vendored.some((child) => fits(child, dependency)) && isResolvable(dependency, vendored, at),
  );
  if (wanted.length === 0) return withDependencies(chart, vendored);
  const versions = wanted.every(({ repository = '' }) => isFileRepository(repository))
    ? new Map<number, string>()
    : lockedVersions(chart, at);
  const found = await inOrder(
    wanted.map((dependency) =>
      isFileRepository(dependency.repository ?? '')
        ? loadNeighbour(dependency, at)
        : loadFetched(dependency, { at, version: versions.get(dependency.index) ?? dependency.version ?? '' }),
    ),
  );
  const isOutdated = (child: Chart) =>
    wanted.some(({ name }) => name === child.metadata.name) && !named.some((dependency) => fits(child, dependency));
  const kept = vendored.filter((child) => !isOutdated(child));
  const added = found.filter((one, index) => found.findIndex(({ digest }) => digest === one.digest) === index);
  return withDependencies(chart, [...kept, ...added]);
}

/** All at once; of several failures the first in Chart.yaml's order is the one that is told. */
async function inOrder<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

function withDependencies(chart: Chart, dependencies: readonly Chart[]): Chart {
  const { length } = chart.dependencies;
  if (dependencies.length === length && dependencies.every((child, index) => child === chart.dependencies[index])) {
    return chart;
  }
  const { metadata, lock, templates, files, values, valuesFile, schema } = chart;
  const content = { metadata, lock, templates, files, values, valuesFile, schema, dependencies };
  return { ...content, digest: digestChart(content) };
}

/** What Helm would take as it is: no repository, no sources, a neighbour that is gone while charts/ holds a copy. */
function isResolvable(dependency: NamedDependency, vendored: readonly Chart[], at: Resolving): boolean {
  const { name, repository = '' } = dependency;
  if (!isFileRepository(repository)) return repository !== '' && at.sources !== undefined;
  if (!at.hasNeighbours) return false;
  return !vendored.some((child) => child.metadata.name === name) || existsSync(neighbourPath(repository, at));
}

function neighbourPath(repository: string, { folder }: Resolving): string {
  const path = fileRepositoryPath(repository);
  return isAbsolute(path) ? path : join(folder, path);
}

/** A range that cannot be read is told of by whoever renders. */
function fits({ metadata }: Chart, { name, version = '' }: ChartDependency): boolean {
  if (metadata.name !== name) return false;
  const found = tryParseVersion(metadata.version);
  try {
    return found === undefined || version === '' || satisfies(parseConstraint(version), found);
  } catch (error) {
    if (error instanceof SemverError) return true;
    throw error;
  }
}

/** A folder in charts/ may name dependencies relative to itself. */
async function resolveVendored(child: Chart, at: Resolving): Promise<Chart> {
  const folder = join(at.folder, 'charts', child.metadata.name);
  const isFolder = at.hasNeighbours && existsSync(join(folder, 'Chart.yaml'));
  if (!isFolder && at.sources === undefined) return child;
  const shown = `${at.shown}/charts/${child.metadata.name}`;
  const parents = nested(isFolder ? realpathSync(folder) : child.digest, at, { name: child.metadata.name });
  return await resolveInto(child, { ...at, folder, shown, own: at.own && isFolder, hasNeighbours: isFolder, parents });
}

async function loadNeighbour(dependency: NamedDependency, at: Resolving): Promise<Chart> {
  const repository = dependency.repository ?? '';
  const relative = fileRepositoryPath(repository);
  const folder = neighbourPath(repository, at);
  const fail = (code: 'chart.outside' | 'chart.dependency-missing', message: string) =>
    dependencyError(code, message, { dependency, at });
  if (!isInside(at.root, folder))
    throw fail('chart.outside', `the dependency ${dependency.name} lies outside the repository`);
  if (!existsSync(folder)) throw fail('chart.dependency-missing', `directory ${relative} not found`);
  const real = realpathSync(folder);
  if (!isInside(realpathSync(at.root), real))
    throw fail('chart.outside', `the dependency ${dependency.name} leads out of the repository`);
  const parents = nested(real, at, { name: dependency.name, dependency });
  const shown = `${at.shown}/${relative}`;
  const loaded = await loadChart(folder, { compat: at.compat, root: at.root, shownAs: shown });
  checkFits(loaded, dependency, at);
  return await resolveInto(loaded, { ...at, folder, shown, parents });
}

async function loadFetched(
  dependency: NamedDependency,
  { at, version }: { readonly at: Resolving; readonly version: string },
): Promise<Chart> {
  const { name, repository = '' } = dependency;
  const request = dependencyRequest({ ...withRepositoryUrl(dependency, at.names), version });
  if (request === undefined || at.sources === undefined) {
    throw dependencyError('chart.no-repository', unknownRepositories([repository]), { dependency, at });
  }
  constraintOf(dependency, at);
  const fetched = await at.sources.fetch(request).catch((error: unknown) => {
    throw placed(error, dependency, at);
  });
  const parents = nested(`${name} ${fetched.digest}`, at, { name, dependency });
  const { path: folder, root, from: shown } = fetched;
  const loaded = await loadChart(folder, { compat: at.compat, root, shownAs: shown });
  checkFits(loaded, dependency, at);
  const hasNeighbours = statSync(folder).isDirectory();
  return await resolveInto(loaded, { ...at, folder, root, shown, own: false, hasNeighbours, parents });
}

/** A failure elsewhere is told with the line that asked for it. */
function placed(error: unknown, dependency: NamedDependency, at: Resolving): unknown {
  if (!(error instanceof HelmGitopsError) || error.place !== undefined) return error;
  const { place } = dependencyError('chart.dependency-missing', '', { dependency, at });
  return new HelmGitopsError(error.code, error.fault, error.message, { place, hint: error.hint, cause: error });
}

function nested(
  key: string,
  at: Resolving,
  { name, dependency }: { readonly name: string; readonly dependency?: NamedDependency },
): readonly string[] {
  const fail = (message: string) => dependencyError('chart.dependency-invalid', message, { dependency, at });
  if (at.parents.includes(key)) throw fail(`the dependency ${name} leads back to a chart that needs it`);
  if (at.parents.length >= maxDepth) throw fail(`the dependency ${name} lies more than ${maxDepth} charts deep`);
  return [...at.parents, key];
}

function checkFits({ metadata }: Chart, dependency: NamedDependency, at: Resolving): void {
  const { name, version = '' } = dependency;
  const fail = (message: string) => dependencyError('chart.dependency-invalid', message, { dependency, at });
  if (metadata.name !== name) throw fail(`the chart there is called ${metadata.name}, Chart.yaml asks for ${name}`);
  const found = tryParseVersion(metadata.version);
  const constraint = constraintOf(dependency, at);
  if (version === '' || (found !== undefined && satisfies(constraint, found))) return;
  throw fail(
    `can't get a valid version for dependency ${name}: it is ${metadata.version}, Chart.yaml asks for ${version}`,
  );
}

function constraintOf(dependency: NamedDependency, at: Resolving): SemverConstraint {
  const { name, version = '' } = dependency;
  try {
    return parseConstraint(version === '' ? '*' : version);
  } catch (error) {
    if (!(error instanceof SemverError)) throw error;
    const message = `dependency ${quote(name)} has an invalid version/constraint format: ${error.message}`;
    throw dependencyError('chart.dependency-invalid', message, { dependency, at });
  }
}

/** By place in Chart.yaml's list. */
function lockedVersions(chart: Chart, at: Resolving): ReadonlyMap<number, string> {
  const state = checkLock(chart, at.names);
  if (state === 'stale' && at.own && at.lock !== 'update') throw lockStale(chart, at);
  if (state === 'none' || state === 'stale') return new Map();
  const locked = lockOf(chart)?.dependencies ?? [];
  return new Map(
    namedDependencies(chart).flatMap(({ index, name }) => {
      const one = locked[index];
      return one?.name === name && (one.version ?? '') !== '' ? [[index, one.version as string] as const] : [];
    }),
  );
}

/** Helm's check before it renders; only the chart's own dependencies are looked at, as Helm does. */
export function checkDependencies(chart: Chart, at: ChartOrigin): void {
  const present = new Set(chart.dependencies.map((child) => child.metadata.name));
  const missing = namedDependencies(chart).filter(({ name }) => !present.has(name));
  const [dependency] = missing;
  if (dependency === undefined) return;
  const names = missing.map(({ name }) => name).join(', ');
  const advice =
    at.compat === 'helm3'
      ? 'An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch missing dependencies'
      : "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies";
  const message = `${advice}: found in Chart.yaml, but missing in charts/ directory: ${names}`;
  const hint = missing.some(({ repository = '' }) => repository !== '')
    ? `helm-gitops dependency build ${at.shown} fetches what is missing`
    : undefined;
  throw dependencyError('chart.dependency-missing', message, { dependency, at, hint });
}
