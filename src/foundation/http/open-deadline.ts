/**
 * Takes the caller's signal and milliseconds, returns a signal that either ends. AbortSignal.any and .timeout keep a
 * kilobyte for each request as long as the caller's signal lives (Node 24), which in a daemon is for ever.
 */

export interface Deadline {
  readonly signal: AbortSignal;
  /** Lets go of the timer and the caller's signal; may be called again. */
  close(): void;
}

export function openDeadline(outer: AbortSignal | undefined, milliseconds: number): Deadline {
  const controller = new AbortController();
  const follow = () => controller.abort(outer?.reason);
  const timer = setTimeout(() => controller.abort(new DOMException('too slow', 'TimeoutError')), milliseconds).unref();
  if (outer?.aborted) follow();
  outer?.addEventListener('abort', follow);
  return {
    signal: controller.signal,
    close() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', follow);
    },
  };
}
