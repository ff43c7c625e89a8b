/** By what a repository is known to definitions that name it by its URL. */
import type { RepositoryConfig } from './repository.ts';

export interface OwnUrls {
  readonly urls: readonly string[];
  readonly revision: string | undefined;
}

export function ownUrls({
  url,
  aliases = [],
  revision,
}: Pick<RepositoryConfig, 'url' | 'aliases' | 'revision'>): OwnUrls {
  return { urls: [url, ...aliases], revision };
}
