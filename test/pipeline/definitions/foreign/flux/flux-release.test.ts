import { describe, expect, test } from 'vitest';
import { readFleetOf } from '../../memory-files.ts';
import { chart, helmRepository, object, release, source } from './flux-texts.ts';

const beside = { 'apps/charts.yaml': helmRepository('web/charts') };

async function readOne(spec: string, others: Record<string, string> = {}) {
  const read = await readFleetOf({ ...beside, ...others, 'apps/web.yaml': release('web/web', spec) });
  return { ...read, definition: read.definitions[0], messages: read.problems.map(({ message }) => message) };
}

describe('a HelmRelease', () => {
  test('is an application whose release Flux would know by the same name', async () => {
    const { definition, problems, notices } = await readOne(`{interval: 5m, ${chart}}`);
    expect({ problems, notices }).toEqual({ problems: [], notices: [] });
    expect(definition).toMatchObject({
      app: 'web',
      environment: 'default',
      cluster: 'local',
      namespace: 'web',
      releaseName: 'web',
      chart: { type: 'repository', repository: 'https://charts.example.com', name: 'web', version: '^1.0.0' },
      createNamespace: false,
      foreign: { tool: 'Flux', kind: 'HelmRelease', namespace: 'web', name: 'web' },
      settings: {
        sync: { automatic: true, prune: true, suspend: false, interval: 300_000 },
        crds: 'create',
        timeout: 300_000,
        onRemove: 'uninstall',
        rollback: { on: [] },
        drift: { policy: 'report' },
      },
      origin: { place: { file: 'apps/web.yaml' } },
    });
  });

  test.each([
    ['releaseName: site', 'site', 'web'],
    ['targetNamespace: shop, storageNamespace: shop', 'shop-web', 'shop'],
    ['targetNamespace: shop, storageNamespace: shop, releaseName: site', 'site', 'shop'],
    [`targetNamespace: ${'a'.repeat(50)}, storageNamespace: ${'a'.repeat(50)}`, `${'a'.repeat(40)}-`, 'a'.repeat(50)],
  ])('with %s is named by the rules of Flux', async (given, releaseName, namespace) => {
    const { definition } = await readOne(`{interval: 5m, ${given}, ${chart}}`);
    expect(definition?.releaseName.startsWith(releaseName)).toBe(true);
    expect(definition?.releaseName.length).toBeLessThanOrEqual(53);
    expect(definition).toMatchObject({ namespace });
  });

  test.each([
    ['targetNamespace: shop', 'shop', 'web'],
    ['storageNamespace: records', 'web', 'records'],
    ['targetNamespace: shop, storageNamespace: records', 'shop', 'records'],
    ['targetNamespace: shop, storageNamespace: shop', 'shop', undefined],
  ])('with %s is in %s, and has its records in %s', async (given, namespace, storageNamespace) => {
    const { definition } = await readOne(`{interval: 5m, ${given}, ${chart}}`);
    expect(definition).toMatchObject({ namespace });
    expect(definition?.storageNamespace).toBe(storageNamespace);
  });

  test('whose records would be those of another is refused, and so is the other', async () => {
    const both = ['a', 'b'].map((name) =>
      release(`web/${name}`, `{releaseName: site, targetNamespace: ${name}, ${chart}}`),
    );
    const { definitions, problems } = await readFleetOf({ ...beside, 'apps/web.yaml': both.join('---\n') });
    expect(definitions).toEqual([]);
    expect(problems.map(({ message }) => message)).toEqual([
      "Helm's record of release site in namespace web of cluster local of web.a/default is also claimed by web.b/default (apps/web.yaml:8:18)",
      "Helm's record of release site in namespace web of cluster local of web.b/default is also claimed by web.a/default (apps/web.yaml:3:18)",
    ]);
  });

  test('of v2beta2 is read too, and is looked for in the cluster in every version', async () => {
    const read = await readFleetOf({
      ...beside,
      'apps/web.yaml': release('web/web', `{interval: 5m, ${chart}}`, 'v2beta2'),
    });
    expect(read.definitions[0]?.foreign).toMatchObject({
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      otherVersions: ['helm.toolkit.fluxcd.io/v2beta2', 'helm.toolkit.fluxcd.io/v2beta1'],
    });
  });

  test('of a namespace with another name bears both names', async () => {
    const read = await readFleetOf({
      'apps/a.yaml': `${helmRepository('flux-system/charts')}---\n${release('flux-system/web', `{${chart}, dependsOn: [{name: db, namespace: db}, {name: api}]}`)}`,
      'apps/b.yaml': release('db/db', `{${chart.replace('name: charts', 'name: charts, namespace: flux-system')}}`),
      'apps/c.yaml': release('flux-system/api', `{${chart}}`),
    });
    expect(read.problems).toEqual([]);
    expect(read.definitions.map(({ app }) => app)).toEqual(['db', 'flux-system.api', 'flux-system.web']);
    expect(read.definitions[2]?.settings.dependsOn.map(({ app }) => app)).toEqual(['db', 'flux-system.api']);
  });

  test.each([
    ['suspend: true', { sync: { suspend: true } }],
    ['timeout: 90s', { timeout: 90_000 }],
    ['timeout: 90s, upgrade: {timeout: 2m}', { timeout: 120_000 }],
    ['driftDetection: {mode: enabled}', { drift: { policy: 'correct' } }],
    ['driftDetection: {mode: warn}', { drift: { policy: 'report' } }],
    [
      'driftDetection: {mode: enabled, ignore: [{paths: [/spec/replicas], target: {kind: Deployment, name: web}}, {paths: [""]}]}',
      {
        drift: {
          policy: 'correct',
          ignore: [
            { kind: 'Deployment', name: 'web', paths: ['/spec/replicas'] },
            { kind: undefined, name: undefined, paths: [] },
          ],
        },
      },
    ],
    ['install: {crds: Skip}', { crds: 'skip' }],
    ['install: {skipCRDs: true}', { crds: 'skip' }],
    ['install: {crds: Skip}, upgrade: {crds: CreateReplace}', { crds: 'createReplace' }],
    ['test: {enable: true}', { tests: true }],
    ['upgrade: {remediation: {retries: 3}}', { rollback: { on: ['failure'] } }],
    ['upgrade: {remediation: {retries: 3, remediateLastFailure: false}}', { rollback: { on: ['failure'] } }],
    ['upgrade: {remediation: {}}', { rollback: { on: [] } }],
    ['install: {remediation: {remediateLastFailure: true}}', { rollback: { firstInstall: 'uninstall' } }],
    ['upgrade: {strategy: {name: RetryOnFailure}}', { rollback: { on: [], retryAfter: 300_000 } }],
    ['upgrade: {strategy: {name: RetryOnFailure, retryInterval: 90s}}', { rollback: { retryAfter: 90_000 } }],
    ['install: {strategy: {name: RetryOnFailure, retryInterval: 90s}}', { rollback: { on: [], retryAfter: 90_000 } }],
    [
      'install: {strategy: {name: RetryOnFailure, retryInterval: 90s}}, upgrade: {strategy: {name: RetryOnFailure}}',
      { rollback: { on: [], retryAfter: 300_000 } },
    ],
    [
      'install: {strategy: {name: RetryOnFailure}}, upgrade: {remediation: {retries: 3}}',
      { rollback: { on: ['failure'], retryAfter: 0 } },
    ],
    ['upgrade: {remediation: {remediateLastFailure: true}}', { rollback: { on: ['failure'] } }],
  ])('%s', async (given, settings) => {
    const { definition, problems } = await readOne(`{interval: 5m, ${given}, ${chart}}`);
    expect(problems).toEqual([]);
    expect(definition?.settings).toMatchObject(settings);
  });

  test('has every object marked as Flux marks them, after patches and common metadata', async () => {
    const given = `commonMetadata: {labels: {team: a, helm.toolkit.fluxcd.io/name: x}, annotations: {note: b}},
      postRenderers: [{kustomize: {patches: [{target: {kind: Deployment, name: web.*}, patch: "- {op: remove, path: /a}"}]}}]`;
    const { definition } = await readOne(`{interval: 5m, ${given}, ${chart}}`);
    expect(definition?.settings.patches).toMatchObject([
      { target: { kind: 'Deployment', name: 'web*' }, patch: '- {op: remove, path: /a}', optional: true },
      {
        target: { name: '*' },
        patch: {
          metadata: {
            labels: { team: 'a', 'helm.toolkit.fluxcd.io/name': 'web', 'helm.toolkit.fluxcd.io/namespace': 'web' },
            annotations: { note: 'b' },
          },
        },
        optional: true,
      },
    ]);
  });

  test('acts for the account and goes to the cluster that it names', async () => {
    const read = await readFleetOf(
      {
        ...beside,
        'apps/web.yaml': release(
          'web/web',
          `{${chart}, serviceAccountName: deployer, kubeConfig: {secretRef: {name: prod}}}`,
        ),
      },
      { clusters: ['local', 'far'], clusterAliases: new Map([['web/prod', 'far']]) },
    );
    expect(read.definitions[0]).toMatchObject({ cluster: 'far', serviceAccount: 'web/deployer' });
  });

  test('makes the namespace that it asks for, with what a Namespace beside it says', async () => {
    expect((await readOne(`{install: {createNamespace: true}, ${chart}}`)).definition?.createNamespace).toEqual({
      labels: {},
      annotations: {},
    });
    const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: web, labels: {team: a}}\n';
    expect((await readOne(`{${chart}}`, { 'apps/ns.yaml': namespace })).definition?.createNamespace).toEqual({
      labels: { team: 'a' },
      annotations: {},
    });
  });

  test.each([
    ['dependsOn: [{name: db, readyExpr: "dep."}]', 'the condition for a dependency (readyExpr): '],
    ['dependsOn: [{name: db, readyExpr: "1 + 1"}]', '(readyExpr): it gives int, not true or false'],
    ['install: {disableHooks: true}', 'spec.install.disableHooks is not supported'],
    ['upgrade: {preserveValues: true}', 'spec.upgrade.preserveValues is not supported'],
    ['postRenderers: [{kustomize: {images: [{name: nginx, newTag: "2"}]}}]', 'images[0].name is not supported'],
    ['postRenderers: [{kustomize: {patches: [{patch: "{}", target: {name: "(a|b)"}}]}}]', 'an expression for names'],
    ['interval: soon', 'expected a duration'],
    ['valuesFrom: [{kind: {toString: 1}, name: x}]', 'valuesFrom[0].kind'],
    ['chartRef: {kind: OCIRepository, name: web}', 'both chart and chartRef are given'],
  ])('%s is refused, and no other release with it', async (given, message) => {
    const { definitions, messages } = await readOne(`{${given}, ${chart}}`, {
      'apps/db.yaml': release('db/db', `{${chart.replace('name: charts', 'name: charts, namespace: web')}}`),
    });
    expect(definitions.map(({ app }) => app)).toEqual(['db']);
    expect(messages.join()).toContain(message);
  });

  test.each([
    ['maxHistory: 5', 'spec.maxHistory is not honoured as written'],
    ['install: {disableWait: true}', 'spec.install.disableWait is not honoured as written'],
    ['uninstall: {keepHistory: true}', 'spec.uninstall.keepHistory'],
    ['healthCheckExprs: [{apiVersion: v1, kind: X, current: "true"}]', 'spec.healthCheckExprs'],
    ['intervall: 5m', 'did you mean "interval"'],
  ])('%s is told once, and runs', async (given, message) => {
    const { definitions, notices } = await readOne(`{${given}, ${chart}}`);
    expect(definitions).toHaveLength(1);
    expect(notices).toHaveLength(1);
    expect(`${notices[0]?.message} ${notices[0]?.hint}`).toContain(message);
  });

  test('whose text is broken takes down nothing beside it', async () => {
    const read = await readFleetOf({
      ...beside,
      'apps/web.yaml': release('web/web', `{interval: 5m, ${chart}}`),
      'apps/broken.yaml': 'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: [x\n',
    });
    expect(read.definitions.map(({ app }) => app)).toEqual(['web']);
    expect(read.problems).toMatchObject([{ code: 'definition.syntax', place: { file: 'apps/broken.yaml' } }]);
  });
});

