/**
 * Looks at one repository whenever it is time, or when its folder changed: fetches, reads, and hands every release's
 * wish to its cluster; releases whose definitions are gone are taken away. Ten triggers while one look lasts make one more.
 */
import { asHelmGitopsError } from '../../foundation/base/errors.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';
import type { PreparedRelease } from '../../pipeline/context.ts';
import { type DefinitionCache, newDefinitionCache } from '../../pipeline/definitions/read-definitions.ts';
import type { ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import { readAgain, type SyncAgain } from '../../pipeline/read-again.ts';
import type { Checkout } from '../../pipeline/source/checkout.ts';
import { type CheckoutFiles, openCheckoutFiles } from '../../pipeline/source/checkout-files.ts';
import { type Fetched, type FetchOptions, fetchRevision, isBefore } from '../../pipeline/source/fetch-revision.ts';
import { createOtherRepositories, type FollowedOthers } from '../../pipeline/source/other-repositories.ts';
import { ownUrls } from '../../pipeline/source/own-urls.ts';
import { nextPoll } from '../../pipeline/source/poll.ts';
import { readAtRest } from '../../pipeline/source/read-at-rest.ts';
import type { RepositoryConfig } from '../../pipeline/source/repository.ts';
import { refreshCharts, type SyncedRevision, type SyncInput, syncRevision } from '../../pipeline/sync-revision.ts';
import type { ReadModel } from '../read-model.ts';
import type { FollowedRepository } from './last-readings.ts';
import { settling } from './settle-touched.ts';
import { tellFailedLook } from './tell-failed-look.ts';
import { tellFetched } from './tell-fetched.ts';
import { nothingTold, revisionFound, type Told, tellRevision } from './tell-revision.ts';

export interface RepositoryLoopOptions {
  readonly repository: RepositoryConfig;
  readonly fetch: Omit<FetchOptions, 'repository' | 'previous'>;
  readonly sync: SyncAgain;
  /** Releases with values in the cluster that nobody follows. */
  readonly unfollowed?: () => ReadonlySet<string>;
  readonly emit: Emit;
  readonly now: () => Date;
  readonly random: () => number;
  readonly newOp: () => string;
  readonly model: ReadModel;
  readonly onRead: (definitions: readonly ReleaseDefinition[]) => void;
  /** What a revision defined that is read once more. */
  readonly onReadAgain?: (definitions: readonly ReleaseDefinition[]) => void;
  readonly onPrepared: (release: PreparedRelease) => void;
  readonly onSynced: (synced: SyncedRevision, checkout: Checkout) => void;
  /** A look is over, whatever came of it. */
  readonly onLooked?: (repository: string) => Promise<void>;
  readonly signal: AbortSignal;
}

export interface RepositoryLoop extends FollowedRepository {
  /** Looks now; resolves when the look is over. */
  look(): Promise<void>;
  /** Values of this release that lie in the cluster have changed: it is prepared again; the repository is not asked. */
  touch(id: string): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** A revision that was read to its end. */
interface Read {
  readonly checkout: Checkout;
  readonly contents: Fetched['contents'];
  /** What is the same in the next revision is not read again. */
  readonly files: CheckoutFiles;
  readonly synced: SyncedRevision;
}

/** What one repository's loop remembers between looks. */
interface Looking extends RepositoryLoopOptions {
  read: Read | undefined;
  /** It is read again, whatever its revision is. */
  restless: boolean;
  readonly cache: DefinitionCache;
  readonly others: FollowedOthers;
  failing: { readonly step: Step; readonly message: string } | undefined;
  /** The revision that was announced last: one that cannot be read is tried at every look, but told once. */
  announced: string | undefined;
  told: Told;
  /** Releases whose values have moved since they were read. */
  readonly touched: Set<string>;
}

type Step = 'fetch' | 'read';

export function createRepositoryLoop(options: RepositoryLoopOptions): RepositoryLoop {
  const looking: Looking = {
    ...options,
    read: undefined,
    restless: false,
    cache: newDefinitionCache(),
    others: createOtherRepositories(options),
    failing: undefined,
    announced: undefined,
    told: nothingTold,
    touched: new Set(),
  };
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> | undefined;
  const due = { look: false, recalled: false, touched: false };
  let stopped = false;

  const untilStill = async () => {
    for (;;) {
      const next = (['look', 'recalled', 'touched'] as const).find((what) => due[what]);
      if (stopped || next === undefined) break;
      due[next] = false;
      await steps[next](looking);
    }
    underWay = undefined;
  };
  const ask = async (what: keyof typeof due): Promise<void> => {
    if (stopped) return;
    due[what] = true;
    underWay ??= untilStill();
    await underWay;
  };
  const look = () => ask('look');
  const schedule = () => {
    if (stopped) return;
    const pause = nextPoll({ poll: options.repository.poll, now: options.now(), random: options.random() });
    timer = setTimeout(() => void look().then(schedule), pause);
    timer.unref();
  };
  return {
    look,
    repository: options.repository,
    isBefore: (one, other) => isBefore({ ...options.fetch, repository: options.repository }, one, other),
    readAgain: (reading) => readAgain({ ...options, onRead: options.onReadAgain, op: options.newOp() }, reading),
    recall(nested) {
      const { read } = looking;
      if (read === undefined) return;
      const all = new Map([...(read.synced.nested ?? []), ...nested]);
      looking.read = { ...read, synced: { ...read.synced, nested: all } };
      void ask('recalled');
    },
    async touch(id) {
      looking.touched.add(id);
      await ask('touched');
    },
    start: schedule,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}

async function lookOnce(looking: Looking): Promise<void> {
  const { repository, read } = looking;
  const started = looking.now().getTime();
  let step: Step = 'fetch';
  try {
    const previous = looking.restless ? undefined : read?.checkout;
    const fetched = await fetchRevision({ ...looking.fetch, repository, previous });
    const moved = await looking.others.look();
    if (looking.failing?.step === 'fetch') recover(looking);
    step = 'read';
    if (fetched !== 'unchanged') {
      const asRead = { read: read?.checkout.revision, restless: looking.restless, announced: looking.announced };
      tellFetched(looking.emit, fetched, { ...asRead, duration: looking.now().getTime() - started });
      await readRevision(looking, fetched, started);
    } else if (read && moved) await readRevision(looking, read, started);
    else await refresh(looking, looking.unfollowed?.());
    recover(looking);
  } catch (thrown) {
    if (looking.signal.aborted) return;
    fail(looking, thrown, step);
  }
  show(looking);
  await looking.onLooked?.(repository.name);
}

const steps = { look: lookOnce, recalled: lookAtRecalled, touched: lookAtTouched } as const;

/** The revision is the same; more is known of what its charts rendered last. */
async function lookAtRecalled(looking: Looking): Promise<void> {
  try {
    if (looking.read) await readRevision(looking, looking.read, looking.now().getTime());
  } catch {
    return await lookOnce(looking);
  }
  show(looking);
  await looking.onLooked?.(looking.repository.name);
}

/** What was read may have been taken from the cache since: then a whole look brings it back, or says why it cannot. */
async function lookAtTouched(looking: Looking): Promise<void> {
  if (looking.touched.size === 0) return;
  try {
    await refresh(looking);
  } catch {
    return await lookOnce(looking);
  }
  show(looking);
}

function show({ model, repository, read, told, failing }: Looking): void {
  model.setRepository({
    name: repository.name,
    revision: read?.checkout.revision,
    problems: told.problems.size + told.failedCharts.size,
    error: failing?.message ?? told.waiting.values().next().value,
  });
}

function recover(looking: Looking): void {
  if (looking.failing) looking.emit({ event: 'repository.recovered', repository: looking.repository.name });
  looking.failing = undefined;
}

function fail(looking: Looking, thrown: unknown, step: Step): void {
  const error = asHelmGitopsError(thrown);
  const { message } = error;
  const isNew = looking.failing?.message !== message;
  looking.failing = { step, message };
  if (!isNew) return;
  tellFailedLook(looking.emit, looking.repository.name, error);
}

async function readRevision(
  looking: Looking,
  fetched: Pick<Fetched, 'checkout' | 'contents'>,
  started: number,
): Promise<void> {
  const { emit, repository, touched } = looking;
  looking.restless = repository.type === 'folder';
  const { result, atRest } = await readAtRest({ ...looking.fetch, repository }, fetched, async (now) => {
    const input = await syncInput(looking, now.checkout, now.contents);
    return { ...now, input, synced: await settling(touched, () => syncRevision(input)) };
  });
  looking.restless = !atRest;
  const { checkout, contents, synced } = result;
  const { op, definitions } = result.input;
  const { revision } = checkout;
  const isNew = looking.announced !== revision;
  const duration = looking.now().getTime() - started;
  if (isNew) emit(revisionFound(synced, { op, repository: repository.name, checkout, duration }));
  for (const [name, other] of synced.others)
    if (other.checkout.revision !== looking.read?.synced.others.get(name)?.checkout.revision)
      emit(revisionFound(synced, { op, repository: name, checkout: other.checkout, elsewhere: name, duration }));
  looking.others.keepOpened();
  looking.announced = revision;
  handOn(looking, { checkout, contents, files: definitions.files, synced });
}

/**
 * The revision is the same; a chart that it names by a range, a tag or a branch may not be, nor values in a cluster:
 * those that were touched, and `others`.
 */
async function refresh(looking: Looking, others: ReadonlySet<string> = new Set()): Promise<void> {
  const { read, touched } = looking;
  if (!read) return;
  const { sources } = looking.sync;
  const { checkout, contents, synced: before } = read;
  const inputOf = () => syncInput(looking, checkout, contents);
  const refreshed = await settling(touched, (settled) =>
    refreshCharts(inputOf, { before, sources, touched: settled.union(others) }),
  );
  if (refreshed) handOn(looking, { ...read, synced: refreshed });
}

async function syncInput(looking: Looking, checkout: Checkout, contents: Fetched['contents']): Promise<SyncInput> {
  const { sync, cache, read } = looking;
  const { compat, sources, decrypt, objectsOf, definitionsOf } = sync;
  const options = { contents, previous: read?.files, now: looking.now().getTime() };
  const files = await openCheckoutFiles(checkout.root, options);
  const { onRead, repository } = looking;
  // What a folder holds is acted upon when all of it was read at rest.
  const onPrepared = repository.type === 'folder' ? undefined : looking.onPrepared;
  const definitions = { ...sync.definitions, own: ownUrls(repository), files, cache, others: looking.others };
  const { url } = repository;
  const given = {
    checkout,
    url,
    compat,
    sources,
    decrypt,
    objectsOf,
    definitionsOf,
    before: read?.synced,
    definitions,
  };
  return { op: looking.newOp(), ...given, onRead, onPrepared };
}

function handOn(looking: Looking, read: Read): void {
  const { emit, repository, told } = looking;
  const before = new Set(looking.read?.synced.releases);
  if (repository.type === 'folder')
    for (const release of read.synced.releases) if (!before.has(release)) looking.onPrepared(release);
  looking.told = tellRevision({ emit, repository, told, before: looking.read?.synced }, read.synced);
  looking.onSynced(read.synced, read.checkout);
  looking.read = read;
}
