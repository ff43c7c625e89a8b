import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChartSources, noSources } from '../../src/pipeline/chart/chart-sources.ts';
import { compareRevisions } from '../../src/pipeline/compare-revisions.ts';
import type { PreparedRelease } from '../../src/pipeline/context.ts';
import { newDefinitionCache } from '../../src/pipeline/definitions/read-definitions.ts';
import { definitionId } from '../../src/pipeline/definitions/release-definition.ts';
import { takeDefinitions } from '../../src/pipeline/render/take-definitions.ts';
import { renderOffline } from '../../src/pipeline/render-offline.ts';
import { openCheckoutFiles } from '../../src/pipeline/source/checkout-files.ts';
import { syncComparison } from '../../src/pipeline/sync-comparison.ts';
import { type SyncedRevision, type SyncInput, syncRevision } from '../../src/pipeline/sync-revision.ts';
import { temporaryFolder, writeFiles } from '../support/git-repository.ts';
import { longTest } from '../support/long-test.ts';
import { newRandom } from '../support/random.ts';

const url = 'https://git.example.com/fleet.git';
const chart = (name: string, more = '') => ({
  [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n${more}`,
  [`charts/${name}/values.yaml`]: 'size: 1\n',
  [`charts/${name}/templates/a.yaml`]:
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {size: "{{ .Values.size }}"}\n',
});
const environment = (name: string) => ({
  [`apps/environments/${name}.yaml`]: `apiVersion: helm-gitops.io/v1\nkind: Environment\nmetadata: {name: ${name}}\nspec: {values: [values/${name}.yaml], variables: {domain: ${name}.example.com}}\n`,
  [`values/${name}.yaml`]: `place: ${name}\n`,
});
const application = (name: string, spec: string, dev = '') => ({
  [`apps/teams/${name}.yaml`]: `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: ${name}}\nspec: {${spec}, environments: {dev: ${dev}, prod: }}\n`,
});
const argo = (name: string, source: string) => ({
  [`apps/argo/${name}.yaml`]: `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ${name}}\nspec: {destination: {name: in-cluster, namespace: ${name}}, source: {repoURL: "${url}", ${source}}}\n`,
});

/** One of each way to be made of something. */
const fleet: Readonly<Record<string, string>> = {
  ...environment('dev'),
  ...environment('prod'),
  ...chart('shop', 'dependencies: [{name: common, version: 1.0.0, repository: "file://../common"}]\n'),
  ...chart('common'),
  ...chart('plain'),
  ...chart('web'),
  ...chart('parent'),
  'charts/parent/templates/child.yaml':
    'apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: "child-{{ .Values.place }}"}\nspec: {chart: {path: charts/plain}, values: [values/child.yaml, {inline: {size: {{ .Values.size }} }}]}\n',
  'values/child.yaml': 'a: 1\n',
  'values/shared.yaml': 'b: 1\n',
  ...application(
    'shop',
    'chart: {path: charts/shop}, values: [values/shared.yaml, "values/shop-{{environment}}.yaml"]',
  ),
  'values/shop-dev.yaml': 'c: dev\n',
  'values/shop-prod.yaml': 'c: prod\n',
  ...application('desk', 'chart: {path: charts/plain}, values: [{file: values/desk.yaml, optional: true}]'),
  ...application('mail', 'chart: {path: charts/plain}, values: [{template: values/mail.yaml}]'),
  'values/mail.yaml': 'host: "{{domain}}"\n',
  ...application('note', 'chart: {path: charts/plain}, values: [{setFile: "text=files/{{environment}}.txt"}]'),
  'files/dev.txt': 'dev\n',
  'files/prod.txt': 'prod\n',
  ...application('link', 'chart: {path: charts/plain}, values: [values/link.yaml]'),
  ...application(
    'pinned',
    'chart: {path: charts/plain}, values: [values/shared.yaml, values/pinned.yaml]',
    '{revision: v1}',
  ),
  'values/pinned.yaml': 'd: 1\n',
  ...application('parent', 'chart: {path: charts/parent}'),
  ...argo('glob', 'path: charts/web, helm: {valueFiles: ["/values/more/*.yaml"]}'),
  'values/more/one.yaml': 'e: 1\n',
  ...argo(
    'parameters',
    'path: charts/web, helm: {valueFiles: [extra.yaml], fileParameters: [{name: f, path: files/f.txt}]}',
  ),
  'charts/web/extra.yaml': 'f: 1\n',
  'charts/web/files/f.txt': 'text\n',
  'apps/flux/release.yaml': `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: fleet, namespace: flux}\nspec: {url: "${url}", ref: {branch: main}}\n---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: flux, namespace: flux}\nspec: {interval: 1m, chart: {spec: {chart: charts/plain, sourceRef: {kind: GitRepository, name: fleet}}}, values: {size: 1}}\n`,
  ...application('broken', 'chart: {path: charts/plain}, values: [values/broken.yaml]'),
  'values/broken.yaml': 'a: [\n',
};

/** Text to be written; null: it goes; a link by `-> TARGET`. */
type Change = Readonly<Record<string, string | null>>;

const edited = (path: string, from: string | RegExp, to: string): Change => {
  const text = fleet[path] ?? '';
  const after = text.replace(from, to);
  if (after === text) throw new Error(`${path} does not hold ${from}`);
  return { [path]: after };
};

const changes: Readonly<Record<string, Change>> = {
  nothing: {},
  'a file that nothing reads': { 'README.md': 'more\n' },
  'an application': edited('apps/teams/desk.yaml', 'optional: true', 'optional: true}, {inline: {x: 1}'),
  'an application that says the same': { 'apps/teams/desk.yaml': `# so\n${fleet['apps/teams/desk.yaml']}` },
  'a value file of one release': { 'values/shop-prod.yaml': 'c: other\n' },
  'a shared value file': { 'values/shared.yaml': 'b: 2\n' },
  'a value file in other words': { 'values/shared.yaml': '# more\nb:   1\n' },
  'a value file that was not there': { 'values/desk.yaml': 'x: 1\n' },
  'a value file that goes': { 'values/shop-dev.yaml': null },
  'a template of values': { 'values/mail.yaml': 'host: "mail.{{domain}}"\n' },
  'a file that is set': { 'files/dev.txt': 'other\n' },
  'behind a link': { 'values/linked.yaml': 'l: 2\n' },
  'where a link leads': { 'values/link.yaml': '-> shared.yaml' },
  'values of an environment': { 'values/prod.yaml': 'place: elsewhere\n' },
  'variables of an environment': edited('apps/environments/dev.yaml', 'dev.example.com', 'dev.example.org'),
  'an environment that goes': { 'apps/environments/prod.yaml': null },
  'defaults of a folder': {
    'apps/teams/defaults.yaml': 'apiVersion: helm-gitops.io/v1\nkind: Defaults\nspec: {values: [{inline: {z: 1}}]}\n',
  },
  'a template of a chart': edited('charts/shop/templates/a.yaml', 'name: a', 'name: b'),
  'values of a chart': { 'charts/plain/values.yaml': 'size: 2\n' },
  'a dependency of a chart': edited('charts/common/templates/a.yaml', 'name: a', 'name: b'),
  'a dependency that is not wanted any more': edited('charts/shop/Chart.yaml', /dependencies.*\n/, ''),
  'a chart that breaks': { 'charts/plain/Chart.yaml': 'apiVersion: v2\n' },
  'a chart that goes': { 'charts/plain/Chart.yaml': null },
  'what a chart ignores': { 'charts/web/.helmignore': 'extra.yaml\n' },
  'one more file for a glob': { 'values/more/two.yaml': 'e: 2\n' },
  'a file of a glob': { 'values/more/one.yaml': 'e: 2\n' },
  'a value file beside a chart': { 'charts/web/extra.yaml': 'f: 2\n' },
  'a file parameter': { 'charts/web/files/f.txt': 'other\n' },
  'a file beside the chart that overrides': {
    'charts/web/.argocd-source.yaml': 'helm: {parameters: [{name: size, value: "7"}]}\n',
  },
  'values of a HelmRelease': edited('apps/flux/release.yaml', 'size: 1', 'size: 2'),
  'what a chart renders of definitions': edited('charts/parent/templates/child.yaml', 'size: {{', 'other: {{'),
  'values of a release that renders definitions': { 'charts/parent/values.yaml': 'size: 2\n' },
  'values of a rendered definition': { 'values/child.yaml': 'a: 2\n' },
  'a commit that is pinned': edited('apps/teams/pinned.yaml', 'v1', 'v2'),
  'a file that only the pinned release read is read by another': edited(
    'apps/teams/desk.yaml',
    'values/desk.yaml',
    'values/pinned.yaml',
  ),
  'the same by a rendered definition': edited(
    'charts/parent/templates/child.yaml',
    'values/child.yaml',
    'values/pinned.yaml',
  ),
  'a file of the pinned release alone': { 'values/pinned.yaml': 'd: 2\n' },
  'promotion, and nothing else': edited('apps/environments/prod.yaml', 'spec: {', 'spec: {promote: {from: dev}, '),
  'a release that goes': { 'apps/teams/shop.yaml': null },
  'a renamed release': {
    'apps/teams/desk.yaml': null,
    'apps/teams/table.yaml': (fleet['apps/teams/desk.yaml'] ?? '').replace(
      '{name: desk}',
      '{name: table, formerly: desk}',
    ),
  },
  'a definition in another file': {
    'apps/teams/desk.yaml': null,
    'apps/moved/desk.yaml': fleet['apps/teams/desk.yaml'] ?? '',
  },
  'another namespace': edited('apps/teams/desk.yaml', 'spec: {', 'spec: {namespace: other, '),
  'the same name twice': { 'apps/again.yaml': fleet['apps/teams/shop.yaml'] ?? '' },
  'a definition that breaks': { 'apps/teams/mail.yaml': 'apiVersion: helm-gitops.io/v1\nkind: Application\n  x' },
  'a project': {
    'apps/project.yaml':
      'apiVersion: helm-gitops.io/v1\nkind: Project\nmetadata: {name: team}\nspec: {destinations: [{cluster: "*", namespace: dev}]}\n',
  },
  'how git writes files': { '.gitattributes': '*.yaml text\n' },
  'what was broken, mended': { 'values/broken.yaml': 'a: 1\n' },
};

