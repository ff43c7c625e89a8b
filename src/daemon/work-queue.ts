/**
 * Jobs by key: at most one of a key runs, the newest wish wins, and no more than `concurrency` run at once. A job that
 * only waits gives its place to others meanwhile. Ten triggers while one runs make one more run.
 */

export interface Slot {
  /** Runs a wait without holding a place. */
  readonly aside: <Result>(wait: () => Promise<Result>) => Promise<Result>;
}

export type Job = (slot: Slot) => Promise<void>;

export interface WorkQueue {
  /** Replaces a wish of the same key that has not begun. */
  add(key: string, job: Job): void;
  isRunning(key: string): boolean;
  /** Jobs that wait or run. */
  readonly size: number;
  /** Resolves when nothing waits or runs. */
  idle(): Promise<void>;
  /** Drops what has not begun; resolves when what runs has ended. */
  stop(): Promise<void>;
}

interface WorkQueueOptions {
  readonly concurrency: number;
  readonly onError: (key: string, error: unknown) => void;
  /** A key rests: its job has ended, and no other of it waits. */
  readonly onRest?: (key: string) => void;
}

export function createWorkQueue({ concurrency, onError, onRest }: WorkQueueOptions): WorkQueue {
  const waiting = new Map<string, Job>();
  const running = new Set<string>();
  const wakers: (() => void)[] = [];
  const takers: (() => void)[] = [];
  let places = concurrency;
  let stopped = false;

  const release = () => {
    places += 1;
    const taker = takers.shift();
    if (taker) {
      places -= 1;
      taker();
    } else start();
  };
  const acquire = async () => {
    if (places > 0) places -= 1;
    else await new Promise<void>((resolve) => takers.push(resolve));
  };
  const slot: Slot = {
    async aside(wait) {
      release();
      try {
        return await wait();
      } finally {
        await acquire();
      }
    },
  };
  const run = async (key: string, job: Job) => {
    try {
      await job(slot);
    } catch (error) {
      onError(key, error);
    } finally {
      running.delete(key);
      if (!waiting.has(key) && !stopped) onRest?.(key);
      release();
      start();
      if (waiting.size === 0 && running.size === 0) for (const wake of wakers.splice(0)) wake();
    }
  };
  const start = () => {
    for (const [key, job] of waiting) {
      if (places <= 0) return;
      if (running.has(key)) continue;
      waiting.delete(key);
      running.add(key);
      places -= 1;
      void run(key, job);
    }
  };
  const idle = () =>
    waiting.size === 0 && running.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => wakers.push(resolve));
  return {
    add(key, job) {
      if (stopped) return;
      waiting.set(key, job);
      start();
    },
    isRunning: (key) => running.has(key),
    get size() {
      return waiting.size + running.size;
    },
    idle,
    async stop() {
      stopped = true;
      waiting.clear();
      await idle();
    },
  };
}
