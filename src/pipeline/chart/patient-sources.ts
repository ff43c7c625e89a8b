/** Sources that are waited for no longer than a look at a repository may last; what comes later is there at the next one. */
import { chartError } from './chart-error.ts';
import { type ChartRequest, type ChartSources, describeRequest } from './chart-sources.ts';

/** Milliseconds. */
const chartPatience = 10_000;

export const patient = ({ aliases, fetch }: ChartSources): ChartSources => ({
  aliases,
  fetch: (request) => withinPatience(fetch(request), request),
});

/** Who asks again later joins what is still under way. */
export async function withinPatience<Result>(fetched: Promise<Result>, request: ChartRequest): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const message = `${describeRequest(request)}: no answer within ${chartPatience / 1000} s`;
    const hint = 'it is still being fetched, and looked for again at the next poll';
    late.reject(chartError('chart.slow', message, { hint }));
  }, chartPatience);
  try {
    return await Promise.race([fetched, late.promise]);
  } finally {
    clearTimeout(timer);
    fetched.catch(() => undefined);
  }
}
