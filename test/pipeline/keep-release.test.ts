import { describe, expect, test } from 'vitest';
import { readOnlyClient } from '../../src/foundation/cluster/read-only-client.ts';
import { keepRelease } from '../../src/pipeline/keep-release.ts';
import { aside, configMap, definition, prepared, releaseScene, settings } from './release-scene.ts';

const foreign = { tool: 'Argo CD', apiVersion: 'v1', kind: 'Application', namespace: 'argocd', name: 'shop' };
const turn = (parts: Parameters<typeof prepared>[1]) => ({
  prepared: prepared('d1', parts),
  requested: true,
  superseded: new AbortController().signal,
  aside,
});

describe('keeping a release', () => {
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
