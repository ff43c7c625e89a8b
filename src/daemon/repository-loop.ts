/**
 * Looks at one repository whenever it is time, or when its folder changed: fetches, reads, and hands every release's
 * wish to its cluster; releases whose definitions are gone are taken away. Ten triggers while one look lasts make one more.
 */
import { asHelmGitopsError } from '../foundation/base/errors.ts';
import type { Emit } from '../foundation/events/event-bus.ts';
import type { ChartSources } from '../pipeline/chart/chart-sources.ts';
import { type PreparedRelease, releaseFields } from '../pipeline/context.ts';
import { type DefinitionCache, newDefinitionCache } from '../pipeline/definitions/read-definitions.ts';
import { definitionId, type ReleaseDefinition } from '../pipeline/definitions/release-definition.ts';
import type { Checkout } from '../pipeline/source/checkout.ts';
import { type CheckoutFiles, openCheckoutFiles } from '../pipeline/source/checkout-files.ts';
import { type Fetched, type FetchOptions, fetchRevision } from '../pipeline/source/fetch-revision.ts';
import { nextPoll } from '../pipeline/source/poll.ts';
import type { RepositoryConfig } from '../pipeline/source/repository.ts';
import type { FailedRelease, SyncedRevision } from '../pipeline/sync-revision.ts';
import { problemOf, refreshCharts, type SyncInput, syncRevision } from '../pipeline/sync-revision.ts';
import type { ReadModel } from './read-model.ts';
import { tellCharts } from './tell-charts.ts';

export interface RepositoryLoopOptions {
  readonly repository: RepositoryConfig;
  readonly fetch: Omit<FetchOptions, 'repository' | 'previous'>;
  readonly sync: {
    readonly definitions: Omit<SyncInput['definitions'], 'files'>;
    readonly compat: SyncInput['compat'];
    readonly sources: ChartSources;
    readonly decrypt: SyncInput['decrypt'];
    readonly objectsOf?: SyncInput['objectsOf'];
  };
  /** Releases with values in the cluster that nobody follows. */
  readonly unfollowed?: () => ReadonlySet<string>;
  readonly emit: Emit;
  readonly now: () => Date;
  readonly random: () => number;
  readonly newOp: () => string;
  readonly model: ReadModel;
  readonly onRead: (definitions: readonly ReleaseDefinition[]) => void;
  readonly onPrepared: (release: PreparedRelease) => void;
  readonly onSynced: (synced: SyncedRevision, checkout: Checkout) => void;
  readonly signal: AbortSignal;
}

