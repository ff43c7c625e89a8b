/**
 * Where a dependency of Chart.yaml comes from, by its `repository`: nothing (charts/), `file://`, a URL, a registry, or
 * `@name`, which stands for a URL. Takes the dependency and the known names; reads and fetches nothing.
 */
import type { ChartDependency } from '../chart.ts';
import type { ChartRequest } from '../chart-sources.ts';

/** URLs by the names that `@name` and `alias:name` use. */
export type RepositoryNames = ReadonlyMap<string, string>;

const filePrefix = 'file://';
const ociPrefix = 'oci://';

export const isFileRepository = (repository: string): boolean => repository.startsWith(filePrefix);
export const isOciRepository = (repository: string): boolean => repository.startsWith(ociPrefix);

/** Relative to the chart, unless it begins with a slash. */
export const fileRepositoryPath = (repository: string): string => repository.slice(filePrefix.length);

/** The name behind `@` or `alias:`; undefined when it is written otherwise. */
export function repositoryAlias(repository: string): string | undefined {
  if (repository.startsWith('@')) return repository.slice(1);
  return repository.startsWith('alias:') ? repository.slice('alias:'.length) : undefined;
}

/** With the URL in place of a known name; what is unknown stays as it is. */
export function withRepositoryUrl<T extends ChartDependency | null>(dependency: T, names: RepositoryNames): T {
  const alias = repositoryAlias(dependency?.repository ?? '');
  const url = alias === undefined ? undefined : names.get(alias);
  return url === undefined ? dependency : { ...dependency, repository: url };
}

/** Undefined: the repository is no URL that charts are fetched from. */
export function dependencyRequest({ name, version = '', repository = '' }: ChartDependency): ChartRequest | undefined {
  if (isOciRepository(repository)) {
    return { type: 'oci', reference: `${repository.replace(/\/+$/, '')}/${name}`, version };
  }
  return /^https?:\/\//i.test(repository) ? { type: 'repository', repository, name, version } : undefined;
}

/** Helm's sentence about repositories that it does not know. */
export function unknownRepositories(repositories: readonly string[]): string {
  const message = `no repository definition for ${repositories.join(', ')}. Please add them via 'helm repo add'`;
  const isBareName = (repository: string) => !repository.includes('//') && repositoryAlias(repository) === undefined;
  if (!repositories.some(isBareName)) return message;
  return `${message}
Note that repositories must be URLs or aliases. For example, to refer to the "example"
repository, use "https://charts.example.com/" or "@example" instead of
"example". Don't forget to add the repo, too ('helm repo add').`;
}
