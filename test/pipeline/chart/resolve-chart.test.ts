import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import type { Chart } from '../../../src/pipeline/chart/chart.ts';
import type { ChartRequest, ChartSources } from '../../../src/pipeline/chart/chart-sources.ts';
import { type ResolveChartOptions, resolveChart } from '../../../src/pipeline/chart/resolve-chart.ts';
import { chartYaml, makeChart } from '../../support/make-chart.ts';
import { packChart } from '../../support/pack-chart.ts';

const place = { file: 'apps/shop.yaml', line: 5 };

/** A repository is made as the folder of a chart named `repository`, so that charts lie below it. */
const resolve = (root: string, path: string, options?: ResolveChartOptions): Promise<Chart> =>
  resolveChart({ type: 'path', lock: 'strict', path, place }, { root }, options);

async function failure(...given: Parameters<typeof resolve>): Promise<HelmGitopsError> {
  const error = await resolve(...given).catch((thrown: unknown) => thrown);
  if (!(error instanceof HelmGitopsError)) throw error ?? new Error('it resolves');
  return error;
}

const dependsOn = (name: string, repository: string, version = '1.0.0'): string =>
  `  - {name: ${name}, version: "${version}", repository: "${repository}"}\n`;
const names = (chart: Chart): unknown => ({ [chart.metadata.name]: chart.dependencies.map(names) });

const repository = {
  'charts/shop/Chart.yaml': chartYaml('shop', `dependencies:\n${dependsOn('db', 'file://../db')}`),
  'charts/db/Chart.yaml': chartYaml('db', `dependencies:\n${dependsOn('low', 'file://../../libs/low', '~1')}`),
  'libs/low/Chart.yaml': chartYaml('low'),
};

describe('resolving a chart', () => {
  test('file:// dependencies are read from disk, nested ones too', async () => {
    using made = makeChart(repository);
    expect(names(await resolve(made.path, 'charts/shop'))).toEqual({ shop: [{ db: [{ low: [] }] }] });
  });

  test('their content is part of the digest', async () => {
    using made = makeChart(repository);
    using changed = makeChart({ ...repository, 'libs/low/values.yaml': 'a: 1\n' });
    const [a, b] = [await resolve(made.path, 'charts/shop'), await resolve(changed.path, 'charts/shop')];
    expect(a.digest).not.toBe(b.digest);
  });

  test('what lies in charts/ goes before the repository', async () => {
    using made = makeChart({ ...repository, 'charts/shop/charts/db/Chart.yaml': chartYaml('db') });
    expect(names(await resolve(made.path, 'charts/shop'))).toEqual({ shop: [{ db: [] }] });
  });

  test('a packed dependency in charts/ is one', async () => {
    using made = makeChart(repository);
    using shop = makeChart({
      'Chart.yaml': chartYaml('shop', `dependencies:\n${dependsOn('db', 'https://charts.example.com')}`),
      'charts/.keep': '',
    });
    writeFileSync(join(shop.path, 'charts', 'db-1.0.0.tgz'), await packChart({ 'db/Chart.yaml': chartYaml('db') }));
    expect(names(await resolve(shop.path, '.'))).toEqual({ shop: [{ db: [] }] });
    expect(made.path).not.toBe(shop.path);
  });

  test('asked to do as helm template, a file:// dependency is missing', async () => {
    using made = makeChart(repository);
    expect(await failure(made.path, 'charts/shop', { resolveFileDependencies: false })).toMatchObject({
      code: 'chart.dependency-missing',
      message: expect.stringMatching(/found in Chart\.yaml, but missing in charts\/ directory: db$/),
      place: { file: 'charts/shop/Chart.yaml', line: 5 },
    });
  });

  test.each(['https://charts.example.com', 'oci://registry.example.com/charts', '@stable'])(
    '%s would have to be downloaded',
    async (url) => {
      using made = makeChart({ 'Chart.yaml': chartYaml('shop', `dependencies:\n${dependsOn('db', url)}`) });
      const error = await failure(made.path, '.');
      expect(error).toMatchObject({ code: 'chart.dependency-missing', fault: 'user', place: { line: 5 } });
      expect(error.hint).toContain('helm-gitops dependency build .');
    },
  );

  test('a dependency of another name or version is refused', async () => {
    using named = makeChart({ ...repository, 'charts/db/Chart.yaml': chartYaml('database') });
    expect(await failure(named.path, 'charts/shop')).toMatchObject({ code: 'chart.dependency-invalid' });
    using versioned = makeChart({
      ...repository,
      'libs/low/Chart.yaml': 'apiVersion: v2\nname: low\nversion: 2.0.0\n',
    });
    expect((await failure(versioned.path, 'charts/shop')).message).toContain('it is 2.0.0, Chart.yaml asks for ~1');
  });

  test('charts that depend on one another are refused', async () => {
    using made = makeChart({
      ...repository,
      'libs/low/Chart.yaml': chartYaml('low', `dependencies:\n${dependsOn('shop', 'file://../../charts/shop')}`),
    });
    expect(await failure(made.path, 'charts/shop')).toMatchObject({
      code: 'chart.dependency-invalid',
      message: expect.stringContaining('leads back'),
    });
  });
});

