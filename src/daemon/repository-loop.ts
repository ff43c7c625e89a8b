/**
 * Looks at one repository whenever it is time, or when its folder changed: fetches, reads, and hands every release's
 * wish to its cluster; releases whose definitions are gone are taken away. Ten triggers while one look lasts make one more.
 */
import { asHelmGitopsError } from '../foundation/base/errors.ts';
import type { Emit } from '../foundation/events/event-bus.ts';
import type { Checkout } from '../pipeline/source/checkout.ts';
import { openCheckoutFiles } from '../pipeline/source/checkout-files.ts';
import { type Fetched, type FetchOptions, fetchRevision } from '../pipeline/source/fetch-revision.ts';
import { nextPoll } from '../pipeline/source/poll.ts';
import type { RepositoryConfig } from '../pipeline/source/repository.ts';
import type { SyncedRevision } from '../pipeline/sync-revision.ts';
import { type SyncInput, syncRevision } from '../pipeline/sync-revision.ts';
import type { ReadModel } from './read-model.ts';

export interface RepositoryLoopOptions {
  readonly repository: RepositoryConfig;
  readonly fetch: Omit<FetchOptions, 'repository' | 'previous'>;
  readonly sync: {
    readonly definitions: Omit<SyncInput['definitions'], 'files'>;
    readonly compat: SyncInput['compat'];
  };
  readonly emit: Emit;
  readonly now: () => Date;
  readonly random: () => number;
  readonly newOp: () => string;
  readonly model: ReadModel;
  readonly onSynced: (synced: SyncedRevision, checkout: Checkout) => Promise<void>;
  readonly signal: AbortSignal;
}

export interface RepositoryLoop {
  /** Looks now; resolves when the look is over. */
  look(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export function createRepositoryLoop(options: RepositoryLoopOptions): RepositoryLoop {
  const { repository, emit, model } = options;
  let previous: Checkout | undefined;
  let failing: { step: 'fetch' | 'read'; message: string } | undefined;
  /** The revision that was announced last: one that cannot be read is tried at every look, but told once. */
  let announced: string | undefined;
  let problems: ReadonlySet<string> = new Set();
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  const show = () =>
    model.setRepository({
      name: repository.name,
      revision: previous?.revision,
      problems: problems.size,
      error: failing?.message,
    });

  const lookOnce = async () => {
    const started = options.now().getTime();
    let step: 'fetch' | 'read' = 'fetch';
    try {
      const fetched = await fetchRevision({ ...options.fetch, repository, ...(previous ? { previous } : {}) });
      if (failing?.step === 'fetch' || fetched === 'unchanged') recover();
      if (fetched !== 'unchanged') {
        step = 'read';
        await readOne(fetched, started);
        previous = fetched.checkout;
        recover();
      }
    } catch (thrown) {
      if (options.signal.aborted) return;
      fail(thrown, step);
    }
    show();
  };

  const recover = () => {
    if (failing) emit({ event: 'repository.recovered', repository: repository.name });
    failing = undefined;
  };

  const fail = (thrown: unknown, step: 'fetch' | 'read') => {
    const error = asHelmGitopsError(thrown);
    const { message, hint } = error;
    const isNew = failing?.message !== message;
    failing = { step, message };
    if (!isNew) return;
    if (error.fault === 'internal') {
      const { stack } = error.cause instanceof Error ? error.cause : error;
      emit({ event: 'internal.error', message, stack });
    }
    emit({ event: 'repository.failed', repository: repository.name, message, ...(hint ? { hint } : {}) });
  };

  const readOne = async ({ checkout, rewritten }: Fetched, started: number) => {
    const isNew = announced !== checkout.revision;
    const { revision, commit } = checkout;
    if (isNew) {
      const duration = options.now().getTime() - started;
      emit({ event: 'repository.fetched', repository: repository.name, revision, duration });
      if (rewritten) emit({ event: 'repository.rewritten', repository: repository.name, ...rewritten });
    }
    const op = options.newOp();
    const files = await openCheckoutFiles(checkout.root);
    const synced = await syncRevision({
      op,
      checkout,
      compat: options.sync.compat,
      definitions: { ...options.sync.definitions, files },
    });
    if (isNew)
      emit({
        event: 'revision.found',
        op,
        repository: repository.name,
        revision,
        ...(commit ? { author: commit.author, subject: commit.subject } : {}),
        releases: synced.releases.length,
        problems: synced.problems.length,
      });
    announced = revision;
    tellProblems(synced.problems);
    await options.onSynced(synced, checkout);
  };

  /** A line for each that the revision before did not have. */
  const tellProblems = (found: SyncedRevision['problems']) => {
    const before = problems;
    const told = new Set<string>();
    for (const { code, message, place, hint } of found) {
      const where = { file: place?.file ?? repository.path, line: place?.line, column: place?.column };
      const key = JSON.stringify([where, code, message]);
      if (!before.has(key) && !told.has(key))
        emit({
          event: 'definition.invalid',
          repository: repository.name,
          ...where,
          message,
          ...(hint ? { hint } : {}),
          code,
        });
      told.add(key);
    }
    if (before.size > 0 && told.size === 0) emit({ event: 'definition.recovered', repository: repository.name });
    problems = told;
  };

  const look = async (): Promise<void> => {
    if (underWay) {
      again = true;
      return await underWay;
    }
    underWay = (async () => {
      do {
        again = false;
        await lookOnce();
      } while (again && !stopped);
    })();
    await underWay;
    underWay = undefined;
  };

  const schedule = () => {
    if (stopped) return;
    const pause = nextPoll({ poll: repository.poll, now: options.now(), random: options.random() });
    timer = setTimeout(() => void look().then(schedule), pause);
    timer.unref();
  };

  return {
    look,
    start: schedule,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}
