/**
 * Compares our renderer with a real helm, byte for byte, on every chart below the given folders:
 * `HELM_BIN=… node test/conformance/conformance.ts [--helm3] [--verbose] FOLDER…`, default values and each ci/*-values.yaml.
 * Lines that differ between two runs of helm itself (random passwords, certificates) are left out of the comparison.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, globSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Compat } from '../../src/foundation/values/read-values.ts';
import { loadChart } from '../../src/pipeline/chart/load-chart.ts';
import { checkDependencies } from '../../src/pipeline/chart/resolve-dependencies.ts';
import { offlineCapabilities } from '../../src/pipeline/render/offline-capabilities.table.ts';
import { renderChart } from '../../src/pipeline/render/render-chart.ts';
import { formatTemplateOutput } from '../../src/pipeline/render/template-output.ts';
import { mergeValues } from '../../src/pipeline/values/merge-values.ts';

interface Case {
  readonly chart: string;
  readonly valuesFile: string | undefined;
}

interface Outcome {
  readonly ok: boolean;
  readonly text: string;
}

type Verdict = 'same' | 'same error' | 'other error' | 'we fail' | 'we pass' | 'differs' | 'unstable';

const options = { helm3: process.argv.includes('--helm3'), verbose: process.argv.includes('--verbose') };
const compat: Compat = options.helm3 ? 'helm3' : 'helm4';
const helm = process.env.HELM_BIN ?? '';
const run = promisify(execFile);

function findCharts(folder: string): string[] {
  const found = globSync(['**/Chart.yaml', 'Chart.yaml'], { cwd: folder }).map((file) => dirname(join(folder, file)));
  const archives = globSync('*.tgz', { cwd: folder }).map((file) => join(folder, file));
  return [...new Set([...found, ...archives])]
    .filter((chart) => !/\/charts\/[^/]+$/.test(chart) || isTop(chart))
    .sort();
}

/** `charts/` is also what repositories of charts call their main folder. */
const isTop = (chart: string): boolean => !existsSync(join(dirname(dirname(chart)), 'Chart.yaml'));

function casesOf(chart: string): Case[] {
  const ci = statSync(chart).isDirectory() ? globSync('ci/*-values.yaml', { cwd: chart }).sort() : [];
  return [undefined, ...ci].map((file) => ({ chart, valuesFile: file === undefined ? undefined : join(chart, file) }));
}

async function renderWithHelm({ chart, valuesFile }: Case): Promise<Outcome> {
  const flags = valuesFile === undefined ? [] : ['-f', valuesFile];
  try {
    const { stdout } = await run(helm, ['template', 'rel', chart, '-n', 'prod', ...flags], { maxBuffer: 2 ** 28 });
    return { ok: true, text: stdout };
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    return { ok: false, text: stderr.slice(stderr.indexOf('Error: ') + 'Error: '.length).trimEnd() };
  }
}

async function renderHere({ chart: path, valuesFile }: Case): Promise<Outcome> {
  try {
    const chart = await loadChart(path, { compat });
    const file = {
      type: 'file',
      path: valuesFile ?? '',
      optional: false,
      template: false,
      place: { file: '' },
    } as const;
    const sources = valuesFile === undefined ? [] : [file];
    const { values } = await mergeValues({ sources, readFile: (name) => readFile(name), variables: {}, compat });
    checkDependencies(chart, { folder: path, shown: path, compat });
    const rendered = renderChart({
      chart,
      values,
      release: { name: 'rel', namespace: 'prod', revision: 1, isInstall: true, isUpgrade: false },
      capabilities: offlineCapabilities,
      compat,
      sources: { now: () => new Date(), randomBytes: (count) => randomBytes(count) },
    });
    return { ok: true, text: formatTemplateOutput(rendered, { compat }) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const text = error.name === 'HelmGitopsError' ? error.message : `BUG ${error.stack ?? error.message}`;
    return { ok: false, text };
  }
}

const hint = '\n\nUse --debug flag to render out invalid YAML';

async function compare(one: Case): Promise<{ verdict: Verdict; detail: string }> {
  const [theirs, ours] = [await renderWithHelm(one), await renderHere(one)];
  if (!theirs.ok && !ours.ok) {
    const same = theirs.text.replace(hint, '') === ours.text.trimEnd();
    return { verdict: same ? 'same error' : 'other error', detail: `helm: ${theirs.text}\nours: ${ours.text}` };
  }
  if (!theirs.ok) return { verdict: 'we pass', detail: theirs.text };
  if (!ours.ok) return { verdict: 'we fail', detail: ours.text };
  if (theirs.text === ours.text) return { verdict: 'same', detail: '' };
  const again = await renderWithHelm(one);
  const detail = firstDifference(theirs.text, again.text, ours.text);
  if (detail === undefined) return { verdict: 'same', detail: '' };
  // helm itself orders or counts lines differently from run to run: nothing can be said by lines.
  const shifts = theirs.text.split('\n').length !== again.text.split('\n').length;
  return { verdict: shifts ? 'unstable' : 'differs', detail };
}

function firstDifference(theirs: string, again: string, ours: string): string | undefined {
  const [a, b, c] = [theirs, again, ours].map((text) => text.split('\n')) as [string[], string[], string[]];
  for (let line = 0; line < Math.max(a.length, c.length); line++) {
    if (a[line] === c[line] || a[line] !== b[line]) continue;
    return `line ${line + 1}\nhelm: ${JSON.stringify(a.slice(line, line + 3))}\nours: ${JSON.stringify(c.slice(line, line + 3))}`;
  }
  return undefined;
}

async function main(): Promise<void> {
  const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  if (helm === '' || folders.length === 0) throw new Error('usage: HELM_BIN=… node conformance.ts [--helm3] FOLDER…');
  const counts = new Map<Verdict, number>();
  for (const one of folders.flatMap(findCharts).flatMap(casesOf)) {
    const { verdict, detail } = await compare(one);
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    const good = verdict === 'same' || verdict === 'same error';
    const name = one.valuesFile === undefined ? one.chart : `${one.chart} ${basename(one.valuesFile)}`;
    if (!good || options.verbose) console.log(`${verdict.padEnd(12)}${name}\n${detail.slice(0, 1500)}`);
  }
  console.log([...counts].map(([verdict, count]) => `${verdict}: ${count}`).join(', '));
  const bad = [...counts.keys()].some((verdict) => verdict !== 'same' && verdict !== 'same error');
  process.exitCode = bad ? 1 : 0;
}

await main();
