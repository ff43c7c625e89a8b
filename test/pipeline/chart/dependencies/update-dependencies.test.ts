import { mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ChartSources } from '../../../../src/pipeline/chart/chart-sources.ts';
import { buildDependencies } from '../../../../src/pipeline/chart/dependencies/build-dependencies.ts';
import type { DependencyRun } from '../../../../src/pipeline/chart/dependencies/dependency-run.ts';
import { formatTable } from '../../../../src/pipeline/chart/dependencies/format-table.ts';
import { isSameUrl } from '../../../../src/pipeline/chart/dependencies/place-dependencies.ts';
import { updateDependencies } from '../../../../src/pipeline/chart/dependencies/update-dependencies.ts';
import { chartYaml, makeChart } from '../../../support/make-chart.ts';
import { packChart } from '../../../support/pack-chart.ts';
import { fakeSources } from './fake-sources.ts';

const repository = 'https://charts.example.com';
const wants = (...list: { name: string; version: string; repository: string }[]): string =>
  chartYaml('shop', `dependencies: ${JSON.stringify(list)}\n`);
const db = { name: 'db', version: '^1', repository };

function runOf(
  folder: string,
  sources: ChartSources,
  more: Partial<DependencyRun> = {},
): DependencyRun & { said(): string } {
  const lines: string[] = [];
  return {
    folder,
    shown: 'shop',
    compat: 'helm4',
    sources,
    repositories: [],
    skipRefresh: false,
    now: () => new Date(0),
    pack: () => Promise.reject(new Error('nothing is packed here')),
    say: (text) => lines.push(text),
    said: () => lines.join(''),
    ...more,
  };
}

const charts = (folder: string): string[] => readdirSync(join(folder, 'charts')).sort();
const addOld = async (folder: string): Promise<void> => {
  mkdirSync(join(folder, 'charts'), { recursive: true });
  writeFileSync(join(folder, 'charts/db-0.9.0.tgz'), await packChart({ 'db/Chart.yaml': chartYaml('db') }));
};

describe('dependency update', () => {
  test('brings what is missing and takes away what is outdated', async () => {
    using sources = await fakeSources({ [`${repository} db 1.4.0`]: {} });
    using shop = makeChart({ 'Chart.yaml': wants(db) });
    await addOld(shop.path);
    const run = runOf(shop.path, sources);
    await updateDependencies(run);
    expect(charts(shop.path)).toEqual(['db-1.4.0.tgz']);
    expect(run.said()).toBe(`Getting updates for unmanaged Helm repositories...
...Successfully got an update from the "https://charts.example.com" chart repository
Saving 1 charts
Downloading db from repo https://charts.example.com
Deleting outdated charts
`);
  });

  test('that fails changes nothing', async () => {
    using sources = await fakeSources({ [`${repository} db 1.4.0`]: {} });
    using shop = makeChart({ 'Chart.yaml': wants(db, { ...db, name: 'none' }) });
    await addOld(shop.path);
    await expect(updateDependencies(runOf(shop.path, sources))).rejects.toThrow('no none ^1');
    expect(charts(shop.path)).toEqual(['db-0.9.0.tgz']);
    expect(readdirSync(shop.path).sort()).toEqual(['Chart.yaml', 'charts']);
  });

  test('leaves charts/ alone when what came is no chart', async () => {
    using sources = await fakeSources({ [`${repository} db 1.4.0`]: {} });
    const broken: ChartSources = {
      fetch: async (request) => {
        const fetched = await sources.fetch(request);
        writeFileSync(fetched.path, 'no archive');
        return fetched;
      },
    };
    using shop = makeChart({ 'Chart.yaml': wants(db) });
    await addOld(shop.path);
    await expect(updateDependencies(runOf(shop.path, broken))).rejects.toMatchObject({ code: 'chart.invalid' });
    expect(charts(shop.path)).toEqual(['db-0.9.0.tgz']);
  });

  test('takes away what a run left that was killed an hour ago, and nothing of one that runs', async () => {
    using sources = await fakeSources({ [`${repository} db 1.4.0`]: {} });
    using shop = makeChart({
      'Chart.yaml': wants(db),
      'charts/.tmpcharts-old/db-1.0.0.tgz': '',
      'charts/.tmpcharts-new/x': '',
    });
    utimesSync(join(shop.path, 'charts/.tmpcharts-old'), 0, 0);
    utimesSync(join(shop.path, 'charts/.tmpcharts-new'), 7200, 7200);
    await updateDependencies(runOf(shop.path, sources, { now: () => new Date(7_300_000) }));
    expect(charts(shop.path)).toEqual(['.tmpcharts-new', 'db-1.4.0.tgz']);
  });

  test('leaves a lock alone whose digest stays', async () => {
    using sources = await fakeSources({ [`${repository} db 1.4.0`]: {} });
    using shop = makeChart({ 'Chart.yaml': wants(db) });
    await updateDependencies(runOf(shop.path, sources));
    const before = readFileSync(join(shop.path, 'Chart.lock'), 'utf8');
    await updateDependencies(runOf(shop.path, sources, { now: () => new Date(1e12) }));
    expect(readFileSync(join(shop.path, 'Chart.lock'), 'utf8')).toBe(before);
  });

  test('never writes through a lock that is a link', async () => {
    using sources = await fakeSources({ [`${repository} db 1.4.0`]: {} });
    using shop = makeChart({ 'Chart.yaml': wants(db), 'elsewhere.yaml': '{}\n' });
    symlinkSync('elsewhere.yaml', join(shop.path, 'Chart.lock'));
    await expect(updateDependencies(runOf(shop.path, sources))).rejects.toThrow(
      'the Chart.lock file is a symlink to "elsewhere.yaml"',
    );
    expect(readFileSync(join(shop.path, 'elsewhere.yaml'), 'utf8')).toBe('{}\n');
  });

  test.each([
    ['https://charts.example.com/x/..%2f..%2fevil.tgz', 'evil.tgz'],
    ['https://charts.example.com/..', 'db-1.4.0.tgz'],
    ['https://charts.example.com/db-1.4.0%2Bx.tgz?token=1', 'db-1.4.0+x.tgz'],
    ['nowhere', 'db-1.4.0.tgz'],
  ])('an archive of %s becomes %s', async (from, name) => {
    using sources = await fakeSources({ [`${repository} db 1.4.0`]: {} });
    const renamed: ChartSources = { fetch: async (request) => ({ ...(await sources.fetch(request)), from }) };
    using shop = makeChart({ 'Chart.yaml': wants(db) });
    await updateDependencies(runOf(shop.path, renamed));
    expect(charts(shop.path)).toEqual([name]);
  });
});

