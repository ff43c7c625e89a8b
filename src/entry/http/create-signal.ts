/** A flag that one loop waits for and many may raise: raised twice it wakes once, raised while nobody waits it is kept. */
export interface Signal {
  readonly set: () => void;
  /** True when it was set since the last wait, false after so many milliseconds. */
  wait(milliseconds: number): Promise<boolean>;
}

export function createSignal(): Signal {
  let raised = false;
  let wake: (() => void) | undefined;
  return {
    set() {
      raised = true;
      wake?.();
    },
    async wait(milliseconds) {
      if (!raised) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, milliseconds);
        });
        clearTimeout(timer);
        wake = undefined;
      }
      const was = raised;
      raised = false;
      return was;
    },
  };
}
