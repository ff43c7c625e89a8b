// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables as Flux writes them
import { expect, test } from 'vitest';
import { readFleetOf } from '../../memory-files.ts';
import { chart, configMap, helmRepository, kustomization, object, ownSource, release, source } from './flux-texts.ts';

/** A base and an overlay for each of two clusters, as Flux's own example has it. */
const layout = {
  'apps/base/web/kustomization.yaml':
    'kind: Kustomization\nnamespace: web\nresources: [namespace.yaml, repository.yaml, release.yaml]\n',
  'apps/base/web/namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: x, labels: {team: a}}\n',
  'apps/base/web/repository.yaml': helmRepository('charts'),
  'apps/base/web/release.yaml': release('web', `  ${chart}\n  interval: 5m\n  values: {a: 1, list: [1, 2], gone: x}\n`),
  'apps/staging/kustomization.yaml':
    'resources: [../base/web]\npatches: [{path: web.yaml, target: {kind: HelmRelease}}]\n',
  'apps/staging/web.yaml': `${release('web', '  chart: {spec: {version: ">=1.0.0-0"}}\n  values: {list: [3], gone: null, b: yes}\n')}`,
  'apps/production/kustomization.yaml': `resources: [../base/web]
patches:
  - target: {kind: HelmRelease, name: w.b, namespace: web}
    patch: |
      - {op: replace, path: /spec/interval, value: 1h}
      - {op: add, path: /spec/values/b, value: prod}
`,
  'clusters/staging/apps.yaml': kustomization('flux-system/apps', `{path: ./apps/staging, ${ownSource}}`),
  'clusters/production/apps.yaml': kustomization('flux-system/apps', `{path: apps/production, ${ownSource}}`),
};

const inline = (read: Awaited<ReturnType<typeof readFleetOf>>) =>
  read.definitions.map(({ app, values }) => [
    app,
    values.map((one) => (one.type === 'inline' ? one.values : one.type)),
  ]);

test('a base and an overlay for each cluster: strategic merge', async () => {
  const read = await readFleetOf(layout, { path: 'clusters/staging' });
  expect([read.problems, read.notices]).toEqual([[], []]);
  expect(read.definitions[0]).toMatchObject({
    app: 'web',
    namespace: 'web',
    chart: { version: '>=1.0.0-0' },
    createNamespace: { labels: { team: 'a' } },
    origin: { path: 'clusters/staging', place: { file: 'apps/base/web/release.yaml', line: 3 } },
  });
  expect(inline(read)).toEqual([['web', [{ a: 1, list: [3], b: true }]]]);
  expect(read.definitions[0]?.values[0]?.place.file).toBe('apps/staging/web.yaml');
});

test('a base and an overlay for each cluster: JSON 6902', async () => {
  const read = await readFleetOf(layout, { path: 'clusters/production' });
  expect([read.problems, read.notices]).toEqual([[], []]);
  expect(read.definitions[0]).toMatchObject({
    chart: { version: '^1.0.0' },
    settings: { sync: { interval: 3_600_000 } },
  });
  expect(inline(read)).toEqual([['web', [{ a: 1, list: [1, 2], gone: 'x', b: 'prod' }]]]);
});

test('a file that holds no release any more is known to be there, wherever it lies', async () => {
  const emptied = { ...layout, 'apps/base/web/release.yaml': source('GitRepository', 'other', '{url: "https://x"}') };
  const read = await readFleetOf(emptied, { path: 'clusters/staging' });
  expect(read.strangers.get('apps/base/web/release.yaml')).toBe('all');
  const whole = await readFleetOf(layout, { path: 'clusters/staging' });
  expect(whole.strangers.get('apps/base/web/release.yaml')).toBeUndefined();
});

test('two clusters read as one are refused, and nothing of them runs', async () => {
  const read = await readFleetOf(layout, { path: '' });
  expect(read.definitions).toEqual([]);
  expect(read.problems.map(({ code, place }) => [code, place?.file])).toEqual([
    ['definition.duplicate', 'clusters/production/apps.yaml'],
    ['definition.duplicate', 'clusters/staging/apps.yaml'],
  ]);
});

