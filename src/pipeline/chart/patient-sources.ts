/**
 * Sources that are waited for no longer than a look at a repository may last; what comes later is there at the next one.
 * Where no other look follows, they are waited for longer.
 */
import { chartError } from './chart-error.ts';
import { type ChartRequest, type ChartSources, describeRequest, type FetchedChart } from './chart-sources.ts';

/** Milliseconds. */
const ofLook = 10_000;
/** Of what ends after one look: a command, `once`. */
export const patienceOfOne = 60_000;

export const patient = (sources: ChartSources): ChartSources => ({
  aliases: sources.aliases,
  fetch: (request) => fetchPatiently(sources, request),
});

/** Who asks again later joins what is still under way. */
export async function fetchPatiently(sources: ChartSources, request: ChartRequest): Promise<FetchedChart> {
  const { patience = ofLook } = sources;
  const fetched = sources.fetch(request);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const message = `${describeRequest(request)}: no answer within ${patience / 1000} s`;
    const again = 'it is still being fetched, and looked for again at the next poll';
    const hint = sources.patience === undefined ? again : undefined;
    late.reject(chartError('chart.slow', message, { hint }));
  }, patience);
  try {
    return await Promise.race([fetched, late.promise]);
  } finally {
    clearTimeout(timer);
    fetched.catch(() => undefined);
  }
}
