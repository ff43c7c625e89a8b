import { describe, expect, test } from 'vitest';
import { formatPlace } from '../../../src/foundation/base/errors.ts';
import { newDefinitionCache } from '../../../src/pipeline/definitions/read-definitions.ts';
import { definitionId } from '../../../src/pipeline/definitions/release-definition.ts';
import { application, defaults, environment, memoryFiles, readFleetOf } from './memory-files.ts';

type Read = Awaited<ReturnType<typeof readFleetOf>>;
const ids = ({ definitions }: Read) => definitions.map(definitionId);
const messages = ({ problems }: Read) => problems.map(({ message }) => message);
const only = (read: Read) => {
  expect(read.problems).toEqual([]);
  expect(read.definitions).toHaveLength(1);
  return read.definitions[0]!;
};

describe('one application', () => {
  test('without environments runs in default, in a namespace of its own name', async () => {
    expect(only(await readFleetOf({ 'apps/shop.yaml': application('shop') }))).toMatchObject({
      app: 'shop',
      environment: 'default',
      cluster: 'local',
      namespace: 'shop',
      releaseName: 'shop',
      chart: { type: 'path', path: 'charts/x', place: { file: 'apps/shop.yaml', line: 4 } },
      values: [],
      createNamespace: { labels: {}, annotations: {} },
      origin: {
        repository: 'fleet',
        path: 'apps',
        parents: [],
        place: { file: 'apps/shop.yaml', line: 3, column: 18 },
      },
    });
  });

  test('has the documented defaults', async () => {
    expect(only(await readFleetOf({ 'apps/shop.yaml': application('shop') })).settings).toEqual({
      dependsOn: [],
      sync: {
        automatic: true,
        prune: true,
        suspend: false,
        wave: 0,
        interval: 600_000,
        retry: { limit: 5, initial: 5000, max: 180_000 },
      },
      onRemove: 'uninstall',
      adopt: 'same',
      crds: 'create',
      timeout: 300_000,
      tests: false,
      drift: { policy: 'report', after: 0, limit: 5, ignore: [] },
      rollback: {
        on: ['failure', 'unhealthy'],
        soak: 120_000,
        firstInstall: 'leave',
        revert: 'none',
        afterHooks: 'rollback',
        retryAfter: 0,
      },
      patches: [],
      promotion: { keys: [], files: [], pin: 'none', after: 0, gates: [], haltOnFailure: false },
    });
  });

  test('reads every kind of value source in its order, each with its place', async () => {
    const spec = `
  chart: {path: charts/x}
  values:
    - values/{{app}}.yaml
    - {file: ./values/b.yaml, optional: true}
    - {template: values/c.yaml}
    - inline: {on: yes, mode: 0777, text: "{{app}}", date: 2020-01-01}
    - {set: "a={{namespace}}"}
    - {setString: b=1}
    - {setJson: 'c={"d":{"e":1}}'}
    - {setFile: d=files/d.txt}
`;
    const { values } = only(await readFleetOf({ 'apps/shop.yaml': application('shop', spec) }));
    expect(values.map(({ place, ...source }) => [place.line, source])).toEqual([
      [7, { type: 'file', path: 'values/shop.yaml', optional: false, template: false }],
      [8, { type: 'file', path: 'values/b.yaml', optional: true, template: false }],
      [9, { type: 'file', path: 'values/c.yaml', optional: false, template: true }],
      [10, { type: 'inline', values: { true: true, mode: 511, text: '{{app}}', date: '2020-01-01' } }],
      [11, { type: 'set', expression: 'a=shop' }],
      [12, { type: 'setString', expression: 'b=1' }],
      [13, { type: 'setJson', expression: 'c={"d":{"e":1}}' }],
      [14, { type: 'setFile', expression: 'd=files/d.txt' }],
    ]);
  });
});

