/**
 * `dependency list|update|build` beside the real Helm, 4 and 3: on two copies of one chart the output, the lock but for
 * its time, and charts/ must come out the same. Needs HELM_BIN or HELM3_BIN; with REGISTRY_BIN charts come from a real
 * registry too.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Making, ourSide, type Side, theirSide } from './beside-helm.ts';
import {
  type ChartRepository,
  type Files,
  pushAll,
  type StartedRegistry,
  startRegistry,
  startRepository,
} from './dependency-servers.ts';

const programs = [
  ['helm4', process.env['HELM_BIN']],
  ['helm3', process.env['HELM3_BIN']],
] as const;
const registryProgram = process.env['REGISTRY_BIN'];

const chartYaml = (name: string, version: string, more = ''): string =>
  `apiVersion: v2\nname: ${name}\nversion: ${version}\n${more}`;
const chart = (name: string, version: string, files: Files = {}): Files => ({
  'Chart.yaml': chartYaml(name, version),
  'values.yaml': `version: ${version}\n`,
  'templates/a.yaml': 'a: {{ .Values.version }}\n',
  ...files,
});
const below = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));

const served: readonly Files[] = [
  ...['1.0.0', '1.2.0', '1.3.0-rc.1', '2.0.0', '3.0.0+build.5'].map((version) => chart('db', version)),
  chart('cache', '0.9.0'),
  {
    ...chart('stack', '4.0.0'),
    'Chart.yaml': chartYaml('stack', '4.0.0', 'dependencies:\n- {name: low, version: 1.x, repository: ""}\n'),
    ...below('charts/low', chart('low', '1.1.0')),
  },
];

interface Scenario {
  readonly name: string;
  /** Below the workspace; Chart.yaml of `shop` is made of `dependencies`. */
  readonly files?: Files;
  readonly dependencies?: string;
  readonly commands: readonly (readonly string[])[];
  readonly repositories?: string;
  /** Helm refuses: its message must be part of ours. */
  readonly refused?: boolean;
}

const update = ['dependency', 'update', 'shop'];
const build = ['dependency', 'build', 'shop'];
const list = ['dependency', 'list', 'shop'];
const low = below('low', chart('low', '1.1.0', { '.helmignore': '*.bak\n', 'x.bak': 'no', 'README.md': '# low\n' }));

const added = (url: string, more = ''): string =>
  `apiVersion: ""\nrepositories:\n- name: stable\n  url: ${url}\n${more}`;

