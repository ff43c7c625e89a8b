/**
 * One run for all who ask for the same thing while it lasts, and for so long after it. Takes how long, in milliseconds,
 * returns a function that runs or waits. A failure is kept as long: who asks in a row waits once for a dead host.
 */

export type Share = <T>(key: string, run: () => Promise<T>) => Promise<T>;

interface Shared {
  readonly result: Promise<unknown>;
  /** Milliseconds; undefined while it runs. */
  ended: number | undefined;
}

const sweepFrom = 256;

export function shareRuns(maxAge: number, now: () => number): Share {
  const runs = new Map<string, Shared>();
  const isCurrent = ({ ended }: Shared) => ended === undefined || (maxAge > 0 && now() - ended < maxAge);
  return async <T>(key: string, run: () => Promise<T>): Promise<T> => {
    const known = runs.get(key);
    if (known !== undefined && isCurrent(known)) return (await known.result) as T;
    if (runs.size >= sweepFrom) for (const [old, one] of runs) if (!isCurrent(one)) runs.delete(old);
    const result = run();
    const shared: Shared = { result, ended: undefined };
    runs.set(key, shared);
    try {
      return await result;
    } finally {
      shared.ended = now();
      if (maxAge <= 0 && runs.get(key) === shared) runs.delete(key);
    }
  };
}
