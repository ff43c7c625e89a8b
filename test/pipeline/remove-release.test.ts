import { describe, expect, test } from 'vitest';
import { parseManifest } from '../../src/foundation/manifest/parse-manifest.ts';
import type { ReleaseState } from '../../src/foundation/state/release-state.ts';
import { withOwnership } from '../../src/pipeline/plan/ownership.ts';
import { removeRelease } from '../../src/pipeline/remove-release.ts';
import { configMap, hook, releaseScene, releaseState } from './release-scene.ts';

const release = { name: 'shop', namespace: 'web' };
const keep = '\n  annotations: {helm.sh/resource-policy: keep}';
const volume = 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n';

async function scene(manifest: string, parts: Partial<ReleaseState> = {}) {
  const made = releaseScene();
  const hooks = [
    hook('before', { events: ['pre-delete'], kind: 'ConfigMap', manifest: configMap('before', 'red') }),
    hook('after', { events: ['post-delete'], kind: 'ConfigMap', manifest: configMap('after', 'red') }),
  ];
  const info = { first_deployed: '', last_deployed: '', description: '', status: 'deployed' as const };
  for (const version of [1, 2])
    await made.history.create({ ...release, version, info, chart: {}, config: {}, manifest, hooks });
  for (const object of parseManifest(manifest))
    made.cluster.put(withOwnership({ ...object, metadata: { ...object.metadata, namespace: 'web' } }, release));
  const begun = { deployed: { digest: 'd', helmRevision: 2, revision: 'r' }, ...parts };
  made.state = releaseState(begun);
  made.cluster.calls.length = 0;
  const remove = (guarded = false) =>
    removeRelease(made.context, { op: 'o', state: made.state ?? releaseState(begun), cluster: 'memory', guarded });
  return { ...made, remove, current: () => made.state };
}

describe('a release whose definition is gone', () => {
  test('is uninstalled: hooks, objects, hooks, records, state', async () => {
    const { remove, cluster, history, events, current } = await scene(configMap('x', 'red'));
    expect(await remove()).toBe('uninstalled');
    expect(cluster.calls.filter((call) => /^(apply|delete)/.test(call))).toEqual([
      'delete ConfigMap/before',
      'apply ConfigMap/before',
      'delete ConfigMap/x',
      'delete ConfigMap/after',
      'apply ConfigMap/after',
      'delete Secret/sh.helm.release.v1.shop.v1',
      'delete Secret/sh.helm.release.v1.shop.v2',
    ]);
    expect([await history.list(), current()]).toEqual([[], undefined]);
    expect(events).toEqual([expect.objectContaining({ event: 'release.uninstalled', version: 2 })]);
    expect(events[0]).not.toHaveProperty('kept');
  });

  test("is told, and nothing deleted, where the records are another release's by now", async () => {
    const { remove, cluster, history, events, current } = await scene(configMap('x', 'red'));
    for (const stored of await history.list())
      await history.update(stored, { ...stored.record, namespace: 'elsewhere' });
    expect(await remove()).toBe('kept');
    expect(cluster.calls.filter((call) => call.startsWith('delete'))).toEqual([]);
    expect(events).toMatchObject([{ event: 'release.failed', reason: 'history.other-release', release: 'shop' }]);
    expect(current()).toBeUndefined();
  });

  test('is told, and nothing deleted, where another installation has taken it over', async () => {
    const { remove, cluster, history, events, current } = await scene(configMap('x', 'red'));
    const newest = (await history.list()).at(-1);
    if (!newest) throw new Error('it is not deployed');
    await history.update(newest, { ...newest.record, labels: { 'helm-gitops.io/state-namespace': 'others' } });
    expect(await remove()).toBe('kept');
    expect(cluster.calls.filter((call) => call.startsWith('delete'))).toEqual([]);
    const reason = 'it belongs to another installation, whose state is in namespace others';
    expect(events).toMatchObject([{ event: 'release.kept', version: 2, reason }]);
    expect(current()).toBeUndefined();
  });

  test('leaves what Argo CD was told not to delete, and asks before it deletes what needs that', async () => {
    const marked = (name: string, options: string) =>
      configMap(name, 'red', `\n  annotations: {argocd.argoproj.io/sync-options: "${options}"}`);
    const asking = await scene(marked('a', 'Delete=confirm'));
    expect(await asking.remove()).toBe('waiting');
    expect(asking.events).toMatchObject([{ reason: 'one of its objects has the sync option Delete=confirm' }]);
    const { remove, cluster } = await scene(marked('a', 'Delete=false') + marked('b', 'Prune=false'));
    expect(await remove()).toBe('uninstalled');
    const names = ['ConfigMap/web/a', 'ConfigMap/web/b'];
    expect(names.map((name) => cluster.objects.has(name))).toEqual([true, false]);
  });

  test('leaves what asks to be kept, what holds data and what is no longer its own, and says so', async () => {
    const manifest = `${configMap('a', 'red', keep) + configMap('b', 'red') + configMap('c', 'red')}---\n${volume}`;
    const confirmed = { id: 'r', since: '', reason: '', confirmed: true };
    const { remove, cluster, object, events } = await scene(manifest, { removal: confirmed });
    const taken = object('ConfigMap', 'b');
    if (taken) cluster.put({ ...taken, metadata: { name: 'b', namespace: 'web' } });
    expect(await remove()).toBe('uninstalled');
    expect(events.at(-1)).toHaveProperty('kept');
    const names = ['ConfigMap/web/a', 'ConfigMap/web/b', 'ConfigMap/web/c', 'PersistentVolumeClaim/web/data'];
    expect(names.map((name) => cluster.objects.has(name))).toEqual([true, true, false, true]);
  });

  test('waits for a person where it holds data, and tells it once', async () => {
    const { remove, writes, events, current } = await scene(volume);
    expect(await remove()).toBe('waiting');
    expect(await remove()).toBe('waiting');
    expect([writes(), events]).toEqual([
      [],
      [
        expect.objectContaining({
          event: 'removal.waiting',
          id: 'r-shop-dev',
          reason: 'the release holds a PersistentVolumeClaim',
          hint: 'run: helm-gitops confirm r-shop-dev',
        }),
      ],
    ]);
    expect(current()?.removal).toMatchObject({ id: 'r-shop-dev' });
  });

  test('waits where too many go at once', async () => {
    const { remove, writes } = await scene(configMap('x', 'red'));
    expect([await remove(true), writes()]).toEqual(['waiting', []]);
  });

  test('is only forgotten with onRemove: keep', async () => {
    const { remove, writes, history, events, current } = await scene(configMap('x', 'red'), { onRemove: 'keep' });
    expect([await remove(), writes(), (await history.list()).length, current()]).toEqual(['kept', [], 2, undefined]);
    expect(events).toMatchObject([{ event: 'release.kept', release: 'shop', version: 2, reason: 'onRemove is keep' }]);
  });

  test('is left alone where it is of another hand and was never ours', async () => {
    const { remove, writes, history, events } = await scene(configMap('x', 'red'), { deployed: undefined as never });
    expect([await remove(), writes(), (await history.list()).length]).toEqual(['kept', [], 2]);
    expect(events).toMatchObject([{ event: 'release.kept', reason: 'it was never deployed from here' }]);
  });

  test('kinds that the cluster serves no more do not stop it', async () => {
    const unknown = '---\napiVersion: x.io/v1\nkind: UnknownThing\nmetadata: {name: t}\n';
    const { remove } = await scene(configMap('x', 'red') + unknown);
    expect(await remove()).toBe('uninstalled');
  });
});
