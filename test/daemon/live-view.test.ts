import { describe, expect, test } from 'vitest';
import { createLiveView } from '../../src/daemon/live-view.ts';
import type { ReleaseRecord } from '../../src/foundation/history/release-record.ts';
import { configMap, releaseScene } from '../pipeline/release-scene.ts';

const deployment = '---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\n';
const turns = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

function record(manifest: string): ReleaseRecord {
  const info = { first_deployed: '', last_deployed: '', description: '', status: 'deployed' as const };
  return { name: 'shop', namespace: 'web', version: 1, info, chart: {}, config: {}, manifest, hooks: [] };
}

function scene() {
  const { cluster } = releaseScene();
  const moved: string[] = [];
  const statuses: string[] = [];
  const view = createLiveView({
    client: cluster,
    onMoved: (id, key) => moved.push(`${id} ${key}`),
    onStatus: (id, { kind, metadata }) => statuses.push(`${id} ${kind}/${metadata.name}`),
    onLost: () => undefined,
    onRestored: () => undefined,
  });
  const put = (name: string, parts: object = {}, metadata: object = {}) =>
    cluster.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'web', ...metadata }, ...parts });
  return { cluster, view, moved, statuses, put };
}

describe('the live view', () => {
  test('says once that a tracked object is there, and then only when it moves', async () => {
    const { view, moved, put } = scene();
    put('x');
    put('other');
    await view.track('shop/dev', record(configMap('x', 'red')));
    await turns();
    expect(moved.splice(0)).toEqual(['shop/dev /ConfigMap/web/x']);
    put('x');
    put('other', {}, { labels: { a: 'b' } });
    await turns();
    expect(moved).toEqual([]);
    put('x', {}, { labels: { a: 'b' } });
    await turns();
    expect(moved).toEqual(['shop/dev /ConfigMap/web/x']);
  });

  test('status alone moves a workload’s health and nothing else', async () => {
    const { cluster, view, moved, statuses } = scene();
    const metadata = { name: 'app', namespace: 'web', generation: 1 };
    const app = { apiVersion: 'apps/v1', kind: 'Deployment', metadata };
    const write = (manager: string, time: string, subresource?: string) => ({
      manager,
      time,
      ...(subresource ? { subresource } : {}),
    });
    cluster.put({ ...app, metadata: { ...metadata, managedFields: [write('helm', '1')] } });
    await view.track('shop/dev', record(deployment));
    await turns();
    moved.length = 0;
    statuses.length = 0;
    const managedFields = [write('helm', '1'), write('controller', '2', 'status')];
    cluster.put({ ...app, metadata: { ...metadata, managedFields }, status: { readyReplicas: 1 } });
    await turns();
    expect([moved, statuses]).toEqual([[], ['shop/dev Deployment/app']]);
    cluster.put({ ...app, metadata: { ...metadata, managedFields: [write('kubectl', '3')] } });
    await turns();
    expect(moved).toEqual(['shop/dev apps/Deployment/web/app']);
  });

  test('a deletion is told, also of an object that was tracked after its kind was followed', async () => {
    const { cluster, view, moved, put } = scene();
    put('x');
    await view.track('shop/dev', record(configMap('x', 'red')));
    await turns();
    put('z');
    await turns();
    await view.track('shop/dev', record(configMap('x', 'red') + configMap('z', 'red')));
    moved.length = 0;
    await cluster.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'web', name: 'z' });
    await cluster.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'web', name: 'x' });
    await turns();
    expect(moved).toEqual(['shop/dev /ConfigMap/web/z', 'shop/dev /ConfigMap/web/x']);
  });

  test('a tracked object that is not there when the watch begins is told', async () => {
    const { view, moved } = scene();
    await view.track('shop/dev', record(configMap('x', 'red')));
    await turns();
    expect(moved).toEqual(['shop/dev /ConfigMap/web/x']);
  });

  test('an object that leaves its release is no longer followed, nor an untracked release’s', async () => {
    const { view, moved, put } = scene();
    await view.track('shop/dev', record(configMap('x', 'red') + configMap('z', 'red')));
    await view.track('shop/dev', record(configMap('x', 'red')));
    await turns();
    moved.length = 0;
    put('z');
    await turns();
    expect(moved).toEqual([]);
    view.untrack('shop/dev');
    put('x');
    await turns();
    expect(moved).toEqual([]);
  });

  test('one watch per kind serves all releases', async () => {
    const { cluster, view } = scene();
    await view.track('a/dev', record(configMap('x', 'red')));
    await view.track('b/dev', record(configMap('z', 'red')));
    await turns();
    expect(cluster.calls).toEqual(['list ConfigMap/*']);
    await view[Symbol.asyncDispose]();
  });
});
