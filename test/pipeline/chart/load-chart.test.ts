import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import { toJson } from '../../../src/foundation/yaml/plain-json.ts';
import { loadChart } from '../../../src/pipeline/chart/load-chart.ts';
import { chartYaml, makeChart } from '../../support/make-chart.ts';
import { packChart } from '../../support/pack-chart.ts';

async function failure(path: string, root?: string): Promise<HelmGitopsError> {
  const error = await loadChart(path, { root, shownAs: 'charts/shop' }).catch((thrown: unknown) => thrown);
  if (!(error instanceof HelmGitopsError)) throw error ?? new Error('it loads');
  return error;
}

const files = {
  'values.yaml': 'a: 1\n',
  'values.schema.json': '{}',
  'Chart.lock':
    'dependencies: [{name: sub, repository: "", version: 1.0.0}]\ndigest: sha256:0\ngenerated: "2024-01-02T03:04:05.678Z"\n',
  'templates/x.yaml': 'x: 1\n',
  'templates/tests/t.yaml': 't: 1\n',
  'crds/c.yaml': 'c: 1\n',
  'README.md': '\ufeffhello',
  'charts/sub/Chart.yaml': chartYaml('sub'),
  'charts/sub/values.yaml': 'b: 2\n',
};

describe('loading a chart', () => {
  test('sorts a folder into metadata, values, templates, files and dependencies', async () => {
    using made = makeChart(files);
    const chart = await loadChart(made.path);
    expect(chart.metadata).toMatchObject({ name: 'shop', version: '1.0.0', apiVersion: 'v2' });
    expect(toJson(chart.values)).toEqual({ a: 1 });
    expect(chart.templates.map(({ name }) => name)).toEqual(['templates/tests/t.yaml', 'templates/x.yaml']);
    expect(chart.files.map(({ name, data }) => [name, Buffer.from(data).toString()])).toEqual([
      ['README.md', 'hello'],
      ['crds/c.yaml', 'c: 1\n'],
    ]);
    expect(chart.lock).toEqual({
      generated: '2024-01-02T03:04:05.678Z',
      digest: 'sha256:0',
      dependencies: [{ name: 'sub', repository: '', version: '1.0.0' }],
    });
    expect(chart.dependencies.map(({ metadata }) => metadata.name)).toEqual(['sub']);
  });

  test('an archive of the same content has the same digest', async () => {
    using made = makeChart(files);
    const archive = join(made.path, '..', 'shop-1.0.0.tgz');
    const all = { 'Chart.yaml': chartYaml('shop'), ...files };
    writeFileSync(
      archive,
      await packChart(Object.fromEntries(Object.entries(all).map(([name, text]) => [`shop/${name}`, text]))),
    );
    const [folder, packed] = [await loadChart(made.path), await loadChart(archive)];
    expect(packed.digest).toBe(folder.digest);
  });

  test('the digest hangs on content, not on comments in values or on where it lies', async () => {
    using made = makeChart(files);
    using moved = makeChart({ ...files, 'values.yaml': '# comment\na: 1\n' });
    const { digest } = await loadChart(made.path);
    expect((await loadChart(moved.path)).digest).toBe(digest);
    for (const changed of [
      'values.yaml',
      'templates/x.yaml',
      'README.md',
      'charts/sub/values.yaml',
      'values.schema.json',
    ]) {
      using other = makeChart({ ...files, [changed]: '{"a": 5}' });
      expect((await loadChart(other.path)).digest).not.toBe(digest);
    }
  });

  test('mistakes are told with file, line and column', async () => {
    using named = makeChart({ 'Chart.yaml': 'apiVersion: v2\nversion: 1.0.0\nname: a/b\n' });
    expect(await failure(named.path)).toMatchObject({
      code: 'chart.invalid',
      message: 'validation: chart.metadata.name "a/b" is invalid',
      place: { file: 'charts/shop/Chart.yaml', line: 3, column: 7, excerpt: 'name: a/b' },
    });
    using alias = makeChart({ 'Chart.yaml': chartYaml('shop', 'dependencies:\n  - name: a\n    alias: "b c"\n') });
    expect(await failure(alias.path)).toMatchObject({ place: { line: 6, column: 12 } });
    using yaml = makeChart({ 'values.yaml': 'a: 1\nb: {\n' });
    expect(await failure(yaml.path)).toMatchObject({
      code: 'chart.invalid',
      place: { file: 'charts/shop/values.yaml', line: expect.any(Number) },
    });
    using nested = makeChart({ 'charts/sub/Chart.yaml': 'name: sub\n' });
    expect(await failure(nested.path)).toMatchObject({ place: { file: 'charts/shop/charts/sub/Chart.yaml' } });
  });

  test('what is not there is told', async () => {
    using made = makeChart({});
    expect(await failure(join(made.path, 'none'))).toMatchObject({ code: 'chart.not-found', fault: 'user' });
  });
});

