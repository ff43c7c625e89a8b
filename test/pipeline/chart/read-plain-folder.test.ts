import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { resolveChart } from '../../../src/pipeline/chart/resolve-chart.ts';
import type { ChartReference, PlainManifests } from '../../../src/pipeline/definitions/release-definition.ts';
import { offlineCapabilities } from '../../../src/pipeline/render/offline-capabilities.table.ts';
import { renderChart } from '../../../src/pipeline/render/render-chart.ts';
import { temporaryFolder, writeFiles } from '../../support/git-repository.ts';

const map = (name: string, text = 'x') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {text: ${JSON.stringify(text)}}\n`;
const folder = temporaryFolder();
afterAll(() => folder.remove());
writeFiles(folder.path, {
  'plain/b.yaml': map('b', 'ü {{ .Values.x }} {{`{{`}}'),
  'plain/a.yml': `${map('a1')}---\n${map('a2')}`,
  'plain/_c.yaml': map('c'),
  'plain/d.json': JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'd' } }),
  'plain/README.md': '# nothing',
  'plain/below/e.yaml': map('e'),
  'plain/apps.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec: {}\n---\n${map('f')}`,
  'kustomized/kustomization.yaml': 'resources: [a.yaml]\n',
  'kustomized/a.yaml': map('a'),
  'jsonnet/a.jsonnet': '{}',
  'chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
  'chart/templates/g.yaml': map('{{ .Release.Name }}'),
  'chart/h.yaml': map('h'),
  'links/.keep': '',
});
symlinkSync('/etc/hostname', join(folder.path, 'links/out.yaml'));

const place = { file: 'app.yaml', line: 3 };
const plain: PlainManifests = { explicit: false, recurse: false, include: undefined, exclude: undefined };

async function names(path: string, more: Partial<PlainManifests> = {}) {
  const reference: ChartReference = { type: 'path', path, lock: 'update', place, plain: { ...plain, ...more } };
  const chart = await resolveChart(reference, { root: folder.path });
  const { manifest, hooks } = renderChart({
    chart,
    values: new Map(),
    release: { name: 'rel', namespace: 'web', revision: 1, isInstall: true, isUpgrade: false },
    capabilities: offlineCapabilities,
    compat: 'helm4',
    sources: { now: () => new Date(0), randomBytes: (count) => new Uint8Array(count) },
  });
  return { manifest, hooks, names: [...manifest.matchAll(/name"?: ?"?([a-z0-9]+)/g)].map(([, name]) => name).sort() };
}

describe('a folder of plain manifests', () => {
  test('renders each file as it is, and no definitions', async () => {
    const { names: found, manifest } = await names('plain');
    expect(found).toEqual(['a1', 'a2', 'b', 'c', 'd', 'f']);
    expect(manifest).toContain('data: {text: "ü {{ .Values.x }} {{`{{`}}"}');
  });

  test.each([
    [{ recurse: true }, ['a1', 'a2', 'b', 'c', 'd', 'e', 'f']],
    [{ include: '{b.yaml,*.json}' }, ['b', 'd']],
    [{ exclude: '*.yml' }, ['b', 'c', 'd', 'f']],
    [{ recurse: true, include: '**/*.yaml', exclude: 'below/**' }, []],
    [{ include: '*.yaml', exclude: 'b.yaml' }, ['c', 'f']],
  ])('with %j takes %j', async (more, expected) => {
    expect((await names('plain', more)).names).toEqual(expected);
  });

  test('has the hooks of Argo CD as those of Helm', async () => {
    const hook = (name: string, hooks: string, more = '') =>
      `apiVersion: v1 # why\nkind: ConfigMap\nmetadata:\n  ${name}\n  annotations:\n    argocd.argoproj.io/hook: ${hooks}\n${more}data: {on: yes, mode: 0777}\n`;
    const policy = '    argocd.argoproj.io/hook-delete-policy: HookSucceeded,BeforeHookCreation\n';
    const wave = '    argocd.argoproj.io/sync-wave: "-2"\n';
    writeFiles(folder.path, {
      'hooks/.argocd-source.yaml': 'helm: {}\n',
      'hooks/a.yaml': [
        hook('name: before', 'PreSync', policy + wave),
        hook('generateName: after-', 'PostSync,SyncFail'),
        hook('name: never', 'Skip'),
        hook('name: failed', 'SyncFail'),
        hook('name: beside', 'Sync'),
        hook('name: gone', 'PostDelete'),
        map('plain'),
      ].join('---\n'),
    });
    const { manifest, names: found, hooks } = await names('hooks');
    expect(found).toEqual(['beside', 'plain']);
    expect(manifest).toContain(hook('name: beside', 'Sync'));
    expect(hooks.map(({ name, events, weight, deletePolicies }) => [name, events, weight, deletePolicies])).toEqual([
      ['before', ['pre-install', 'pre-upgrade'], -2, ['hook-succeeded', 'before-hook-creation']],
      ['after-hook', ['post-install', 'post-upgrade'], 0, []],
      ['gone', ['post-delete'], 0, []],
    ]);
    expect(hooks[0]?.manifest).toContain('data: { on: yes, mode: 0777 }');
  });

  test('is a chart where it has a Chart.yaml, unless said otherwise', async () => {
    expect((await names('chart')).names).toEqual(['rel']);
    expect((await names('chart', { explicit: true, include: 'h.yaml' })).names).toEqual(['h']);
  });

  test.each([
    ['kustomized', {}, 'chart.unsupported', 'kustomized is made for Kustomize, which is not run'],
    ['jsonnet', {}, 'chart.unsupported', 'jsonnet holds jsonnet, which is not run'],
    ['links', {}, 'chart.outside', 'out.yaml is a link that leads out of the repository, or nowhere'],
    ['plain', { include: '[' }, 'chart.invalid', 'the pattern "[" of files is broken'],
    ['none', {}, 'chart.not-found', 'there is no chart at none'],
  ])('%s %j is refused', async (path, more, code, message) => {
    await expect(names(path, more)).rejects.toMatchObject({ code, message });
  });
});
