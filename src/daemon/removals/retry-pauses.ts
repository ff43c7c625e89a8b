/** When something that failed may be tried again: after each failure in a row twice as long as before. */
export interface RetryPauses {
  /** Milliseconds until it may be tried; 0: now. */
  left(key: string): number;
  /** Counts a failure; milliseconds until it may be tried again. */
  failed(key: string): number;
  /** What failed before counts no more. */
  over(key: string): void;
}

/** `first` and `max` in milliseconds. */
export function createRetryPauses(bounds: { first: number; max: number }, now: () => number): RetryPauses {
  const failing = new Map<string, { readonly times: number; readonly until: number }>();
  return {
    left: (key) => Math.max(0, (failing.get(key)?.until ?? 0) - now()),
    failed(key) {
      const times = (failing.get(key)?.times ?? 0) + 1;
      const pause = Math.min(bounds.max, bounds.first * 2 ** (times - 1));
      failing.set(key, { times, until: now() + pause });
      return pause;
    },
    over: (key) => void failing.delete(key),
  };
}
