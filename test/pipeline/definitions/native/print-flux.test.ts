// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables as Flux writes them
/** What `migrate flux` prints comes to the same releases as what it was read from. */
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { temporaryFolder, writeFiles } from '../../../support/git-repository.ts';
import { migrateFleet } from '../../../support/migrated-fleet.ts';
import { configMap, kustomization, ownSource, source } from '../foreign/flux/flux-texts.ts';

const flux = /toolkit\.fluxcd\.io/;
const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Many releases are read, twice: too long for every day. */
const judged = process.env['KUBECONFIG_REAL'] === undefined ? test.skip : test;

let next = 0;

async function migrated(text: string) {
  next += 1;
  const root = `${folder.path}/${next}`;
  writeFiles(root, {
    'helm-gitops.config.yaml':
      'repositories: [{name: fleet, url: ./fleet, path: flux}]\nclusters: [{name: local, embedded: {}}]\n',
    'fleet/flux/sources.yaml': `${source('GitRepository', 'flux-system/flux-system', '{url: "https://git.example.com/fleet.git", interval: 1m}')}---\n${text}`,
    'fleet/charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
    'fleet/charts/shop/values.yaml': 'a: 1\n',
    'fleet/charts/shop/prod.yaml': 'a: prod\n',
    'fleet/charts/shop/templates/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\n',
  });
  return await migrateFleet(root, join(root, 'fleet'), { tool: flux, into: 'flux', from: 'flux' });
}

const chartOf = (more = {}) => ({
  spec: {
    ...{ chart: './charts/shop', ...more },
    sourceRef: { kind: 'GitRepository', name: 'flux-system', namespace: 'flux-system' },
  },
});
const release = (name: string, spec: object) =>
  `${stringify({ apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata: { name, namespace: 'web' }, spec: { interval: '10m', chart: chartOf(), ...spec } })}---\n`;

/** What each shows, and fields of its spec. */
const cases: readonly [what: string, spec: object][] = [
  ['nothing', {}],
  ['another-namespace', { targetNamespace: 'shop', install: { createNamespace: true } }],
  ['names', { releaseName: 'other', targetNamespace: 'shop', storageNamespace: 'records' }],
  ['values', { values: { on: 'yes', n: null, t: '{{x}}', f: 1.5, e: {}, d: '2020-01-01', list: [1, { a: 2 }] } }],
  ['files', { chart: chartOf({ valuesFiles: ['charts/shop/values.yaml', 'charts/shop/prod.yaml'] }) }],
  [
    'values-of-the-repository',
    {
      valuesFrom: [
        { kind: 'ConfigMap', name: 'own' },
        { kind: 'ConfigMap', name: 'own', valuesKey: 'tag', targetPath: 'image.tag' },
        { kind: 'ConfigMap', name: 'own', valuesKey: 'odd', targetPath: 'b\\.c', literal: true },
      ],
    },
  ],
  ['values-of-the-cluster', { valuesFrom: [{ kind: 'Secret', name: 'far', valuesKey: 'v', optional: true }] }],
  [
    'settings',
    {
      ...{ interval: '90s', timeout: '7m30s', suspend: true, dependsOn: [{ name: 'names' }, { name: 'values' }] },
      install: { crds: 'CreateReplace', remediation: { remediateLastFailure: true } },
      upgrade: { crds: 'CreateReplace', remediation: { retries: 3 } },
      test: { enable: true },
      driftDetection: {
        mode: 'enabled',
        ignore: [{ paths: ['/spec/replicas'], target: { kind: 'Deployment', name: 'x.*' } }, { paths: [''] }],
      },
    },
  ],
  ['retries', { upgrade: { strategy: { name: 'RetryOnFailure', retryInterval: '3m' } } }],
  [
    'patches',
    {
      commonMetadata: { labels: { team: 'a' }, annotations: { who: 'b' } },
      postRenderers: [
        {
          kustomize: {
            patches: [
              {
                patch: '- {op: add, path: /data, value: {a: b}}\n',
                target: { kind: 'ConfigMap', labelSelector: 'a=b' },
              },
              { patch: 'metadata: {labels: {c: d}}', target: { group: 'apps', name: 'x.*' } },
            ],
          },
        },
      ],
    },
  ],
];

const own = configMap(
  'web/own',
  'data:\n  tag: "1.2"\n  odd: "1,{2"\n  values.yaml: |\n    # why\n    on: yes\n    m: 0777\n',
);

