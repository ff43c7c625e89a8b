/** Packed charts: what is in them, and that the real Helm (HELM_BIN) packs the same bytes. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readTar } from '../../../src/foundation/archive/read-tar.ts';
import { loadChart } from '../../../src/pipeline/chart/load-chart.ts';
import { type PackageOptions, packageChart } from '../../../src/pipeline/chart/package-chart.ts';
import { chartFile, rawArchive } from '../../foundation/archive/raw-tar.ts';
import { chartYaml, makeChart } from '../../support/make-chart.ts';

const helm = process.env['HELM_BIN'];
let out = '';
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'packed-'));
});
afterEach(() => rmSync(out, { recursive: true }));

const pack = async (path: string, options: Partial<PackageOptions> = {}) =>
  await packageChart(path, { destination: join(out, 'ours'), requireDependencies: true, ...options });
const failure = async (path: string, options: Partial<PackageOptions> = {}) =>
  await pack(path, options).then(
    () => 'packed',
    ({ code, message }) => [code, message],
  );

function entries(archive: string): Readonly<Record<string, string>> {
  const tar = gunzipSync(readFileSync(archive));
  return Object.fromEntries([...readTar(tar)].map((entry) => [entry.name, Buffer.from(entry.data()).toString()]));
}

interface Case {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly flags?: readonly string[];
  readonly options?: Partial<PackageOptions>;
  readonly message?: string;
  /** Helm writes the present time where there is none. */
  readonly takesTheTime?: boolean;
}

const oldDependencies = 'dependencies:\n- {name: db, version: 1.x, repository: "", tags: [a], alias: store}\n';
const cases: Readonly<Record<string, Case>> = {
  'a plain chart': {
    files: { 'values.yaml': '# comment\na: 1\n', 'templates/x.yaml': 'x: 1\n', 'README.md': '\ufeffhi' },
  },
  'all fields of Chart.yaml': {
    files: {
      'Chart.yaml': `apiVersion: v2
name: shop
version: 1.2.3-rc.1+build.5
appVersion: 010
unknown: field
description: "a:\\tshop \\u00e9 # <x>"
sources: [b, a]
keywords: []
maintainers: [{name: Jane}, {}, {email: x@y, url: "null"}]
annotations: {z: "1", a: "yes"}
deprecated: true
type: application
dependencies: [{name: db, version: 1.x, repository: "", condition: "", tags: [x], enabled: false, import-values: [a, {child: b, parent: c}], alias: store}]
`,
      'charts/db/Chart.yaml': chartYaml('db'),
    },
  },
  'a lock': {
    files: {
      'Chart.lock':
        'digest: sha256:00\ngenerated: "2024-01-02T03:04:05.600000000+00:00"\ndependencies:\n- {version: 1.0.0, name: db, repository: ""}\n',
    },
  },
  'a lock of nothing': { files: { 'Chart.lock': 'digest: ""\n' }, takesTheTime: true },
  'the first format': {
    files: {
      'Chart.yaml': 'name: shop\nversion: 0.1.0\n',
      'requirements.yaml': oldDependencies,
      'requirements.lock': 'digest: x\ngenerated: "2020-01-01T00:00:00Z"\ndependencies: []\n',
      'Chart.lock': 'digest: y\ngenerated: "2021-01-01T00:00:00Z"\ndependencies: []\n',
      'charts/db/Chart.yaml': 'name: db\nversion: 1.0.0\n',
    },
  },
  'requirements of the second format': {
    files: {
      'requirements.yaml': 'dependencies:\n- {name: db, version: 1.x}\n',
      'charts/db/Chart.yaml': chartYaml('db'),
    },
  },
  '.helmignore': { files: { '.helmignore': '*.bak\nci/\n', 'x.bak': 'x', 'ci/a.yaml': 'a', 'templates/.hidden': 'x' } },
  'charts within charts': {
    files: {
      'charts/odd-folder/Chart.yaml': chartYaml('inner'),
      'charts/odd-folder/values.yaml': 'b: 2\n',
      'charts/odd-folder/charts/low/Chart.yaml': chartYaml('low'),
      'charts/_passed/Chart.yaml': chartYaml('passed'),
      'charts/.hidden': 'x',
      'charts/inner.tgz.prov': 'signed',
    },
  },
  'an archive within': {
    files: {
      'charts/shop-1.0.0.tgz': rawArchive([
        chartFile,
        { name: 'shop/templates/b.yaml', body: 'b: 1\n' },
        { name: 'shop/templates/a.yaml', body: 'a: 1\n' },
      ]),
    },
  },
  'long names': {
    files: {
      [`files/${'deep/'.repeat(30)}x.txt`]: 'x',
      [`files/${'x'.repeat(140)}.txt`]: 'x',
      'files/größe.txt': 'x',
      [`files/${'ö'.repeat(80)}.txt`]: 'x',
    },
  },
  'a schema': { files: { 'values.schema.json': '\ufeff{ "type": "object" }\n' } },
  'other versions': {
    files: {},
    flags: ['--version', 'v2.1', '--app-version', '7\t8'],
    options: { version: 'v2.1', appVersion: '7\t8' },
  },

  'a broken schema': {
    files: { 'values.schema.json': '{' },
    message: 'failed to save: invalid JSON in values.schema.json',
  },
  'a version that is none': {
    files: {},
    flags: ['--version', 'x'],
    options: { version: 'x' },
    message: 'invalid semantic version',
  },
  'a missing dependency': {
    files: { 'Chart.yaml': chartYaml('shop', 'dependencies: [{name: db, version: 1.x, repository: ""}]\n') },
    message: 'found in Chart.yaml, but missing in charts/ directory: db',
  },
  'a broken Chart.yaml': {
    files: { 'Chart.yaml': 'apiVersion: v2\nname: shop\n' },
    message: 'validation: chart.metadata.version is required',
  },
};

