/** Timers of the controllers, all ended together; what a task throws is reported and ends nothing else. */

export interface TaskSchedule {
  schedule(delay: number, task: () => void): () => void;
  /** Runs at once, under the same protection. */
  guard(task: () => void): void;
  stop(): void;
}

export function createTaskSchedule(onError: (error: unknown) => void): TaskSchedule {
  const cancellations = new Set<() => void>();
  let stopped = false;
  const guard = (task: () => void): void => {
    if (stopped) return;
    try {
      task();
    } catch (error) {
      onError(error);
    }
  };
  return {
    guard,
    schedule(delay, task) {
      const run = (): void => {
        cancellations.delete(cancel);
        guard(task);
      };
      const handle = delay <= 0 ? setImmediate(run) : setTimeout(run, delay);
      const cancel = (): void => {
        cancellations.delete(cancel);
        if (delay <= 0) clearImmediate(handle as NodeJS.Immediate);
        else clearTimeout(handle as NodeJS.Timeout);
      };
      if (!stopped) cancellations.add(cancel);
      else cancel();
      return cancel;
    },
    stop() {
      stopped = true;
      for (const cancel of [...cancellations]) cancel();
    },
  };
}
