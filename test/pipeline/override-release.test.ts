/** What is said of an Argo CD Application beside its chart, and on single objects. */
import { afterAll, describe, expect, test } from 'vitest';
import { toJson } from '../../src/foundation/yaml/plain-json.ts';
import { noSources } from '../../src/pipeline/chart/chart-sources.ts';
import { openCheckoutFiles } from '../../src/pipeline/source/checkout-files.ts';
import { syncRevision } from '../../src/pipeline/sync-revision.ts';
import { temporaryFolder, writeFiles } from '../support/git-repository.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const url = 'https://git.example.com/fleet.git';
let next = 0;

/** One application, of the folder `shop`. */
async function look(
  files: Readonly<Record<string, string>>,
  helm = '{values: "a: app", parameters: [{name: p, value: app}]}',
) {
  next += 1;
  const root = `${folder.path}/${next}`;
  writeFiles(root, {
    'apps/shop.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  destination: {name: in-cluster, namespace: web}
  source: {repoURL: "${url}", path: shop, helm: ${helm}}
`,
    'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
    'shop/values.yaml': 'tag: v1\n',
    ...files,
  });
  const synced = await syncRevision({
    op: 'o',
    checkout: { repository: 'fleet', revision: 'r', commit: undefined, root, path: 'apps' },
    compat: 'helm4',
    sources: noSources,
    definitions: {
      files: await openCheckoutFiles(root),
      defaults: { settings: {}, environments: undefined },
      clusters: ['local'],
      own: { urls: [url], revision: undefined },
    },
  });
  for (const { error } of synced.failed) throw error;
  const [{ values, definition } = {} as never] = synced.releases;
  const notices = synced.notices.map(({ message, place }) => `${place?.file}:${place?.line ?? ''} ${message}`);
  return { values: toJson(values), definition, notices };
}

describe('files beside the chart of an Argo CD Application', () => {
  test('are merged over its source as Argo CD does: lists replaced, the one of its name last', async () => {
    const { values, definition } = await look({
      'shop/.argocd-source.yaml':
        'path: elsewhere\nhelm: {values: null, parameters: [{name: tag, value: v2}], skipCrds: true}\n',
      'shop/.argocd-source-shop.yaml': 'helm:\n  parameters:\n  - name: tag\n    value: "3"\n    forcestring: true\n',
      'shop/.argocd-source-other.yaml': 'helm: {parameters: [{name: tag, value: none}]}\n',
    });
    expect(values).toEqual({ tag: '3' });
    expect(definition).toMatchObject({ settings: { crds: 'skip' }, chart: { type: 'path', path: 'shop' } });
    expect(definition.values).toMatchObject([{ place: { file: 'shop/.argocd-source-shop.yaml', line: 4 } }]);
  });

  test('leave what they do not name', async () => {
    const { values } = await look({ 'shop/.argocd-source.yaml': 'helm: {valuesObject: {b: file, c: yes}}\n' });
    expect(values).toEqual({ b: 'file', c: true, p: 'app' });
  });

  test.each([
    [
      'kustomize: {images: [a]}',
      'definition.unsupported',
      'application shop: kustomize is not supported: Kustomize is not run',
    ],
    [
      'helm: {releaseName: x}',
      'definition.unsupported',
      'application shop: helm.releaseName cannot be given in a file beside the chart',
    ],
    ['helm: {parameters: {a: 1}}', 'definition.invalid', 'helm.parameters'],
    ['helm: [}', 'definition.syntax', ''],
    ['- helm', 'definition.invalid', 'expected a map: parts of a source of an Application'],
  ])('%s is refused', async (text, code, message) => {
    const place = { file: 'shop/.argocd-source.yaml', line: 1 };
    const found = look({ 'shop/.argocd-source.yaml': `${text}\n` });
    await expect(found).rejects.toMatchObject({ code, message: expect.stringContaining(message), place });
  });

  test('name what is not honoured', async () => {
    const { notices } = await look({ 'shop/.argocd-source.yaml': 'helm: {kubeVersion: "1.30"}\n' });
    expect(notices).toEqual([
      expect.stringContaining('shop/.argocd-source.yaml:1 application shop: helm.kubeVersion is not honoured'),
    ]);
  });
});

const annotated = (...lines: string[]) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n  annotations:\n${lines.map((line) => `    ${line}\n`).join('')}`;

describe('annotations of Argo CD on objects', () => {
  test.each([
    ['argocd.argoproj.io/sync-options: Prune=false,Delete=false', []],
    ['argocd.argoproj.io/sync-options: "ServerSideApply=true, Replace=false" # all', []],
    ['argocd.argoproj.io/sync-wave: "0"', []],
    ['argocd.argoproj.io/compare-options: IgnoreExtraneous', []],
    [
      '"argocd.argoproj.io/sync-options": Replace=true,Wat=1',
      ['the sync option Replace=true', 'the sync option Wat=1'],
    ],
    ['argocd.argoproj.io/sync-wave: "{{ .Values.wave }}"', ['the annotation argocd.argoproj.io/sync-wave']],
    ['argocd.argoproj.io/hook: PreSync', ['the hook PreSync']],
    ['argocd.argoproj.io/ignore-healthcheck: "true"', ['the annotation argocd.argoproj.io/ignore-healthcheck']],
  ])('%s in a chart: %j is told once', async (line, told) => {
    const { notices } = await look({
      'shop/templates/a.yaml': annotated(line),
      'shop/templates/b.yaml': annotated('a: b', line),
    });
    expect(notices.map((notice) => notice.replace(/ on objects is not.*$/, ''))).toEqual(
      told.map((what) => `shop/templates/a.yaml:6 application shop: ${what}`),
    );
  });

  test('count in values, and beside a hook of Helm a hook of Argo CD does not', async () => {
    const line = 'argocd.argoproj.io/hook: PreSync';
    const { notices } = await look(
      { 'shop/templates/a.yaml': annotated('helm.sh/hook: pre-install', line) },
      '{valuesObject: {service: {annotations: {argocd.argoproj.io/sync-wave: "3"}}}}',
    );
    expect(notices).toEqual([
      expect.stringContaining('apps/shop.yaml:3 application shop: the annotation argocd.argoproj.io/sync-wave on'),
    ]);
  });

  test('in a folder of plain manifests those hooks that there are none of', async () => {
    const hooks = ['PreSync', 'Skip', 'Sync', 'SyncFail'].map((hook) => annotated(`argocd.argoproj.io/hook: ${hook}`));
    const { notices } = await look({ 'plain/a.yaml': hooks.join('---\n'), 'apps/shop.yaml': plainApplication });
    expect(notices.map((notice) => notice.replace(/ on objects is not.*$/, '').replace(/:\d+ /, ' '))).toEqual([
      'plain/a.yaml application shop: the hook Sync',
      'plain/a.yaml application shop: the hook SyncFail',
    ]);
  });
});

const plainApplication = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  destination: {name: in-cluster, namespace: web}
  source: {repoURL: "${url}", path: plain}
`;
