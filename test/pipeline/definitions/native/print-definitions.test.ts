/** What `migrate argocd` prints comes to the same releases as what it was read from. */
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { layOutFleet } from '../../../support/fleet-fixture.ts';
import { temporaryFolder, writeFiles } from '../../../support/git-repository.ts';
import { migrateFleet } from '../../../support/migrated-fleet.ts';

const argo = /^kind: Application(Set)?$|kind: Application(Set)?,|kind: Application(Set)?\b/m;
const folder = temporaryFolder();
afterAll(() => folder.remove());
const kubeconfig = `apiVersion: v1
kind: Config
current-context: x
contexts: [{name: x, context: {cluster: x, user: x}}]
clusters: [{name: x, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: x, user: {token: x}}]
`;
writeFiles(folder.path, { kubeconfig });

/** Their charts are rendered, in threads: too long for every day. */
const judged = process.env['KUBECONFIG_REAL'] === undefined ? test.skip : test;

judged.each(['argocd-sets', 'argocd-app-of-apps'])('of the fleet %s', async (name) => {
  const fleet = await layOutFleet(name, join(folder.path, 'kubeconfig'));
  try {
    const { before, after } = await migrateFleet(fleet.path, join(fleet.path, 'fleet'), { tool: argo, into: 'apps' });
    expect(Object.keys(before).length).toBeGreaterThan(1);
    expect(after).toEqual(before);
  } finally {
    fleet.remove();
  }
});

const url = 'https://git.example.com/fleet.git';
let next = 0;

async function migrated(
  spec: string,
  more: Readonly<Record<string, string>> = {},
  clusters = '{name: local, embedded: {}}',
) {
  next += 1;
  const root = `${folder.path}/${next}`;
  writeFiles(root, {
    'helm-gitops.config.yaml': `repositories: [{name: fleet, url: ./fleet, path: apps, aliases: ["${url}"]}]\nclusters: [${clusters}]\n`,
    'fleet/apps/shop.yaml': spec,
    'fleet/charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
    'fleet/charts/shop/templates/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\n',
    'fleet/charts/shop/prod.yaml': 'a: prod\n',
    'fleet/charts/shop/envs/a.yaml': 'g: 1\n',
    'fleet/plain/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    'fleet/plain/below/b.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n',
    ...more,
  });
  return await migrateFleet(root, join(root, 'fleet'), { tool: argo, into: 'apps' });
}

const application = (name: string, spec: string, metadata = '') =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ${name}${metadata}}\nspec:\n  destination: {name: in-cluster, namespace: web}\n${spec}---\n`;
const source = (more: string) => `  source: {repoURL: "${url}", ${more}}\n`;
const syncPolicy = (text: string) => `  syncPolicy: {${text}}\n`;

/** What each shows, and the application's spec. */
const cases: readonly [what: string, spec: string][] = [
  ['a chart', source('path: charts/shop')],
  ['a folder', source('path: plain')],
  ['a folder with those below it', source('path: plain, directory: {recurse: true, exclude: "*.txt"}')],
  ['another release name', source('path: charts/shop, helm: {releaseName: web}')],
  [
    'values of every kind',
    source(
      'path: charts/shop, helm: {valueFiles: [prod.yaml, "envs/*.yaml", none.yaml], ignoreMissingValueFiles: true, values: "on: yes\\nm: 0777\\ns: \'yes\'\\n# why\\nl:\\n- |2\\n    x\\n", parameters: [{name: a, value: "1,2"}, {name: b, value: "true", forceString: true}], fileParameters: [{name: f, path: prod.yaml}]}',
    ),
  ],
  [
    'an object of values',
    source(
      'path: charts/shop, helm: {valuesObject: {on: yes, m: 0777, s: "yes", d: 2020-01-01, n: null, t: "{{x}}", f: 1.5, e: {}}}',
    ),
  ],
  [
    'settings',
    `${source('path: charts/shop, helm: {skipCrds: true}')}${syncPolicy('automated: {prune: true, selfHeal: true}, syncOptions: [CreateNamespace=true], retry: {limit: 2, backoff: {duration: 7s, maxDuration: 90s}}')}  ignoreDifferences: [{kind: Deployment, name: x, jsonPointers: [/spec/replicas]}, {kind: "*", jqPathExpressions: [.a.b]}]\n`,
  ],
  [
    'a namespace with labels',
    `${source('path: charts/shop')}${syncPolicy('syncOptions: [CreateNamespace=true, Delete=false], managedNamespaceMetadata: {labels: {a: b}}')}`,
  ],
];

test('printed definitions come to the same, one for one', async () => {
  const more =
    ', finalizers: [resources-finalizer.argocd.argoproj.io], annotations: {argocd.argoproj.io/sync-wave: "3"}';
  const all = cases.map(([what, spec]) => application(what.replaceAll(' ', '.'), spec)).join('');
  const { before, after, stderr } = await migrated(all + application('other.app', source('path: charts/shop'), more));
  expect(stderr).toContain(`${cases.length + 1} applications printed, 0 not`);
  expect(Object.keys(before)).toHaveLength(cases.length + 1);
  expect(after).toEqual(before);
});

test('also on several clusters', async () => {
  const clusters =
    '{name: local, embedded: {data: a}, aliases: [in-cluster]}, {name: far, embedded: {data: b}, aliases: ["https://far"]}';
  const far = application('far', source('path: charts/shop')).replace('name: in-cluster', 'server: "https://far"');
  const { before, after } = await migrated(application('shop', source('path: charts/shop')) + far, {}, clusters);
  expect(after).toEqual(before);
});

test('comments are kept, in values where they stand', async () => {
  const text = `# Who owns this: team web.
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  destination: {name: in-cluster, namespace: web} # the only one
  source:
    repoURL: ${url}
    # Moves with the fleet.
    path: charts/shop
    helm:
      valuesObject:
        # Three of them since the sale.
        replicas: 3 # not 2

        image: {tag: v1}
      parameters:
      - {name: a, value: b}
`;
  const { stdout, before, after } = await migrated(text);
  expect(after).toEqual(before);
  expect(stdout).toBe(`---
apiVersion: helm-gitops.io/v1
kind: Environment
metadata:
  name: default
spec:
  createNamespace: false
---
# apps/shop.yaml:4
# Who owns this: team web.
# spec.destination: the only one
# spec.source.path: Moves with the fleet.
apiVersion: helm-gitops.io/v1
kind: Application
metadata:
  name: shop
spec:
  chart:
    path: charts/shop
    lock: update
  namespace: web
  values:
    - inline:
        # Three of them since the sale.
        replicas: 3 # not 2

        image: {tag: v1}
    - set: a=b
  sync:
    automatic: false
    prune: false
  onRemove: keep
  crds: createReplace
  environments:
    default: {}
`);
});

test.each([
  [
    'path: charts/shop, helm: {parameters: [{name: a, value: "a{{x}}"}]}',
    'holds {{, which is a template in definitions',
  ],
  ['path: charts/shop, helm: {values: "a: 1\\na: 2"}', 'its values cannot stand in a definition'],
])('%s is named, and its application left out', async (spec, message) => {
  const { stdout, stderr } = await migrated(application('shop', source(spec)));
  expect(stdout).toBe('');
  expect(stderr).toContain(`not printed: apps/shop.yaml:6:`);
  expect(stderr).toContain(message);
  expect(stderr).toContain('0 applications printed, 1 not');
});
