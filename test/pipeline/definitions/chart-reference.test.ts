import { describe, expect, test } from 'vitest';
import { application, environment, readFleetOf } from './memory-files.ts';

async function chartOf(spec: string, files: Record<string, string> = {}) {
  const read = await readFleetOf({ 'apps/shop.yaml': application('shop', spec), ...files });
  expect(read.problems).toEqual([]);
  return Object.fromEntries(
    read.definitions.map(({ environment: name, chart: { place: _place, lock: _lock, ...chart } }) => [name, chart]),
  );
}

async function problemOf(spec: string) {
  const { problems } = await readFleetOf({ 'apps/shop.yaml': application('shop', spec) });
  return problems.map(({ code, message, place }) => `${code} ${place?.line}:${place?.column} ${message}`);
}

describe('where a chart is', () => {
  test.each([
    ['{path: charts/shop/}', { type: 'path', path: 'charts/shop' }],
    [
      '{repository: "https://h/charts", name: shop}',
      { type: 'repository', repository: 'https://h/charts', name: 'shop', version: '' },
    ],
    [
      '{repository: "http://h", name: shop, version: ~1.4}',
      { type: 'repository', repository: 'http://h', name: 'shop', version: '~1.4' },
    ],
    [
      '{oci: "oci://h:5000/charts/shop", version: 1.4.2}',
      { type: 'oci', reference: 'oci://h:5000/charts/shop', version: '1.4.2' },
    ],
    ['{oci: "oci://h/shop@sha256:ab"}', { type: 'oci', reference: 'oci://h/shop@sha256:ab', version: '' }],
    ['{oci: "oci://h/{{app}}"}', { type: 'oci', reference: 'oci://h/shop', version: '' }],
    [
      '{git: "https://h/r.git", revision: ">=1 <2", path: ./a}',
      { type: 'git', url: 'https://h/r.git', revision: '>=1 <2', path: 'a' },
    ],
    ['{git: "git@host:r.git"}', { type: 'git', url: 'git@host:r.git', revision: undefined, path: '' }],
    [
      '{oci: "oci://h/shop", verify: {keyring: keys/pub.gpg}}',
      { type: 'oci', reference: 'oci://h/shop', version: '', keyring: 'keys/pub.gpg' },
    ],
    [
      '{oci: "oci://h/shop", verify: {cosignKey: keys/cosign.pub}}',
      { type: 'oci', reference: 'oci://h/shop', version: '', cosignKey: 'keys/cosign.pub' },
    ],
    [
      '{oci: "oci://h/shop", verify: {keyring: k.gpg, cosignKey: ./k.pub}}',
      { type: 'oci', reference: 'oci://h/shop', version: '', keyring: 'k.gpg', cosignKey: 'k.pub' },
    ],
  ])('%s', async (chart, expected) => {
    const { default: found } = await chartOf(`{chart: ${chart}}`);
    expect({ ...found }).toEqual(expected.type === 'path' ? expected : { keyring: undefined, ...expected });
  });

  test('a level above changes a version or a path alone, or names another place', async () => {
    const spec = `
  chart: {repository: "https://h", name: shop, version: ~1.4}
  environments:
    dev: {}
    prod: {chart: {version: 1.4.2}}
    own: {chart: {path: charts/shop}}
    oci: {chart: {oci: "oci://h/shop"}}`;
    const names = ['dev', 'prod', 'own', 'oci'];
    const files = Object.fromEntries(names.map((name) => [`apps/${name}.yaml`, environment(name)]));
    expect(await chartOf(spec, files)).toMatchObject({
      dev: { type: 'repository', version: '~1.4' },
      prod: { type: 'repository', repository: 'https://h', name: 'shop', version: '1.4.2' },
      own: { type: 'path', path: 'charts/shop' },
      oci: { type: 'oci', version: '' },
    });
  });

  test('within another git repository a path or a revision alone may change', async () => {
    const spec = `
  chart: {git: "https://h/r.git", path: a, revision: main}
  environments: {dev: {chart: {path: b}}, prod: {chart: {revision: v1}}}`;
    const files = { 'apps/dev.yaml': environment('dev'), 'apps/prod.yaml': environment('prod') };
    expect(await chartOf(spec, files)).toMatchObject({
      dev: { path: 'b', revision: 'main' },
      prod: { path: 'a', revision: 'v1' },
    });
  });
});

describe('a chart that cannot be meant', () => {
  test.each([
    ['{version: 1.0.0}', 'there is no chart'],
    ['{repository: "https://h"}', 'a chart of a repository needs its name'],
    ['{repository: "oci://h", name: a}', '"oci://h" is not of the form https://…'],
    ['{oci: "https://h/a"}', '"https://h/a" is not of the form oci://HOST/PATH/NAME'],
    ['{oci: "oci://h/a", name: b}', 'chart.name does not go with chart.oci'],
    ['{path: a, version: 1.0.0}', 'chart.version does not go with chart.path'],
    ['{path: a, verify: {keyring: k}}', 'chart.verify does not go with chart.path'],
    ['{oci: "oci://h/a", verify: {}}', 'expected keyring, cosignKey, or both'],
    ['{oci: "oci://h/a", verify: {cosignKey: ../k}}', '"../k" leads out of the repository'],
    [
      '{repository: "https://h", name: a, verify: {cosignKey: k}}',
      'chart.verify.cosignKey does not go with chart.repository',
    ],
    ['{git: "https://h/r", verify: {cosignKey: k}}', 'chart.verify does not go with chart.git'],
    ['{repository: "https://user:secret@h", name: a}', 'a URL in git holds no name and password'],
    ['{git: "https://user:secret@h/r"}', 'a URL in git holds no name and password'],
    ['{git: ../other}', '"../other" is not a URL'],
    ['{git: "https://h/r", path: ../x}', '"../x" leads out of the repository'],
    ['{git: "ext::sh -c id"}', 'this URL is refused: transport helpers (ext::, fd::) would run programs'],
  ])('%s', async (chart, message) => {
    const [problem = ''] = await problemOf(`{chart: ${chart}}`);
    expect(problem).toContain(message);
    expect(problem).not.toContain('user:secret');
  });
});
