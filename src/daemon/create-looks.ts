/** Looks at something one time after the other, however often it is asked for meanwhile, and again after a while where that is said. */

export interface Looks {
  /** From now on it is looked at. */
  start(): void;
  /** Something has changed that it may depend on. */
  look(): void;
  /** Resolves when no look is under way. */
  idle(): Promise<void>;
}

/** `once` returns after how many milliseconds it is worth to look again though nothing happens. */
export function createLooks(once: () => Promise<number | undefined>, signal: AbortSignal): Looks {
  let started = false;
  let due = false;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> | undefined;
  const look = () => {
    if (!started || signal.aborted) return;
    due = true;
    underWay ??= untilStill();
  };
  const untilStill = async () => {
    while (due && !signal.aborted) {
      due = false;
      clearTimeout(timer);
      const pause = await once();
      if (pause !== undefined) timer = setTimeout(look, pause).unref();
    }
    underWay = undefined;
  };
  return {
    start() {
      started = true;
      look();
    },
    look,
    async idle() {
      await underWay;
    },
  };
}
