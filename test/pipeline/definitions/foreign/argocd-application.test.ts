import { describe, expect, test } from 'vitest';
import { formatPlace } from '../../../../src/foundation/base/errors.ts';
import type { ReadDefinitionsInput } from '../../../../src/pipeline/definitions/read-definitions.ts';
import { application, defaults, readFleetOf } from '../memory-files.ts';

const own = { urls: ['https://git.example.com/team/fleet.git'], revision: undefined };

/** `spec` is the YAML of the spec, as a block that is indented by two. */
const argo = (spec: string, { name = 'shop', metadata = '' } = {}) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: ${name}\n${metadata}spec:\n${spec}`;

const destination = '  destination: {server: https://kubernetes.default.svc, namespace: web}\n';
const beside = '{repoURL: https://git.example.com/team/fleet, path: charts/shop}';
const chart = '{repoURL: https://charts.example.com, chart: shop, targetRevision: ~1.4}';

const read = (text: string, input: Partial<ReadDefinitionsInput> = {}) =>
  readFleetOf({ 'apps/shop.yaml': text }, { own, ...input });
const only = async (text: string, input: Partial<ReadDefinitionsInput> = {}) => {
  const { definitions, problems } = await read(text, input);
  expect(problems).toEqual([]);
  expect(definitions).toHaveLength(1);
  return definitions[0]!;
};
const told = async (text: string, input: Partial<ReadDefinitionsInput> = {}) => {
  const { problems, notices, definitions } = await read(text, input);
  const say = ({ message, place }: (typeof problems)[number]) => `${place ? formatPlace(place) : ''} ${message}`;
  return { problems: problems.map(say), notices: notices.map(say), releases: definitions.length };
};

describe('an Argo CD Application', () => {
  test('is a release of its own name in the namespace of its destination', async () => {
    expect(await only(argo(`${destination}  source: ${beside}\n`))).toMatchObject({
      app: 'shop',
      environment: 'default',
      cluster: 'local',
      namespace: 'web',
      releaseName: 'shop',
      chart: { type: 'path', path: 'charts/shop' },
      createNamespace: false,
      foreign: { tool: 'Argo CD', kind: 'Application', namespace: 'argocd', name: 'shop' },
      origin: { place: { file: 'apps/shop.yaml', line: 4, column: 9 } },
      settings: {
        sync: { automatic: false, prune: false },
        drift: { policy: 'report' },
        onRemove: 'keep',
        crds: 'createReplace',
      },
    });
  });

  test.each([
    [
      'a chart repository',
      chart,
      { type: 'repository', repository: 'https://charts.example.com', name: 'shop', version: '~1.4' },
    ],
    [
      'a registry',
      '{repoURL: registry.example.com/charts, chart: shop, targetRevision: 1.4.2}',
      { type: 'oci', reference: 'oci://registry.example.com/charts/shop', version: '1.4.2' },
    ],
    [
      'an artifact',
      '{repoURL: "oci://registry.example.com/charts/shop", path: ., targetRevision: 1.4.2}',
      { type: 'oci', reference: 'oci://registry.example.com/charts/shop', version: '1.4.2' },
    ],
    [
      'a digest',
      `{repoURL: registry.example.com/charts, chart: shop, targetRevision: "sha256:${'a'.repeat(64)}"}`,
      { type: 'oci', reference: `oci://registry.example.com/charts/shop@sha256:${'a'.repeat(64)}`, version: '' },
    ],
    [
      'another git repository',
      '{repoURL: https://git.example.com/other.git, path: a/b, targetRevision: v1}',
      { type: 'git', url: 'https://git.example.com/other.git', revision: 'v1', path: 'a/b' },
    ],
    [
      'its HEAD',
      '{repoURL: https://git.example.com/other.git, path: ., targetRevision: HEAD}',
      { type: 'git', revision: undefined, path: '' },
    ],
    [
      'the own repository',
      '{repoURL: git@git.example.com:team/fleet.git, path: charts/shop, targetRevision: HEAD}',
      { type: 'git' },
    ],
    [
      'another revision of the own',
      '{repoURL: https://git.example.com/team/fleet.git, path: charts/shop, targetRevision: v2}',
      { type: 'git', revision: 'v2' },
    ],
  ])('takes its chart from %s', async (_, source, expected) => {
    expect((await only(argo(`${destination}  source: ${source}\n`))).chart).toMatchObject(expected);
  });

  test.each([
    ['name: in-cluster', ['local'], 'local'],
    ['name: in-cluster', ['in-cluster', 'b'], 'in-cluster'],
    ['server: https://kubernetes.default.svc', ['local'], 'local'],
    ['name: b', ['a', 'b'], 'b'],
    ['server: https://10.0.0.1:443/', ['a', 'b'], 'b'],
    ['name: production', ['a', 'b'], 'b'],
  ])('with destination {%s} of %j goes to %s', async (to, clusters, expected) => {
    const clusterAliases = new Map([
      ['https://10.0.0.1', 'b'],
      ['production', 'b'],
    ]);
    const { cluster } = await only(argo(`  destination: {${to}, namespace: web}\n  source: ${beside}\n`), {
      clusters,
      clusterAliases,
    });
    expect(cluster).toBe(expected);
  });

  test.each([
    ['name: staging', ['a', 'b'], 'there is no cluster "staging" in the configuration'],
    ['server: https://10.0.0.2', ['a'], 'there is no cluster "https://10.0.0.2" in the configuration'],
    ['name: in-cluster', ['a', 'b'], 'which of the 2 configured clusters is in-cluster is not said'],
    ['name: a, server: https://x', ['a'], 'application shop: the destination names a server and a cluster'],
    ['namespace: x', ['a'], 'application shop: the destination names no cluster'],
  ])('with destination {%s} of %j is refused', async (to, clusters, message) => {
    const { problems, releases } = await told(argo(`  destination: {${to}}\n  source: ${beside}\n`), { clusters });
    expect(problems).toEqual([expect.stringContaining(message)]);
    expect(problems[0]).toMatch(/^apps\/shop\.yaml:6:/);
    expect(releases).toBe(0);
  });

  test('has the settings of its sync policy', async () => {
    const spec = `${destination}  source: ${beside}
  syncPolicy:
    automated: {prune: true, selfHeal: true}
    syncOptions: [CreateNamespace=true, ServerSideApply=true]
    managedNamespaceMetadata: {labels: {a: b}, annotations: {c: d}}
    retry: {limit: -1, backoff: {duration: 10s, factor: 2, maxDuration: 5m}}
  ignoreDifferences:
    - {group: apps, kind: Deployment, name: shop, jsonPointers: [/spec/replicas], jqPathExpressions: ['.spec.template.metadata.annotations["a.b/c"]']}
`;
    const metadata = `  annotations: {argocd.argoproj.io/sync-wave: "-3"}\n  finalizers: [resources-finalizer.argocd.argoproj.io/background]\n`;
    const { settings, createNamespace } = await only(argo(spec, { metadata }));
    expect(settings).toMatchObject({
      sync: { automatic: true, prune: true, wave: -3, retry: { limit: 1_000_000, initial: 10_000, max: 300_000 } },
      drift: {
        policy: 'correct',
        ignore: [
          { kind: 'Deployment', name: 'shop', paths: ['/spec/replicas', '/spec/template/metadata/annotations/a.b~1c'] },
        ],
      },
      onRemove: 'uninstall',
    });
    expect(createNamespace).toEqual({ labels: { a: 'b' }, annotations: { c: 'd' } });
  });

  test.each([
    ['automated: {}', true],
    ['automated:', false],
    ['automated: {enabled: false, prune: true}', false],
    ['automated: {enabled: true}', true],
    ['{}', false],
  ])('with syncPolicy %s syncs by itself: %s', async (policy, automatic) => {
    const spec = `${destination}  source: ${beside}\n  syncPolicy:\n    ${policy}\n`;
    expect((await only(argo(spec))).settings.sync.automatic).toBe(automatic);
  });

  test('only reports drift where a rule of what to ignore is not understood', async () => {
    const spec = (rule: string) =>
      argo(
        `${destination}  source: ${beside}\n  syncPolicy: {automated: {selfHeal: true}}\n  ignoreDifferences:\n    - {kind: Deployment, ${rule}}\n`,
      );
    const jq = spec(`jqPathExpressions: ['.spec.template.spec.containers[] | select(.name == "x")']`);
    expect((await only(jq)).settings.drift.policy).toBe('report');
    expect((await told(jq)).notices).toEqual([
      expect.stringMatching(/^apps\/shop\.yaml:10:.*the jq path .*drift is only reported$/),
    ]);
    expect((await only(spec('managedFieldsManagers: [hpa]'))).settings.drift).toMatchObject({
      policy: 'report',
      ignore: [],
    });
  });

  test('takes nothing of it for a template of ours', async () => {
    const spec = `${destination}  source:\n    repoURL: https://charts.example.com\n    chart: shop\n    targetRevision: 1.0.0\n    helm: {parameters: [{name: a, value: "{{ .Release.Name }}"}], valueFiles: ["{{app}}.yaml"]}\n`;
    expect((await only(argo(spec))).values).toMatchObject([
      { type: 'files', root: { type: 'chart' }, path: '{{app}}.yaml' },
      { type: 'set', expression: 'a={{ .Release.Name }}' },
    ]);
  });

  test('stands over our own defaults, and under no environment of ours', async () => {
    const files = {
      'apps/defaults.yaml': defaults(
        '{timeout: 10m, environments: {dev: {}}, values: [{inline: {a: 1}}], sync: {prune: true}}',
      ),
      'apps/shop.yaml': argo(`${destination}  source: ${beside}\n`),
    };
    const { definitions, problems } = await readFleetOf(files, { own });
    expect(problems).toEqual([]);
    expect(definitions).toMatchObject([
      { environment: 'default', settings: { timeout: 600_000, sync: { prune: false } }, values: [{ type: 'inline' }] },
    ]);
  });
});

