/**
 * Runs the hooks of one event of a release and says what became of them: waits for each with the rules that readiness
 * has, tells a failure and, where the chart wants it, the output. Whatever writes the record is the caller's.
 */
import type { ClusterClient } from '../foundation/cluster/cluster-client.ts';
import type { ReleaseFields } from '../foundation/events/event.ts';
import type { Emit } from '../foundation/events/event-bus.ts';
import type { RecordedHook } from '../foundation/history/release-record.ts';
import { type HookInput, type HookOutcome, type HookProblem, runHooks } from './apply/run-hooks.ts';
import { observeRelease } from './observe/observe-release.ts';
import { readOutput } from './observe/read-output.ts';
import type { Readiness } from './observe/readiness.ts';
import type { HookEvent } from './render/rendered-release.ts';

export interface HookContext {
  readonly client: ClusterClient;
  readonly emit: Emit;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

export interface ReleaseHooks extends Pick<HookInput, 'onRun'> {
  readonly fields: ReleaseFields;
  readonly event: HookEvent;
  readonly hooks: readonly RecordedHook[];
  /** Milliseconds for each hook. */
  readonly timeout: number;
  /** Runs a wait without holding a place in the queue. */
  readonly aside?: <Result>(wait: () => Promise<Result>) => Promise<Result>;
}

export async function runReleaseHooks(context: HookContext, run: ReleaseHooks): Promise<HookOutcome> {
  const outcome = await leaveReleaseHooks(context, run);
  await outcome.cleanUp();
  return outcome;
}

/** The same, with the clean-up left to the caller. */
export async function leaveReleaseHooks(
  { client, emit, now, signal }: HookContext,
  { fields, event, hooks, timeout, onRun, aside = (wait) => wait() }: ReleaseHooks,
): Promise<HookOutcome> {
  const outcome = await runHooks({
    client,
    hooks,
    event,
    namespace: fields.namespace,
    timeout,
    now,
    signal,
    onRun,
    finished: async (object) => {
      const observed = await aside(() =>
        observeRelease({
          client,
          objects: [object],
          timeout,
          signal,
          now,
          until: 'ended',
          onProgress: ({ object: waited, message }) =>
            emit({ event: 'release.waiting', ...fields, for: waited, message: `${event} hook: ${message}` }),
        }),
      );
      return observed.status === 'ready' ? undefined : problemOf(observed.readiness, observed.status);
    },
    onOutput: async (hook, objects) => {
      const output = await readOutput(client, objects, { signal });
      if (output !== '')
        emit({ event: 'hook.output', ...fields, hook: event, object: `${hook.kind}/${hook.name}`, output });
    },
  });
  const { failure } = outcome;
  if (failure !== undefined) {
    const { object, reason, logs } = failure.problem;
    const { message, hint } = failure.error;
    const told = logs ? `${message}; last log lines: ${logs}` : message;
    if (event === 'test') emit({ event: 'test.failed', ...fields, object, reason, message: told, hint });
    else emit({ event: 'hook.failed', ...fields, hook: event, object, reason, message: told, hint });
  }
  return outcome;
}

function problemOf({ object, reason, message, culprit }: Readiness, status: 'failed' | 'timeout'): HookProblem {
  const late = status === 'timeout';
  return {
    object,
    reason: late ? 'Timeout' : reason,
    message: late ? `it did not end in time: ${message}` : message,
    pod: culprit?.pod,
    event: culprit?.event,
    logs: culprit?.logs,
  };
}

/** As the readiness that a failed deploy tells. */
export function hookReadiness({ object, reason, message, pod, event, logs }: HookProblem): Readiness {
  const culprit = { ...(pod && { pod }), ...(event && { event }), ...(logs && { logs }) };
  return { status: 'failed', object, reason, message, culprit };
}