/** Everything that is found on disk. */
const local: readonly Scenario[] = [
  { name: 'no dependencies', commands: [list, update, build, list] },
  { name: 'an empty list', dependencies: '[]', commands: [list, update, build] },
  {
    name: 'a folder beside it',
    files: low,
    dependencies:
      '[{name: low, version: ">=1 <3", repository: "file://../low", alias: deep, tags: [a, b], condition: "x.y"}]',
    commands: [list, update, list, update, build, list],
  },
  {
    name: 'folders that need folders: only the first level is packed',
    files: {
      ...low,
      ...below(
        'mid',
        chart('mid', '2.0.0', {
          'Chart.yaml': chartYaml(
            'mid',
            '2.0.0',
            'dependencies:\n- {name: low, version: "*", repository: "file://../low"}\n',
          ),
        }),
      ),
    },
    dependencies: '[{name: mid, version: "^2", repository: "file://../mid"}]',
    commands: [update, list, build],
  },
  {
    name: 'a chart of the first format',
    files: {
      ...low,
      'shop/Chart.yaml': 'apiVersion: v1\nname: shop\nversion: 1.0.0\n',
      'shop/requirements.yaml':
        'dependencies:\n- name: low\n  version: "~1.1"\n  repository: file://../low\n  import-values: [{child: a.b, parent: "c<d>&"}, exports, 5]\n',
    },
    commands: [list, update, list, build],
  },
  {
    name: 'one that lies in charts/ without a repository, beside an outdated archive',
    files: {
      ...low,
      ...below('shop/charts/low', chart('low', '1.1.0')),
      'shop/charts/.gitkeep': '',
      'shop/charts/_notes.yaml': 'a: 1\n',
    },
    dependencies: '[{name: low, version: "1.x"}]',
    commands: [list, update, build, list],
  },
  {
    name: 'one that is gone from Chart.yaml: its archive goes too, a folder stays',
    files: {
      ...low,
      ...below('shop/charts/extra', chart('extra', '1.0.0')),
      ...below('other', chart('other', '0.1.0')),
    },
    dependencies:
      '[{name: low, version: "1.x", repository: "file://../low"}, {name: other, version: "0.x", repository: "file://../other"}]',
    commands: [update, list, ['rewrite'], list, update, list],
  },
  {
    name: 'wide cells',
    files: low,
    dependencies: `[{name: low, version: ">=1.0.0 <2.0.0 || >=3.0.0 <4.0.0 || >=5.0.0 <6.0.0 || >=7.0.0 <8.0.0 || 9.x || 10.x", repository: "file://../low"}, {name: wide, version: "1", repository: "file://../日本語日本語日本語"}]`,
    commands: [
      list,
      [...list, '--max-col-width', '20'],
      [...list, '--max-col-width=0'],
      [...list, '--max-col-width', '2'],
    ],
  },
  {
    name: 'a folder that is not there',
    dependencies: '[{name: low, version: "1", repository: "file://../low"}]',
    commands: [update, build],
    refused: true,
  },
  {
    name: 'a folder of another version',
    files: low,
    dependencies: '[{name: low, version: ">=2", repository: "file://../low"}]',
    commands: [update],
    refused: true,
  },
  {
    name: 'no version',
    files: low,
    dependencies: '[{name: low, repository: "file://../low"}]',
    commands: [update],
    refused: true,
  },
  { name: 'nothing in charts/', dependencies: '[{name: low, version: "1"}]', commands: [update], refused: true },
  {
    name: 'a repository that is only a name',
    dependencies: '[{name: low, version: "1", repository: stable}]',
    commands: [update],
    refused: true,
  },
  {
    name: 'an alias that nobody knows',
    dependencies: '[{name: low, version: "1", repository: "@corp"}, {name: b, version: "1", repository: "@other"}]',
    commands: [update],
    refused: true,
  },
  {
    name: 'a lock that is older than Chart.yaml',
    files: {
      ...low,
      'shop/Chart.lock':
        'dependencies:\n- name: low\n  repository: file://../low\n  version: 1.0.0\ndigest: sha256:00\ngenerated: "2020-01-01T00:00:00Z"\n',
    },
    dependencies: '[{name: low, version: "1.x", repository: "file://../low"}]',
    commands: [build],
    refused: true,
  },
];

const remote = (url: string): readonly Scenario[] => [
  {
    name: 'ranges of a repository that was added',
    dependencies: `[{name: db, version: "^1", repository: "${url}"}, {name: cache, version: ">=0", repository: "${url}/"}]`,
    repositories: added(url),
    commands: [update, list, build, update],
  },
  {
    name: 'ranges of a repository that nobody added',
    dependencies: `[{name: db, version: "~1.2", repository: "${url}"}]`,
    commands: [update, list],
  },
  {
    name: 'one chart under two aliases, and another version of it',
    dependencies: `[{name: db, version: 1.x.x, repository: "${url}", alias: one}, {name: db, version: 1.x.x, repository: "${url}", alias: two, condition: two.enabled}, {name: db, version: 2.0.0, repository: "${url}", alias: three}]`,
    repositories: added(url),
    commands: [update, list, build],
  },
  {
    name: 'repositories by name',
    dependencies:
      '[{name: db, version: "*", repository: "@stable"}, {name: stack, version: "4", repository: "alias:stable"}]',
    repositories: added(url),
    commands: [list, update, list, build],
  },
  {
    name: 'pre-releases when they are asked for, and build metadata',
    dependencies: `[{name: db, version: ">=1.3.0-0 <2", repository: "${url}", alias: a}, {name: db, version: "3.0.0+build.5", repository: "${url}", alias: b}]`,
    repositories: added(url),
    commands: [update, list, build],
  },
  {
    name: 'a repository and a folder together, in the first format',
    files: {
      ...low,
      'shop/Chart.yaml': 'apiVersion: v1\nname: shop\nversion: 1.0.0\n',
      'shop/requirements.yaml': `dependencies:\n- {name: low, version: 1.x, repository: "file://../low"}\n- {name: db, version: 1.0.0, repository: "@stable"}\n`,
    },
    repositories: added(url),
    commands: [update, list, build],
  },
];

