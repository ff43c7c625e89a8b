/**
 * Looks at one repository whenever it is time, or when its folder changed: fetches, reads, and hands every release's
 * wish to its cluster; releases whose definitions are gone are taken away. Ten triggers while one look lasts make one more.
 */
import { asHelmGitopsError } from '../foundation/base/errors.ts';
import type { Emit } from '../foundation/events/event-bus.ts';
import type { Checkout } from '../pipeline/source/checkout.ts';
import { openCheckoutFiles } from '../pipeline/source/checkout-files.ts';
import { type FetchOptions, fetchRevision } from '../pipeline/source/fetch-revision.ts';
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
  let failing: string | undefined;
  let problems = 0;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  const lookOnce = async () => {
    const started = options.now().getTime();
    try {
      const fetched = await fetchRevision({ ...options.fetch, repository, ...(previous ? { previous } : {}) });
      if (failing !== undefined) emit({ event: 'repository.recovered', repository: repository.name });
      failing = undefined;
      if (fetched === 'unchanged') return;
      const { checkout, rewritten } = fetched;
      emit({
        event: 'repository.fetched',
        repository: repository.name,
        revision: checkout.revision,
        duration: options.now().getTime() - started,
      });
      if (rewritten) emit({ event: 'repository.rewritten', repository: repository.name, ...rewritten });
      await syncOne(checkout);
      previous = checkout;
    } catch (thrown) {
      if (options.signal.aborted) return;
      const error = asHelmGitopsError(thrown);
      if (error.fault === 'internal')
        emit({
          event: 'internal.error',
          message: error.message,
          stack: error.cause instanceof Error ? error.cause.stack : error.stack,
        });
      if (failing !== error.message)
        emit({
          event: 'repository.failed',
          repository: repository.name,
          message: error.message,
          ...(error.hint ? { hint: error.hint } : {}),
        });
      failing = error.message;
    }
    model.setRepository({ name: repository.name, revision: previous?.revision, problems, error: failing });
  };

  const syncOne = async (checkout: Checkout) => {
    const op = options.newOp();
    const files = await openCheckoutFiles(checkout.root);
    const synced = await syncRevision({
      op,
      checkout,
      compat: options.sync.compat,
      definitions: { ...options.sync.definitions, files },
    });
    const { commit } = checkout;
    emit({
      event: 'revision.found',
      op,
      repository: repository.name,
      revision: checkout.revision,
      ...(commit ? { author: commit.author, subject: commit.subject } : {}),
      releases: synced.releases.length,
      problems: synced.problems.length,
    });
    for (const { code, message, place, hint } of synced.problems) {
      const where = { file: place?.file ?? repository.path, line: place?.line, column: place?.column };
      emit({
        event: 'definition.invalid',
        repository: repository.name,
        ...where,
        message,
        ...(hint ? { hint } : {}),
        code,
      });
    }
    if (problems > 0 && synced.problems.length === 0)
      emit({ event: 'definition.recovered', repository: repository.name });
    problems = synced.problems.length;
    model.setRepository({ name: repository.name, revision: checkout.revision, problems, error: undefined });
    await options.onSynced(synced, checkout);
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