judged('printed definitions come to the same, one for one', async () => {
  const all = cases.map(([what, spec]) => release(what, spec)).join('');
  const { before, after, stderr } = await migrated(`${all}${own}`);
  expect(stderr).toContain(`${cases.length} applications printed, 0 not`);
  expect(Object.keys(before)).toHaveLength(cases.length);
  expect(after).toEqual(before);
});

test('comments are kept, in values where they stand', async () => {
  const { stdout } = await migrated(`# Owned by team web.
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop, namespace: shop}
spec:
  interval: 10m # the default
  chart: {spec: {chart: ./charts/shop, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}}
  install: {createNamespace: true}
  values:
    # Three of them since the sale.
    replicas: 3 # not 2
`);
  expect(stdout).toBe(`---
# flux/sources.yaml:9
# Owned by team web.
# spec.interval: the default
apiVersion: helm-gitops.io/v1
kind: Application
metadata:
  name: shop
spec:
  chart:
    path: charts/shop
    lock: update
  values:
    - inline:
        # Three of them since the sale.
        replicas: 3 # not 2
  rollback:
    "on": []
  patches:
    - target:
        name: "*"
      patch:
        metadata:
          labels:
            helm.toolkit.fluxcd.io/name: shop
            helm.toolkit.fluxcd.io/namespace: shop
      optional: true
`);
});

judged('what has no equivalent is named once, and its release left out', async () => {
  const { stdout, stderr } = await migrated(
    release('far', { targetNamespace: 'shop', valuesFrom: [{ kind: 'Secret', name: 'far' }] }) +
      release('single', { valuesFrom: [{ kind: 'ConfigMap', name: 'far', targetPath: 'a' }] }) +
      release('account', { serviceAccountName: 'deployer' }) +
      kustomization('web/more', `{path: more, ${ownSource}}`),
  );
  expect(stdout).toBe('');
  const told = [
    'web.far: there is no equivalent: the Secret far lies in web, and not beside the release',
    'web.single: there is no equivalent: the ConfigMap far holds a single value',
    'web.account: there is no equivalent: the ServiceAccount on whose behalf it is deployed is for a Project to say',
    'Kustomization web/more: there is no folder more',
    '0 applications printed, 4 not',
  ];
  for (const text of told) expect(stderr.split(text)).toHaveLength(2);
});

/** Any subset of fields that do not exclude each other, each with one of a few values. */
const specs = fc.record(
  {
    releaseName: fc.constantFrom('one', 'two-three'),
    targetNamespace: fc.constantFrom('shop', 'web'),
    storageNamespace: fc.constantFrom('records', 'web', 'shop'),
    timeout: fc.constantFrom('45s', '1h30m', '1500ms'),
    suspend: fc.boolean(),
    values: fc.dictionary(fc.constantFrom('a', 'b.c', 'on', '{{d}}'), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
    valuesFrom: fc.constantFrom(
      [{ kind: 'ConfigMap', name: 'own' }],
      [{ kind: 'ConfigMap', name: 'own', valuesKey: 'tag', targetPath: 'z.b' }],
    ),
    install: fc.record(
      { createNamespace: fc.boolean(), crds: fc.constantFrom('Skip', 'Create', 'CreateReplace') },
      { requiredKeys: [] },
    ),
    upgrade: fc.record(
      {
        crds: fc.constantFrom('Skip', 'CreateReplace'),
        remediation: fc.record({ retries: fc.integer({ min: 0, max: 3 }), remediateLastFailure: fc.boolean() }),
      },
      { requiredKeys: [] },
    ),
    test: fc.record({ enable: fc.boolean() }),
    driftDetection: fc.record({
      mode: fc.constantFrom('enabled', 'warn'),
      ignore: fc.constantFrom([], [{ paths: ['/a'], target: { kind: 'Service' } }]),
    }),
    commonMetadata: fc.record({ labels: fc.constantFrom({ a: 'b' }, { 'c.d/e': '' }) }),
  },
  { requiredKeys: [] },
);

judged('generated ones come to the same too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(specs, { minLength: 30, maxLength: 30 }), async (generated) => {
      // Two of one name in one namespace would be refused.
      const text = generated.map((spec, index) => {
        const unique = 'releaseName' in spec ? { releaseName: `${spec.releaseName}-${index}` } : {};
        return release(`r${index}`, { ...spec, ...unique });
      });
      const { before, after, stderr } = await migrated(`${text.join('')}${own}`);
      expect(stderr).toContain('30 applications printed, 0 not');
      expect(after).toEqual(before);
    }),
    { numRuns: 1, endOnFailure: true, seed: 17 },
  );
});
