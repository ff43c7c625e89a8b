/**
 * Writes down what both Helms say of the broken charts: `HELM_BIN=… HELM3_BIN=… node …/record.ts [PART OF THE NAMES]`.
 * Without a part, all; what Helm says differently from run to run is named, unless only its order differs.
 */
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brokenCharts } from '../broken-charts.table.ts';
import { brokenChartOutcome, sameWords } from './agreement.ts';
import type { BrokenChart } from './broken-chart.ts';
import { judge, type Outcome } from './judge.ts';
import { formatRecorded, type Recorded } from './recorded.ts';

const judges = { helm4: process.env.HELM_BIN ?? '', helm3: process.env.HELM3_BIN ?? '' };
if (Object.values(judges).includes('')) throw new Error('HELM_BIN and HELM3_BIN must name both helms');

async function ask(helm: string, chart: BrokenChart): Promise<Outcome> {
  const [first, again] = [brokenChartOutcome(await judge(helm, chart)), brokenChartOutcome(await judge(helm, chart))];
  const steady = chart.anyOrder ? sameWords(first, again) : JSON.stringify(first) === JSON.stringify(again);
  if (!steady) console.log(`unsteady: ${chart.name}`);
  return first;
}

async function record(chart: BrokenChart): Promise<Recorded[string]> {
  const [helm4, helm3] = [await ask(judges.helm4, chart), await ask(judges.helm3, chart)];
  return { helm4, helm3: JSON.stringify(helm3) === JSON.stringify(helm4) ? 'same' : helm3 };
}

const file = join(import.meta.dirname, '..', 'broken-charts.recorded.json');
const known = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}) as Recorded;
const [part = ''] = process.argv.slice(2);
const asked = brokenCharts.filter(({ name }) => name.includes(part) || known[name] === undefined);
const recorded = new Map(Object.entries(known));
async function work(): Promise<void> {
  for (let chart = asked.shift(); chart !== undefined; chart = asked.shift())
    recorded.set(chart.name, await record(chart));
}
await Promise.all([work(), work()]);
const ordered = brokenCharts.map(({ name }) => [name, recorded.get(name)] as const);
await writeFile(file, formatRecorded(Object.fromEntries(ordered) as Recorded));