describe('value files of an Argo CD Application', () => {
  const withHelm = (helm: string, source = 'repoURL: https://git.example.com/team/fleet.git, path: charts/shop') =>
    argo(`${destination}  source: {${source}, helm: ${helm}}\n`);

  test.each([
    ['values-prod.yaml', { type: 'file', path: 'charts/shop/values-prod.yaml' }],
    ['../../values/a.yaml', { type: 'file', path: 'values/a.yaml' }],
    ['/values/a.yaml', { type: 'file', path: 'values/a.yaml' }],
    ['/envs/*.yaml', { type: 'files', root: { type: 'own' }, path: 'envs/*.yaml', glob: true }],
    ['values-$ARGOCD_APP_NAME.yaml', { type: 'file', path: 'charts/shop/values-shop.yaml' }],
    [`values-\${ARGOCD_APP_NAMESPACE}.yaml`, { type: 'file', path: 'charts/shop/values-web.yaml' }],
  ])('%s lies beside the chart or at the root', async (file, expected) => {
    expect((await only(withHelm(`{valueFiles: ['${file}']}`))).values).toMatchObject([expected]);
  });

  test('of a chart elsewhere lie there', async () => {
    const git = 'repoURL: https://git.example.com/o.git, path: shop, targetRevision: v1';
    expect((await only(withHelm('{valueFiles: [prod.yaml]}', git))).values).toMatchObject([
      {
        type: 'files',
        root: { type: 'git', url: 'https://git.example.com/o.git', revision: 'v1' },
        path: 'shop/prod.yaml',
      },
    ]);
  });

  test('may lie in another source', async () => {
    const spec = `${destination}  sources:
    - {repoURL: https://charts.example.com, chart: shop, targetRevision: 1.0.0, helm: {valueFiles: [$values/a.yaml, "$other/b/c.yaml", in.yaml]}}
    - {repoURL: https://git.example.com/team/fleet.git, targetRevision: HEAD, ref: values}
    - {repoURL: https://git.example.com/values.git, targetRevision: main, ref: other}
`;
    expect(await only(argo(spec))).toMatchObject({
      chart: { type: 'repository', name: 'shop' },
      values: [
        { type: 'file', path: 'a.yaml' },
        {
          type: 'files',
          root: { type: 'git', url: 'https://git.example.com/values.git', revision: 'main' },
          path: 'b/c.yaml',
        },
        { type: 'files', root: { type: 'chart' }, path: 'in.yaml' },
      ],
    });
  });

  test.each([
    ['../../../a.yaml', 'leads out of the repository'],
    ['/../a.yaml', 'leads out of the repository'],
    ['https://example.com/a.yaml', 'a value file that is fetched by its URL is not supported'],
    ['$vals/a.yaml', 'there is no source with ref: vals'],
  ])('%s is refused where it stands', async (file, message) => {
    const { problems } = await told(withHelm(`{valueFiles: ['${file}']}`));
    expect(problems).toEqual([expect.stringMatching(/^apps\/shop\.yaml:7:/)]);
    expect(problems[0]).toContain(message);
  });

  test('stand below values, parameters and files, in the order in which helm merges them', async () => {
    const helm = `{releaseName: other, valueFiles: [a.yaml], values: "x: 1", parameters: [{name: s, value: "1", forceString: true}, {name: a, value: "1,2"}, {name: l, value: "{1,2}"}, {name: a, value: "3"}], fileParameters: [{name: f, path: files/f.txt}], skipCrds: true}`;
    const { values, releaseName, settings } = await only(withHelm(helm));
    expect(releaseName).toBe('other');
    expect(settings.crds).toBe('skip');
    expect(values).toMatchObject([
      { type: 'file', path: 'charts/shop/a.yaml' },
      { type: 'text', text: 'x: 1' },
      { type: 'set', expression: 'l={1,2}' },
      { type: 'set', expression: 'a=3' },
      { type: 'setString', expression: 's=1' },
      { type: 'files', root: { type: 'own' }, path: 'charts/shop/files/f.txt', sets: 'f' },
    ]);
  });

  test('a valuesObject takes the place of values', async () => {
    expect((await only(withHelm('{values: "x: 1", valuesObject: {a: yes, b: ~}}'))).values).toMatchObject([
      { type: 'inline', values: { a: true, b: null } },
    ]);
  });
});

