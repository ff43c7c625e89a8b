import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HelmGitopsError } from '../../../../src/foundation/base/errors.ts';
import type { Chart } from '../../../../src/pipeline/chart/chart.ts';
import { writeLock } from '../../../../src/pipeline/chart/chart-lock.ts';
import { lockDigest } from '../../../../src/pipeline/chart/dependencies/lock-digest.ts';
import { loadChart } from '../../../../src/pipeline/chart/load-chart.ts';
import { pinnedSources, pinningSources } from '../../../../src/pipeline/chart/pin-sources.ts';
import {
  type ResolveDependenciesOptions,
  resolveDependencies,
} from '../../../../src/pipeline/chart/resolve-dependencies.ts';
import { chartYaml, makeChart } from '../../../support/make-chart.ts';
import { packChart } from '../../../support/pack-chart.ts';
import { fakeSources } from './fake-sources.ts';

const repository = 'https://charts.example.com';
const registry = 'oci://registry.example.com/charts';

const dependsOn = (...list: { name: string; version: string; repository: string; alias?: string }[]): string =>
  `dependencies: ${JSON.stringify(list)}\n`;
const named = ({ metadata: { name, version }, dependencies }: Chart): unknown => ({
  [`${name} ${version}`]: dependencies.map(named),
});

async function resolve(folder: string, options: Partial<ResolveDependenciesOptions>): Promise<Chart> {
  const chart = await loadChart(folder);
  return await resolveDependencies(chart, { folder, shown: 'shop', root: folder, compat: 'helm4', ...options });
}

async function failure(...given: Parameters<typeof resolve>): Promise<HelmGitopsError> {
  const error = await resolve(...given).catch((thrown: unknown) => thrown);
  if (!(error instanceof HelmGitopsError)) throw error ?? new Error('it resolves');
  return error;
}

const lockFor = (wanted: { name: string; version: string; repository: string }[], versions: string[]): string => {
  const dependencies = wanted.map(({ name, repository: from }, index) => ({
    name,
    repository: from,
    version: versions[index] ?? '',
  }));
  return writeLock({ digest: lockDigest(wanted, dependencies), dependencies, generated: new Date(0) });
};

