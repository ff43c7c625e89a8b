/**
 * One chart of test/charts, rendered in one way: as `helm template rel CHART -n prod` does with default values and with each
 * ci/*-values.yaml, and as the table says for the charts whose flags matter.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Compat } from '../../src/foundation/values/read-values.ts';
import { run } from '../entry/cli/run-in-process.ts';
import { packChart } from '../support/pack-chart.ts';
import { type FlagCase, flagCases } from './chart-cases.table.ts';

export const chartsFolder = join(import.meta.dirname, '..', 'charts');

export interface ChartCase extends FlagCase {
  /** The recording's, without folder and extension. */
  readonly id: string;
}

export interface Outcome {
  readonly ok: boolean;
  /** Standard output (with the files that were written), or the sentence of the error. */
  readonly text: string;
}

export function chartNames(): string[] {
  const entries = readdirSync(chartsFolder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

export function chartCases(): ChartCase[] {
  return chartNames().flatMap((chart) => {
    const ci = globSync('ci/*-values.yaml', { cwd: join(chartsFolder, chart) }).sort();
    const own = flagCases.filter((one) => one.chart === chart);
    return [
      { chart, name: '', flags: [], id: chart },
      ...ci.map((file) => {
        const name = basename(file, '-values.yaml');
        return { chart, name, flags: ['-f', `${chart}/${file}`], id: `${chart}.${name}` };
      }),
      ...own.map((one) => ({ ...one, id: `${chart}.${one.name}` })),
    ];
  });
}

export async function renderCase(one: ChartCase, compat: Compat): Promise<Outcome> {
  using stage = await newStage(one);
  const args = ['template', `--compat=${compat}`, ...argumentsOf(one, stage)];
  const { code, stdout, stderr } = await run(stage.folder, args, one.environment ?? {});
  if (code === 0) return { ok: true, text: stdout + writtenFiles(stage) };
  return { ok: false, text: errorSentence(stderr) };
}

/** Our errors go on with a place and a hint. What Helm lists in random order is sorted. */
export function sameOutcome(ours: Outcome, theirs: Outcome): boolean {
  return ours.ok === theirs.ok && comparable(ours, theirs) === comparable(theirs, theirs);
}

/** The text of one of two outcomes, as far as the other reaches. */
export function comparable({ ok, text }: Outcome, theirs: Outcome): string {
  if (ok || theirs.ok) return text;
  const end = text.indexOf('\n', theirs.text.length);
  const sentence = (end < 0 ? text : text.slice(0, end)).trimEnd();
  return sentence.includes('meet the specifications of the schema') ? sortedProblems(sentence) : sentence;
}

function sortedProblems(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/'[^']*'(?:, '[^']*')+/g, sortedNames));
  return lines.sort().join('\n');
}

const sortedNames = (names: string): string => names.split(', ').sort().join(', ');

const runFile = promisify(execFile);

export async function askHelm(helm: string, one: ChartCase): Promise<Outcome> {
  using stage = await newStage(one);
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, TZ: 'UTC', ...one.environment };
  try {
    const options = { cwd: stage.folder, env, maxBuffer: 2 ** 28 };
    const { stdout } = await runFile(helm, ['template', ...argumentsOf(one, stage)], options);
    return { ok: true, text: stdout + writtenFiles(stage) };
  } catch (error) {
    return { ok: false, text: errorSentence((error as { stderr?: string }).stderr ?? String(error)) };
  }
}

/** By an install that leaves it at that. */
export async function askWhatIsStored(helm: string, { chart, flags }: ChartCase) {
  const { PATH, HOME } = process.env;
  const args = ['install', 'rel', chart, '-n', 'prod', '--dry-run=client', '-o', 'json', ...flags];
  const options = { cwd: chartsFolder, env: { PATH, HOME, TZ: 'UTC', KUBECONFIG: '/none' }, maxBuffer: 2 ** 28 };
  const { stdout } = await runFile(helm, args, options);
  const { manifest = '', hooks = [], info } = JSON.parse(stdout) as StoredRelease;
  return { manifest, hooks: hooks.map(asHook), notes: info.notes ?? '' };
}

