import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { run } from '../entry/cli/run-in-process.ts';
import { agrees, brokenChartOutcome, splitBelow } from './broken-charts/agreement.ts';
import type { BrokenChart } from './broken-charts/broken-chart.ts';
import { judge, type Outcome, steady } from './broken-charts/judge.ts';
import { type Profile, type Recorded, recordedOutcome } from './broken-charts/recorded.ts';
import { writeChart } from './broken-charts/write-chart.ts';
import { exceptions } from './broken-charts.exceptions.table.ts';
import { brokenCharts } from './broken-charts.table.ts';

const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'broken-charts.recorded.json'), 'utf8')) as Recorded;
const profiles: readonly Profile[] = ['helm4', 'helm3'];
const judges: Readonly<Record<Profile, string>> = {
  helm4: process.env.HELM_BIN ?? '',
  helm3: process.env.HELM3_BIN ?? '',
};
const cases = brokenCharts.map((chart) => [chart.name, chart] as const);

function expected({ name }: BrokenChart, profile: Profile): Outcome {
  const outcome = recordedOutcome(recorded, name, profile);
  if (outcome === undefined) throw new Error(`"${name}" is not recorded: run broken-charts/record.ts`);
  return outcome;
}

const isExcepted = ({ name }: BrokenChart, profile: Profile): boolean =>
  exceptions.get(name)?.profiles.includes(profile) === true;

async function told(chart: BrokenChart, profile: Profile) {
  await using written = await writeChart(chart);
  const { folder, args } = written;
  const [command = '', ...rest] = args;
  const ended = await run(folder, [command, '--compat', profile, ...rest], { HOME: folder });
  const { outcome, below } = splitBelow(steady(ended, folder), expected(chart, profile));
  return { outcome: brokenChartOutcome(outcome), below };
}

test('every recording is of a chart, and every exception too', () => {
  const names = cases.map(([name]) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(Object.keys(recorded).sort()).toEqual([...names].sort());
  expect([...exceptions.keys()].filter((name) => !names.includes(name))).toEqual([]);
});

/** What both say alike of a chart is tried as Helm 3 with the judges only: it is the same code, and seconds of every run. */
function casesOf(profile: Profile): typeof cases {
  if (profile === 'helm4' || judges[profile] !== '') return cases;
  return cases.filter(([, chart]) => !isDeepStrictEqual(expected(chart, profile), expected(chart, 'helm4')));
}

describe.each(profiles)('as %s', (profile) => {
  test.each(casesOf(profile))('%s', async (_, chart) => {
    const helm = expected(chart, profile);
    const { outcome, below } = await told(chart, profile);
    if (isExcepted(chart, profile)) {
      // An exception that is none any more must go.
      expect(agrees(outcome, helm, chart)).toBe(false);
      expect([1, 2]).toContain(outcome.code);
      expect(outcome.stderr).toMatch(/(?:^|\n)Error: ./);
      return;
    }
    if (!agrees(outcome, helm, chart)) expect({ ...outcome, code: Math.min(outcome.code, 1) }).toEqual(helm);
    // Where we say that it is, Helm says so too; but of fail and required it tells only the file that was rendered.
    const [, place] = /^\n {2}at ((?:charts\/\S*?\/)?templates\/[^\n]*?:\d+)/.exec(below) ?? [];
    const tellsAll = !helm.stderr.includes('execution error at (') && !place?.includes(': ');
    if (place !== undefined && tellsAll) expect(helm.stderr).toContain(place);
  });
});

describe.each(profiles)('what is recorded of %s is what it says now', (profile) => {
  test.skipIf(judges[profile] === '').each(cases)('%s (needs HELM_BIN and HELM3_BIN)', async (_, chart) => {
    const now = brokenChartOutcome(await judge(judges[profile], chart));
    if (!chart.anyOrder) expect(now).toEqual(expected(chart, profile));
    else expect(agrees({ ...now, code: now.code * 2 }, expected(chart, profile), chart)).toBe(true);
  });
});
