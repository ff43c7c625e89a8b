/** What the program that ships says of broken charts, as a process of its own: what Helm says, as recorded. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokenChartOutcome, splitBelow } from '../conformance/broken-charts/agreement.ts';
import { runProgram } from '../conformance/broken-charts/judge.ts';
import { type Profile, type Recorded, recordedOutcome } from '../conformance/broken-charts/recorded.ts';
import { writeChart } from '../conformance/broken-charts/write-chart.ts';
import { brokenCharts } from '../conformance/broken-charts.table.ts';
import { bundledProgram } from '../support/bundled-program.ts';

const file = join(import.meta.dirname, '..', 'conformance', 'broken-charts.recorded.json');
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded;
const profiles: readonly Profile[] = ['helm4', 'helm3'];

test.each([
  'syntax: unknown function in the third line of an action',
  'subchart: include in tpl in include of the parent',
  'run: recursion without end',
  'manifest: the second of two documents',
  'warning: a deeper text over a table',
])('%s', async (name) => {
  const chart = brokenCharts.find((candidate) => candidate.name === name)!;
  await using written = await writeChart(chart);
  const [command = '', ...rest] = written.args;
  for (const profile of profiles) {
    const args = [bundledProgram, command, '--compat', profile, ...rest];
    const ended = await runProgram(process.execPath, args, written);
    const helm = recordedOutcome(recorded, name, profile)!;
    const { outcome } = splitBelow(ended, helm);
    expect({ ...brokenChartOutcome(outcome), code: Math.min(outcome.code, 1) }).toEqual(helm);
  }
});