test('an overlay is read by itself too', async () => {
  const read = await readFleetOf(layout, { path: 'apps/staging' });
  expect(inline(read)).toEqual([['web', [{ a: 1, list: [3], b: true }]]]);
});

test('a folder that Flux was bootstrapped into applies itself, with its own variables', async () => {
  const files = {
    'clusters/one/flux-system/gotk-sync.yaml': `${source('GitRepository', 'flux-system/flux-system', '{url: "ssh://git@git.example.com/fleet", ref: {branch: main}}')}---\n${kustomization('flux-system/flux-system', `{path: ./clusters/one, ${ownSource}, postBuild: {substitute: {size: "3", host: one}}}`)}`,
    'clusters/one/web.yaml': `${helmRepository('web/charts')}---\n${release('web/web', `  ${chart}\n  values: {replicas: "\${size}", host: "\${host:=x}.\${zone:-example.com}", kept: "$\${size}"}\n`)}`,
    'clusters/one/more.yaml': kustomization(
      'flux-system/more',
      `{path: ./more, ${ownSource}, dependsOn: [{name: flux-system}]}`,
    ),
    'more/db.yaml': release(
      'db/db',
      `{${chart.replace('name: charts', 'name: charts, namespace: web')}, values: {a: "\${size}"}}`,
    ),
  };
  const read = await readFleetOf(files, { path: 'clusters/one' });
  expect(read.problems).toEqual([]);
  expect(inline(read)).toEqual([
    ['db', [{ a: '${size}' }]],
    ['web', [{ replicas: 3, host: 'one.example.com', kept: '${size}' }]],
  ]);
});

test('Kustomizations that are waited for come first, whatever lies between', async () => {
  const files = {
    'clusters/a.yaml': [
      kustomization('flux-system/infra', `{path: infra, ${ownSource}, wait: true}`),
      kustomization('flux-system/configs', `{path: configs, ${ownSource}, dependsOn: [{name: infra}]}`),
      kustomization(
        'flux-system/apps',
        `{path: apps, ${ownSource}, dependsOn: [{name: configs}], targetNamespace: web}`,
      ),
      kustomization(
        'flux-system/free',
        `{path: free, ${ownSource}, prune: false, suspend: true}`.replace('prune: true, ', ''),
      ),
    ].join('---\n'),
    'infra/all.yaml': `${helmRepository('charts/charts')}---\n${release('infra/infra', `{${chart.replace('name: charts', 'name: charts, namespace: charts')}}`)}`,
    'configs/issuer.yaml': object('cert-manager.io/v1', 'ClusterIssuer', 'letsencrypt', '{}'),
    'apps/web.yaml': release('web', `{${chart.replace('name: charts', 'name: charts, namespace: charts')}}`),
    'free/free.yaml': release('free/free', `{${chart.replace('name: charts', 'name: charts, namespace: charts')}}`),
  };
  const read = await readFleetOf(files, { path: 'clusters' });
  expect(read.problems).toEqual([]);
  expect(read.notices.map(({ message }) => message)).toEqual([
    'Kustomization flux-system/configs: not deployed, for only HelmReleases are: ClusterIssuer letsencrypt',
  ]);
  const found = Object.fromEntries(read.definitions.map((one) => [one.app, one.settings]));
  expect(found['web']?.dependsOn).toEqual([{ app: 'infra', environment: 'default', optional: true }]);
  expect(found['infra']?.dependsOn).toEqual([]);
  expect(found['free']).toMatchObject({ onRemove: 'keep', sync: { suspend: true } });
});

test('what a Kustomization asks for is written into the kustomization.yaml of its folder, as Flux does', async () => {
  const files = {
    'clusters/a.yaml': kustomization(
      'flux-system/apps',
      `{path: overlay, ${ownSource}, targetNamespace: web, namePrefix: k-, components: [../part], patches: [{target: {kind: HelmRelease, name: web}, patch: "[{op: add, path: /spec/values/of, value: Flux}]"}]}`,
    ),
    'overlay/kustomization.yaml': `resources: [../base]
namespace: other
namePrefix: o-
nameSuffix: -o
patches: [{target: {kind: HelmRelease, name: b-web}, patch: "[{op: add, path: /spec/values/by, value: its name now}]"}]
`,
    'base/kustomization.yaml': 'resources: [web.yaml]\nnamePrefix: b-\n',
    'base/web.yaml': `${helmRepository('charts')}---\n${release('web', `{${chart.replace('name: charts', 'name: k-b-charts-o')}, values: {a: 1}}`)}`,
    'part/kustomization.yaml':
      'kind: Component\npatches: [{target: {name: web}, patch: "{kind: HelmRelease, metadata: {name: web}, spec: {values: {part: 1}}}"}]\n',
  };
  const read = await readFleetOf(files, { path: 'clusters' });
  expect([read.problems, read.notices]).toEqual([[], []]);
  expect(inline(read)).toEqual([['web.k-b-web-o', [{ a: 1, part: 1, by: 'its name now', of: 'Flux' }]]]);
});