describe('what is not honoured', () => {
  const one = (source: string) =>
    argo(`${destination}  source: {repoURL: https://git.example.com/team/fleet.git, path: charts/shop, ${source}}\n`);

  test.each([
    ['kustomize: {namePrefix: a-}', 'spec.source.kustomize is not supported: Kustomize is not run'],
    ['plugin: {name: x}', 'spec.source.plugin is not supported: config management plugins are not run'],
    ['helm: {skipSchemaValidation: true}', 'spec.source.helm.skipSchemaValidation is not supported'],
    ['helm: {namespace: other}', 'helm.namespace is not the namespace of the destination'],
    ['tagPrefix: v', 'spec.source.tagPrefix is not supported'],
  ])('%s keeps the application from running, and says why', async (source, message) => {
    const { problems, releases } = await told(one(source));
    expect(problems).toEqual([expect.stringContaining(`application shop: ${message}`)]);
    expect(problems[0]).toMatch(/^apps\/shop\.yaml:7:\d+ /);
    expect(releases).toBe(0);
  });

  test.each([
    ['helm: {passCredentials: true}', 'spec.source.helm.passCredentials'],
    ['helm: {kubeVersion: "1.30"}', 'spec.source.helm.kubeVersion'],
    ['helm: {valuesFiles: []}', 'spec.source.helm.valuesFiles is no field that is known'],
  ])('%s is told, and the rest runs', async (source, message) => {
    const { problems, notices, releases } = await told(one(source));
    expect({ problems, releases }).toEqual({ problems: [], releases: 1 });
    expect(notices).toEqual([expect.stringContaining(message)]);
  });

  test('each thing is told once of each application', async () => {
    const spec = `${destination}  source: ${beside}
  info: [{name: a, value: b}, {name: c, value: d}]
  revisionHistoryLimit: 3
  syncPolicy: {syncOptions: [Replace=true, Validate=true, Validate=false, Foo=bar, Replace=false], automated: {allowEmpty: true}}
status: {health: {}}
operation: {sync: {}}
`;
    const metadata = '  labels: {a: b}\n  annotations: {notifications.argoproj.io/subscribe.x: y, example.com/z: w}\n';
    const { notices, problems } = await told(argo(spec, { metadata }));
    expect(problems).toEqual([]);
    expect(
      notices.map((line) => line.replace(/^\S+ application shop: /, '').replace(/ is not honoured.*/, '')),
    ).toEqual([
      'the annotation notifications.argoproj.io/subscribe.x',
      'spec.info',
      'spec.revisionHistoryLimit',
      'the sync option Replace=true',
      'the sync option Validate=true',
      'the sync option Validate=false',
      'the sync option Foo=bar',
      'spec.syncPolicy.automated.allowEmpty',
    ]);
  });

  test('one that is refused leaves the others of its file alone, and what runs of it stays', async () => {
    const text = `${one('kustomize: {}')}---\n${argo(`${destination}  source: ${beside}\n`, { name: 'cart' })}`;
    const { definitions, problems, unreadFiles } = await read(text);
    expect(definitions.map(({ app }) => app)).toEqual(['cart']);
    expect(problems).toHaveLength(1);
    expect(unreadFiles).toEqual(['apps/shop.yaml']);
  });

  test.each([
    ['parameters: [{name: a, value: 3}]', 'quote it: "3"'],
    ['valueFiles: a.yaml', undefined],
  ])('a wrong type is told at its place: %s', async (helm, hint) => {
    const { problems } = await read(one(`helm: {${helm}}`));
    expect(problems).toMatchObject([{ code: 'definition.invalid', hint, place: { line: 7 } }]);
  });

  test('a text that is no YAML is told, and what runs of it stays', async () => {
    const { problems, unreadFiles } = await read(`${argo(`${destination}  source: [\n`)}`);
    expect(problems).toMatchObject([{ code: 'definition.syntax' }]);
    expect(unreadFiles).toEqual(['apps/shop.yaml']);
  });

  test('two charts in one application are refused', async () => {
    const { problems } = await told(argo(`${destination}  sources:\n    - ${beside}\n    - ${chart}\n`));
    expect(problems).toEqual([
      expect.stringMatching(/^apps\/shop\.yaml:9:.*2 sources with a chart each are not supported$/),
    ]);
  });

  test('names are shared with our own applications', async () => {
    const files = { 'apps/a.yaml': application('shop'), 'apps/b.yaml': argo(`${destination}  source: ${beside}\n`) };
    const { definitions, problems } = await readFleetOf(files, { own });
    expect(definitions).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['definition.duplicate', 'definition.duplicate']);
  });
});