describe('environments', () => {
  const documents = [
    environment('dev', '{namespace: "{{app}}-dev", variables: {domain: "{{environment}}.example.com", port: 8080}}'),
    environment('prod', '{values: [values/prod.yaml], timeout: 20m, createNamespace: {labels: {team: web}}}'),
  ].join('---\n');

  test('give cluster, namespace, variables and settings', async () => {
    const read = await readFleetOf({
      'apps/env.yaml': documents,
      'apps/web.yaml': 'apiVersion: helm-gitops.io/v1\nkind: Project\nmetadata: {name: web}\n',
      'apps/shop.yaml': application(
        'shop',
        '{chart: {path: x}, project: web, values: ["v/{{domain}}.yaml"], environments: {dev: {}}}',
      ),
    });
    expect(only(read)).toMatchObject({
      namespace: 'shop-dev',
      variables: {
        app: 'shop',
        environment: 'dev',
        cluster: 'local',
        namespace: 'shop-dev',
        project: 'web',
        domain: 'dev.example.com',
        port: '8080',
      },
      values: [{ path: 'v/dev.example.com.yaml' }],
    });
  });

  test('lie under the application, whose own environment lies above', async () => {
    const spec =
      '{chart: {path: x}, values: [values/common.yaml], environments: {prod: {values: [values/own.yaml], timeout: 1h}}}';
    const shop = only(await readFleetOf({ 'apps/env.yaml': documents, 'apps/shop.yaml': application('shop', spec) }));
    expect(shop.values.map((source) => 'path' in source && source.path)).toEqual([
      'values/prod.yaml',
      'values/common.yaml',
      'values/own.yaml',
    ]);
    expect(shop.settings.timeout).toBe(3_600_000);
    expect(shop).toMatchObject({ namespace: 'prod', createNamespace: { labels: { team: 'web' }, annotations: {} } });
  });

  test('an unknown one is an error with a suggestion, and the others go on', async () => {
    const spec = '{chart: {path: x}, environments: {dev: {}, prdo: {}}}';
    const read = await readFleetOf({ 'apps/env.yaml': documents, 'apps/shop.yaml': application('shop', spec) });
    expect(ids(read)).toEqual(['shop/dev']);
    expect(read.problems).toMatchObject([
      { code: 'definition.environment', hint: 'did you mean "prod"?', place: { line: 4 } },
    ]);
    expect(read.unreadFiles).toEqual(['apps/shop.yaml']);
  });

  test('need no document while the fleet has none', async () => {
    const read = await readFleetOf({
      'apps/shop.yaml': application('shop', '{chart: {path: x}, environments: {dev: {}, prod: null}}'),
    });
    expect(read.definitions.map(({ environment: e, namespace }) => [e, namespace])).toEqual([
      ['dev', 'dev'],
      ['prod', 'prod'],
    ]);
  });

  test('a broken one withholds what runs there, and nothing else', async () => {
    const read = await readFleetOf({
      'apps/env.yaml': `${environment('dev')}---\n${environment('prod', '{clutser: x}')}`,
      'apps/shop.yaml': application('shop', '{chart: {path: x}, environments: {dev: {}, prod: {}}}'),
    });
    expect(ids(read)).toEqual(['shop/dev']);
    expect(messages(read)).toEqual(['unknown field "clutser" in spec']);
    expect(read.unreadFiles).toEqual(['apps/env.yaml', 'apps/shop.yaml']);
  });

  test('when their only document is broken, nothing moves into namespaces of other names', async () => {
    const read = await readFleetOf({
      'apps/env.yaml': environment('prod', '{namespace: live').replace('}', ''),
      'apps/shop.yaml': application('shop', '{chart: {path: x}, environments: {prod: {}}}'),
    });
    expect(ids(read)).toEqual([]);
    expect(read.unreadFiles).toContain('apps/shop.yaml');
  });

  test('name a cluster of the configuration; with several one must be named', async () => {
    const files = {
      'apps/env.yaml': `${environment('dev', '{cluster: mian}')}---\n${environment('prod')}`,
      'apps/shop.yaml': application('shop', '{chart: {path: x}, environments: {dev: {}, prod: {}}}'),
    };
    const read = await readFleetOf(files, { clusters: ['main', 'other'] });
    expect(read.problems).toMatchObject([
      { message: 'environment dev: there is no cluster "mian" in the configuration', hint: 'did you mean "main"?' },
      { message: 'environment prod names no cluster, and there are 2' },
    ]);
  });

  test('given twice are both refused', async () => {
    const read = await readFleetOf({ 'apps/a.yaml': environment('dev'), 'apps/b.yaml': environment('dev') });
    expect(read.problems.map(({ place }) => place?.file)).toEqual(['apps/a.yaml', 'apps/b.yaml']);
  });
});

