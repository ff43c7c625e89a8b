/** How promotions reach the configured repositories: as `writeRevision` writes, with what the configuration says of them. */
import type { Config } from '../config/config.ts';
import { cacheFolderOf, type FetchOptions } from '../pipeline/source/fetch-revision.ts';
import { writeRevision } from '../pipeline/source/write-revision.ts';
import type { PromotionParts } from './promotions.ts';

export interface PromotionWriterOptions extends Pick<FetchOptions, 'environment' | 'signal'> {
  readonly config: Config;
  readonly now: () => Date;
}

export function promotionWriter({
  config,
  environment,
  signal,
  now,
}: PromotionWriterOptions): Pick<PromotionParts, 'compat' | 'write'> {
  const { credentials, repositories, helm } = config;
  const cacheFolder = cacheFolderOf(config);
  return {
    compat: helm.compat,
    async write(change) {
      const repository = repositories.find(({ name }) => name === change.checkout.repository);
      if (repository === undefined) throw new Error(`the repository ${change.checkout.repository} is not configured`);
      return writeRevision({ ...change, repository, credentials, environment, signal, cacheFolder, now: now() });
    },
  };
}
