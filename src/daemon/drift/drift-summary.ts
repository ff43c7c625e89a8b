/** Tells all standing drift in one line, at the times of a cron expression. */

import type { EventFields } from '../../foundation/events/event.ts';
import type { Emit } from '../../foundation/events/event-bus.ts';
import { nextPoll } from '../../pipeline/source/poll.ts';
import type { ReleaseView } from '../control.ts';

export interface DriftSummaryOptions {
  /** Five fields, UTC. */
  readonly cron: string;
  readonly releases: () => readonly ReleaseView[];
  readonly emit: Emit;
  readonly now: () => Date;
}

export function startDriftSummary({ cron, releases, emit, now }: DriftSummaryOptions): Disposable {
  let timer: NodeJS.Timeout;
  const wait = () => {
    const pause = nextPoll({ poll: { type: 'cron', expression: cron }, now: now(), random: 0 });
    timer = setTimeout(() => {
      emit({ event: 'drift.summary', ...summarizeDrift(releases(), now()) });
      wait();
    }, pause).unref();
  };
  wait();
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

/** More releases than this are counted. */
const named = 20;

export function summarizeDrift(releases: readonly ReleaseView[], now: Date): EventFields['drift.summary'] {
  const all = releases.flatMap(({ drift }) => drift);
  const open = all.filter(({ accepted, kind }) => accepted === undefined && kind !== 'extra');
  const count = (severity: string) => open.filter((one) => one.severity === severity).length;
  const drifted = releases.filter(({ drift }) => drift.some((one) => open.includes(one)));
  const names = drifted.map(({ app, environment, drift }) => {
    const objects = drift.filter((one) => open.includes(one)).map(({ object }) => object);
    return `${app}/${environment} ${objects.slice(0, 3).join(' ')}${objects.length > 3 ? ' …' : ''}`;
  });
  return {
    releases: drifted.length,
    objects: open.length,
    security: count('security'),
    workload: count('workload'),
    metadata: count('metadata'),
    extra: all.filter(({ kind }) => kind === 'extra').length,
    accepted: all.filter(({ accepted }) => accepted !== undefined).length,
    ...(open.length > 0 ? { age: now.getTime() - Math.min(...open.map(({ since }) => since)) } : {}),
    ...(names.length > 0
      ? {
          which: `${names.slice(0, named).join('; ')}${names.length > named ? `; and ${names.length - named} more` : ''}`,
        }
      : {}),
  };
}
