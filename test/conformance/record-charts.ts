/**
 * Writes down what the real helms make of every case of test/charts: `HELM_BIN=… HELM3_BIN=… node
 * test/conformance/record-charts.ts [CHART…]`. Cases whose outcome changes from run to run are told and not written.
 */
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Compat } from '../../src/foundation/values/read-values.ts';
import { askHelm, type ChartCase, chartCases, recordingPath, sameOutcome } from './chart-case.ts';

const judges = [
  ['helm4', process.env['HELM_BIN'] ?? ''],
  ['helm3', process.env['HELM3_BIN'] ?? ''],
] as const satisfies readonly (readonly [Compat, string])[];

async function record(one: ChartCase, compat: Compat, helm: string): Promise<void> {
  const [first, second] = await Promise.all([askHelm(helm, one), askHelm(helm, one)]);
  if (!sameOutcome(first, second)) {
    console.error(`${compat} ${one.id}: differs from run to run`);
    process.exitCode = 1;
    return;
  }
  for (const ok of [true, false]) rmSync(recordingPath(one, compat, ok), { force: true });
  const path = recordingPath(one, compat, first.ok);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, first.ok ? first.text : `${first.text}\n`);
}

function removeLeftOvers(cases: readonly ChartCase[]): void {
  const folder = join(import.meta.dirname, 'expected');
  const known = new Set(cases.map(({ id }) => id));
  for (const file of globSync('*/*', { cwd: folder })) {
    if (!known.has(basename(file).replace(/\.(?:yaml|error\.txt)$/, ''))) rmSync(join(folder, file));
  }
}

const charts = process.argv.slice(2);
const cases = chartCases();
for (const [compat, helm] of judges) {
  if (helm === '') throw new Error('HELM_BIN and HELM3_BIN name the real helms');
  for (const one of cases) if (charts.length === 0 || charts.includes(one.chart)) await record(one, compat, helm);
}
removeLeftOvers(cases);
console.log(`${cases.length} cases`);
