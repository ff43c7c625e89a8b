/**
 * The values that the templates of a release see, each knowing its line and what it lies over, chart defaults beneath.
 * Takes the chart, the merged values and the same with traces; goes the way of `renderChart`, and renders nothing.
 */
import { fromBytes } from '../../../foundation/base/byte-string.ts';
import type { Place } from '../../../foundation/base/errors.ts';
import { GoError, type GoMap } from '../../../foundation/template/value.ts';
import type { Compat } from '../../../foundation/values/read-values.ts';
import { over, traceTree } from '../../../foundation/values/traced-value.ts';
import { type Locate, type ValuePath, valuePlaces } from '../../../foundation/values/value-places.ts';
import type { Chart } from '../../chart/chart.ts';
import { renderError } from '../render-error.ts';
import { coalesceValues } from './coalesce.ts';
import { enableDependencies, importValues } from './process-dependencies.ts';
import { type ScopedChart, scopeChart } from './scoped-chart.ts';

export interface TraceChartInput {
  readonly chart: Chart;
  readonly values: GoMap;
  /** The same, each leaf traced. */
  readonly traced: GoMap;
  readonly compat: Compat;
}

export interface TracedChart {
  readonly values: GoMap;
  /** Where the chart, or one below it, has a key in its own values. */
  readonly locate: Locate;
}

export function traceChartValues({ chart, values, traced, compat }: TraceChartInput): TracedChart {
  const scoped = scopeChart(chart);
  try {
    // Which dependencies take part is decided by plain values: true and false are read for it.
    enableDependencies(scoped, values, { compat });
    const known: Known = new Map();
    traceDefaults(scoped, known);
    importValues(scoped, { compat, over });
    return { values: coalesceValues(scoped, traced, { compat, over }), locate: (path) => locate(scoped, known, path) };
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw renderError('chart.values', error.message, { cause: error });
  }
}

interface TracedDefaults {
  readonly values: GoMap;
  readonly locate: Locate;
}

/** Two aliases of one chart share its traces. */
type Known = Map<Chart, TracedDefaults>;

function traceDefaults(scoped: ScopedChart, known: Known): void {
  const traced = known.get(scoped.chart) ?? tracedDefaults(scoped.chart);
  known.set(scoped.chart, traced);
  scoped.values = traced.values;
  for (const child of scoped.dependencies) traceDefaults(child, known);
}

function tracedDefaults({ metadata, values, valuesFile }: Chart): TracedDefaults {
  const file = valuesFile?.path ?? `${metadata.name}-${metadata.version}/values.yaml`;
  const locate = valuesFile ? valuePlaces({ file, text: fromBytes(valuesFile.data) }) : () => undefined;
  return { values: traceTree(values, { locate, place: { file } }), locate };
}

function locate({ chart, dependencies }: ScopedChart, known: Known, path: ValuePath): Place | undefined {
  const own = known.get(chart)?.locate(path);
  if (own !== undefined || path.length < 2) return own;
  const child = dependencies.find(({ metadata }) => metadata.name === path[0]);
  return child && locate(child, known, path.slice(1));
}