describe('Defaults', () => {
  const files = {
    'apps/defaults.yaml': defaults(
      '{timeout: 10m, drift: {policy: correct, ignore: [{kind: A}]}, environments: {dev: {}, prod: {timeout: 11m}}}',
    ),
    'apps/web/defaults.yaml': defaults('{drift: {ignore: [{kind: B}]}}'),
    'apps/web/shop.yaml': application(
      'shop',
      '{chart: {path: x}, drift: {after: 1m, ignore: [{kind: C, name: "{{app}}"}]}}',
    ),
    'apps/other/mail.yaml': application('mail', '{chart: {path: x}, environments: {dev: {timeout: 1m}}}'),
  };

  test('hold for their folder and below; the innermost level that states environments fixes them', async () => {
    const read = await readFleetOf(files);
    expect(read.problems).toEqual([]);
    expect(read.definitions.map((d) => [definitionId(d), d.settings.timeout])).toEqual([
      ['mail/dev', 60_000],
      ['shop/dev', 600_000],
      ['shop/prod', 660_000],
    ]);
    expect(read.definitions[1]?.settings.drift).toEqual({
      policy: 'correct',
      after: 60_000,
      limit: 5,
      ignore: ['A', 'B', 'C'].map((kind) => ({ kind, name: kind === 'C' ? 'shop' : undefined, paths: [] })),
    });
  });

  test('that are broken withhold the applications below, said once', async () => {
    const read = await readFleetOf({ ...files, 'apps/web/defaults.yaml': defaults('{timeuot: 1m}') });
    expect(ids(read)).toEqual(['mail/dev']);
    expect(messages(read)).toEqual(['unknown field "timeuot" in spec']);
    expect(read.unreadFiles).toEqual(['apps/web/defaults.yaml', 'apps/web/shop.yaml']);
  });
});

describe('what is read', () => {
  test('every YAML file below the path, but not charts and not other folders', async () => {
    const read = await readFleetOf({
      'apps/a/b/c/one.yml': application('one'),
      'apps/two.YAML': application('two'),
      'apps/note.txt': application('text'),
      'apps/chart/Chart.yaml': 'name: x',
      'apps/chart/templates/app.yaml': application('inchart'),
      'elsewhere/three.yaml': application('three'),
    });
    expect(ids(read)).toEqual(['one/default', 'two/default']);
    expect(read.files).toBe(2);
  });

  test('documents of other groups and broken files that are none of ours are left alone', async () => {
    const read = await readFleetOf({
      'apps/all.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, annotations: {a: helm-gitops.io/x}}\n---\n${application('shop')}---\n`,
      'apps/template.yaml': 'a: {{ if }}\n  {{- nonsense',
      'apps/list.yaml': '- helm-gitops.io/v1\n',
    });
    expect([ids(read), read.problems]).toEqual([['shop/default'], []]);
  });

  test('a broken definition takes no other down, and its file counts as unread', async () => {
    const read = await readFleetOf({
      'apps/bad.yaml': application('bad', '{chart: {pth: x}}'),
      'apps/syntax.yaml': `${application('syntax', '{chart: [')}---\n${application('beside')}`,
      'apps/kind.yaml': application('kind').replace('Application', 'Aplication'),
      'apps/version.yaml': application('version').replace('/v1', '/v2'),
      'apps/good.yaml': application('good'),
    });
    expect(ids(read)).toEqual(['beside/default', 'good/default']);
    expect(read.unreadFiles).toEqual(['apps/bad.yaml', 'apps/kind.yaml', 'apps/syntax.yaml', 'apps/version.yaml']);
    expect(read.problems.map(({ hint }) => hint)).toEqual(
      expect.arrayContaining(['did you mean "path"?', 'did you mean "Application"?', 'write helm-gitops.io/v1']),
    );
  });

  test('a misspelt group is a mistake where nobody else has such a kind, and leaves its file unread', async () => {
    const written = (group: string) => application('shop').replace('helm-gitops.io/v1', group);
    const wrong = ['helmgitops.io/v1', 'helm-gitop.io/v1', 'Helm-GitOps.io/v1', '"helm-gitops.i/v1"'];
    const others = ['app.k8s.io/v1beta1', 'helm.io/v1', 'gitops.io/v1', 'v1'];
    const files = [...wrong, ...others].map((group, index) => [`apps/${index}.yaml`, written(group)] as const);
    const read = await readFleetOf(Object.fromEntries(files));
    expect(read.unreadFiles).toEqual(wrong.map((_, index) => `apps/${index}.yaml`));
    expect(read.problems.map(({ message }) => message)).toContain('unknown apiVersion "helmgitops.io/v1"');
    expect(new Set(read.problems.map(({ hint }) => hint))).toEqual(new Set(['write helm-gitops.io/v1']));
  });

  test('a path that does not exist is a problem, not an empty fleet', async () => {
    const read = await readFleetOf({ 'x.yaml': '' }, { path: 'apps' });
    expect(read.problems).toMatchObject([{ code: 'definition.path', message: 'the folder apps does not exist' }]);
    expect(read.unreadFiles).toEqual(['apps']);
  });

  test('what was parsed is kept for the next time, and forgotten with its file', async () => {
    const cache = newDefinitionCache();
    const first = await readFleetOf({ 'apps/a.yaml': application('a'), 'apps/b.yaml': application('b') }, { cache });
    const kept = cache.files.get('apps/a.yaml')?.parsed;
    const second = await readFleetOf({ 'apps/a.yaml': application('a') }, { cache });
    expect([ids(first), ids(second)]).toEqual([['a/default', 'b/default'], ['a/default']]);
    expect(cache.files.get('apps/a.yaml')?.parsed).toBe(kept);
    expect([...cache.files.keys()]).toEqual(['apps/a.yaml']);
  });
});