describe('dependencies elsewhere', () => {
  test('come from repositories and registries, newest that fits', async () => {
    using sources = await fakeSources({
      [`${repository} db 1.0.0`]: {},
      [`${repository} db 1.4.0`]: {},
      [`${repository} db 2.0.0`]: {},
      [`${registry} cache 3.1.0`]: {},
    });
    using shop = makeChart({
      'Chart.yaml': chartYaml(
        'shop',
        dependsOn({ name: 'db', version: '^1', repository }, { name: 'cache', version: '3.1.0', repository: registry }),
      ),
    });
    expect(named(await resolve(shop.path, { sources }))).toEqual({
      'shop 1.0.0': [{ 'db 1.4.0': [] }, { 'cache 3.1.0': [] }],
    });
    expect(sources.asked).toEqual([`${repository} db ^1`, `${registry} cache 3.1.0`]);
  });

  test('bring their own, to any depth', async () => {
    using sources = await fakeSources({
      [`${repository} db 1.0.0`]: { yaml: dependsOn({ name: 'low', version: '1', repository: registry }) },
      [`${registry} low 1.2.0`]: { yaml: dependsOn({ name: 'lower', version: '>0', repository }) },
      [`${repository} lower 9.0.0`]: {},
    });
    using shop = makeChart({ 'Chart.yaml': chartYaml('shop', dependsOn({ name: 'db', version: '1', repository })) });
    expect(named(await resolve(shop.path, { sources }))).toEqual({
      'shop 1.0.0': [{ 'db 1.0.0': [{ 'low 1.2.0': [{ 'lower 9.0.0': [] }] }] }],
    });
  });

  test('are left out without sources, for charts/ may be all there is', async () => {
    using shop = makeChart({ 'Chart.yaml': chartYaml('shop', dependsOn({ name: 'db', version: '1', repository })) });
    expect(named(await resolve(shop.path, {}))).toEqual({ 'shop 1.0.0': [] });
  });

  test('are one chart under two aliases', async () => {
    using sources = await fakeSources({ [`${repository} db 1.0.0`]: {} });
    const both = ['a', 'b'].map((alias) => ({ name: 'db', version: '1.0.0', repository, alias }));
    using shop = makeChart({ 'Chart.yaml': chartYaml('shop', dependsOn(...both)) });
    expect(named(await resolve(shop.path, { sources }))).toEqual({ 'shop 1.0.0': [{ 'db 1.0.0': [] }] });
  });

  test.each(['@corp', 'alias:corp'])('%s is the repository of that name', async (alias) => {
    using sources = await fakeSources({ [`${repository} db 1.0.0`]: {} });
    using shop = makeChart({
      'Chart.yaml': chartYaml('shop', dependsOn({ name: 'db', version: '1', repository: alias })),
    });
    const repositories = new Map([['corp', repository]]);
    expect(named(await resolve(shop.path, { sources, repositories }))).toEqual({ 'shop 1.0.0': [{ 'db 1.0.0': [] }] });
  });

  test.each([
    ['@corp', 'no repository definition for @corp. '],
    ['stable', 'Note that repositories must be URLs or aliases'],
    ['s3://bucket/charts', 'no repository definition for s3://bucket/charts. '],
  ])('%s that nobody knows is told with its line', async (unknown, text) => {
    using sources = await fakeSources({});
    using shop = makeChart({
      'Chart.yaml': `apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n- name: db\n  version: "1"\n  repository: "${unknown}"\n`,
    });
    const error = await failure(shop.path, { sources });
    expect(error).toMatchObject({ code: 'chart.no-repository', place: { file: 'shop/Chart.yaml', line: 5 } });
    expect(error.message).toContain(text);
  });

  test('a failure elsewhere keeps its code and gains the line that asked', async () => {
    using sources = await fakeSources({});
    using shop = makeChart({
      'Chart.yaml': `apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n- {name: db, version: "7", repository: "${repository}"}\n`,
    });
    expect(await failure(shop.path, { sources })).toMatchObject({ code: 'chart.no-version', place: { line: 5 } });
  });

  test('a chart of another name or version than was asked for is refused', async () => {
    using sources = await fakeSources({ [`${repository} db 1.0.0`]: { named: 'evil' } });
    using shop = makeChart({ 'Chart.yaml': chartYaml('shop', dependsOn({ name: 'db', version: '1', repository })) });
    expect(await failure(shop.path, { sources })).toMatchObject({
      code: 'chart.dependency-invalid',
      message: 'the chart there is called evil, Chart.yaml asks for db',
    });
  });

  test('charts that need one another come to an end', async () => {
    using sources = await fakeSources({
      [`${repository} a 1.0.0`]: { yaml: dependsOn({ name: 'b', version: '1', repository }) },
      [`${repository} b 1.0.0`]: { yaml: dependsOn({ name: 'a', version: '1', repository }) },
    });
    using shop = makeChart({ 'Chart.yaml': chartYaml('shop', dependsOn({ name: 'a', version: '1', repository })) });
    expect((await failure(shop.path, { sources })).message).toContain('leads back to a chart that needs it');
  });

  test('a server that makes up chart upon chart comes to an end', async () => {
    const endless = Object.fromEntries(
      Array.from({ length: 80 }, (_, index) => [
        `${repository} c${index} 1.0.0`,
        { yaml: dependsOn({ name: `c${index + 1}`, version: '1', repository }) },
      ]),
    );
    using sources = await fakeSources(endless);
    using shop = makeChart({ 'Chart.yaml': chartYaml('shop', dependsOn({ name: 'c0', version: '1', repository })) });
    expect((await failure(shop.path, { sources })).message).toContain('charts deep');
  });

  test('an archive has no neighbours: file:// in it is what lies in its charts/, or nothing', async () => {
    using sources = await fakeSources({
      [`${repository} db 1.0.0`]: { yaml: dependsOn({ name: 'low', version: '1', repository: 'file://../low' }) },
    });
    using shop = makeChart({ 'Chart.yaml': chartYaml('shop', dependsOn({ name: 'db', version: '1', repository })) });
    expect(named(await resolve(shop.path, { sources }))).toEqual({ 'shop 1.0.0': [{ 'db 1.0.0': [] }] });
  });
});

describe('charts/', () => {
  const wanted = chartYaml('shop', dependsOn({ name: 'db', version: '^2', repository }));

  test('goes before the repository where it satisfies', async () => {
    using sources = await fakeSources({ [`${repository} db 2.9.0`]: {} });
    using shop = makeChart({ 'Chart.yaml': wanted, 'charts/db/Chart.yaml': 'name: db\nversion: 2.0.0\n' });
    expect(named(await resolve(shop.path, { sources }))).toEqual({ 'shop 1.0.0': [{ 'db 2.0.0': [] }] });
    expect(sources.asked).toEqual([]);
  });

  test('gives way where it is outdated', async () => {
    using sources = await fakeSources({ [`${repository} db 2.9.0`]: {} });
    using shop = makeChart({ 'Chart.yaml': wanted, 'charts/db/Chart.yaml': 'name: db\nversion: 1.0.0\n' });
    expect(named(await resolve(shop.path, { sources }))).toEqual({ 'shop 1.0.0': [{ 'db 2.9.0': [] }] });
  });

  test('stays as it is without sources, as Helm renders it', async () => {
    using shop = makeChart({ 'Chart.yaml': wanted, 'charts/db/Chart.yaml': 'name: db\nversion: 1.0.0\n' });
    expect(named(await resolve(shop.path, {}))).toEqual({ 'shop 1.0.0': [{ 'db 1.0.0': [] }] });
  });

  test('packed charts in it have dependencies of their own', async () => {
    using sources = await fakeSources({ [`${repository} low 1.0.0`]: {} });
    using shop = makeChart({ 'Chart.yaml': chartYaml('shop') });
    mkdirSync(join(shop.path, 'charts'));
    const yaml = chartYaml('db', dependsOn({ name: 'low', version: '1', repository }));
    writeFileSync(join(shop.path, 'charts', 'db-1.0.0.tgz'), await packChart({ 'db/Chart.yaml': yaml }));
    expect(named(await resolve(shop.path, { sources }))).toEqual({
      'shop 1.0.0': [{ 'db 1.0.0': [{ 'low 1.0.0': [] }] }],
    });
  });
});

