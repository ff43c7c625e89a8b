/**
 * Where each dependency of a chart on disk comes from: names of repositories become URLs, paths are looked at. Takes the
 * list of Chart.yaml or of a lock, returns it in its order; fetches nothing.
 */
import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { Chart, ChartDependency } from '../chart.ts';
import { chartError } from '../chart-error.ts';
import type { ChartRequest } from '../chart-sources.ts';
import { dependencyError, type NamedDependency } from './dependency-error.ts';
import {
  dependencyRequest,
  fileRepositoryPath,
  isFileRepository,
  isOciRepository,
  unknownRepositories,
  withRepositoryUrl,
} from './dependency-request.ts';
import type { DependencyRun, NamedRepository } from './dependency-run.ts';

export type PlacedDependency = { readonly dependency: NamedDependency } & (
  | { readonly type: 'vendored' }
  | { readonly type: 'file'; readonly folder: string; readonly shown: string }
  | {
      readonly type: 'remote';
      readonly request: ChartRequest;
      /** `known` has a name in repositories.yaml; a registry has no index. */
      readonly index: { readonly url: string; readonly known: NamedRepository | undefined } | undefined;
    }
);

export const repositoryNames = (repositories: readonly NamedRepository[]): ReadonlyMap<string, string> =>
  new Map(repositories.toReversed().map(({ name, url }) => [name, url]));

export function placeDependencies(
  list: readonly (ChartDependency | null)[],
  run: DependencyRun,
  chart: Chart,
): PlacedDependency[] {
  const names = repositoryNames(run.repositories);
  const placed: PlacedDependency[] = [];
  const unknown: NamedDependency[] = [];
  list.forEach((item, index) => {
    if (item === null)
      throw chartError('chart.invalid', 'validation: dependencies must not contain empty or null nodes');
    const dependency = { ...withRepositoryUrl(item, names), index };
    const one = place(dependency, run);
    if (one === undefined) unknown.push(dependency);
    else placed.push(one);
  });
  const [first] = unknown;
  if (first === undefined) return placed;
  const message = unknownRepositories(unknown.map(({ repository = '' }) => repository));
  const isOwn = chart.metadata.dependencies === list;
  throw dependencyError('chart.no-repository', message, { dependency: isOwn ? first : undefined, at: run });
}

/** Undefined: nobody knows that repository. */
function place(dependency: NamedDependency, run: DependencyRun): PlacedDependency | undefined {
  const { name, repository = '' } = dependency;
  if (repository === '') return { type: 'vendored', dependency };
  if (isFileRepository(repository)) {
    const path = fileRepositoryPath(repository);
    const shown = isAbsolute(path) ? resolve(path) : join(run.shown, path);
    const folder = isAbsolute(path) ? resolve(path) : join(run.folder, path);
    if (!existsSync(folder)) {
      const message = `directory ${shown} not found`;
      throw dependencyError('chart.dependency-missing', message, { dependency, at: run });
    }
    return { type: 'file', dependency, folder, shown };
  }
  const request = dependencyRequest({ ...dependency, name });
  if (request === undefined) return undefined;
  if (isOciRepository(repository)) return { type: 'remote', dependency, request, index: undefined };
  const known = run.repositories.find(({ url }) => isSameUrl(url, repository));
  return { type: 'remote', dependency, request, index: { url: repository, known } };
}

/** As Helm compares: whatever slashes stand in the path or at its end. */
export function isSameUrl(a: string, b: string): boolean {
  return comparable(a) === comparable(b);
}

function comparable(text: string): string {
  const url = URL.parse(text);
  if (url === null) return text;
  url.pathname = join('/', url.pathname).replace(/(.)\/$/, '$1');
  return url.href;
}
