/**
 * Takes a repository and what it was read from before, returns what it defined then: for releases that run on while nobody can
 * say what it defines now. What is still in the cache is not asked for. It hands nothing on.
 */
import type { Reading } from '../foundation/state/shared-state.ts';
import { openCheckoutFiles } from './source/checkout-files.ts';
import { type FetchOptions, fetchCommit } from './source/fetch-revision.ts';
import { othersAt } from './source/other-repositories.ts';
import { ownUrls } from './source/own-urls.ts';
import type { RepositoryConfig } from './source/repository.ts';
import { type SyncedRevision, type SyncInput, syncRevision } from './sync-revision.ts';

export type SyncAgain = Pick<SyncInput, 'compat' | 'sources' | 'decrypt' | 'objectsOf' | 'definitionsOf'> & {
  readonly definitions: Omit<SyncInput['definitions'], 'files'>;
};

export interface ReadAgainInput {
  readonly repository: RepositoryConfig;
  readonly fetch: Omit<FetchOptions, 'repository' | 'previous'>;
  readonly sync: SyncAgain;
  readonly op: string;
  readonly onRead?: SyncInput['onRead'];
}

export async function readAgain(input: ReadAgainInput, reading: Reading): Promise<SyncedRevision> {
  const { repository, fetch, sync, op, onRead } = input;
  const { checkout, contents } = await fetchCommit({ ...fetch, repository }, reading);
  const files = await openCheckoutFiles(checkout.root, { contents });
  const others = othersAt({ repository, fetch }, new Map(Object.entries(reading.others ?? {})));
  const definitions = { ...sync.definitions, own: ownUrls(repository), files, others };
  return await syncRevision({ ...sync, op, checkout, url: repository.url, definitions, onRead });
}
