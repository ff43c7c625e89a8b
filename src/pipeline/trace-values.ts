/** The table of contents of provenance: a release's layers, its chart's defaults beneath, and a row for each key. */
import type { GoMap } from '../foundation/template/value.ts';
import type { Locate } from '../foundation/values/value-places.ts';
import type { PreparedRelease } from './context.ts';
import { traceChartValues } from './render/values/trace-chart-values.ts';
import { listValues, type ValueRow } from './values/list-values.ts';
import { traceLayers } from './values/trace-layers.ts';

export function traceValues(
  { chart, values, layers }: Pick<PreparedRelease, 'chart' | 'values' | 'layers'>,
  compat: 'helm3' | 'helm4',
): ValueRow[] {
  const traced = traceLayers(layers, compat);
  const under = traceChartValues({ chart, values, traced: traced.values, compat });
  const kept =
    traced.nulls.length === 0
      ? under
      : traceChartValues({ chart, values, traced: withoutNulls(traced.values), compat });
  const locate: Locate = (path) => traced.locate(path) ?? under.locate(path);
  return listValues({ values: under.values, nulls: traced.nulls, kept: kept.values, locate });
}

function withoutNulls(values: GoMap): GoMap {
  const rest: GoMap = new Map();
  for (const [key, value] of values)
    if (value !== null) rest.set(key, value instanceof Map ? withoutNulls(value) : value);
  return rest;
}
