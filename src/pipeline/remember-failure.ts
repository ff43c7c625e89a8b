/** What is kept in state of a release that failed, or turned bad while it soaked; gone with the next success. */
import type { HelmGitopsError } from '../foundation/base/errors.ts';
import type { ReleaseFailure } from '../foundation/state/release-state.ts';
import type { PreparedRelease, ReleaseContext } from './context.ts';
import type { ReleaseDefinition } from './definitions/release-definition.ts';
import type { Readiness } from './observe/readiness.ts';
import { withIdentity } from './remember-release.ts';

interface ReleasePlace {
  readonly namespace: string;
  readonly release: string;
}

export interface FailedTry {
  readonly error: HelmGitopsError;
  readonly digest: string;
  readonly object?: string | undefined;
  /** Instead of the error's code. */
  readonly reason?: string | undefined;
  readonly version?: number | undefined;
  readonly revision?: string | undefined;
  /** A release without state gets one. */
  readonly definition?: ReleaseDefinition;
  readonly owed?: boolean;
}

export async function rememberFailure(
  context: Pick<ReleaseContext, 'states' | 'now' | 'installation'>,
  { namespace, release }: ReleasePlace,
  tried: FailedTry,
): Promise<void> {
  const at = context.now().toISOString();
  await context.states.change(namespace, release, (before) => {
    const state = tried.definition ? withIdentity(before, context, tried.definition) : before;
    return state && { ...state, failure: failureOf(state.failure, { ...tried, at }) };
  });
}

export interface UnhealthyRevision {
  readonly version: number;
  readonly error: HelmGitopsError;
  readonly readiness: Readiness;
  /** It is rolled back next: whatever cuts that short, it is carried on. */
  readonly owed: boolean;
}

/** It turned bad while it soaked. */
export async function rememberUnhealthy(
  context: Pick<ReleaseContext, 'states' | 'now'>,
  { definition, digest, checkout }: PreparedRelease,
  { version, error, readiness, owed }: UnhealthyRevision,
): Promise<void> {
  const { object, reason } = readiness;
  const at = context.now().toISOString();
  const tried = { digest, error, object, reason, version, revision: checkout.revision, owed, at };
  await context.states.change(definition.namespace, definition.releaseName, (state) => {
    const { deployed, failure } = state ?? {};
    if (!state || deployed?.helmRevision !== version) return state;
    return { ...state, deployed: { ...deployed, unhealthy: true }, failure: failureOf(failure, tried) };
  });
}

/** It is ready again: it soaks once more. */
export async function forgetUnhealthy(
  { states }: Pick<ReleaseContext, 'states'>,
  { namespace, releaseName }: ReleaseDefinition,
): Promise<void> {
  await states.change(namespace, releaseName, (state) => {
    if (!state?.deployed?.unhealthy) return state;
    const { unhealthy: _unhealthy, ...deployed } = state.deployed;
    const { failure: _failure, ...rest } = state;
    return { ...rest, deployed };
  });
}

/** What a state holds of a message: a ConfigMap has no room for a book. */
const longestMessage = 1_000;

function failureOf(
  before: ReleaseFailure | undefined,
  { error, digest, at, object, reason = error.code, version, revision, owed }: FailedTry & { at: string },
): ReleaseFailure {
  const same = before?.digest === digest ? before : undefined;
  return {
    digest,
    at: same?.at ?? at,
    attempts: (same?.attempts ?? 0) + 1,
    reason,
    message: error.message.slice(0, longestMessage),
    ...((owed ?? same?.owed) ? { owed: true } : {}),
    ...(object === undefined ? {} : { object }),
    ...(version === undefined ? {} : { version }),
    ...(revision === undefined ? {} : { revision }),
  };
}
