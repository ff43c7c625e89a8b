/**
 * From a definition's chart reference to a chart in memory, its dependencies with it. Takes the reference and the
 * checkout it belongs to, returns the chart; reads nothing outside the checkout and downloads nothing.
 */
import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Compat } from '../../foundation/values/read-values.ts';
import type { ChartReference } from '../definitions/release-definition.ts';
import type { Checkout } from '../source/checkout.ts';
import type { Chart } from './chart.ts';
import { chartError } from './chart-error.ts';
import { loadChart } from './load-chart.ts';
import { isInside } from './read-chart-folder.ts';
import { checkDependencies, resolveFileDependencies } from './resolve-dependencies.ts';

export interface ResolveChartOptions {
  readonly compat?: Compat;
  /** False: exactly as `helm template`, for which a `file://` dependency that is not in charts/ is missing. */
  readonly resolveFileDependencies?: boolean;
}

export async function resolveChart(
  reference: ChartReference,
  checkout: Pick<Checkout, 'root'>,
  options: ResolveChartOptions = {},
): Promise<Chart> {
  const path = chartPath(reference, checkout.root);
  const { compat = 'helm4' } = options;
  const chart = await loadChart(path, { compat, root: checkout.root, shownAs: reference.path });
  const resolved =
    (options.resolveFileDependencies ?? true)
      ? await resolveFileDependencies(chart, { folder: path, shown: reference.path, root: checkout.root, compat })
      : chart;
  checkDependencies(resolved, { folder: path, shown: reference.path, compat });
  return resolved;
}

function chartPath({ path, place }: ChartReference, root: string): string {
  const joined = join(root, path);
  if (isAbsolute(path) || !isInside(root, joined)) {
    throw chartError('chart.outside', `the chart ${path} lies outside the repository`, { place });
  }
  if (!existsSync(joined)) {
    throw chartError('chart.not-found', `there is no chart at ${path}`, {
      place,
      hint: "a path chart is a folder with a Chart.yaml, named from the repository's root",
    });
  }
  if (!isInside(realpathSync(root), realpathSync(joined))) {
    throw chartError('chart.outside', `the chart ${path} is a link that leads out of the repository`, { place });
  }
  return joined;
}
