/**
 * Helm's own test charts, where they lie in Go's module cache: outcome or error as the real helms have it. Nothing of them
 * is copied. Both helms render the charts of both modules.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Compat } from '../../src/foundation/values/read-values.ts';
import { run } from '../entry/cli/run-in-process.ts';
import { errorSentence, type Outcome } from './chart-case.ts';

const judges = [
  ['helm4', process.env['HELM_BIN']],
  ['helm3', process.env['HELM3_BIN']],
] as const;

/** Of these only the outcome is compared: both refuse them, for reasons of their own. */
const refusedOtherwise: readonly (readonly [chart: string, reason: string])[] = [
  [
    'pkg/getter/testdata/empty-0.0.1.tgz',
    'holds a device, which is refused here before the missing Chart.yaml is missed',
  ],
];

/**
 * Helm 4 reads charts of `apiVersion: v3` only to refuse them: it panics while it counts their dependencies, or tells of an
 * inner type.
 */
const isUnfinished = (ours: Outcome): boolean => ours.text.startsWith('invalid chart apiVersion\n');

for (const [compat, bin] of judges) {
  for (const module of ['v4', 'v3']) {
    const folder = moduleFolder(module);
    const charts = folder === undefined ? [] : findCharts(folder);
    const name = `${compat} renders the ${charts.length} test charts of Helm's module ${module}`;
    const needs = compat === 'helm4' ? 'HELM_BIN' : 'HELM3_BIN';
    describe.skipIf(!bin || charts.length === 0)(`${name} (needs ${needs}, and the module in Go's cache)`, () => {
      test.each(charts)('%s', async (chart) => {
        const ask = () => askHelm(bin ?? '', folder ?? '', chart);
        const theirs = await ask();
        const ours = await renderHere(compat, folder ?? '', chart);
        if (isUnfinished(ours) || refusedOtherwise.some(([refused]) => refused === chart)) {
          return expect([ours.ok, theirs.ok]).toEqual([false, false]);
        }
        if (ours.ok !== theirs.ok || !ours.ok) {
          return expect({ ...ours, text: ours.text.slice(0, theirs.text.length) }).toEqual(theirs);
        }
        const random = ours.text === theirs.text ? new Set<number>() : changedLines(theirs.text, (await ask()).text);
        expect(withoutLines(ours.text, random)).toBe(withoutLines(theirs.text, random));
      });
    });
  }
}

test("Helm's module is where it is looked for (needs HELM_BIN and go)", ({ skip }) => {
  if (judges.some(([, bin]) => !bin) || goModuleCache() === undefined) skip();
  expect(['v4', 'v3'].map((module) => findCharts(moduleFolder(module) ?? '').length > 100)).toEqual([true, true]);
});

function findCharts(folder: string): string[] {
  const below = ['pkg', 'internal', 'cmd'].map((top) => `${top}/**/testdata/**`);
  const folders = globSync(
    below.map((path) => `${path}/Chart.yaml`),
    { cwd: folder },
  ).map(dirname);
  const archives = globSync(
    below.map((path) => `${path}/*.tgz`),
    { cwd: folder },
  );
  return [...folders, ...archives].sort();
}

/** Passwords and the like. */
function changedLines(first: string, second: string): ReadonlySet<number> {
  const again = second.split('\n');
  return new Set(first.split('\n').flatMap((line, index) => (line === again[index] ? [] : [index])));
}

function withoutLines(text: string, lines: ReadonlySet<number>): string {
  return text
    .split('\n')
    .map((line, index) => (lines.has(index) ? '(random)' : line))
    .join('\n');
}

/** Of the version that the judge is. */
function moduleFolder(module: string): string | undefined {
  const bin = judges[module === 'v4' ? 0 : 1][1];
  const cache = goModuleCache();
  if (!bin || cache === undefined) return undefined;
  const version = execFileSync(bin, ['version', '--template', '{{.Version}}'], { encoding: 'utf8' });
  const folder = join(cache, 'helm.sh', 'helm', `${module}@${version}`);
  return existsSync(folder) ? folder : undefined;
}

function goModuleCache(): string | undefined {
  try {
    return execFileSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

async function askHelm(helm: string, cwd: string, chart: string): Promise<Outcome> {
  const { PATH, HOME } = process.env;
  try {
    const options = { cwd, env: { PATH, HOME, TZ: 'UTC' }, maxBuffer: 2 ** 28 };
    const { stdout } = await promisify(execFile)(helm, ['template', 'rel', `./${chart}`, '-n', 'prod'], options);
    return { ok: true, text: stdout };
  } catch (error) {
    const { stderr = String(error) } = error as { stderr?: string };
    return { ok: false, text: stderr.startsWith('panic: ') ? stderr : errorSentence(stderr) };
  }
}

async function renderHere(compat: Compat, folder: string, chart: string): Promise<Outcome> {
  const args = ['template', `--compat=${compat}`, 'rel', `./${chart}`, '-n', 'prod'];
  const { code, stdout, stderr } = await run(folder, args);
  return code === 0 ? { ok: true, text: stdout } : { ok: false, text: errorSentence(stderr) };
}
