/** Takes a chart's parts, returns the `chart` of a record as Helm stores it. */
import type { Json, JsonObject } from '../manifest/object.ts';
import { zeroTime } from './record-shape.table.ts';

/** What a chart's parts look like before they are stored; pipeline/chart's Chart is one, its values as plain JSON. */
export interface ChartParts {
  readonly metadata: object;
  readonly lock: JsonObject | undefined;
  readonly templates: readonly { readonly name: string; readonly data: Uint8Array }[];
  readonly files: readonly { readonly name: string; readonly data: Uint8Array }[];
  /** Null where the chart has no values.yaml. */
  readonly values: JsonObject | null;
  readonly schema: Uint8Array | undefined;
}

/** The record's `chart`; dependencies are left out, as Helm does. */
export function encodeChart(chart: ChartParts): JsonObject {
  const files = (list: ChartParts['files']): Json =>
    list.length === 0 ? null : list.map(({ name, data }) => ({ name, data: base64(data) }));
  return {
    metadata: chart.metadata as Json,
    lock: chart.lock ?? null,
    templates: files(chart.templates),
    values: chart.values,
    schema: chart.schema === undefined ? null : base64(chart.schema),
    schemamodtime: zeroTime,
    files: files(chart.files),
  };
}

function base64(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
}