describe('a release that is asked for alike', () => {
  const fleet = {
    'apps/environments.yaml': environment('dev'),
    'apps/shop.yaml': application('shop', '{chart: {path: x}, environments: {dev: {}}}'),
    'apps/web/web.yaml': application('web', '{chart: {path: x}, environments: {dev: {}}}'),
  };
  const release = ({ definitions }: Read, app: string) => definitions.find((definition) => definition.app === app);

  test('is the very object of the last time, whatever else changed', async () => {
    const cache = newDefinitionCache();
    const first = await readFleetOf(fleet, { cache });
    const other = application('web', '{chart: {path: y}, environments: {dev: {}}}');
    const second = await readFleetOf({ ...fleet, 'apps/web/web.yaml': other }, { cache });
    expect(release(second, 'shop')).toBe(release(first, 'shop'));
    expect(release(second, 'web')?.chart).toMatchObject({ path: 'y' });
  });

  const at = (id: string) => {
    const commit = { id, author: 'ann', time: 0, subject: 'Change' };
    return { repository: 'fleet', revision: id, commit, root: '/nowhere', path: 'apps' };
  };

  test('is the very object in the next commit, except where it names the commit itself', async () => {
    const url = 'https://git.example.com/fleet.git';
    const argo = (name: string, revision: string) =>
      `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ${name}, namespace: argocd}\nspec: {project: default, source: {repoURL: "${url}", path: x, targetRevision: ${revision}}, destination: {name: local, namespace: n}}\n`;
    const both = { ...fleet, 'apps/branch.yaml': argo('branch', 'main'), 'apps/commit.yaml': argo('commit', 'c1') };
    const cache = newDefinitionCache();
    const own = { urls: [url], revision: 'main', mode: undefined };
    const first = await readFleetOf(both, { cache, own, checkout: at('c1') });
    const second = await readFleetOf(both, { cache, own, checkout: at('c2') });
    expect(first.problems).toEqual([]);
    for (const app of ['shop', 'web', 'branch']) expect(release(second, app)).toBe(release(first, app));
    expect(release(first, 'commit')?.chart).toMatchObject({ type: 'path' });
    expect(release(second, 'commit')?.chart).toMatchObject({ type: 'git', revision: 'c1' });
  });

  test.each([
    ['its environment', { 'apps/environments.yaml': environment('dev', '{namespace: other}') }],
    ['a Defaults document around it', { 'apps/web/defaults.yaml': defaults('{timeout: 1m}') }],
    ['whose it is', { 'apps/root.yaml': application('root', '{apps: {path: apps/web}}') }],
  ])('is another one when %s changes', async (_, change) => {
    const cache = newDefinitionCache();
    const first = await readFleetOf(fleet, { cache });
    const fresh = await readFleetOf({ ...fleet, ...change });
    const second = await readFleetOf({ ...fleet, ...change }, { cache });
    expect(release(second, 'web')).not.toBe(release(first, 'web'));
    expect(second).toEqual(fresh);
  });
});

