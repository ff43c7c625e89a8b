/**
 * Fetches all that lies elsewhere, at once, and tells of the repositories in Helm's words and order. Takes placed
 * dependencies, returns what was fetched for each; a repository that is not asked is not spoken of, where Helm asks all.
 */
import { asHelmGitopsError, HelmGitopsError } from '../../../foundation/base/errors.ts';
import { quote } from '../../../foundation/template/quote.ts';
import { type ChartRequest, type FetchedChart, requestKey } from '../chart-sources.ts';
import { dependencyError } from './dependency-error.ts';
import type { DependencyRun, NamedRepository } from './dependency-run.ts';
import { isSameUrl, type PlacedDependency } from './place-dependencies.ts';

type Remote = Extract<PlacedDependency, { type: 'remote' }>;
type Outcome = PromiseSettledResult<FetchedDependency>;

export interface FetchedDependency extends FetchedChart {
  /** Why it could not be verified, where that is no more than a warning. */
  readonly unverified?: string;
}

export async function fetchDependencies(
  placed: readonly PlacedDependency[],
  run: DependencyRun,
): Promise<ReadonlyMap<PlacedDependency, FetchedDependency>> {
  const remote = placed.filter((one): one is Remote => one.type === 'remote');
  const outcomes = startAll(remote, run);
  const indexed = remote.filter(({ index }) => index !== undefined);
  if (!run.skipRefresh) {
    const unknown = indexed.filter(({ index }) => index?.known === undefined);
    await tell(unknown, 'Getting updates for unmanaged Helm repositories...\n', { outcomes, run });
    const known = indexed.filter(({ index }) => index?.known !== undefined);
    await tell(known, 'Hang tight while we grab the latest from your chart repositories...\n', { outcomes, run });
    if (known.length > 0) run.say('Update Complete. ⎈Happy Helming!⎈\n');
  }
  const fetched = new Map<PlacedDependency, FetchedDependency>();
  for (const one of remote) {
    const outcome = await outcomes.get(one);
    if (outcome?.status === 'fulfilled') fetched.set(one, outcome.value);
    else throw placedError(outcome?.reason, one, run);
  }
  return fetched;
}

/** Two aliases of one chart are one request. */
function startAll(remote: readonly Remote[], run: DependencyRun): ReadonlyMap<Remote, Promise<Outcome>> {
  const started = new Map<string, Promise<Outcome>>();
  return new Map(
    remote.map((one) => {
      const key = requestKey(one.request);
      const running = started.get(key) ?? settle(fetchOne(one.request, run));
      started.set(key, running);
      return [one, running];
    }),
  );
}

async function fetchOne(request: ChartRequest, { sources, verify }: DependencyRun): Promise<FetchedDependency> {
  const signed = verify === undefined ? request : { ...request, keyring: verify.keyring };
  try {
    return await sources.fetch(signed);
  } catch (error) {
    const isUnsigned = error instanceof HelmGitopsError && error.code === 'chart.unsigned';
    if (!isUnsigned || verify?.unsigned !== 'warn') throw error;
    return { ...(await sources.fetch(request)), unverified: error.message };
  }
}

const settle = async (promise: Promise<FetchedDependency>): Promise<Outcome> =>
  (await Promise.allSettled([promise]))[0] as Outcome;

interface Telling {
  readonly outcomes: ReadonlyMap<Remote, Promise<Outcome>>;
  readonly run: DependencyRun;
}

/** An answer that no such chart is there is an update all the same; only a repository out of reach is none. */
async function tell(remote: readonly Remote[], heading: string, { outcomes, run }: Telling): Promise<void> {
  if (remote.length === 0) return;
  run.say(heading);
  for (const [index, one] of remote.entries()) {
    const { url = '', known } = one.index ?? {};
    const isFirst = remote.findIndex((other) => isSameUrl(other.index?.url ?? '', url)) === index;
    if (!isFirst) continue;
    const group = remote.filter((other) => isSameUrl(other.index?.url ?? '', url));
    const ended = await Promise.all(group.map((other) => outcomes.get(other)));
    const failure = run.indexFailure?.(url) ?? ended.map(failureOf).find((one) => one !== undefined);
    run.say(lineOf(url, known, failure));
  }
}

function failureOf(outcome: Outcome | undefined): string | undefined {
  if (outcome?.status === 'fulfilled')
    return outcome.value.stale === true ? 'what it said the last time is used' : undefined;
  const error = asHelmGitopsError(outcome?.reason);
  return error.fault === 'transient' ? error.message : undefined;
}

function lineOf(url: string, known: NamedRepository | undefined, failure: string | undefined): string {
  const named = quote(known?.name ?? url);
  if (failure === undefined) return `...Successfully got an update from the ${named} chart repository\n`;
  const where = known === undefined ? '' : ` (${known.url})`;
  return `...Unable to get an update from the ${named} chart repository${where}:\n\t${failure}\n`;
}

function placedError(reason: unknown, { dependency }: Remote, run: DependencyRun): unknown {
  const error = asHelmGitopsError(reason);
  if (error.fault === 'internal' || error.place !== undefined) return reason;
  const { place } = dependencyError('chart.dependency-missing', '', { dependency, at: run });
  return new HelmGitopsError(error.code, error.fault, error.message, { place, hint: error.hint, cause: reason });
}