test('values are generated, and named by their hash where the configuration says who names them', async () => {
  const files = {
    'clusters/a.yaml': kustomization('flux-system/apps', `{path: apps, ${ownSource}}`),
    'apps/kustomization.yaml': `namespace: web
resources: [all.yaml]
configMapGenerator:
  - {name: web-values, files: [values.yaml=web.yaml], literals: ["size=3"]}
secretGenerator:
  - {name: web-token, literals: ["token=s3cret,x"], options: {disableNameSuffixHash: true}}
configurations: [kustomizeconfig.yaml]
`,
    'apps/kustomizeconfig.yaml':
      'nameReference: [{kind: ConfigMap, version: v1, fieldSpecs: [{path: spec/valuesFrom/name, kind: HelmRelease}]}]\n',
    'apps/web.yaml': 'a: 1\n',
    'apps/all.yaml': `${helmRepository('charts')}---\n${release(
      'web',
      `  ${chart}
  valuesFrom:
    - {kind: ConfigMap, name: web-values}
    - {kind: ConfigMap, name: web-values, valuesKey: size, targetPath: replicas}
    - {kind: Secret, name: web-token, valuesKey: token, targetPath: token, literal: true}
    - {kind: Secret, name: elsewhere, optional: true}
`,
    )}`,
  };
  const read = await readFleetOf(files, { path: 'clusters' });
  expect([read.problems, read.notices]).toEqual([[], []]);
  expect(read.definitions[0]?.values).toMatchObject([
    { type: 'text', text: 'a: 1\n', line: 1, place: { file: 'apps/web.yaml' } },
    { type: 'secret', name: 'elsewhere', namespace: 'web', key: 'values.yaml', optional: true },
    { type: 'set', expression: 'replicas=3' },
    { type: 'setString', expression: 'token=s3cret\\,x', secret: true },
  ]);
});

test('variables come from ConfigMaps of the repository; what uses one of the cluster waits alone', async () => {
  const files = {
    'clusters/a.yaml': [
      configMap('flux-system/settings', 'data: {host: example.com}\n'),
      kustomization(
        'flux-system/apps',
        `{path: apps, ${ownSource}, postBuild: {substituteFrom: [{kind: ConfigMap, name: settings}, {kind: Secret, name: secrets}, {kind: ConfigMap, name: none, optional: true}]}}`,
      ),
    ].join('---\n'),
    'apps/all.yaml': `${helmRepository('web/charts')}---\n${release('web/web', `{${chart}, values: {host: "\${host}"}}`)}`,
    'apps/other.yaml': release('web/other', `{${chart}, values: {token: "\${token}"}}`),
  };
  const read = await readFleetOf(files, { path: 'clusters' });
  expect(inline(read)).toEqual([['web', [{ host: 'example.com' }]]]);
  expect(read.problems).toMatchObject([
    {
      message: 'HelmRelease web/other: the variable ${token} may be one of Secret secrets',
      place: { file: 'apps/other.yaml' },
    },
  ]);
});

