/**
 * Runs a reconcile function for keys that were added: each key once, however often it was added meanwhile, after the
 * present write is done. A refused write is tried again, ever more slowly, one that waits for a webhook when that has
 * answered; any other error is a bug and passes through.
 */
import { StatusError } from '../api/status-error.ts';
import { AnswerPending } from '../api/webhook-calls.ts';
import type { ControllerContext } from '../store.ts';

export interface WorkQueue {
  add(key: string): void;
  /** Milliseconds; of several the earliest counts. */
  addAfter(key: string, delay: number): void;
  stop(): void;
}

interface Timer {
  readonly at: number;
  readonly cancel: () => void;
}

const firstRetry = 10;
const lastRetry = 60_000;

export function startWorkQueue(context: ControllerContext, reconcile: (key: string) => void): WorkQueue {
  const dirty = new Set<string>();
  const timers = new Map<string, Timer>();
  const failures = new Map<string, number>();
  let running: (() => void) | undefined;
  let stopped = false;

  const run = (key: string): void => {
    try {
      reconcile(key);
      failures.delete(key);
    } catch (error) {
      if (error instanceof AnswerPending) return void error.answered.then(() => add(key));
      if (!(error instanceof StatusError)) throw error;
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      addAfter(key, Math.min(firstRetry * 2 ** count, lastRetry));
    }
  };
  const drain = (): void => {
    running = undefined;
    const keys = [...dirty];
    dirty.clear();
    for (const key of keys) if (!stopped) run(key);
  };
  const add = (key: string): void => {
    if (stopped) return;
    dirty.add(key);
    running ??= context.schedule(0, drain);
  };
  const addAfter = (key: string, delay: number): void => {
    const at = context.clock.now() + delay;
    const waiting = timers.get(key);
    if (stopped || (waiting !== undefined && waiting.at <= at)) return;
    waiting?.cancel();
    const cancel = context.schedule(delay, () => {
      timers.delete(key);
      add(key);
    });
    timers.set(key, { at, cancel });
  };
  const stop = (): void => {
    stopped = true;
    running?.();
    for (const { cancel } of timers.values()) cancel();
    timers.clear();
  };
  return { add, addAfter, stop };
}