const folder = temporaryFolder();
const place = (name: string) => join(folder.path, name);

function write(root: string, change: Change): void {
  for (const [path, text] of Object.entries(change)) {
    if (text === null || text.startsWith('-> ')) rmSync(join(root, path), { force: true });
    if (text?.startsWith('-> ')) symlinkSync(text.slice(3), join(root, path));
    else if (text !== null) writeFiles(root, { [path]: text });
  }
}

const links: Change = { 'values/linked.yaml': 'l: 1\n', 'values/link.yaml': '-> linked.yaml' };

/** What git tells of a commit: regular files, each with what its contents are known by. */
function contentsOf(root: string): Map<string, string> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    lstatSync(join(root, path)).isFile(),
  );
  const idOf = (path: string) =>
    createHash('sha1')
      .update(readFileSync(join(root, path)))
      .digest('hex');
  return new Map(files.map((path) => [path, idOf(path)]));
}

/** The pinned commits are there by their names. */
const sources: ChartSources = {
  ...noSources,
  fetch: async (request) => {
    if (request.type !== 'git') return await noSources.fetch(request);
    const root = place(request.revision ?? 'v1');
    return {
      path: join(root, request.path),
      root,
      version: `${request.revision}`,
      digest: `git:${request.revision}`,
      from: root,
    };
  },
};