describe('a renamed application', () => {
  test('has its releases where the oldest name put them', async () => {
    const metadata = 'metadata: {name: market, formerly: [shop, store]}';
    const text = (spec: string) => `apiVersion: helm-gitops.io/v1\nkind: Application\n${metadata}\nspec: ${spec}\n`;
    const plain = await readFleetOf({ 'apps/a.yaml': text('{chart: {path: x}}') });
    const named = await readFleetOf({
      'apps/a.yaml': text(
        '{chart: {path: x}, namespace: "n-{{app}}", releaseName: "r-{{app}}", values: ["{{app}}.yaml"]}',
      ),
    });
    const [one, other] = [...plain.definitions, ...named.definitions];
    expect(one).toMatchObject({ app: 'market', namespace: 'shop', releaseName: 'shop', formerly: ['shop', 'store'] });
    expect(other).toMatchObject({ namespace: 'n-shop', releaseName: 'r-shop', values: [{ path: 'market.yaml' }] });
  });

  test('and one that still has the old name are both refused', async () => {
    const both = await readFleetOf({
      'apps/a.yaml': application('shop'),
      'apps/b.yaml':
        'apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: market, formerly: [shop]}\nspec: {chart: {path: x}}\n',
    });
    expect([ids(both), both.problems.map(({ code }) => code)]).toEqual([
      [],
      ['definition.conflict', 'definition.conflict'],
    ]);
  });
});

describe('fields that ask for nothing', () => {
  test('an empty list or the default asks for nothing', async () => {
    const spec = '{chart: {path: x}, patches: [], sync: {windows: []}, rollback: {revert: none}}';
    expect(only(await readFleetOf({ 'apps/shop.yaml': application('shop', spec) })).app).toBe('shop');
  });

  test('other kinds of those tools are left alone', async () => {
    const read = await readFleetOf({ 'apps/x.yaml': 'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: {}\n' });
    expect(read.problems).toEqual([]);
  });
});

describe('apps of apps', () => {
  test('own their folders, at any depth', async () => {
    const read = await readFleetOf({
      'apps/root.yaml': application('root', '{apps: {path: apps/teams}}'),
      'apps/direct.yaml': application('direct'),
      'apps/teams/web.yaml': application('web', '{apps: {path: apps/teams/web}}'),
      'apps/teams/web/shop.yaml': application('shop'),
      'apps/teams/mail.yaml': application('mail'),
    });
    expect(read.problems).toEqual([]);
    expect(read.definitions.map((d) => [d.app, d.origin.parents])).toEqual([
      ['direct', []],
      ['mail', ['root']],
      ['shop', ['root', 'web']],
    ]);
  });

  test('may name folders outside of the configured path', async () => {
    const read = await readFleetOf({
      'apps/root.yaml': application('root', '{apps: {path: ./teams/}}'),
      'teams/more.yaml': application('more', '{apps: {path: deep}}'),
      'deep/shop.yaml': application('shop'),
    });
    expect(read.definitions.map((d) => [d.app, d.origin.parents])).toEqual([['shop', ['root', 'more']]]);
  });

  test('a cycle is an error that names its members, and what lies below stays', async () => {
    const read = await readFleetOf({
      'apps/a/one.yaml': application('one', '{apps: {path: apps/b}}'),
      'apps/a/kept.yaml': application('kept'),
      'apps/b/two.yaml': application('two', '{apps: {path: apps/a}}'),
      'apps/free.yaml': application('free'),
    });
    expect(ids(read)).toEqual(['free/default']);
    expect(messages(read)).toEqual([
      "applications name each other's folders in a cycle: one → two → one",
      "applications name each other's folders in a cycle: two → one → two",
    ]);
    expect(read.unreadFiles).toEqual(['apps/a/kept.yaml', 'apps/a/one.yaml', 'apps/b/two.yaml']);
  });

  test('one that names the folder which it lies in takes nobody down with it', async () => {
    const read = await readFleetOf({
      'apps/self.yaml': application('self', '{apps: {path: apps}}'),
      'apps/below/free.yaml': application('free'),
    });
    expect(ids(read)).toEqual(['free/default']);
    expect(read.definitions[0]?.origin.parents).toEqual([]);
    expect(read.unreadFiles).toEqual(['apps/self.yaml']);
    expect(read.problems).toHaveLength(1);
  });

  test.each([
    ['{apps: {path: apps}}', 'self: the folder apps holds the application that names it'],
    ['{apps: {path: ../x}}', 'spec.apps.path leads out of the repository'].slice(0, 2) as [string, string],
    ['{apps: {path: apps/none}}', 'the folder apps/none does not exist'],
    ['{apps: {}}', 'spec.apps: "path" is missing'],
    ['{apps: {path: x, revision: main}}', 'spec.apps.revision goes with spec.apps.git'],
    ['{apps: {git: "https://h/x"}}', 'definitions of other repositories are not read here'],
    ['{apps: {path: x}, timeout: 1m}', 'spec.timeout does not go with spec.apps'],
  ])('%s: %s', async (spec, message) => {
    const read = await readFleetOf({ 'apps/self.yaml': application('self', spec) });
    expect(messages(read)).toContain(message.startsWith('self:') ? `self → ${message}` : message);
    expect(read.unreadFiles).toEqual(['apps/self.yaml']);
  });

  test('two cannot share a folder', async () => {
    const read = await readFleetOf({
      'apps/a.yaml': application('a', '{apps: {path: teams}}'),
      'apps/b.yaml': application('b', '{apps: {path: teams}}'),
      'teams/shop.yaml': application('shop'),
    });
    expect(ids(read)).toEqual([]);
    expect(read.problems).toHaveLength(2);
    expect(read.unreadFiles).toContain('teams/shop.yaml');
  });
});

