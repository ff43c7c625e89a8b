/**
 * Looks again later at what a cluster holds of a repository. Of each pair at most one look waits; asked for twice, it comes
 * at the sooner time. Nothing keeps the process alive for it.
 */

/** `pause` in milliseconds. */
export type LookAgain = (cluster: string, repository: string, pause: number) => void;

export function createLookAgain(
  look: (cluster: string, repository: string) => void,
  signal: AbortSignal,
  now: () => number = () => performance.now(),
): LookAgain {
  const waiting = new Map<string, { readonly at: number; readonly timer: NodeJS.Timeout }>();
  return (cluster, repository, pause) => {
    const key = JSON.stringify([cluster, repository]);
    const at = now() + pause;
    const before = waiting.get(key);
    if (signal.aborted || (before !== undefined && before.at <= at)) return;
    clearTimeout(before?.timer);
    const timer = setTimeout(() => {
      waiting.delete(key);
      if (!signal.aborted) look(cluster, repository);
    }, pause);
    timer.unref();
    waiting.set(key, { at, timer });
  };
}