const defaults = { settings: {}, environments: undefined };

interface Reading {
  readonly root: string;
  readonly knowsContents: boolean;
  readonly cache: ReturnType<typeof newDefinitionCache>;
}

async function inputOf({ root, knowsContents, cache }: Reading): Promise<SyncInput> {
  const contents = knowsContents ? contentsOf(root) : undefined;
  return {
    op: 'o',
    checkout: { repository: 'fleet', revision: root, commit: undefined, root, path: 'apps' },
    url,
    compat: 'helm4',
    sources,
    definitionsOf: async (prepared) => {
      const made = { now: () => new Date(0), randomBytes: (count: number) => new Uint8Array(count) };
      const { manifest } = renderOffline(prepared, {
        compat: 'helm4',
        kubeVersion: undefined,
        sources: made,
        isInstall: true,
      });
      return takeDefinitions(manifest).taken;
    },
    definitions: {
      files: await openCheckoutFiles(root, { contents }),
      cache,
      defaults,
      clusters: ['local'],
      own: { urls: [url], revision: 'main' },
    },
  };
}

const shown = ({ definition, digest }: PreparedRelease) => {
  const { cluster, namespace, releaseName, pin } = definition;
  return `${definitionId(definition)} ${cluster}/${namespace}/${releaseName} ${pin?.revision ?? ''} ${digest}`;
};

