/** By what a repository is known to definitions that name it by its URL. */
import type { RepositoryConfig } from './repository.ts';

export interface OwnUrls {
  readonly urls: readonly string[];
  readonly revision: string | undefined;
  readonly mode?: 'observe' | undefined;
}

export function ownUrls({
  url,
  aliases = [],
  revision,
  mode,
}: Pick<RepositoryConfig, 'url' | 'aliases' | 'revision' | 'mode'>): OwnUrls {
  return { urls: [url, ...aliases], revision, mode };
}