describe('links in a chart', () => {
  test('are followed within the root, files and folders', async () => {
    using made = makeChart({ 'templates/x.yaml': 'x: 1\n', 'shared/y.yaml': 'y: 1\n' });
    symlinkSync('../shared/y.yaml', join(made.path, 'templates', 'y.yaml'));
    symlinkSync('../shared', join(made.path, 'templates', 'z'));
    const chart = await loadChart(made.path, { root: join(made.path, '..') });
    expect(chart.templates.map(({ name }) => name)).toEqual([
      'templates/x.yaml',
      'templates/y.yaml',
      'templates/z/y.yaml',
    ]);
  });

  test.each(['file', 'folder'])('to a %s outside of the root are refused', async (kind) => {
    using made = makeChart({ 'templates/x.yaml': 'x: 1\n' });
    using outside = makeChart({});
    symlinkSync(kind === 'file' ? join(outside.path, 'Chart.yaml') : outside.path, join(made.path, 'templates', 'y'));
    expect(await failure(made.path, join(made.path, '..'))).toMatchObject({
      code: 'chart.outside',
      place: { file: 'charts/shop/templates/y' },
    });
    expect((await loadChart(made.path)).templates.length).toBeGreaterThan(1);
  });

  test('that lead in a circle are refused', async () => {
    using made = makeChart({});
    mkdirSync(join(made.path, 'files'));
    symlinkSync('..', join(made.path, 'files', 'up'));
    expect(await failure(made.path, join(made.path, '..'))).toMatchObject({ code: 'chart.invalid' });
  });
});

describe('archives', () => {
  const bad: readonly (readonly [string, string, string])[] = [
    ['climb out', 'shop/../../evil', 'chart illegally references parent directory'],
    ['are absolute', 'shop//etc/passwd', 'chart illegally contains absolute paths'],
    ['name their own folder', 'shop', 'chart illegally contains content outside the base directory: "shop"'],
    ['name a drive', 'shop/C:/evil', 'chart contains illegally named files'],
    [
      'lie beside the folder',
      'Chart.yaml',
      'chart illegally contains content outside the base directory: "Chart.yaml"',
    ],
  ];

  test.each(bad)('whose entries %s are refused', async (_what, name, message) => {
    using made = makeChart({});
    const archive = join(made.path, '..', 'a.tgz');
    writeFileSync(archive, await packChart({ 'shop/Chart.yaml': chartYaml('shop'), [name]: 'x' }));
    expect(await failure(archive)).toMatchObject({ code: 'chart.invalid', message });
  });

  test('links in them are never followed', async () => {
    using made = makeChart({});
    const archive = join(made.path, '..', 'a.tgz');
    const link = {
      header: { name: 'shop/templates/x.yaml', size: 0, type: 'symlink', linkname: '../values.yaml' },
    } as const;
    const entry = { header: { name: 'shop/Chart.yaml', size: chartYaml('shop').length }, body: chartYaml('shop') };
    writeFileSync(archive, await packChart([entry, link]));
    const [template] = (await loadChart(archive)).templates;
    expect(template?.data.length).toBe(0);
  });

  test('a file of more than 5 MiB, or a bomb, is refused before it fills the memory', async () => {
    using made = makeChart({});
    const archive = join(made.path, '..', 'a.tgz');
    writeFileSync(
      archive,
      await packChart({ 'shop/Chart.yaml': chartYaml('shop'), 'shop/big': 'x'.repeat(5 * 1024 * 1024 + 1) }),
    );
    expect(await failure(archive)).toMatchObject({
      code: 'chart.too-large',
      message: expect.stringContaining('"shop/big" is larger than'),
    });
    writeFileSync(archive, gzipSync(Buffer.alloc(140 * 1024 * 1024)));
    expect(await failure(archive)).toMatchObject({ code: 'chart.too-large' });
  });

  test('what is no archive is told as helm tells it', async () => {
    using made = makeChart({ 'values.yaml': 'a: 1\n', 'x.bin': 'x' });
    expect((await failure(join(made.path, 'values.yaml'))).message).toContain('gzipped archive');
    writeFileSync(join(made.path, 'x.tgz'), gzipSync('no tar'));
    expect((await failure(join(made.path, 'x.tgz'))).code).toBe('chart.invalid');
  });
});
