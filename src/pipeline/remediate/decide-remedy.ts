/** Decides what follows a failed step. It only decides: the pipeline's root carries it out. */
import type { Fault } from '../../foundation/base/errors.ts';
import type { ReleaseState } from '../../foundation/state/release-state.ts';
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

/** The newest healthy revision; failing that, the one that was running before, if it was ever ready. */
export function rollbackTarget(
  state: ReleaseState | undefined,
  versions: readonly number[],
  failed: number,
): number | undefined {
  const candidates = [state?.healthy?.version, state?.deployed?.helmRevision];
  return candidates.find((version) => version !== undefined && version < failed && versions.includes(version));
}

function backoff(retry: { initial: number; max: number }, attempt: number): number {
  return Math.min(retry.max, retry.initial * 2 ** (attempt - 1));
}
