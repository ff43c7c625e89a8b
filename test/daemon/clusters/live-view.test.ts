import { describe, expect, test } from 'vitest';
import { createLiveView } from '../../../src/daemon/clusters/live-view.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { parseManifest } from '../../../src/foundation/manifest/parse-manifest.ts';
import { configMap, releaseScene } from '../../pipeline/release-scene.ts';

const deployment = '---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\n';
const turns = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

const placed = (manifest: string): KubernetesObject[] =>
  parseManifest(manifest).map((object) => ({ ...object, metadata: { ...object.metadata, namespace: 'web' } }));

function scene() {
  const { cluster } = releaseScene();
  const moved: string[] = [];
  const statuses: string[] = [];
  const view = createLiveView({
    client: cluster,
    onMoved: (id) => moved.push(id),
    onStatus: (id, { kind, metadata }) => statuses.push(`${id} ${kind}/${metadata.name}`),
    onLost: () => undefined,
    onRestored: () => undefined,
  });
  const put = (name: string, parts: object = {}, metadata: object = {}) =>
    cluster.put({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'web', generation: 1, ...metadata },
      ...parts,
    });
  return { cluster, view, moved, statuses, put };
}

describe('the live view', () => {
  test('says once that a tracked object is there, and then only when it moves', async () => {
    const { view, moved, put } = scene();
    put('x');
    put('other');
    await view.track('shop/dev', placed(configMap('x', 'red')));
    await turns();
    expect(moved.splice(0)).toEqual(['shop/dev']);
    put('x');
    put('other', {}, { labels: { a: 'b' } });
    await turns();
    expect(moved).toEqual([]);
    put('x', {}, { labels: { a: 'b' } });
    await turns();
    expect(moved).toEqual(['shop/dev']);
  });

  test('knows the workloads of one release and of all, as they are', async () => {
    const { cluster, view } = scene();
    const named = (name: string, status?: object) => ({
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'web' } },
      ...(status ? { status } : {}),
    });
    const names = (id?: string) => view.workloads(id).map((one) => `${one.id} ${one.object.metadata.name}`);
    for (const name of ['app', 'other', 'nobodys']) cluster.put(named(name));
    await view.track('shop/dev', [named('app'), ...placed(configMap('x', 'red'))]);
    await view.track('shop/prod', [named('other'), named('missing')]);
    cluster.put(named('app', { replicas: 1 }));
    await turns();
    expect([names('shop/dev'), names()]).toEqual([['shop/dev app'], ['shop/dev app', 'shop/prod other']]);
    expect(view.workloads('shop/dev')[0]?.object['status']).toEqual({ replicas: 1 });
    view.untrack('shop/dev');
    expect([names('shop/dev'), names()]).toEqual([[], ['shop/prod other']]);
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
    await view.track('shop/dev', placed(deployment));
    await turns();
    moved.length = 0;
    statuses.length = 0;
    const managedFields = [write('helm', '1'), write('controller', '2', 'status')];
    cluster.put({ ...app, metadata: { ...metadata, managedFields }, status: { readyReplicas: 1 } });
    await turns();
    expect([moved, statuses]).toEqual([[], ['shop/dev Deployment/app']]);
    cluster.put({ ...app, metadata: { ...metadata, managedFields: [write('kubectl', '3')] } });
    await turns();
    expect(moved).toEqual(['shop/dev']);
  });

  test('a deletion is told, also of an object that was tracked after its kind was followed', async () => {
    const { cluster, view, moved, put } = scene();
    put('x');
    await view.track('shop/dev', placed(configMap('x', 'red')));
    await turns();
    put('z');
    await turns();
    await view.track('shop/dev', placed(configMap('x', 'red') + configMap('z', 'red')));
    moved.length = 0;
    await cluster.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'web', name: 'z' });
    await cluster.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'web', name: 'x' });
    await turns();
    expect(moved).toEqual(['shop/dev', 'shop/dev']);
  });

  test('what is tracked and not there, or was never compared, is unsettled', async () => {
    const { view, put } = scene();
    put('z');
    await view.track('shop/dev', placed(configMap('x', 'red') + configMap('z', 'red')));
    expect([...view.unsettled('shop/dev')]).toEqual(['/ConfigMap/web/x', '/ConfigMap/web/z']);
  });

  test('an object that leaves its release is no longer followed, nor an untracked release’s', async () => {
    const { view, moved, put } = scene();
    await view.track('shop/dev', placed(configMap('x', 'red') + configMap('z', 'red')));
    await view.track('shop/dev', placed(configMap('x', 'red')));
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
    await view.track('a/dev', placed(configMap('x', 'red')));
    await view.track('b/dev', placed(configMap('z', 'red')));
    await turns();
    expect(cluster.calls).toEqual(['list ConfigMap/*']);
    await view[Symbol.asyncDispose]();
  });
});

