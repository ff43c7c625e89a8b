/** Decides what follows a failed step. It only decides: the pipeline's root carries it out. */
import type { Fault } from '../../foundation/base/errors.ts';
import type { ReleaseState, RepeatedSource } from '../../foundation/state/release-state.ts';
import type { ReleaseSettings } from '../definitions/release-definition.ts';

export type Remedy =
  /** The digest is quarantined and the last healthy manifest applied again. */
  | { readonly remedy: 'rollback'; readonly to: number }
  | { readonly remedy: 'uninstall' }
  /** Tried again after `in` milliseconds. */
  | { readonly remedy: 'retry'; readonly in: number; readonly attempt: number }
  /** Nothing until the inputs change. `impossible` says why a rollback that was wanted cannot be. */
  | { readonly remedy: 'stop'; readonly impossible: string | undefined };

export interface Failure {
  readonly fault: Fault;
  /** False when the step failed before anything of the release was written. */
  readonly wrote: boolean;
  /** The revision that failed. */
  readonly version: number;
  /** Consecutive failures of these inputs, this one included. */
  readonly attempt: number;
}

export interface RemedyInput {
  readonly failure: Failure;
  readonly state: ReleaseState | undefined;
  /** Versions whose records still exist. */
  readonly versions: readonly number[];
  readonly settings: Pick<ReleaseSettings, 'rollback' | 'sync'>;
}

export function decideRemedy({ failure, state, versions, settings }: RemedyInput): Remedy {
  const { retry, interval } = settings.sync;
  const { fault, attempt } = failure;
  if (fault === 'internal') return { remedy: 'retry', in: interval, attempt };
  if (fault === 'transient' && attempt <= retry.limit) return { remedy: 'retry', in: backoff(retry, attempt), attempt };
  const remedy = decideEnd({ failure, state, versions, settings });
  // What may pass by itself is never given up: after the limit it is tried once an interval.
  return fault === 'transient' && remedy.remedy === 'stop' ? { remedy: 'retry', in: interval, attempt } : remedy;
}

function decideEnd({ failure, state, versions, settings }: RemedyInput): Remedy {
  if (!failure.wrote || !settings.rollback.on.includes('failure')) return { remedy: 'stop', impossible: undefined };
  const target = rollbackTarget(state, versions, failure.version);
  if (target !== undefined) return { remedy: 'rollback', to: target };
  if (versions.every((version) => version >= failure.version) && settings.rollback.firstInstall === 'uninstall')
    return { remedy: 'uninstall' };
  return { remedy: 'stop', impossible: 'no revision of this release has been healthy yet' };
}

/** The newest healthy revision; failing that, the one that ran before, if it was ready and has not turned bad since. */
export function rollbackTarget(
  state: ReleaseState | undefined,
  versions: readonly number[],
  failed: number,
): number | undefined {
  const { healthy, deployed } = state ?? {};
  const candidates = [healthy?.version, deployed?.unhealthy ? undefined : deployed?.helmRevision];
  return candidates.find((version) => version !== undefined && version < failed && versions.includes(version));
}

export interface RollbackQuestion {
  readonly state: ReleaseState | undefined;
  readonly versions: readonly number[];
  /** The revision that is left. */
  readonly failed: number;
  /** Of that revision, which had run by then. */
  readonly hooks: readonly string[];
  /** Why releases that the change did not touch are bad too: `dev/web: the pod has no node`. */
  readonly outside: string | undefined;
  readonly afterHooks: 'rollback' | 'hold';
}

export type RollbackDecision =
  | { readonly rollback: 'begin'; readonly to: number; readonly repeats?: RepeatedSource | undefined }
  /** Until that passes, or a person decides. */
  | {
      readonly rollback: 'hold';
      readonly to: number;
      readonly reason: 'outside-cause' | 'hooks-ran' | 'group';
      readonly message: string;
    }
  | { readonly rollback: 'impossible'; readonly message: string };

/** Whether a rollback that is wanted begins now. */
export function decideRollback(question: RollbackQuestion): RollbackDecision {
  const { state, versions, failed, hooks, outside, afterHooks } = question;
  const to = rollbackTarget(state, versions, failed);
  if (to === undefined) return { rollback: 'impossible', message: 'no revision of this release has been healthy yet' };
  if (afterHooks === 'hold' && hooks.length > 0) {
    const message = `hooks of revision ${failed} had run, which no rollback takes back: ${hooks.join('; ')}`;
    return { rollback: 'hold', to, reason: 'hooks-ran', message };
  }
  if (outside === undefined) return { rollback: 'begin', to, repeats: sourceOf(state, to) };
  const message = `releases that this change did not touch are bad too: ${outside}`;
  return { rollback: 'hold', to, reason: 'outside-cause', message };
}

/** What the target was made from, as it is known now: by the time it runs again, more may have been found healthy. */
function sourceOf(state: ReleaseState | undefined, version: number): RepeatedSource | undefined {
  const { healthy, deployed } = state ?? {};
  const source = healthy?.version === version ? healthy : deployed;
  return source && { digest: source.digest, revision: source.revision };
}

/** Releases that nobody changed, and how many of them are bad by causes that lie outside of them. */
export interface Surroundings {
  readonly others: number;
  /** `dev/web: the pod has no node` */
  readonly bad: readonly string[];
}

/** One may be by chance, where there are many. */
export function outsideCause({ others, bad }: Surroundings): string | undefined {
  if (bad.length === 0 || bad.length < Math.min(2, Math.ceil(others / 2))) return undefined;
  const told = bad.slice(0, 3).join('; ');
  return bad.length > 3 ? `${told} and ${bad.length - 3} more` : told;
}

function backoff(retry: { initial: number; max: number }, attempt: number): number {
  return Math.min(retry.max, retry.initial * 2 ** (attempt - 1));
}