function make({ files }: Case): ReturnType<typeof makeChart> {
  const made = makeChart({});
  for (const [name, data] of Object.entries(files)) {
    mkdirSync(dirname(join(made.path, name)), { recursive: true });
    writeFileSync(join(made.path, name), data);
  }
  return made;
}

describe('packing a chart', () => {
  test('writes what Helm reads of it, and nothing else', async () => {
    using made = make({
      files: {
        'Chart.yaml': 'version: 1.0.0\nname: shop\nunknown: x\napiVersion: v2\nappVersion: 1.10\n',
        '.helmignore': '*.bak\n',
        'x.bak': 'x',
        'values.yaml': '# all of it\na: 1\n',
        'templates/a.yaml': 'a: 1\n',
        'charts/odd/Chart.yaml': chartYaml('inner'),
      },
    });
    const { path, name, version, digest } = await pack(made.path);
    expect([path, name, version]).toEqual([join(out, 'ours', 'shop-1.0.0.tgz'), 'shop', '1.0.0']);
    expect(digest).toMatch(/^sha256:\w{64}$/);
    expect(Object.entries(entries(path))).toEqual([
      ['shop/Chart.yaml', 'apiVersion: v2\nappVersion: "1.1"\nname: shop\nversion: 1.0.0\n'],
      ['shop/values.yaml', '# all of it\na: 1\n'],
      ['shop/templates/a.yaml', 'a: 1\n'],
      ['shop/.helmignore', '*.bak\n'],
      ['shop/charts/inner/Chart.yaml', 'apiVersion: v2\nname: inner\nversion: 1.0.0\n'],
    ]);
  });

  test('twice gives the same archive', async () => {
    using made = make(cases['charts within charts'] as Case);
    const first = await pack(made.path);
    expect((await pack(made.path)).digest).toBe(first.digest);
  });

  test.each(Object.entries(cases).filter(([, { message }]) => message === undefined))(
    'with %s loads as it did before',
    async (_what, one) => {
      using made = make(one);
      const { path } = await pack(made.path, one.options);
      const [before, after] = [await loadChart(made.path), await loadChart(path)];
      expect(after.templates.map(({ name }) => name)).toEqual(before.templates.map(({ name }) => name));
      expect(after.dependencies.map(({ metadata }) => metadata)).toEqual(
        before.dependencies.map(({ metadata }) => metadata),
      );
      expect(after.values).toEqual(before.values);
    },
  );

  test.each(Object.entries(cases).filter(([, { message }]) => message !== undefined))(
    'with %s fails and leaves nothing',
    async (_what, one) => {
      using made = make(one);
      expect(await failure(made.path, one.options)).toEqual([expect.stringMatching(/^chart\./), one.message]);
      expect(existsSync(join(out, 'ours'))).toBe(false);
    },
  );

  test('that is packed already fails, and so does one of a format to come', async () => {
    using made = make({ files: { 'Chart.yaml': 'apiVersion: v3\ntype: library\nname: shop\nversion: 1.0.0\n' } });
    expect(await failure(made.path)).toEqual(['chart.invalid', 'invalid chart apiVersion']);
    writeFileSync(join(out, 'shop.tgz'), rawArchive([chartFile]));
    const missing = join(out, 'shop.tgz', 'Chart.yaml');
    expect(await failure(join(out, 'shop.tgz'))).toEqual([
      'chart.invalid',
      `unable to detect chart at ${missing}: open ${missing}: not a directory`,
    ]);
  });

  test('into a file fails', async () => {
    using made = make({ files: {} });
    writeFileSync(join(out, 'file'), '');
    const destination = join(out, 'file');
    expect(await failure(made.path, { destination })).toEqual([
      'package.unwritable',
      `failed to save: is not a directory: ${destination}`,
    ]);
  });

  test('with dependencies missing is fine where nobody asks for them', async () => {
    using made = make(cases['a missing dependency'] as Case);
    expect(await failure(made.path, { requireDependencies: false })).toBe('packed');
  });

  test.skipIf(!helm).each(Object.entries(cases))('with %s, as Helm does (HELM_BIN)', async (_what, one) => {
    using made = make(one);
    let theirs = '';
    try {
      const said = execFileSync(
        helm as string,
        ['package', '-d', join(out, 'theirs'), made.path, ...(one.flags ?? [])],
        {
          stdio: 'pipe',
        },
      );
      theirs = said
        .toString()
        .replace(/^[\s\S]*saved it to: /, '')
        .trimEnd();
    } catch (error) {
      const message = /^Error: (.*)$/m.exec((error as { stderr: Buffer }).stderr.toString())?.[1];
      expect(message).toBe(one.message);
      return;
    }
    const { path } = await pack(made.path, one.options);
    expect(one.message).toBeUndefined();
    expect(path.slice(join(out, 'ours').length)).toBe(theirs.slice(join(out, 'theirs').length));
    const [their, our] = [readFileSync(theirs), readFileSync(path)];
    expect(entries(path)).toEqual(entries(theirs));
    if (one.takesTheTime !== true) expect(gunzipSync(our).equals(gunzipSync(their))).toBe(true);
    // The gzip header with Helm's field and comment.
    expect(our.subarray(0, 61)).toEqual(their.subarray(0, 61));
  });
});
