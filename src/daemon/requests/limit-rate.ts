/** A bucket of turns that fills by itself: `burst` at once, then `perSecond`. Returns 0, or the seconds until there is one. */
export function limitRate({ burst, perSecond }: { burst: number; perSecond: number }, now: () => Date): () => number {
  let left = burst;
  let since = now().getTime();
  return () => {
    const time = now().getTime();
    left = Math.min(burst, left + (Math.max(0, time - since) / 1000) * perSecond);
    since = time;
    if (left < 1) return Math.ceil((1 - left) / perSecond);
    left -= 1;
    return 0;
  };
}
