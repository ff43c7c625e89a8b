/**
 * Repositories that a followed one names for more definitions (`spec.apps.git`): each revision is fetched when it is named
 * first, and asked for again at every look. What cannot be fetched stays at what was read last, with the reason beside it.
 */
import { createHash } from 'node:crypto';
import { isAbsolute, join } from 'node:path';
import { asHelmGitopsError, HelmGitopsError } from '../../foundation/base/errors.ts';
import { displayUrl, parseGitUrl } from '../../foundation/git/git-url.ts';
import type { RepositoryConfig } from '../../foundation/git/repository-config.ts';
import type { KnownCommit } from '../../foundation/state/shared-state.ts';
import type { Checkout } from './checkout.ts';
import { type CheckoutFiles, openCheckoutFiles } from './checkout-files.ts';
import { type FetchOptions, fetchCommit, fetchRevision } from './fetch-revision.ts';

export interface OtherReference {
  readonly git: string;
  /** Undefined: the remote's HEAD. */
  readonly revision: string | undefined;
}

export interface OtherCheckout {
  readonly url: string;
  /** As it is named; undefined: the remote's HEAD. */
  readonly revision: string | undefined;
  readonly checkout: Checkout;
  readonly files: CheckoutFiles;
  /** Why it is not as new as it could be. */
  readonly problem: HelmGitopsError | undefined;
}

export interface OtherRepositories {
  /** For people, and for its paths: `URL@REVISION`; `''` for the followed repository itself. */
  nameOf(reference: OtherReference): string;
  /** Throws where it was never read. */
  open(reference: OtherReference): Promise<OtherCheckout>;
}

export interface FollowedOthers extends OtherRepositories {
  /** Asks each for its newest revision; false where all is as it was. */
  look(): Promise<boolean>;
  /** What was not opened since the last call is named no more. */
  keepOpened(): void;
}

export interface OthersOptions {
  /** The one that names them: they are held to its signers. */
  readonly repository: RepositoryConfig;
  readonly fetch: Omit<FetchOptions, 'repository' | 'previous'>;
}

interface Other {
  readonly reference: OtherReference;
  checkout: Checkout | undefined;
  files: CheckoutFiles | undefined;
  problem: HelmGitopsError | undefined;
  fetching: Promise<boolean> | undefined;
}

export function createOtherRepositories(options: OthersOptions): FollowedOthers {
  const known = new Map<string, Other>();
  const opened = new Set<string>();
  const nameOf = (reference: OtherReference) => nameFor(options, reference);
  const bring = (other: Other): Promise<boolean> => {
    other.fetching ??= fetchOther(options, other).finally(() => {
      other.fetching = undefined;
    });
    return other.fetching;
  };
  return {
    nameOf,
    async open(reference) {
      const name = nameOf(reference);
      const none = { checkout: undefined, files: undefined, problem: undefined, fetching: undefined };
      const other: Other = known.get(name) ?? { reference, ...none };
      known.set(name, other);
      opened.add(name);
      if (other.checkout === undefined) await bring(other);
      const { checkout, files, problem } = other;
      if (checkout === undefined || files === undefined)
        throw problem ?? new HelmGitopsError('git.failed', 'transient', `${name} could not be read`);
      return { url: reference.git, revision: reference.revision, checkout, files, problem };
    },
    async look() {
      return (await Promise.all([...known.values()].map(bring))).includes(true);
    },
    keepOpened() {
      for (const name of known.keys()) if (!opened.has(name)) known.delete(name);
      opened.clear();
    },
  };
}

/** Where the network is not to be asked. */
export function offlineOthers(options: OthersOptions): OtherRepositories {
  const nameOf = (reference: OtherReference) => nameFor(options, reference);
  const refuse = async (reference: OtherReference): Promise<never> => {
    throw new HelmGitopsError('source.offline', 'transient', `${nameOf(reference)} lies elsewhere`);
  };
  return { nameOf, open: refuse };
}

function nameFor({ repository }: OthersOptions, { git, revision }: OtherReference): string {
  const url = plain(git);
  const isOwn = url === plain(repository.url) && (revision === undefined || revision === repository.revision);
  return isOwn ? '' : `${url}@${revision ?? 'HEAD'}`;
}

/** As they were read before, whatever they are now: by name. */
export function othersAt(options: OthersOptions, known: ReadonlyMap<string, KnownCommit>): OtherRepositories {
  const nameOf = (reference: OtherReference) => nameFor(options, reference);
  const read = async (reference: OtherReference): Promise<OtherCheckout> => {
    const name = nameOf(reference);
    const commit = known.get(name);
    if (commit === undefined) throw new HelmGitopsError('git.failed', 'transient', `${name} was not read then`);
    const { checkout, contents } = await fetchCommit(fetchOptions(options, reference), commit);
    const files = await openCheckoutFiles(checkout.root, { contents });
    return { url: reference.git, revision: reference.revision, checkout, files, problem: undefined };
  };
  const opened = new Map<string, Promise<OtherCheckout>>();
  return {
    nameOf,
    open(reference) {
      const name = nameOf(reference);
      const other = opened.get(name) ?? read(reference);
      opened.set(name, other);
      return other;
    },
  };
}

function fetchOptions({ repository, fetch }: OthersOptions, { git, revision }: OtherReference): FetchOptions {
  const url = remoteUrl(git);
  return {
    ...fetch,
    cacheFolder: join(fetch.cacheFolder, 'apps', `${repository.name}-${digestOf(url, revision ?? '')}`),
    repository: {
      ...{ name: shortName(url), type: 'remote', url, revision, path: '', watch: false },
      ...{ poll: repository.poll, allowedSigners: repository.allowedSigners },
    },
  };
}

/** Whether anything is otherwise than before. */
async function fetchOther(options: OthersOptions, other: Other): Promise<boolean> {
  const { reference, checkout: previous, problem: before } = other;
  try {
    const fetched = await fetchRevision({ ...fetchOptions(options, reference), previous });
    other.problem = undefined;
    if (fetched === 'unchanged') return before !== undefined;
    const { checkout, contents } = fetched;
    other.files = await openCheckoutFiles(checkout.root, { contents, previous: other.files });
    other.checkout = checkout;
    return true;
  } catch (thrown) {
    const error = asHelmGitopsError(thrown);
    if (error.fault === 'internal') throw error;
    other.problem = error;
    return before?.message !== error.message;
  }
}

function remoteUrl(git: string): string {
  const parsed = parseGitUrl(git);
  if (parsed.type === 'remote') return parsed.url;
  if (isAbsolute(parsed.path)) return parsed.path;
  const message = `${JSON.stringify(git)} is no URL of a git repository`;
  const hint = 'definitions of the same repository are apps: {path: …}';
  throw new HelmGitopsError('git.url', 'user', message, { hint });
}

/** One way to write it, without a password. */
const plain = (url: string): string =>
  displayUrl(url)
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');

const digestOf = (...parts: string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12);

function shortName(url: string): string {
  const last = plain(url).split(/[/:]/).at(-1) ?? '';
  const name = last.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return name.replace(/^-+|-+$/g, '').slice(0, 63) || 'repository';
}
