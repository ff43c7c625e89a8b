import type { Freeze } from './shared-state.ts';

/** `frozen by ann since 2026-11-20T18:00:00Z until 2026-11-23T06:00:00Z: end of quarter` */
export function describeFreeze({ by, at, until, reason }: Freeze): string {
  return `frozen by ${by} since ${at}${until === undefined ? '' : ` until ${until}`}${reason === undefined ? '' : `: ${reason}`}`;
}
