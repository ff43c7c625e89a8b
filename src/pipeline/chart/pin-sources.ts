/**
 * What one thread fetched, another finds again: the answers of sources as plain data that goes through a message. Both
 * sides ask the same requests, for both read the same charts.
 */
import { chartError } from './chart-error.ts';
import {
  type ChartRequest,
  type ChartSources,
  describeRequest,
  type FetchedChart,
  requestKey,
} from './chart-sources.ts';

export interface Pin {
  readonly request: ChartRequest;
  readonly fetched: FetchedChart;
}

/** By `requestKey`; a structured clone of it is as good. */
export type ChartPins = ReadonlyMap<string, Pin>;

/** Fetches each request once and keeps the answer; a failure is kept by nobody. */
export function pinningSources(sources: ChartSources): { readonly sources: ChartSources; readonly pins: ChartPins } {
  const pins = new Map<string, Pin>();
  const running = new Map<string, Promise<FetchedChart>>();
  const keep = async (request: ChartRequest, key: string): Promise<FetchedChart> => {
    try {
      const fetched = await sources.fetch(request);
      pins.set(key, { request, fetched });
      return fetched;
    } catch (error) {
      running.delete(key);
      throw error;
    }
  };
  const fetch = (request: ChartRequest): Promise<FetchedChart> => {
    const key = requestKey(request);
    const started = running.get(key) ?? keep(request, key);
    running.set(key, started);
    return started;
  };
  const { aliases, patience } = sources;
  return { sources: { aliases, patience, fetch }, pins };
}

/** Answers from the pins alone; it never waits for a network. */
export function pinnedSources(pins: ChartPins, aliases?: ChartSources['aliases']): ChartSources {
  return {
    aliases,
    fetch: (request) => {
      const pinned = pins.get(requestKey(request));
      if (pinned !== undefined) return Promise.resolve(pinned.fetched);
      const message = `${describeRequest(request)} was not asked for when the charts were fetched`;
      return Promise.reject(chartError('chart.not-pinned', message));
    },
  };
}