const chartOf = (kind: string, name = 'web', more = '') =>
  `{interval: 5m, chart: {spec: {chart: charts/web, sourceRef: {kind: ${kind}, name: ${name}}${more}}}}`;

describe('the chart of a HelmRelease', () => {
  test.each<[string, string, string, object]>([
    [
      'a registry of charts',
      chartOf('HelmRepository'),
      source('HelmRepository', 'web/web', '{type: oci, url: "oci://r.example.com/charts"}'),
      { type: 'oci', reference: 'oci://r.example.com/charts/charts/web', version: '' },
    ],
    [
      'another git repository',
      chartOf('GitRepository'),
      source('GitRepository', 'web/web', '{url: "https://git.example.com/charts.git", ref: {tag: v1}}'),
      { type: 'git', url: 'https://git.example.com/charts.git', revision: 'v1', path: 'charts/web' },
    ],
    [
      'this repository by its URL',
      chartOf('GitRepository'),
      source('GitRepository', 'web/web', '{url: "https://git.example.com/fleet", ref: {branch: main}}'),
      { type: 'path', path: 'charts/web' },
    ],
    ['this repository as a bootstrap names it', chartOf('GitRepository', 'flux-system'), '', { type: 'path' }],
    [
      'an artifact by its range',
      '{chartRef: {kind: OCIRepository, name: web}}',
      source('OCIRepository', 'web/web', '{url: "oci://r.example.com/web", ref: {semver: ">=1.0.0"}}'),
      { type: 'oci', reference: 'oci://r.example.com/web', version: '>=1.0.0' },
    ],
    [
      'an artifact by its tag',
      '{chartRef: {kind: OCIRepository, name: web}}',
      source('OCIRepository', 'web/web', '{url: "oci://r.example.com/web", ref: {tag: 1.2.3}}'),
      { type: 'oci', reference: 'oci://r.example.com/web:1.2.3', version: '' },
    ],
    [
      'an artifact by its digest',
      '{chartRef: {kind: OCIRepository, name: web}}',
      source('OCIRepository', 'web/web', `{url: "oci://r.example.com/web", ref: {digest: "sha256:${'0'.repeat(64)}"}}`),
      { type: 'oci', reference: `oci://r.example.com/web@sha256:${'0'.repeat(64)}`, version: '' },
    ],
    [
      'a HelmChart',
      '{chartRef: {kind: HelmChart, name: web}}',
      `${source('HelmChart', 'web/web', '{chart: web, version: "1", sourceRef: {kind: HelmRepository, name: charts}}')}`,
      { type: 'repository', repository: 'https://charts.example.com', name: 'web', version: '1' },
    ],
  ])('lies in %s', async (_, spec, beside, chart) => {
    const read = await readFleetOf(
      {
        'apps/web.yaml': release('web/web', spec),
        'apps/charts.yaml': helmRepository('web/charts'),
        'apps/source.yaml': beside,
      },
      { own: { urls: ['https://git.example.com/fleet.git'], revision: 'main' } },
    );
    expect(read.problems).toEqual([]);
    expect(read.definitions[0]?.chart).toMatchObject(chart);
  });

  test.each([
    ['Bucket', '', 'a chart of a Bucket is not supported'],
    ['HelmRepository', '', 'there is no HelmRepository web/web'],
    [
      'HelmRepository',
      helmRepository('web/web', '{url: "https://ann:secret@charts.example.com"}'),
      'a URL in git holds no name and password',
    ],
  ])('in a %s %s is refused', async (kind, beside, message) => {
    const read = await readFleetOf({ 'apps/web.yaml': release('web/web', chartOf(kind)), 'apps/source.yaml': beside });
    expect(read.problems.map((problem) => problem.message)).toEqual([message]);
    expect(JSON.stringify(read)).not.toContain('ann:secret');
  });

  test('takes values files over its own, which must be the first of them', async () => {
    const files = (list: string) => chartOf('GitRepository', 'flux-system', `, valuesFiles: [${list}]`);
    const good = await readFleetOf({
      'apps/a.yaml': release('web/web', files('charts/web/values.yaml, env/prod.yaml')),
    });
    expect(good.definitions[0]?.values).toMatchObject([
      { type: 'files', root: { type: 'own' }, path: 'env/prod.yaml', optional: false },
    ]);
    const single = files('env/prod.yaml').replace('valuesFiles:', 'valuesFile: charts/web/values.yaml, valuesFiles:');
    const old = await readFleetOf({ 'apps/a.yaml': release('web/web', single, 'v2beta2') });
    expect(old.definitions[0]?.values).toMatchObject([{ type: 'files', root: { type: 'own' }, path: 'env/prod.yaml' }]);
    const bad = await readFleetOf({ 'apps/a.yaml': release('web/web', files('env/prod.yaml')) });
    expect(bad.problems[0]?.message).toContain("would take the place of the chart's own values");
  });
});

test('other kinds of Flux are nobody’s definitions', async () => {
  const read = await readFleetOf({
    'apps/alert.yaml': object('notification.toolkit.fluxcd.io/v1beta3', 'Alert', 'web/on', '{eventSources: []}'),
  });
  expect(read).toMatchObject({ definitions: [], problems: [] });
});