describe('what the live view knows', () => {
  test('an object that moved to another release is not forgotten with its former one', async () => {
    const { view, put, moved } = scene();
    put('x');
    await view.track('a/dev', placed(configMap('x', 'red')));
    await view.track('b/dev', placed(configMap('x', 'red')));
    view.untrack('a/dev');
    await turns();
    moved.length = 0;
    put('x', {}, { labels: { a: 'b' } });
    await turns();
    expect(moved).toEqual(['b/dev']);
  });

  const [red = { apiVersion: '', kind: '', metadata: {} }] = placed(configMap('x', 'red'));
  const [blue = red] = placed(configMap('x', 'blue'));

  test('that there is no such object, as soon as the kind was listed', async () => {
    const { view, put } = scene();
    put('x');
    expect(await view.knowledge.presence(red)).toBe('present');
    const [other = red] = placed(configMap('y', 'red'));
    expect(await view.knowledge.presence(other)).toBe('absent');
    const unserved = { apiVersion: 'example.com/v1', kind: 'UnknownThing', metadata: { name: 'x' } };
    expect(await view.knowledge.presence(unserved)).toBe('absent');
  });

  test('that an object is as it was applied, until somebody else writes it', async () => {
    const { view, put, moved } = scene();
    await view.track('shop/dev', placed(configMap('x', 'red')));
    const answer = put('x', {}, { managedFields: [{ manager: 'helm', time: '1' }] });
    view.knowledge.foundEqual(red, answer);
    await turns();
    expect([view.knowledge.isClean(red), view.knowledge.isClean(blue)]).toEqual([true, false]);
    expect([[...view.unsettled('shop/dev')], moved]).toEqual([[], []]);
    expect(view.knowledge.asSeen(red).metadata.resourceVersion).toBe(answer.metadata.resourceVersion);
    const entry = (manager: string, subresource?: string) => ({
      manager,
      time: '2',
      ...(subresource ? { subresource } : {}),
    });
    put(
      'x',
      {},
      {
        managedFields: [{ manager: 'helm', time: '1' }, entry('kube-controller-manager'), entry('any', 'status')],
      },
    );
    await turns();
    expect([view.knowledge.isClean(red), moved]).toEqual([true, []]);
    put('x', {}, { managedFields: [{ manager: 'helm', time: '1' }, entry('kubectl-edit')] });
    await turns();
    expect([view.knowledge.isClean(red), moved]).toEqual([false, ['shop/dev']]);
  });

  test('after a restart what it knew before, where nothing moved meanwhile', async () => {
    const before = scene();
    await before.view.track('shop/dev', placed(configMap('x', 'red') + configMap('z', 'red')));
    const answer = before.put('x');
    before.view.knowledge.foundEqual(red, answer);
    before.put('z');
    await turns();
    const marks = before.view.marks('shop/dev');
    expect(Object.entries(marks).map(([object, mark]) => [object, mark !== ''])).toEqual([
      ['v1 ConfigMap web/x', true],
      ['v1 ConfigMap web/z', false],
    ]);
    const view = createLiveView({
      client: before.cluster,
      onMoved: () => undefined,
      onStatus: () => undefined,
      onLost: () => undefined,
      onRestored: () => undefined,
    });
    await view.resume('shop/dev', marks);
    await turns();
    expect([...view.unsettled('shop/dev')]).toEqual(['/ConfigMap/web/z']);
    expect(view.knowledge.isClean(red)).toBe(true);
  });
});
