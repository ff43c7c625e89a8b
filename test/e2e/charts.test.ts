/** Charts of a chart repository, of another git repository and (with REGISTRY_BIN) of a registry, followed by the daemon. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import type { ReleaseState } from '../../src/foundation/state/release-state.ts';
import { bundledProgram } from '../support/bundled-program.ts';
import { type ChartRepository, indexOf, sha256, startRepository } from '../support/chart-repository.ts';
import { daemonOn, embedded } from '../support/daemon-on.ts';
import { git, type TestRepository, writeFiles } from '../support/git-repository.ts';
import { packChart } from '../support/pack-chart.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';
import { type RealRegistry, startRegistry } from '../support/start-registry.ts';

const run = promisify(execFile);
const registryBinary = process.env['REGISTRY_BIN'];

const template =
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {from: "{{ .Chart.Name }}-{{ .Chart.Version }}", colour: "{{ .Values.colour }}"}\n';

const chartFiles = (name: string, version: string, more = ''): Record<string, string> => ({
  'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}\n${more}`,
  'values.yaml': 'colour: none\n',
  'templates/settings.yaml': template,
});

const below = (folder: string, files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));

const application = (name: string, chart: string): Record<string, string> => ({
  [`apps/${name}.yaml`]: `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: ${name}}\nspec:\n  chart: ${chart}\n  namespace: shop\n  values: [values/${name}.yaml]\n`,
  [`values/${name}.yaml`]: 'colour: red\n',
});

describe('charts that lie elsewhere', () => {
  const scene = daemonOn(embedded);
  const published: Record<string, string[]> = { shop: [], base: [] };
  let charts: ChartRepository;
  let fleet: TestRepository;
  let library: TestRepository;
  let registry: RealRegistry | undefined;
  let daemon: RunningDaemon;
  let client: ClusterClient;

  const publish = async (name: string, version: string) => {
    const archive = await packChart(below(name, chartFiles(name, version)));
    charts.files.set(`/${name}-${version}.tgz`, archive);
    published[name]?.push(`${version} ${sha256(archive)}`);
    const listed = Object.entries(published).map(([chart, versions]) => [
      chart,
      versions.map((text) => ({ version: text.split(' ')[0] ?? '', digest: text.split(' ')[1] ?? '' })),
    ]);
    charts.files.set('/index.yaml', indexOf(Object.fromEntries(listed)));
  };
  const push = async (version: string) => {
    const place = join(scene.folder, `pushed-${version}`);
    writeFiles(place, chartFiles('cache', version));
    await run(process.execPath, [bundledProgram, 'package', place, '-d', scene.folder]);
    await run(process.execPath, [
      bundledProgram,
      'push',
      join(scene.folder, `cache-${version}.tgz`),
      `oci://${registry?.host}/charts`,
      '--plain-http',
    ]);
  };

  beforeAll(async () => {
    charts = await startRepository();
    await publish('shop', '1.0.0');
    await publish('base', '2.0.0');
    library = scene.remote('library');
    const needs = `dependencies: [{name: base, version: ^2, repository: "${charts.url}"}]\n`;
    library.commit(below('charts/mail', chartFiles('mail', '0.1.0', needs)));
    git(library.work, 'tag', 'v0.1.0');
    git(library.work, 'push', '-q', 'origin', 'v0.1.0');
    fleet = scene.remote('fleet');
    fleet.commit({
      ...application('shop', `{repository: "${charts.url}", name: shop, version: ~1.0}`),
      ...application('mail', `{git: "${pathToFileURL(library.remote)}", revision: ">=0.1 <1", path: charts/mail}`),
    });
    if (registryBinary) {
      registry = await startRegistry(registryBinary);
      await push('3.0.0');
      fleet.commit(application('cache', `{oci: "oci://${registry.host}/charts/cache", version: ^3}`));
    }
    const credentials = registry ? `credentials: [{url: "oci://${registry.host}", plainHttp: true}]` : '';
    const repository = `  - {name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}`;
    daemon = await scene.start(['repositories:', repository, credentials]);
    client = scene.client;
  });

  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await charts?.[Symbol.asyncDispose]();
    await registry?.[Symbol.asyncDispose]();
  });

  const settings = async (name: string) => {
    const object = await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name });
    return object?.['data'];
  };

  const chartsOf = async (release: string) => {
    const name = `release.shop.${release}`;
    const state = await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'helm-gitops', name });
    const text = (state?.['data'] as Record<string, string> | undefined)?.['state.json'] ?? '{}';
    return (JSON.parse(text) as ReleaseState).deployed?.charts ?? [];
  };

  test('are fetched, their dependencies with them, and deployed', async () => {
    await daemon.waitFor('release.deployed', { app: 'shop', chart: 'shop-1.0.0' });
    await daemon.waitFor('release.deployed', { app: 'mail', chart: 'mail-0.1.0' });
    expect(await settings('shop')).toEqual({ from: 'shop-1.0.0', colour: 'red' });
    // The dependency's template has the same name: it comes first, and the chart's own replaces it, as with Helm.
    expect(await settings('mail')).toEqual({ from: 'mail-0.1.0', colour: 'red' });
    // What the ranges stood for is pinned, the dependency's too.
    const mail = library.commit({});
    const pinned = await chartsOf('mail');
    expect(pinned.map(({ version }) => version)).toEqual([git(library.work, 'rev-parse', `${mail}~1`), '2.0.0']);
    expect((await chartsOf('shop'))[0]).toMatchObject({ version: '1.0.0', from: `${charts.url}/shop-1.0.0.tgz` });
  });

  test('a range that names another version is told, and deployed, without a commit', async () => {
    const from = daemon.lines.length;
    await publish('shop', '1.0.1');
    await publish('shop', '1.1.0');
    expect(await daemon.waitFor('chart.moved', { app: 'shop' }, from)).toMatchObject({ from: '1.0.0', to: '1.0.1' });
    await daemon.waitFor('release.deployed', { app: 'shop', chart: 'shop-1.0.1' }, from);
    expect((await settings('shop')) as object).toMatchObject({ from: 'shop-1.0.1' });
    expect(daemon.lines.slice(from).filter(({ event }) => event === 'release.deployed')).toHaveLength(1);
  });

  test('a tag within the range, of another git repository, is followed', async () => {
    const from = daemon.lines.length;
    library.commit(below('charts/mail', chartFiles('mail', '0.2.0')));
    git(library.work, 'tag', 'v0.2.0');
    git(library.work, 'push', '-q', 'origin', 'v0.2.0');
    await daemon.waitFor('chart.moved', { app: 'mail' }, from);
    await daemon.waitFor('release.deployed', { app: 'mail', chart: 'mail-0.2.0' }, from);
  });

  test('a repository out of reach holds nothing up that is known already', async () => {
    const from = daemon.lines.length;
    charts.answer = (_request, response) => void response.writeHead(503).end();
    fleet.commit({ 'values/shop.yaml': 'colour: green\n' });
    await daemon.waitFor('release.deployed', { app: 'shop', chart: 'shop-1.0.1' }, from);
    expect(await settings('shop')).toMatchObject({ colour: 'green' });
    expect(await daemon.waitFor('chart.stale', { app: 'shop' }, from)).toMatchObject({
      version: '1.0.1',
      level: 'warn',
    });
    charts.answer = undefined;
    await daemon.waitFor('chart.recovered', { app: 'shop' }, from);
    expect(daemon.lines.slice(from).filter(({ event }) => event === 'chart.stale')).toHaveLength(1);
  });

  test('an archive that the cache has let go of is fetched again', async () => {
    const from = daemon.lines.length;
    const archives = join(scene.folder, '.helm-gitops', 'cache', 'charts');
    const downloads = () => charts.log.filter((line) => line === '200 /shop-1.0.1.tgz').length;
    const before = downloads();
    await rm(archives, { recursive: true });
    await expect.poll(downloads, { timeout: 90_000 }).toBe(before + 1);
    expect(daemon.lines.slice(from).filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('a version that is not there is one clear line; what runs stays, and it is taken up when it comes', async () => {
    const from = daemon.lines.length;
    fleet.commit(application('shop', `{repository: "${charts.url}", name: shop, version: 1.2.0}`));
    const line = await daemon.waitFor('chart.failed', { app: 'shop' }, from);
    expect(line).toMatchObject({ file: 'apps/shop.yaml', line: 5, level: 'error' });
    expect(`${line['message']} ${line['hint']}`).toContain('1.1.0');
    expect(await settings('shop')).toMatchObject({ from: 'shop-1.0.1' });
    fleet.commit({ 'values/mail.yaml': 'colour: blue\n' });
    await daemon.waitFor('release.deployed', { app: 'mail' }, from);
    expect(daemon.lines.slice(from).filter(({ event }) => event === 'chart.failed')).toHaveLength(1);
    await publish('shop', '1.2.0');
    await daemon.waitFor('chart.recovered', { app: 'shop' }, from);
    await daemon.waitFor('release.deployed', { app: 'shop', chart: 'shop-1.2.0' }, from);
  });

  test.skipIf(!registryBinary)(
    `a tag pushed to a registry is followed${registryBinary ? '' : ' (skipped: REGISTRY_BIN names no registry)'}`,
    async () => {
      await daemon.waitFor('release.deployed', { app: 'cache', chart: 'cache-3.0.0' });
      const from = daemon.lines.length;
      await push('3.1.0');
      await daemon.waitFor('chart.moved', { app: 'cache' }, from);
      await daemon.waitFor('release.deployed', { app: 'cache', chart: 'cache-3.1.0' }, from);
    },
  );

  test('validate and render resolve them too', async () => {
    const validated = await run(process.execPath, [bundledProgram, 'validate', '--config', scene.config]);
    expect(validated.stdout).toMatch(/^\d releases, 0 problems\n$/);
    const rendered = await run(process.execPath, [
      bundledProgram,
      'render',
      'shop',
      '-e',
      'default',
      '--config',
      scene.config,
    ]);
    expect(rendered.stdout).toContain('from: "shop-1.2.0"');
  });
});
