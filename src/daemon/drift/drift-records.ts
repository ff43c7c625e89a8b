/**
 * Keeps what stands in the states of the releases, for people who look there and for the next start. Changes that come
 * together are one write; what is as it was written is none.
 */
import { isDeepStrictEqual } from 'node:util';
import type { StateStore } from '../../foundation/state/open-state.ts';
import type { StandingDrift } from '../../foundation/state/release-state.ts';
import type { DriftView } from '../control.ts';
import { standingDrift } from './drift-report.ts';

export interface DriftRecordsOptions {
  readonly states: Pick<StateStore, 'change'>;
  /** Where its state lies; undefined: nobody's any more. */
  readonly placeOf: (id: string) => { readonly namespace: string; readonly releaseName: string } | undefined;
  /** Takes secrets out of every value. */
  readonly mask: (text: string) => string;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
}

export interface DriftRecords {
  changed(id: string, views: readonly DriftView[]): void;
  /** There is something in its state. */
  known(id: string): void;
}

/** Milliseconds. */
const pause = 500;

export function createDriftRecords(options: DriftRecordsOptions): DriftRecords {
  const written = new Set<string>();
  const newest = new Map<string, readonly DriftView[]>();
  const write = async (id: string) => {
    const views = newest.get(id) ?? [];
    newest.delete(id);
    const place = options.placeOf(id);
    if (!place || options.signal.aborted) return;
    const drift = standingDrift(views).map((one) => masked(one, options.mask));
    if (drift.length === 0) written.delete(id);
    else written.add(id);
    await options.states.change(place.namespace, place.releaseName, (state) => {
      if (!state || isDeepStrictEqual(state.drift ?? [], drift)) return state;
      const { drift: _before, ...rest } = state;
      return drift.length === 0 ? rest : { ...rest, drift };
    });
  };
  return {
    changed(id, views) {
      if (views.length === 0 && !written.has(id) && !newest.has(id)) return;
      const isDue = newest.has(id);
      newest.set(id, views);
      if (!isDue) setTimeout(() => void write(id).catch(options.onError), pause).unref();
    },
    known: (id) => void written.add(id),
  };
}

function masked(drift: StandingDrift, mask: (text: string) => string): StandingDrift {
  const fields = drift.fields.map(({ field, recorded, live }) => ({
    field: mask(field),
    recorded: mask(recorded),
    live: mask(live),
  }));
  return { ...drift, fields };
}