describe('dependency build', () => {
  test('takes what the lock names, without a repository being added', async () => {
    using old = await fakeSources({ [`${repository} db 1.4.0`]: {} });
    using shop = makeChart({ 'Chart.yaml': wants(db) });
    await updateDependencies(runOf(shop.path, old));
    using sources = await fakeSources({ [`${repository} db 1.4.0`]: {}, [`${repository} db 1.5.0`]: {} });
    const run = runOf(shop.path, sources);
    await buildDependencies(run);
    expect(charts(shop.path)).toEqual(['db-1.4.0.tgz']);
    expect(sources.asked).toEqual([`${repository} db 1.4.0`]);
  });

  test('refuses a lock that is older than Chart.yaml', async () => {
    using sources = await fakeSources({ [`${repository} db 1.4.0`]: {} });
    using shop = makeChart({ 'Chart.yaml': wants(db) });
    await updateDependencies(runOf(shop.path, sources));
    writeFileSync(join(shop.path, 'Chart.yaml'), wants({ ...db, version: '^1.1' }));
    await expect(buildDependencies(runOf(shop.path, sources))).rejects.toMatchObject({ code: 'chart.lock-stale' });
  });

  test('says nothing of indexes that it does not ask', async () => {
    using sources = await fakeSources({ [`${repository} db 1.4.0`]: {} });
    using shop = makeChart({ 'Chart.yaml': wants(db) });
    const run = runOf(shop.path, sources, { skipRefresh: true });
    await buildDependencies(run);
    expect(run.said()).toMatch(/^Saving 1 charts\n/);
  });
});

test.each([
  ['https://a.example.com', 'https://a.example.com/', true],
  ['https://a.example.com/x/', 'https://a.example.com//x', true],
  ['https://a.example.com/x', 'https://a.example.com/y', false],
  ['https://a.example.com', 'http://a.example.com', false],
])('%s and %s are one repository: %s', (a, b, same) => {
  expect(isSameUrl(a, b)).toBe(same);
});

test.each([
  [
    80,
    'ab\tc\nd \te',
    [
      ['ab', 'c'],
      ['d', 'e'],
    ],
  ],
  [4, 'a...\tb', [['abcdefgh', 'b']]],
  [6, '日本...\tx', [['日本語日本語', 'x']]],
  [0, 'abcdefgh\tb', [['abcdefgh', 'b']]],
] as const)('a table of columns up to %i', (width, text, rows) => {
  expect(formatTable(rows, width)).toBe(text);
});