function differences(before: SyncedRevision, after: SyncedRevision) {
  const { changed, removed } = compareRevisions(before, after);
  return {
    changed: changed.map(({ prepared, before: was }) => [shown(prepared), was && shown(was)]),
    removed: removed.map(shown),
    defined: [before, after].map(({ defined }) => defined.map(definitionId)),
    problems: [before, after].map(({ problems }) => problems.map(({ code, message }) => `${code} ${message}`)),
    unread: after.unreadFiles,
  };
}

/** Those that are not wrong before in the same way. */
const newlyFailed = (before: SyncedRevision, after: SyncedRevision) => {
  const told = ({ failed }: SyncedRevision) =>
    failed.map(({ definition, error }) => `${definitionId(definition)} ${error.message}`);
  const known = new Set(told(before));
  return told(after).filter((text) => !known.has(text));
};

async function compareBothWays(root: string, knowsContents: boolean) {
  const read = async () => {
    const cache = newDefinitionCache();
    return [
      await inputOf({ root: place('before'), knowsContents, cache }),
      await inputOf({ root, knowsContents, cache }),
    ] as const;
  };
  const [one, other] = await read();
  const before = await syncRevision(one);
  const whole = [before, await syncRevision({ ...other, before })] as const;
  const fast = await syncComparison(...(await read()));
  return { whole, fast };
}

beforeAll(() => {
  for (const name of ['before', 'v1', 'v2']) {
    write(place(name), fleet);
    write(place(name), links);
  }
  write(place('v1'), { 'values/shared.yaml': 'b: old\n', 'values/pinned.yaml': 'd: old\n' });
  write(place('v2'), { 'values/shared.yaml': 'b: older\n', 'charts/plain/values.yaml': 'size: 9\n' });
});
afterAll(() => folder.remove());

describe('what two revisions differ in is the same, whether all is prepared or what may differ', () => {
  const isSame = async (what: string, knowsContents: boolean) => {
    const root = place(`after-${createHash('sha1').update(`${what}${knowsContents}`).digest('hex').slice(0, 8)}`);
    for (const files of [fleet, links, changes[what] ?? {}]) write(root, files);
    const { whole, fast } = await compareBothWays(root, knowsContents);
    expect(differences(...fast)).toEqual(differences(...whole));
    expect(newlyFailed(...fast)).toEqual(newlyFailed(...whole));
  };
  test.each(Object.keys(changes))('%s', (what) => isSame(what, true));
  longTest.each(Object.keys(changes))('%s, where contents are not known', (what) => isSame(what, false));

  longTest('several at once', async () => {
    const all = Object.values(changes);
    for (let pass = 0; pass < 40; pass += 1) {
      const random = newRandom(7, pass);
      const root = place(`several-${pass}`);
      for (const files of [fleet, links]) write(root, files);
      const chosen = Array.from({ length: 3 }, () => random.pick(all));
      for (const change of chosen) write(root, change);
      const { whole, fast } = await compareBothWays(root, pass % 2 === 0);
      expect(differences(...fast), JSON.stringify(chosen)).toEqual(differences(...whole));
      expect(newlyFailed(...fast), JSON.stringify(chosen)).toEqual(newlyFailed(...whole));
    }
  });
});

test('what is untouched is not prepared, and what was wrong with it before is no problem of the revision', async () => {
  const root = place('one-file');
  for (const files of [fleet, links, { 'values/shop-prod.yaml': 'c: other\n' }]) write(root, files);
  const { whole, fast } = await compareBothWays(root, true);
  const [before, after] = fast.map(({ releases }) => releases.map(({ definition }) => definitionId(definition)));
  const rendering = ['child-dev/default', 'child-prod/default', 'parent/dev', 'parent/prod'];
  // Objects of Flux are read anew where charts render definitions.
  expect(before).toEqual([...rendering, 'shop/prod', 'flux/default'].sort());
  expect(after).toEqual(before);
  expect(fast.flatMap(({ failed }) => failed)).toEqual([]);
  expect(whole[1].failed.map(({ definition }) => definition.app)).toEqual(['broken', 'broken']);
  expect(whole[1].releases.length).toBeGreaterThan(15);
});

test('the fleet of these tests is read as it is meant', async () => {
  const { whole } = await compareBothWays(place('before'), true);
  expect(whole[0].problems).toEqual([]);
  expect(new Set(whole[0].releases.map(({ definition }) => definition.app))).toEqual(
    new Set([
      'child-dev',
      'child-prod',
      'desk',
      'flux',
      'glob',
      'link',
      'mail',
      'note',
      'parameters',
      'parent',
      'pinned',
      'shop',
    ]),
  );
});