const ofRegistry = (host: string): readonly Scenario[] => [
  {
    name: 'charts of a registry, exact and by range',
    dependencies: `[{name: db, version: "^1", repository: "oci://${host}/charts"}, {name: cache, version: 0.9.0, repository: "oci://${host}/charts"}]`,
    commands: [[...update, '--plain-http'], list, [...build, '--plain-http'], [...update, '--plain-http']],
  },
  {
    name: 'build metadata in a registry',
    dependencies: `[{name: db, version: "3.0.0+build.5", repository: "oci://${host}/charts"}, {name: db, version: 2.x, alias: two, repository: "oci://${host}/charts"}]`,
    commands: [[...update, '--plain-http'], list, [...build, '--plain-http']],
  },
];

/** Helm 4 explains at length why a tag has an underscore where the version has a plus. */
const underscoreAdvice = /^\S+ contains an underscore\.\n\n[\s\S]*?from a registry\.\n/gm;

describe.each(programs)('beside %s', (compat, helm = '') => {
  let repository: ChartRepository;
  let registry: StartedRegistry | undefined;

  beforeAll(async () => {
    if (helm === '') return;
    repository = await startRepository({ helm, charts: served });
    registry = registryProgram === undefined ? undefined : await startRegistry(registryProgram);
    if (registry !== undefined) await pushAll(helm, repository, registry);
  });

  afterAll(async () => {
    await repository?.[Symbol.asyncDispose]();
    await registry?.[Symbol.asyncDispose]();
  });

  const making = ({ files = {}, dependencies, repositories }: Scenario): Making => {
    const more = dependencies === undefined ? '' : `dependencies: ${dependencies}\n`;
    return { files: { 'shop/Chart.yaml': chartYaml('shop', '1.0.0', more), ...files }, repositories };
  };

  async function compare(scenario: Scenario): Promise<void> {
    using theirs = theirSide(helm, making(scenario));
    using ours = ourSide(making(scenario), compat);
    for (const command of scenario.commands) {
      if (command[0] === 'rewrite') {
        for (const { folder } of [theirs, ours]) rewrite(folder);
        continue;
      }
      const [wanted, got] = [await theirs.run(...command), await ours.run(...command)];
      expect({
        command,
        code: got.code === 0 ? 0 : 1,
        stdout: got.stdout,
        stderr: scenario.refused ? '' : got.stderr,
      }).toEqual({
        command,
        code: wanted.code,
        stdout: wanted.stdout.replace(underscoreAdvice, ''),
        stderr: '',
      });
      if (scenario.refused === true) {
        const message = wanted.stderr.replace(/^Error: /, '').trim();
        expect(wanted.code).toBe(1);
        expect(got.stderr).toContain(message);
      }
      expect(await ours.files()).toEqual(await theirs.files());
    }
    await checkBytes(ours, repository.folder);
  }

  describe.skipIf(helm === '')('(needs the real program) on disk', () => {
    test.each(local.map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
      await compare(scenario);
    });
  });

  describe.skipIf(helm === '')('(needs the real program) from a repository', () => {
    test.each(remote('').map(({ name }, index) => [name, index] as const))('%s', async (_, index) => {
      await compare(remote(repository.url)[index] as Scenario);
    });
  });

  describe.skipIf(helm === '' || registryProgram === undefined)('(needs REGISTRY_BIN too) from a registry', () => {
    test.each(ofRegistry('').map(({ name }, index) => [name, index] as const))('%s', async (_, index) => {
      await compare(ofRegistry(registry?.host ?? '')[index] as Scenario);
    });
  });
});

/** Chart.yaml without its last dependency. */
function rewrite(folder: string): void {
  writeFileSync(
    join(folder, 'shop/Chart.yaml'),
    chartYaml('shop', '1.0.0', 'dependencies: [{name: low, version: "1.x", repository: "file://../low"}]\n'),
  );
}

/** What was downloaded is what the server holds, byte for byte; of a registry it may be called after the tag. */
async function checkBytes(side: Side, folder: string): Promise<void> {
  for (const name of Object.keys(await side.files()).filter((file) => file.endsWith('.tgz'))) {
    const original = join(folder, basename(name));
    if (existsSync(original)) expect(side.bytes(name).equals(readFileSync(original))).toBe(true);
  }
}