export interface RepositoryLoop {
  /** Looks now; resolves when the look is over. */
  look(): Promise<void>;
  /** Values of this release that lie in the cluster have changed: it is prepared again, also while the repository is out of reach. */
  touch(id: string): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** What one repository's loop remembers between looks. */
interface Looking extends RepositoryLoopOptions {
  previous: Checkout | undefined;
  /** Of `previous`; what is the same in the next revision is not read again. */
  files: CheckoutFiles | undefined;
  contents: Fetched['contents'];
  readonly cache: DefinitionCache;
  synced: SyncedRevision | undefined;
  failing: { readonly step: Step; readonly message: string } | undefined;
  /** The revision that was announced last: one that cannot be read is tried at every look, but told once. */
  announced: string | undefined;
  problems: ReadonlySet<string>;
  /** What was told of charts that cannot be had, by release. */
  failedCharts: ReadonlyMap<string, string>;
  /** What was told of releases that wait for their values. */
  waiting: ReadonlyMap<string, string>;
  readonly touched: Set<string>;
}

type Step = 'fetch' | 'read';

export function createRepositoryLoop(options: RepositoryLoopOptions): RepositoryLoop {
  const looking: Looking = {
    ...options,
    previous: undefined,
    files: undefined,
    contents: undefined,
    cache: newDefinitionCache(),
    synced: undefined,
    failing: undefined,
    announced: undefined,
    problems: new Set(),
    failedCharts: new Map(),
    waiting: new Map(),
    touched: new Set(),
  };
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  const lookUntilStill = async () => {
    do {
      again = false;
      await lookOnce(looking);
    } while (again && !stopped);
  };
  const look = async (): Promise<void> => {
    if (underWay) {
      again = true;
      return await underWay;
    }
    underWay = lookUntilStill();
    await underWay;
    underWay = undefined;
  };
  const schedule = () => {
    if (stopped) return;
    const pause = nextPoll({ poll: options.repository.poll, now: options.now(), random: options.random() });
    timer = setTimeout(() => void look().then(schedule), pause);
    timer.unref();
  };
  return {
    look,
    async touch(id) {
      looking.touched.add(id);
      await look();
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
  const { repository, previous } = looking;
  const started = looking.now().getTime();
  let step: Step = 'fetch';
  try {
    if (looking.touched.size > 0) await refresh(looking);
    const fetched = await fetchRevision({ ...looking.fetch, repository, ...(previous ? { previous } : {}) });
    if (looking.failing?.step === 'fetch' || fetched === 'unchanged') recover(looking);
    step = 'read';
    if (fetched === 'unchanged') await refresh(looking);
    else {
      await readRevision(looking, fetched, started);
      looking.previous = fetched.checkout;
      recover(looking);
    }
  } catch (thrown) {
    if (looking.signal.aborted) return;
    fail(looking, thrown, step);
  }
  looking.model.setRepository({
    name: repository.name,
    revision: looking.previous?.revision,
    problems: looking.problems.size + looking.failedCharts.size,
    error: looking.failing?.message ?? looking.waiting.values().next().value,
  });
}

function recover(looking: Looking): void {
  if (looking.failing) looking.emit({ event: 'repository.recovered', repository: looking.repository.name });
  looking.failing = undefined;
}

function fail(looking: Looking, thrown: unknown, step: Step): void {
  const error = asHelmGitopsError(thrown);
  const { message, hint } = error;
  const isNew = looking.failing?.message !== message;
  looking.failing = { step, message };
  if (!isNew) return;
  if (error.fault === 'internal') {
    const { stack } = error.cause instanceof Error ? error.cause : error;
    looking.emit({ event: 'internal.error', message, stack });
  }
  const { name } = looking.repository;
  looking.emit({ event: 'repository.failed', repository: name, message, ...(hint ? { hint } : {}) });
}

async function readRevision(looking: Looking, fetched: Fetched, started: number): Promise<void> {
  const { emit, repository } = looking;
  const { checkout, contents, rewritten } = fetched;
  const { revision, commit } = checkout;
  const isNew = looking.announced !== revision;
  if (isNew) {
    const duration = looking.now().getTime() - started;
    emit({ event: 'repository.fetched', repository: repository.name, revision, duration });
    if (rewritten) emit({ event: 'repository.rewritten', repository: repository.name, ...rewritten });
  }
  looking.contents = contents;
  const input = await syncInput(looking, checkout);
  looking.files = input.definitions.files;
  looking.touched.clear();
  const { op } = input;
  const synced = await syncRevision(input);
  if (isNew) {
    emit({
      event: 'revision.found',
      op,
      repository: repository.name,
      revision,
      ...(commit ? { author: commit.author, subject: commit.subject } : {}),
      releases: synced.releases.length,
      problems: synced.problems.length + synced.failed.length,
      duration: looking.now().getTime() - started,
    });
  }
  looking.announced = revision;
  handOn(looking, synced, checkout);
}

/** The revision is the same; a chart that it names by a range, a tag or a branch may not be. */
async function refresh(looking: Looking): Promise<void> {
  const { previous, synced } = looking;
  if (!previous || !synced) return;
  const { sources } = looking.sync;
  const touched = new Set([...looking.touched, ...(looking.unfollowed?.() ?? [])]);
  looking.touched.clear();
  const refreshed = await refreshCharts(() => syncInput(looking, previous), { before: synced, sources, touched });
  if (refreshed) handOn(looking, refreshed, previous);
}

async function syncInput(looking: Looking, checkout: Checkout): Promise<SyncInput> {
  const { sync, contents, cache, synced: before } = looking;
  const { compat, sources, decrypt, objectsOf } = sync;
  const options = { contents, previous: looking.files, now: looking.now().getTime() };
  const files = await openCheckoutFiles(checkout.root, options);
  const definitions = { ...sync.definitions, files, cache };
  const { onRead, onPrepared, repository } = looking;
  const { url } = repository;
  const given = { checkout, url, compat, sources, decrypt, objectsOf, before, definitions };
  return { op: looking.newOp(), ...given, onRead, onPrepared };
}

function handOn(looking: Looking, synced: SyncedRevision, checkout: Checkout): void {
  const isSecret = ({ error }: FailedRelease) => error.code.startsWith('secret.');
  const isWaiting = (one: FailedRelease) => !isSecret(one) && one.error.fault === 'transient';
  const values = synced.failed.filter(({ part }) => part === 'values');
  looking.waiting = tellWaiting(looking, values.filter(isWaiting));
  const secrets = tellSecrets(looking, values.filter(isSecret));
  const wrong = values.filter((one) => !isSecret(one) && !isWaiting(one));
  tellProblems(looking, [...synced.problems, ...wrong.map(problemOf)], secrets);
  looking.failedCharts = tellCharts(looking.emit, { before: looking.synced, told: looking.failedCharts }, synced);
  looking.synced = synced;
  looking.onSynced(synced, checkout);
}

/** For a Secret or ConfigMap that holds its values. */
function tellWaiting({ emit, waiting }: Looking, failed: readonly FailedRelease[]): ReadonlyMap<string, string> {
  for (const { op, definition, error } of failed) {
    if (waiting.get(definitionId(definition)) === error.message) continue;
    const told = { for: 'values', message: error.message, ...(error.hint ? { hint: error.hint } : {}) };
    emit({ event: 'release.waiting', ...releaseFields({ op, definition }), ...told });
  }
  return new Map(failed.map(({ definition, error }) => [definitionId(definition), error.message]));
}

/** A line for each file that cannot be decrypted and for which none was written before, however many releases read it. */
function tellSecrets({ emit, repository, problems: before }: Looking, failed: readonly FailedRelease[]): Set<string> {
  const told = new Set<string>();
  const byProblem = Map.groupBy(failed, ({ error }) => JSON.stringify([error.code, error.message]));
  for (const [key, sharing] of byProblem) {
    const [{ error, definition } = {}] = sharing;
    if (error === undefined || definition === undefined) continue;
    told.add(key);
    if (before.has(key)) continue;
    const { code, message, hint } = error;
    const file = (error.place ?? definition.origin.place).file;
    const releases = sharing.map((one) => definitionId(one.definition)).join(', ');
    const event = {
      event: 'secret.undecryptable',
      repository: repository.name,
      file,
      message,
      code,
      releases,
    } as const;
    emit({ ...event, ...(hint ? { hint } : {}) });
  }
  return told;
}

/** A line for each that the revision before did not have. `told` are those that were told otherwise. */
function tellProblems(looking: Looking, found: SyncedRevision['problems'], told: Set<string>): void {
  const { emit, repository, problems: before } = looking;
  for (const { code, message, place, hint } of found) {
    const where = { file: place?.file ?? repository.path, line: place?.line, column: place?.column };
    const key = JSON.stringify([where, code, message]);
    const event = { event: 'definition.invalid', repository: repository.name, ...where, message, code } as const;
    if (!before.has(key) && !told.has(key)) emit({ ...event, ...(hint ? { hint } : {}) });
    told.add(key);
  }
  if (before.size > 0 && told.size === 0) emit({ event: 'definition.recovered', repository: repository.name });
  looking.problems = told;
}