interface StoredRelease {
  readonly manifest?: string;
  readonly hooks?: readonly StoredHook[];
  readonly info: { readonly notes?: string };
}

interface StoredHook {
  readonly name?: string;
  readonly kind?: string;
  readonly path: string;
  readonly manifest: string;
  readonly events: readonly string[];
  readonly weight?: number;
  readonly delete_policies?: readonly string[];
  readonly output_log_policies?: readonly string[];
}

const asHook = ({ name = '', kind = '', weight = 0, ...hook }: StoredHook) => ({
  name,
  kind,
  path: hook.path,
  manifest: hook.manifest,
  events: hook.events,
  weight,
  deletePolicies: hook.delete_policies ?? [],
  outputLogPolicies: hook.output_log_policies ?? [],
});

/** What Helm logs before it fails is left out, and so is its hint, which our commands word otherwise. */
export function errorSentence(stderr: string): string {
  const sentence = stderr.slice(stderr.search(/^Error: /m) + 'Error: '.length);
  return sentence.replace('\n\nUse --debug flag to render out invalid YAML', '').trimEnd();
}

export function recordingPath({ id }: ChartCase, compat: Compat, ok: boolean): string {
  return join(import.meta.dirname, 'expected', compat, `${id}.${ok ? 'yaml' : 'error.txt'}`);
}

export function readRecording(one: ChartCase, compat: Compat): Outcome {
  try {
    return { ok: true, text: readFileSync(recordingPath(one, compat, true), 'utf8') };
  } catch {
    return { ok: false, text: readFileSync(recordingPath(one, compat, false), 'utf8').trimEnd() };
  }
}

interface Stage extends Disposable {
  /** Holds the chart, and is the working folder. */
  readonly folder: string;
  readonly operand: string;
}

async function newStage({ chart, as }: ChartCase): Promise<Stage> {
  if (as === undefined) return { folder: chartsFolder, operand: chart, [Symbol.dispose]: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'chart-case-'));
  cpSync(join(chartsFolder, chart), join(folder, chart), { recursive: true, verbatimSymlinks: true });
  const stage = { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
  const charts = join(folder, chart, 'charts');
  const subcharts = as === 'packed-subcharts' || as === 'nested-archives' ? readdirSync(charts) : [];
  for (const name of subcharts) await pack(charts, name);
  const isPacked = as === 'archive' || as === 'nested-archives';
  return { ...stage, operand: isPacked ? await pack(folder, chart) : chart };
}

/** In place of the folder. */
async function pack(folder: string, name: string): Promise<string> {
  const paths = filesBelow(join(folder, name));
  const entries = paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'latin1')] as const);
  const archive = `${name}-1.0.0.tgz`;
  writeFileSync(join(folder, archive), await packChart(entries.map(([path, body]) => newEntry(path, body))));
  rmSync(join(folder, name), { recursive: true });
  return archive;
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}

function newEntry(name: string, text: string) {
  const body = Buffer.from(text, 'latin1');
  return { header: { name, size: body.length }, body };
}

function argumentsOf({ chart, flags, release = 'rel' }: ChartCase, { operand }: Stage): string[] {
  const name = release === '' ? [] : [release];
  const namespace = flags.includes('-n') ? [] : ['-n', 'prod'];
  return [...name, operand === chart ? chart : operand, ...namespace, ...flags];
}

function writtenFiles({ folder }: Stage): string {
  const out = join(folder, 'out');
  if (folder === chartsFolder || !existsSync(out)) return '';
  return filesBelow(out)
    .map((path) => `==> ${path.slice(folder.length + 1)}\n${readFileSync(path, 'utf8')}`)
    .join('');
}
