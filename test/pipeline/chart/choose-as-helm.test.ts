/** The same version as a real Helm chooses, of what Helm made and pushed: HELM_BIN, REGISTRY_BIN. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChartRequest } from '../../../src/pipeline/chart/chart-sources.ts';
import {
  type ChartRepository,
  openTestSources,
  startRepository,
  type TestSources,
} from '../../support/chart-repository.ts';
import { temporaryFolder } from '../../support/git-repository.ts';
import { startRegistry } from '../../support/start-registry.ts';

const helm = process.env['HELM_BIN'] ?? '';
const registryBin = process.env['REGISTRY_BIN'] ?? '';
const run = promisify(execFile);

const versions = [
  '0.1.0',
  '0.2.3',
  '0.2.4',
  '1.0.0',
  '1.2.0',
  '1.2.5',
  '1.10.0',
  '1.10.1-rc.1',
  '2.0.0-alpha',
  '2.0.0-beta.2',
  '2.0.0-beta.11',
  '2.0.0',
  '2.1.0+build.1',
  'v3.0.0',
  '4.0.0-0.dev',
];
const ranges = [
  ...['', '*', 'x', '1', '1.x', '1.2', '1.2.x', '1.10', '^1', '^0.2', '^0.2.3', '^0', '~1', '~1.2', '~1.2.3', '~0.1'],
  ...[
    '>1.2',
    '<=1.2',
    '>=1.2 <2',
    '>=1.2, <2.0.0',
    '!=2.1.0',
    '1.0 - 1.10',
    '<1 || >=2 <2.1',
    '=1.2.0',
    '1.2.0',
    'v1.2.0',
  ],
  ...[
    '3.0.0',
    'v3.0.0',
    '2.1.0',
    '2.1.0+build.1',
    '2.1.0+build.2',
    '>0.0.0-0',
    '>=2-0',
    '^2.0.0-0',
    '~2.0.0-beta',
    '*-0',
  ],
  ...[
    '2.0.0-beta.2',
    '<2.0.0-beta.11',
    '>=4',
    '>=4-0',
    '9.9.9',
    '1.2.3.4',
    'newest',
    '>= 1.2.0 < 1.3.0',
    '=>1.2',
    '~>1.2',
  ],
];

describe.skipIf(helm === '')('the version that is chosen (needs HELM_BIN)', () => {
  const folder = temporaryFolder();
  let repository: ChartRepository;
  let sources: TestSources;

  beforeAll(async () => {
    const chart = join(folder.path, 'shop');
    const packed = join(folder.path, 'packed');
    mkdirSync(chart);
    for (const version of versions) {
      writeFileSync(join(chart, 'Chart.yaml'), `apiVersion: v2\nname: shop\nversion: ${version}\n`);
      execFileSync(helm, ['package', chart, '-d', packed]);
    }
    execFileSync(helm, ['repo', 'index', packed]);
    repository = await startRepository();
    for (const name of readdirSync(packed)) repository.files.set(`/${name}`, readFileSync(join(packed, name)));
    sources = await openTestSources();
  });
  afterAll(async () => {
    await sources?.[Symbol.asyncDispose]();
    await repository?.[Symbol.asyncDispose]();
    folder.remove();
  });

  const ofHelm = async (range: string, ...chart: string[]): Promise<string> => {
    const homes = { HELM_CACHE_HOME: join(folder.path, 'cache'), HELM_CONFIG_HOME: join(folder.path, 'config') };
    try {
      const args = ['show', 'chart', ...chart, '--version', range];
      const { stdout } = await run(helm, args, { env: { ...process.env, ...homes } });
      return /^version: (.*)$/m.exec(stdout)?.[1] ?? '';
    } catch {
      return 'none';
    }
  };
  const ofOurs = async (one: TestSources, request: ChartRequest): Promise<string> =>
    await one.fetch(request).then(
      ({ version }) => version,
      (error: { code?: string }) =>
        /^chart\.(no-version|range-invalid)$/.test(error.code ?? '') ? 'none' : String(error),
    );

  test('is the same for each of the ranges', async () => {
    const [helms, ours]: [[string, string][], [string, string][]] = [[], []];
    for (const version of ranges) {
      helms.push([version, await ofHelm(version, 'shop', '--repo', repository.url)]);
      ours.push([
        version,
        await ofOurs(sources, { type: 'repository', repository: repository.url, name: 'shop', version }),
      ]);
    }
    expect(ours).toEqual(helms);
    expect(new Set(helms.map(([, version]) => version)).size).toBeGreaterThan(10);
  });

  test.skipIf(registryBin === '')('is the same in a registry (needs REGISTRY_BIN)', async () => {
    await using registry = await startRegistry(registryBin);
    const home = folder.path;
    for (const name of readdirSync(join(home, 'packed')).filter((one) => one.endsWith('.tgz'))) {
      await run(helm, ['push', join(home, 'packed', name), `oci://${registry.host}/charts`, '--plain-http']);
    }
    const reference = `oci://${registry.host}/charts/shop`;
    await using plain = await openTestSources({ findCredential: async () => ({ plainHttp: true }) });
    const [helms, ours]: [[string, string][], [string, string][]] = [[], []];
    for (const version of ranges) {
      helms.push([version, await ofHelm(version, reference, '--plain-http')]);
      ours.push([version, await ofOurs(plain, { type: 'oci', reference, version })]);
    }
    expect(ours).toEqual(helms);
    expect(new Set(helms.map(([, version]) => version)).size).toBeGreaterThan(8);
  });
});
