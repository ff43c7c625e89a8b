/** Takes a look at a repository and one of its definitions, returns its chart with the pins of what was fetched for it: one for all releases that name the same. */
import type { Chart } from './chart/chart.ts';
import { patient } from './chart/patient-sources.ts';
import { type ChartPins, pinningSources } from './chart/pin-sources.ts';
import { resolveChart } from './chart/resolve-chart.ts';
import type { ReleaseDefinition } from './definitions/release-definition.ts';
import type { SyncInput } from './sync-revision.ts';

export interface ResolvedChart {
  readonly chart: Chart;
  readonly pins: ChartPins;
}

/** Of one revision. */
export type SharedCharts = Map<string, Promise<ResolvedChart>>;

export function shareChart(
  { checkout, compat, sources }: Pick<SyncInput, 'checkout' | 'compat' | 'sources'>,
  { chart, origin }: Pick<ReleaseDefinition, 'chart' | 'origin'>,
  charts: SharedCharts,
): Promise<ResolvedChart> {
  const { place: _place, ...what } = chart;
  const key = JSON.stringify([what, origin.elsewhere]);
  const known = charts.get(key);
  if (known) return known;
  const pinning = pinningSources(sources);
  const resolved = resolveChart(chart, checkout, { compat, sources: patient(pinning.sources) }).then((found) => ({
    chart: found,
    pins: pinning.pins,
  }));
  charts.set(key, resolved);
  return resolved;
}
