/** How promotions reach the configured repositories and their forges, with what the configuration says of them. */
import type { Config, RepositoryConfig } from '../../config/config.ts';
import { findCredential } from '../../foundation/credentials/find-credential.ts';
import type { ForgeLimits } from '../../foundation/forge/ask-forge.ts';
import { openForge } from '../../foundation/forge/open-forge.ts';
import { openHttpClient } from '../../foundation/http/open-http-client.ts';
import { cacheFolderOf, type FetchOptions, isBefore } from '../../pipeline/source/fetch-revision.ts';
import { findOwnBranches } from '../../pipeline/source/find-own-branches.ts';
import { isFollowedThere, isOnHistory } from '../../pipeline/source/own-branch-base.ts';
import { writeRevision } from '../../pipeline/source/write-revision.ts';
import type { PromotionParts } from './promoting.ts';

export interface PromotionWriterOptions extends Pick<FetchOptions, 'environment' | 'signal'> {
  readonly config: Config;
  readonly now: () => Date;
  readonly describe: PromotionParts['describe'];
  /** What is opened for them is closed with it. */
  readonly stack: AsyncDisposableStack;
}

export type PromotionWriter = Pick<
  PromotionParts,
  | 'compat'
  | 'write'
  | 'forgeOf'
  | 'pauseOf'
  | 'contains'
  | 'ownBranches'
  | 'isFollowedThere'
  | 'isOnHistory'
  | 'describe'
  | 'http'
>;

const pauseByCron = 60_000;

export function promotionWriter(options: PromotionWriterOptions): PromotionWriter {
  const { config, environment, signal, now, describe, stack } = options;
  const { credentials, repositories, helm } = config;
  const http = stack.use(openHttpClient({ environment }));
  const cacheFolder = cacheFolderOf(config);
  const limits: ForgeLimits = new Map();
  const find = findCredential({ credentials, environment, home: '' });
  const configured = (name: string): RepositoryConfig => {
    const repository = repositories.find((one) => one.name === name);
    if (repository === undefined) throw new Error(`the repository ${name} is not configured`);
    return repository;
  };
  const optionsOf = (name: string): FetchOptions => {
    return { repository: configured(name), credentials, environment, signal, cacheFolder };
  };
  return {
    compat: helm.compat,
    describe,
    http,
    write: async (change) => writeRevision({ ...change, ...optionsOf(change.checkout.repository), now: now() }),
    forgeOf: async (name) => {
      const { url, forge } = configured(name);
      return openForge({
        ...{ url, configured: forge, http, findCredential: find, signal },
        ...{ limits, now: () => now().getTime() },
      });
    },
    contains: async ({ repository: name, commit: head }, commit) => {
      return head !== undefined && (await isBefore(optionsOf(name), commit, head.id));
    },
    ownBranches: (checkout, isWanted) => findOwnBranches(optionsOf(checkout.repository), checkout, isWanted),
    isFollowedThere: (name) => isFollowedThere(optionsOf(name)),
    isOnHistory: (checkout, proposed) => isOnHistory(optionsOf(checkout.repository), proposed, checkout),
    pauseOf: (name) => {
      const { poll } = configured(name);
      return poll.type === 'every' ? poll.milliseconds : pauseByCron;
    },
  };
}
