import { describe, expect, test } from 'vitest';
import { readOnlyClient } from '../../src/foundation/cluster/read-only-client.ts';
import { keepRelease } from '../../src/pipeline/keep-release.ts';
import { aside, configMap, definition, prepared, releaseScene, settings } from './release-scene.ts';

const foreign = { tool: 'Argo CD', apiVersion: 'v1', kind: 'Application', namespace: 'argocd', name: 'shop' };
interface Own {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: object;
}
const turn = (parts: Parameters<typeof prepared>[1]) => ({
  prepared: prepared('d1', parts),
  requested: true,
  superseded: new AbortController().signal,
  aside,
});

describe('keeping a release', () => {
  const handover = (phase: string) => JSON.stringify({ since: 'x', phase, finalizers: [], objects: [] });
  const taken = { 'helm-gitops.io/taken-over': handover('done'), 'argocd.argoproj.io/skip-reconcile': 'true' };
  test.each([
    ['a HelmRelease that is only suspended', 'Flux', { spec: { suspend: true } }, 'observed'],
    ['one that is taken over and suspended', 'Flux', { annotations: taken, spec: { suspend: true } }, 'deployed'],
    ['one that is taken over and resumed', 'Flux', { annotations: taken, spec: {} }, 'observed'],
    ['an Application that is taken over', 'Argo CD', { annotations: taken }, 'deployed'],
    ['one that syncs again', 'Argo CD', { annotations: taken, spec: { syncPolicy: { automated: {} } } }, 'observed'],
    [
      'one that is being taken over',
      'Argo CD',
      { annotations: { ...taken, 'helm-gitops.io/taken-over': handover('begun') } },
      'observed',
    ],
    ['what is not understood', 'Argo CD', { annotations: { ...taken, 'helm-gitops.io/taken-over': '{' } }, 'observed'],
  ] as const)('%s ends %4$s', async (_, tool, { annotations, spec }: Own, expected) => {
    const scene = releaseScene();
    const metadata = { name: 'shop', namespace: 'argocd', annotations: { ...annotations } };
    scene.cluster.put({ apiVersion: 'v1', kind: 'Application', metadata, spec: spec ?? {} });
    const result = await keepRelease(scene.context, turn({ ...definition, foreign: { ...foreign, tool } }));
    expect(result.result).toBe(expected);
  });

  test.each([
    ['mode: observe', { settings: { ...settings, mode: 'observe' } }, 'observed'],
    ['mode: deploy', { settings: { ...settings, mode: 'deploy' }, foreign }, 'deployed'],
    ["another tool's object", { foreign }, 'observed'],
    ["another tool's object that is not there", { foreign: { ...foreign, name: 'other' } }, 'deployed'],
    ['nothing', {}, 'deployed'],
  ] as const)('with %s ends %s', async (_, parts, expected) => {
    const scene = releaseScene();
    scene.cluster.put({ apiVersion: 'v1', kind: 'Application', metadata: { name: 'shop', namespace: 'argocd' } });
    const result = await keepRelease(scene.context, turn({ ...definition, ...parts }));
    expect(result.result).toBe(expected);
    if (expected === 'deployed') return;
    expect(scene.cluster.calls.filter((call) => !/^(get|list|dry-run)/.test(call))).toEqual([]);
    expect([scene.state, await scene.records()]).toEqual([undefined, []]);
  });

  test('counts what differs from what runs, whoever made it', async () => {
    const scene = releaseScene();
    const metadata = { name: 'x', namespace: 'web' };
    scene.cluster.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { color: 'red' } });
    scene.manifests.text = configMap('x', 'red') + configMap('z', 'blue');
    const observe = () => keepRelease(scene.context, turn({ settings: { ...settings, mode: 'observe' } }));
    expect(await observe()).toMatchObject({ changes: { create: 1, changed: 'create ConfigMap/z' } });
    scene.manifests.text = configMap('x', 'green');
    expect(await observe()).toMatchObject({ changes: { create: 0, update: 1, changed: 'ConfigMap/x /data/color' } });
  });
});

test('a cluster that is only observed takes dry runs, and no write', async () => {
  const { cluster } = releaseScene();
  const client = readOnlyClient(cluster);
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'web' } };
  const target = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'web', name: 'x' };
  await client.apply(object, { fieldManager: 'x', dryRun: true });
  const writes = [
    () => client.create(object),
    () => client.update(object),
    () => client.apply(object, { fieldManager: 'x' }),
    () => client.patch(target, { type: 'merge', body: {} }),
    () => client.delete(target),
  ];
  for (const write of writes) await expect(write()).rejects.toMatchObject({ code: 'cluster.read-only' });
  expect(cluster.objects.size).toBe(0);
});