describe('a folder of plain manifests', () => {
  const folder = (path: string, more = '', name = 'root') =>
    argo(`${destination}  source: {repoURL: https://git.example.com/team/fleet.git, path: ${path}${more}}\n`, { name });
  const child = (name: string) => argo(`${destination}  source: ${chart}\n`, { name });
  const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n';
  const releases = async (files: Record<string, string>) => {
    const { definitions, problems } = await readFleetOf(files, { own });
    expect(problems).toEqual([]);
    return definitions.map(({ app }) => app);
  };

  test('may hold applications, which are read; nothing else is then left to deploy', async () => {
    expect(await releases({ 'apps/root.yaml': folder('children'), 'children/a.yaml': child('a') })).toEqual(['a']);
  });

  test('leads on, as deep as it goes, and to itself', async () => {
    const files = {
      'apps/root.yaml': folder('apps', ', directory: {recurse: true}'),
      'apps/more.yaml': folder('further', '', 'more'),
      'further/b.yaml': child('b'),
      'further/below/c.yaml': child('c'),
    };
    expect(await releases(files)).toEqual(['b']);
  });

  test('with other manifests is a release beside them', async () => {
    const files = { 'apps/root.yaml': folder('mixed'), 'mixed/a.yaml': child('a'), 'mixed/b.yaml': configMap };
    expect(await releases(files)).toEqual(['a', 'root']);
    const plain = { 'apps/root.yaml': folder('plain'), 'plain/b.yaml': configMap };
    const { definitions } = await readFleetOf(plain, { own });
    expect(definitions[0]?.chart).toMatchObject({
      type: 'path',
      path: 'plain',
      plain: { explicit: false, recurse: false },
    });
  });
});