describe('what cannot live together', () => {
  test('two applications of one name are both refused and named', async () => {
    const read = await readFleetOf({
      'apps/a.yaml': application('shop'),
      'apps/b.yaml': application('shop'),
      'apps/c.yaml': application('c'),
    });
    expect(ids(read)).toEqual(['c/default']);
    expect(messages(read)).toEqual([
      'there is another application "shop": apps/b.yaml:3:18',
      'there is another application "shop": apps/a.yaml:3:18',
    ]);
  });

  test('two that claim one release are both refused and named', async () => {
    const spec = '{chart: {path: x}, namespace: web, releaseName: same}';
    const read = await readFleetOf({ 'apps/a.yaml': application('a', spec), 'apps/b.yaml': application('b', spec) });
    expect(ids(read)).toEqual([]);
    expect(read.problems[0]).toMatchObject({
      code: 'definition.conflict',
      message:
        'release same in namespace web of cluster local of a/default is also claimed by b/default (apps/b.yaml:3:18)',
    });
    expect(read.unreadFiles).toEqual(['apps/a.yaml', 'apps/b.yaml']);
  });

  test('a name of a namespace or release that Kubernetes would refuse is refused here', async () => {
    const read = await readFleetOf({
      'apps/a.yaml': application('a', '{chart: {path: x}, namespace: Web_1}'),
      'apps/b.yaml': application('b', `{chart: {path: x}, releaseName: ${'x'.repeat(54)}}`),
    });
    expect(ids(read)).toEqual([]);
    expect(read.problems.map(({ place }) => place && formatPlace(place))).toEqual([
      'apps/a.yaml:4:37',
      'apps/b.yaml:4:39',
    ]);
  });

  test.each(['../secret.yaml', '/etc/passwd', 'a/../../b'])(
    'the path %s out of the repository is refused',
    async (path) => {
      const read = await readFleetOf({ 'apps/a.yaml': application('a', `{chart: {path: x}, values: ["${path}"]}`) });
      expect(messages(read)).toEqual([`${JSON.stringify(path)} leads out of the repository`]);
    },
  );
});