describe('nothing outside of the repository is read', () => {
  test.each(['../other', '/etc', 'charts/../../other'])('the chart %s', async (path) => {
    using made = makeChart(repository);
    expect(await failure(made.path, path)).toMatchObject({ code: 'chart.outside', place });
  });

  test('a chart behind a link', async () => {
    using made = makeChart(repository);
    using outside = makeChart({});
    symlinkSync(outside.path, join(made.path, 'link'));
    expect(await failure(made.path, 'link')).toMatchObject({ code: 'chart.outside' });
  });

  test.each(['file://../../../outside', 'file:///etc'])('the dependency %s', async (url) => {
    using made = makeChart({
      ...repository,
      'charts/shop/Chart.yaml': chartYaml('shop', `dependencies:\n${dependsOn('db', url)}`),
    });
    expect(await failure(made.path, 'charts/shop')).toMatchObject({ code: 'chart.outside' });
  });

  test('a chart that is not there is told with the place of the reference', async () => {
    using made = makeChart(repository);
    expect(await failure(made.path, 'charts/none')).toMatchObject({ code: 'chart.not-found', place });
  });
});

describe('a chart elsewhere that must be signed', () => {
  const elsewhere = { type: 'oci', reference: 'oci://registry.example.com/shop', version: '1.0.0', place } as const;
  const ask = async (root: string, keys: { keyring?: string; cosignKey?: string }) => {
    const requests: ChartRequest[] = [];
    const refusing: ChartSources = {
      fetch: (request) => {
        requests.push(request);
        return Promise.reject(new HelmGitopsError('chart.unsigned', 'user', 'nobody signed it', { hint: 'sign it' }));
      },
    };
    const reference = { ...elsewhere, keyring: keys.keyring, cosignKey: keys.cosignKey, lock: 'strict' } as const;
    const error = await resolveChart(reference, { root }, { sources: refusing }).catch((thrown: unknown) => thrown);
    return { error, requests };
  };

  test('is asked for with the keys of the checkout, and refused at the definition', async () => {
    using made = makeChart({ 'keys/cosign.pub': '', 'keys/all.gpg': '' });
    const { error, requests } = await ask(made.path, { keyring: 'keys/all.gpg', cosignKey: 'keys/cosign.pub' });
    expect(error).toMatchObject({ code: 'chart.unsigned', place, hint: 'sign it' });
    const { reference, type, version } = elsewhere;
    const [keyring, cosignKey] = [join(made.path, 'keys/all.gpg'), join(made.path, 'keys/cosign.pub')];
    expect(requests).toEqual([{ type, reference, version, keyring, cosignKey }]);
  });

  test('is not asked for when its key is missing or lies elsewhere', async () => {
    using made = makeChart({});
    using outside = makeChart({ 'cosign.pub': '' });
    symlinkSync(join(outside.path, 'cosign.pub'), join(made.path, 'link.pub'));
    const missing = await ask(made.path, { cosignKey: 'cosign.pub' });
    expect(missing).toMatchObject({ error: { message: 'there is no key at cosign.pub', place }, requests: [] });
    const linked = await ask(made.path, { cosignKey: 'link.pub' });
    expect(linked).toMatchObject({ error: { code: 'chart.outside', place }, requests: [] });
  });
});
