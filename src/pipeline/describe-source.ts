/** What Helm's record of a revision holds of its source: the chart as Helm stores it, and in words where it comes from. */
import { encodeChart } from '../foundation/history/encode-chart.ts';
import type { JsonObject } from '../foundation/manifest/object.ts';
import type { Chart } from './chart/chart.ts';
import type { PreparedRelease } from './context.ts';
import type { ProcessedChart } from './render/rendered-release.ts';
import { shortRevision } from './source/checkout.ts';

/** The chart as Helm stores it: its files as they are, its values and dependencies as the render left them. */
export function storedChart(chart: Chart, { values, dependencies }: ProcessedChart): JsonObject {
  const { dependencies: _named, ...metadata } = chart.metadata;
  return encodeChart({ ...chart, values, metadata: dependencies ? { ...metadata, dependencies } : metadata });
}

/** `fleet@3f2a1c9 Raise replicas` */
export function sourceText({ checkout }: Pick<PreparedRelease, 'checkout'>): string {
  const subject = checkout.commit?.subject.replace(/[()]/g, '').slice(0, 80);
  return `${checkout.repository}@${shortRevision(checkout.revision)}${subject ? ` ${subject}` : ''}`;
}
