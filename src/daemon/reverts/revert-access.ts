/** How reverts read what git said before, and what was taken back already: with what the configuration says of the repositories. */
import type { Config } from '../../config/config.ts';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { PastFiles } from '../../pipeline/plan-revert.ts';
import type { Checkout } from '../../pipeline/source/checkout.ts';
import { openCheckoutFiles } from '../../pipeline/source/checkout-files.ts';
import { cacheFolderOf, type FetchOptions, fetchCommit } from '../../pipeline/source/fetch-revision.ts';
import {
  type ChangeSearch,
  changeSaying,
  commitSaying,
  type PastChange,
} from '../../pipeline/source/search-commits.ts';
import type { RevertParts } from './reverting.ts';

interface RevertAccessOptions extends Pick<FetchOptions, 'environment' | 'signal'> {
  readonly config: Config;
}

export interface RevertAccess extends Pick<RevertParts, 'filesOf' | 'filesAt' | 'findCommit'> {
  /** Among the commits that what was read comes from. */
  readonly findChange: (checkout: Checkout, search: Omit<ChangeSearch, 'head'>) => Promise<PastChange | undefined>;
}

export function revertAccess({ config, environment, signal }: RevertAccessOptions): RevertAccess {
  const { credentials, repositories } = config;
  const cacheFolder = cacheFolderOf(config);
  const optionsOf = (name: string): FetchOptions => {
    const repository = repositories.find((one) => one.name === name);
    if (repository === undefined) throw new Error(`the repository ${name} is not configured`);
    return { repository, credentials, environment, signal, cacheFolder };
  };
  return {
    filesOf: ({ root }) => filesOf(root, new Map()),
    async filesAt(repository, commit) {
      const { checkout, contents } = await fetchCommit(optionsOf(repository), { commit });
      return filesOf(checkout.root, contents ?? new Map());
    },
    findCommit: ({ repository, commit }, text, after) =>
      commit === undefined
        ? Promise.resolve(undefined)
        : commitSaying(optionsOf(repository), { text, after, head: commit.id }),
    findChange: async ({ repository, commit }, search) =>
      commit && changeSaying(optionsOf(repository), { ...search, head: commit.id }),
  };
}

async function filesOf(root: string, contents: ReadonlyMap<string, string>): Promise<PastFiles> {
  const files = await openCheckoutFiles(root);
  const read = (path: string) =>
    files.read(path).catch((thrown) => {
      if (thrown instanceof HelmGitopsError && thrown.code === 'source.unreadable') return undefined;
      throw thrown;
    });
  return { read, contents };
}