describe('Chart.lock', () => {
  const wanted = [{ name: 'db', version: '^1', repository }];
  const charts = { [`${repository} db 1.0.0`]: {}, [`${repository} db 1.4.0`]: {} };

  test('names the versions while it fits Chart.yaml', async () => {
    using sources = await fakeSources(charts);
    using shop = makeChart({
      'Chart.yaml': chartYaml('shop', dependsOn(...wanted)),
      'Chart.lock': lockFor(wanted, ['1.0.0']),
    });
    expect(named(await resolve(shop.path, { sources }))).toEqual({ 'shop 1.0.0': [{ 'db 1.0.0': [] }] });
    expect(sources.asked).toEqual([`${repository} db 1.0.0`]);
  });

  test('that is older than Chart.yaml is an error, or passed over when asked so', async () => {
    using sources = await fakeSources(charts);
    using shop = makeChart({
      'Chart.yaml': chartYaml('shop', dependsOn(...wanted)),
      'Chart.lock': lockFor([{ name: 'db', version: '^0.9', repository }], ['0.9.1']),
    });
    expect(await failure(shop.path, { sources })).toMatchObject({
      code: 'chart.lock-stale',
      fault: 'user',
      place: { file: 'shop/Chart.lock', line: 5 },
      hint: 'helm-gitops dependency update shop writes it anew',
    });
    expect(named(await resolve(shop.path, { sources, lock: 'update' }))).toEqual({
      'shop 1.0.0': [{ 'db 1.4.0': [] }],
    });
  });

  test('is not looked at where nothing has to be fetched', async () => {
    using sources = await fakeSources({});
    using shop = makeChart({
      'Chart.yaml': chartYaml('shop', dependsOn(...wanted)),
      'Chart.lock': 'dependencies: []\ndigest: sha256:0\ngenerated: "2026-01-01T00:00:00Z"\n',
      'charts/db/Chart.yaml': chartYaml('db'),
    });
    expect(named(await resolve(shop.path, { sources }))).toEqual({ 'shop 1.0.0': [{ 'db 1.0.0': [] }] });
  });

  test('of a fetched chart that is stale is passed over: nobody here can mend it', async () => {
    using sources = await fakeSources({
      ...charts,
      [`${repository} top 1.0.0`]: {
        yaml: dependsOn(...wanted),
        files: { 'Chart.lock': lockFor([{ name: 'db', version: '1.0.0', repository }], ['1.0.0']) },
      },
    });
    using shop = makeChart({ 'Chart.yaml': chartYaml('shop', dependsOn({ name: 'top', version: '1', repository })) });
    expect(named(await resolve(shop.path, { sources }))).toEqual({
      'shop 1.0.0': [{ 'top 1.0.0': [{ 'db 1.4.0': [] }] }],
    });
  });
});

describe('a thread without a network', () => {
  test('makes the same chart of what another fetched', async () => {
    using sources = await fakeSources({
      [`${repository} db 1.0.0`]: { yaml: dependsOn({ name: 'low', version: '1', repository: registry }) },
      [`${registry} low 1.2.0`]: {},
    });
    using shop = makeChart({ 'Chart.yaml': chartYaml('shop', dependsOn({ name: 'db', version: '1', repository })) });
    const pinning = pinningSources(sources);
    const first = await resolve(shop.path, { sources: pinning.sources });
    const second = await resolve(shop.path, { sources: pinnedSources(structuredClone(pinning.pins)) });
    expect(second.digest).toBe(first.digest);
    expect(pinning.pins.size).toBe(2);
  });

  test('asks twice for what failed and once for what came', async () => {
    using sources = await fakeSources({ [`${repository} db 1.0.0`]: {} });
    const pinning = pinningSources(sources);
    const request = { type: 'repository', repository, name: 'db', version: '1' } as const;
    const missing = { ...request, name: 'none' };
    await Promise.all([pinning.sources.fetch(request), pinning.sources.fetch(request)]);
    await expect(pinning.sources.fetch(missing)).rejects.toThrow('no none 1');
    await expect(pinning.sources.fetch(missing)).rejects.toThrow('no none 1');
    expect(sources.asked).toHaveLength(3);
    await expect(pinnedSources(pinning.pins).fetch(missing)).rejects.toMatchObject({ code: 'chart.not-pinned' });
  });
});