describe('dependsOn', () => {
  const app = (name: string, dependsOn: string) =>
    application(name, `{chart: {path: x}, environments: {dev: {}}, dependsOn: ${dependsOn}}`);

  test('means the same environment, unless it says another', async () => {
    const read = await readFleetOf({
      'apps/a.yaml': app('a', '[b, {app: c, environment: ops, optional: true}]'),
      'apps/b.yaml': app('b', '[]'),
    });
    expect(read.definitions[0]?.settings.dependsOn).toEqual([
      { app: 'b', environment: 'dev', optional: false },
      { app: 'c', environment: 'ops', optional: true },
    ]);
  });

  test('an unknown application is an error with a suggestion', async () => {
    const read = await readFleetOf({ 'apps/a.yaml': app('a', '[databse]'), 'apps/b.yaml': app('database', '[]') });
    expect(ids(read)).toEqual(['database/dev']);
    expect(read.problems).toMatchObject([{ hint: 'did you mean "database"?', place: { line: 4 } }]);
  });

  test('on a definition that is broken is waited for, not refused', async () => {
    const read = await readFleetOf({
      'apps/a.yaml': app('a', '[b]'),
      'apps/b.yaml': app('b', '[').replace('}\n', '\n'),
    });
    expect(ids(read)).toEqual(['a/dev']);
  });

  test('on an application of another repository is known by name', async () => {
    const read = await readFleetOf({ 'apps/a.yaml': app('a', '[far]') }, { otherApplications: ['far'] });
    expect(ids(read)).toEqual(['a/dev']);
  });

  test('an old name goes to one new name in each environment', async () => {
    const named = (name: string, formerly: string, environments: string) =>
      application(name, `{chart: {path: charts/x}, environments: {${environments}}}`).replace(
        `{name: ${name}}`,
        `{name: ${name}, formerly: [${formerly}]}`,
      );
    const both = await readFleetOf({
      'apps/kiosk.yaml': named('kiosk', 'shop', 'dev: {}, prod: {}'),
      'apps/store.yaml': named('store', 'shop', 'prod: {}'),
      'apps/b.yaml': named('b', 'c', 'dev: {}'),
      'apps/c.yaml': named('c', 'b', 'dev: {}'),
    });
    expect(ids(both)).toEqual(['b/dev', 'c/dev', 'kiosk/dev']);
    expect(both.unreadFiles).toEqual(['apps/kiosk.yaml', 'apps/store.yaml']);
    const told = (read: Read) =>
      read.problems.map(({ message, place = { file: '' } }) => `${formatPlace(place)}: ${message}`);
    expect(told(both)).toEqual([
      'apps/kiosk.yaml:3:18: kiosk/prod was formerly shop/prod, and so was store/prod (apps/store.yaml:3:18)',
      'apps/store.yaml:3:18: store/prod was formerly shop/prod, and so was kiosk/prod (apps/kiosk.yaml:3:18)',
    ]);
    const own = await readFleetOf({ 'apps/shop.yaml': named('shop', 'kiosk, shop', 'dev: {}') });
    expect(told(own)).toEqual(['apps/shop.yaml:3:42: application shop is not an old name of itself']);
  });

  test('a circle is refused, its members named, the others kept', async () => {
    const read = await readFleetOf({
      'apps/a.yaml': app('a', '[b]'),
      'apps/b.yaml': app('b', '[c]'),
      'apps/c.yaml': app('c', '[a]'),
      'apps/d.yaml': app('d', '[a]'),
    });
    expect(ids(read)).toEqual(['d/dev']);
    expect(messages(read)[0]).toBe('applications wait for each other in a circle: a/dev → b/dev → c/dev → a/dev');
  });

  test('of a level for many leaves out the one it names', async () => {
    const read = await readFleetOf({
      'apps/defaults.yaml': defaults('{dependsOn: [database]}'),
      'apps/database.yaml': application('database'),
      'apps/shop.yaml': application('shop'),
    });
    expect(read.problems).toEqual([]);
    expect(read.definitions.map((d) => d.settings.dependsOn.map((on) => on.app))).toEqual([[], ['database']]);
  });
});

describe('templates', () => {
  test('an unknown name is an error that is said once for all environments', async () => {
    const spec = '{chart: {path: x}, values: ["v/{{enviroment}}.yaml"], environments: {dev: {}, prod: {}}}';
    const read = await readFleetOf({ 'apps/a.yaml': application('a', spec) });
    expect(read.problems).toMatchObject([
      {
        code: 'definition.template',
        message: 'unknown name {{enviroment}} in a template',
        hint: 'did you mean "environment"?',
      },
    ]);
  });

  test('an unquoted {{ gets the hint to quote it', async () => {
    const read = await readFleetOf({ 'apps/a.yaml': application('a', '{chart: {path: x}, namespace: {{app}}}') });
    expect(read.problems[0]?.hint).toBe('quote a value that holds {{');
  });
});

test('a fleet of 10,000 files is read at once, each file once', async () => {
  const files: Record<string, string> = {};
  for (let i = 0; i < 500; i++) files[`apps/t${i % 20}/app-${i}.yaml`] = application(`app-${i}`);
  for (let i = 0; i < 9500; i++) files[`apps/values/v${i}.yaml`] = `replicas: ${i}\n`;
  const memory = memoryFiles(files);
  const read = await readFleetOf({}, { files: memory });
  expect([read.definitions.length, read.files, memory.reads.length]).toEqual([500, 10_000, 10_000]);
});
