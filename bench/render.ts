/**
 * Times our renderer in one process, pass by pass as `helmbench` times Helm's Go engine, so that both can be laid side by
 * side: `node bench/render.ts [-n 5] [-v] [--warm] < charts.txt`, one chart directory a line. For the charts that render,
 * in milliseconds, the best of n passes: `load` reads a directory, `render` goes from the loaded chart to the sorted
 * manifests (values, parsing, execution) and keeps nothing from one pass for the next. `--warm` keeps parsed templates
 * between passes, as the daemon does between the releases of a chart. `-v` adds each chart.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadChart } from '../src/pipeline/chart/load-chart.ts';
import { offlineCapabilities } from '../src/pipeline/render/offline-capabilities.table.ts';
import { renderChart } from '../src/pipeline/render/render-chart.ts';
import { newTemplateCache } from '../src/pipeline/render/template-cache.ts';

interface Times {
  readonly load: number;
  readonly render: number;
}

const { values: flags } = parseArgs({
  options: {
    passes: { type: 'string', short: 'n', default: '5' },
    verbose: { type: 'boolean', short: 'v', default: false },
    warm: { type: 'boolean', default: false },
  },
});
const release = { name: 'rel', namespace: 'prod', revision: 1, isInstall: true, isUpgrade: false } as const;
const sources = { now: () => new Date(), randomBytes: (count: number) => randomBytes(count) };
// Large enough for every chart: what is thrown out is no longer warm.
const cache = flags.warm ? newTemplateCache(5000) : undefined;

async function timeChart(folder: string): Promise<Times> {
  const started = performance.now();
  const chart = await loadChart(folder);
  const loaded = performance.now();
  renderChart({
    chart,
    values: new Map(),
    release,
    capabilities: offlineCapabilities,
    compat: 'helm4',
    sources,
    cache,
  });
  return { load: loaded - started, render: performance.now() - loaded };
}

const charts = readFileSync(0, 'utf8').split('\n').filter(Boolean);
const best = new Map<string, Times>();
for (let pass = 0; pass < Number(flags.passes); pass++) {
  for (const folder of charts) {
    const times = await timeChart(folder).catch((error: Error) => error);
    if (times instanceof Error) {
      if (flags.verbose && pass === 0) console.error(`failed: ${folder}: ${times.message}`);
      continue;
    }
    const { load, render } = best.get(folder) ?? times;
    best.set(folder, { load: Math.min(load, times.load), render: Math.min(render, times.render) });
  }
}

let load = 0;
let render = 0;
for (const [folder, times] of best) {
  load += times.load;
  render += times.render;
  if (flags.verbose) {
    console.error(`${times.load.toFixed(2).padStart(8)} ${times.render.toFixed(2).padStart(8)} ${folder}`);
  }
}
const rounded = (milliseconds: number): number => Math.round(milliseconds * 1000) / 1000;
console.log(
  JSON.stringify({ charts: best.size, load: rounded(load), render: rounded(render), total: rounded(load + render) }),
);
