/** Renders a chart folder as `helm template rel CHART -n prod` does; an error is its message. */
import { readFile } from 'node:fs/promises';
import { HelmGitopsError, type Place } from '../../src/foundation/base/errors.ts';
import type { Compat } from '../../src/foundation/values/read-values.ts';
import { loadChart } from '../../src/pipeline/chart/load-chart.ts';
import { checkDependencies } from '../../src/pipeline/chart/resolve-dependencies.ts';
import { offlineCapabilities } from '../../src/pipeline/render/offline-capabilities.table.ts';
import { type RenderChartInput, renderChart } from '../../src/pipeline/render/render-chart.ts';
import type { RenderedRelease } from '../../src/pipeline/render/rendered-release.ts';
import { formatTemplateOutput } from '../../src/pipeline/render/template-output.ts';
import { type MergeSource, mergeValues } from '../../src/pipeline/values/merge-values.ts';

export interface RenderHereOptions {
  readonly compat?: Compat;
  readonly valueFiles?: readonly string[];
  readonly set?: readonly string[];
  readonly input?: Partial<RenderChartInput>;
}

const place: Place = { file: 'command line' };

export async function renderRelease(path: string, options: RenderHereOptions = {}): Promise<RenderedRelease> {
  const { compat = 'helm4', valueFiles = [], set = [] } = options;
  const chart = await loadChart(path, { compat });
  checkDependencies(chart, { folder: path, shown: path, compat });
  const sources: MergeSource[] = [
    ...valueFiles.map((file) => ({ type: 'file', path: file, optional: false, template: false, place }) as const),
    ...set.map((expression) => ({ type: 'set', expression, place }) as const),
  ];
  const { values } = await mergeValues({ sources, readFile: (name) => readFile(name), variables: {}, compat });
  return renderChart({
    chart,
    values,
    release: { name: 'rel', namespace: 'prod', revision: 1, isInstall: true, isUpgrade: false },
    capabilities: offlineCapabilities,
    compat,
    sources: { now: () => new Date(0), randomBytes: (count) => new Uint8Array(count) },
    ...options.input,
  });
}

export async function renderHere(path: string, options: RenderHereOptions = {}): Promise<string> {
  try {
    return formatTemplateOutput(await renderRelease(path, options), { compat: options.compat ?? 'helm4' });
  } catch (error) {
    if (error instanceof HelmGitopsError && error.fault === 'user') return `Error: ${error.message.trimEnd()}`;
    throw error;
  }
}
