/** Whether drift of a release may be put right at a moment, or what is waited for. */
import type { ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import { windowAt } from '../../pipeline/plan/sync-window.ts';

/** Milliseconds until it is worth asking again; 0: now; undefined: not before somebody does something. */
export type MayCorrect = (definition: ReleaseDefinition) => number | undefined | Promise<number | undefined>;

/** A window that does not open within a year is asked about again tomorrow. */
const day = 86_400_000;

export function windowGate(now: () => Date): (definition: ReleaseDefinition) => number {
  return ({ settings: { sync } }) => {
    const moment = now().getTime();
    const { open, turns } = windowAt(sync.windows ?? [], moment);
    return open ? 0 : Math.min(day, (turns ?? moment + day) - moment);
  };
}
