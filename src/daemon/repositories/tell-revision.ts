/**
 * Takes what one look at a repository found and what was told before, emits what is new of it: broken definitions, files that
 * cannot be decrypted, releases that wait for their values, charts that cannot be had. Each is said once, until it is over.
 */

import { elsewhereOf } from '../../foundation/base/repository-path.ts';
import type { EventOf } from '../../foundation/events/event.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';
import { releaseFields } from '../../pipeline/context.ts';
import { definitionId } from '../../pipeline/definitions/release-definition.ts';
import { failedProblems } from '../../pipeline/failed-problems.ts';
import type { Checkout } from '../../pipeline/source/checkout.ts';
import type { RepositoryConfig } from '../../pipeline/source/repository.ts';
import type { FailedRelease, SyncedRevision } from '../../pipeline/sync-revision.ts';
import { tellCharts } from './tell-charts.ts';
import { tellNotices } from './tell-notices.ts';

export interface Told {
  readonly problems: ReadonlySet<string>;
  /** Of other tools' definitions that are followed in part. */
  readonly notices: ReadonlySet<string>;
  /** Of charts that cannot be had, by release. */
  readonly failedCharts: ReadonlyMap<string, string>;
  /** Of releases that wait for their values. */
  readonly waiting: ReadonlyMap<string, string>;
}

export const nothingTold: Told = {
  problems: new Set(),
  notices: new Set(),
  failedCharts: new Map(),
  waiting: new Map(),
};

export interface Telling {
  readonly emit: Emit;
  readonly repository: Pick<RepositoryConfig, 'name' | 'path'>;
  /** What was found before. */
  readonly before: SyncedRevision | undefined;
  readonly told: Told;
}

export function tellRevision(telling: Telling, synced: SyncedRevision): Told {
  const { emit, before, told } = telling;
  const isSecret = ({ error }: FailedRelease) => error.code.startsWith('secret.');
  const isWaiting = (one: FailedRelease) => !isSecret(one) && one.error.fault === 'transient';
  const values = synced.failed.filter(({ part }) => part === 'values');
  const waiting = tellWaiting(telling, values.filter(isWaiting));
  const secrets = tellSecrets(telling, values.filter(isSecret));
  const wrong = values.filter((one) => !isSecret(one) && !isWaiting(one));
  const problems = tellProblems(telling, [...synced.problems, ...failedProblems(wrong)], secrets);
  const notices = tellNotices(telling, told.notices, synced.notices);
  return { waiting, problems, notices, failedCharts: tellCharts(emit, { before, told: told.failedCharts }, synced) };
}

/** For a Secret or ConfigMap that holds its values. */
function tellWaiting({ emit, told }: Telling, failed: readonly FailedRelease[]): ReadonlyMap<string, string> {
  for (const { op, definition, error } of failed) {
    if (told.waiting.get(definitionId(definition)) === error.message) continue;
    const why = { for: 'values', message: error.message, ...(error.hint ? { hint: error.hint } : {}) };
    emit({ event: 'release.waiting', ...releaseFields({ op, definition }), ...why });
  }
  return new Map(failed.map(({ definition, error }) => [definitionId(definition), error.message]));
}

/** A line for each file that cannot be decrypted and for which none was written before, however many releases read it. */
function tellSecrets({ emit, repository, told }: Telling, failed: readonly FailedRelease[]): Set<string> {
  const found = new Set<string>();
  const byProblem = Map.groupBy(failed, ({ error }) => JSON.stringify([error.code, error.message]));
  for (const [key, sharing] of byProblem) {
    const [{ error, definition } = {}] = sharing;
    if (error === undefined || definition === undefined) continue;
    found.add(key);
    if (told.problems.has(key)) continue;
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
  return found;
}

export interface FoundRevision {
  readonly op: string;
  /** Its name. */
  readonly repository: string;
  readonly checkout: Checkout;
  /** Counted is what lies there alone. */
  readonly elsewhere?: string;
  /** Milliseconds. */
  readonly duration: number;
}

export function revisionFound(synced: SyncedRevision, found: FoundRevision): EventOf<'revision.found'> {
  const { op, repository, checkout, elsewhere, duration } = found;
  const { revision, commit, signer } = checkout;
  const isThere = ({ definition: { origin } }: Pick<FailedRelease, 'definition'>) =>
    elsewhere === undefined || origin.elsewhere === elsewhere;
  const problems = synced.problems.filter(({ place }) => elsewhere === undefined || isIn(elsewhere, place?.file));
  return {
    event: 'revision.found',
    op,
    repository,
    revision,
    ...(commit ? { author: commit.author, subject: commit.subject } : {}),
    ...(signer ? { signer } : {}),
    releases: synced.releases.filter(isThere).length,
    problems: problems.length + synced.failed.filter(isThere).length,
    duration,
  };
}

const isIn = (repository: string, file = ''): boolean => elsewhereOf(file) === repository;

/** A line for each that the revision before did not have. `others` are those that were told otherwise. */
function tellProblems(
  { emit, repository, told }: Telling,
  problems: SyncedRevision['problems'],
  others: ReadonlySet<string>,
): ReadonlySet<string> {
  const found = new Set(others);
  for (const { code, message, place, hint } of problems) {
    const where = { file: place?.file ?? repository.path, line: place?.line, column: place?.column };
    const key = JSON.stringify([where, code, message]);
    const event = { event: 'definition.invalid', repository: repository.name, ...where, message, code } as const;
    if (!told.problems.has(key) && !found.has(key)) emit({ ...event, ...(hint ? { hint } : {}) });
    found.add(key);
  }
  if (told.problems.size > 0 && found.size === 0) emit({ event: 'definition.recovered', repository: repository.name });
  return found;
}