test('an artifact that is put together from this repository is followed', async () => {
  const generator = object(
    'source.extensions.fluxcd.io/v1beta1',
    'ArtifactGenerator',
    'flux-system/all',
    '{sources: [{alias: repo, kind: GitRepository, name: flux-system}], artifacts: [{name: apps, copy: [{from: "@repo/apps/base/**", to: "@artifact/base/"}, {from: "@repo/apps/staging/**", to: "@artifact/staging/"}]}]}',
  );
  const files = {
    ...layout,
    'clusters/staging/apps.yaml': `${generator}---\n${kustomization('flux-system/apps', '{path: ./staging, prune: true, interval: 1h, sourceRef: {kind: ExternalArtifact, name: apps}}')}`,
  };
  const broken = {
    ...files,
    'apps/staging/kustomization.yaml':
      'resources: [../base/web]\npatches: [{path: web.yaml, target: {kind: HelmRelease}}, {path: none.yaml}]\n',
  };
  const read = await readFleetOf(files, { path: 'clusters/staging' });
  expect(read.problems).toEqual([]);
  expect(inline(read)).toEqual([['web', [{ a: 1, list: [3], b: true }]]]);
  // Whoever the missing patch was meant for is not what it should be.
  const missing = await readFleetOf(broken, { path: 'clusters/staging' });
  expect(missing.definitions).toEqual([]);
  expect(missing.problems).toMatchObject([
    { message: 'none.yaml does not exist', place: { file: 'apps/staging/kustomization.yaml' } },
  ]);
});

test.each<[string, Record<string, string>, RegExp]>([
  [
    'a folder that is not there',
    { 'clusters/a.yaml': kustomization('flux-system/x', `{path: nowhere, ${ownSource}}`) },
    /there is no folder nowhere/,
  ],
  [
    'another repository',
    {
      'clusters/a.yaml': `${source('GitRepository', 'flux-system/other', '{url: "https://git.example.com/other"}')}---\n${kustomization('flux-system/x', '{path: apps, prune: true, interval: 1h, sourceRef: {kind: GitRepository, name: other}}')}`,
    },
    /is another one, and not followed/,
  ],
  [
    'a bucket',
    {
      'clusters/a.yaml': kustomization(
        'flux-system/x',
        '{path: apps, prune: true, interval: 1h, sourceRef: {kind: Bucket, name: other}}',
      ),
    },
    /what a Bucket holds is not followed/,
  ],
  [
    'folders in a circle',
    {
      'clusters/a.yaml': kustomization('flux-system/x', `{path: one, ${ownSource}}`),
      'one/kustomization.yaml': 'resources: [../two]\n',
      'two/kustomization.yaml': 'resources: [../one]\n',
    },
    /one → two → one/,
  ],
  [
    'a resource that is not there',
    {
      'clusters/a.yaml': kustomization('flux-system/x', `{path: one, ${ownSource}}`),
      'one/kustomization.yaml': 'resources: [none.yaml]\n',
    },
    /none.yaml does not exist/,
  ],
  [
    'a path that leads out',
    { 'clusters/a.yaml': kustomization('flux-system/x', `{path: ../../etc, ${ownSource}}`) },
    /leads out of the repository/,
  ],
  [
    'replacements',
    {
      'clusters/a.yaml': kustomization('flux-system/x', `{path: one, ${ownSource}}`),
      'one/kustomization.yaml': 'resources: [web.yaml]\nreplacements: [{path: x.yaml}]\n',
      'one/web.yaml': release('web/broken', `{${chart}}`),
    },
    /replacements is not supported/,
  ],
])('%s is named, and the rest goes on', async (_, files, message) => {
  const read = await readFleetOf(
    { ...files, 'clusters/web.yaml': `${helmRepository('web/charts')}---\n${release('web/web', `{${chart}}`)}` },
    { path: 'clusters' },
  );
  expect(read.definitions.map(({ app }) => app)).toEqual(['web']);
  expect(read.problems).toHaveLength(1);
  expect(read.problems[0]?.message).toMatch(message);
});

test('what is fetched by its URL is named and left out', async () => {
  const read = await readFleetOf(
    {
      'clusters/kustomization.yaml': 'resources: [web.yaml, "https://example.com/x.yaml", "github.com/a/b?ref=v1"]\n',
      'clusters/web.yaml': `${helmRepository('web/charts')}---\n${release('web/web', `{${chart}}`)}`,
    },
    { path: 'clusters' },
  );
  expect(read.definitions).toHaveLength(1);
  expect(read.notices.map(({ message }) => message)).toEqual([
    'https://example.com/x.yaml is not fetched: what it holds is left out',
    'github.com/a/b?ref=v1 is not fetched: what it holds is left out',
  ]);
});
