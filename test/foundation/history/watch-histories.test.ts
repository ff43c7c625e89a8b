import { describe, expect, test } from 'vitest';
import type { WatchHandler } from '../../../src/foundation/cluster/cluster-client.ts';
import { newestRevision } from '../../../src/foundation/history/newest-revision.ts';
import { openHistory } from '../../../src/foundation/history/open-history.ts';
import type { ReleaseRecord, ReleaseStatus } from '../../../src/foundation/history/release-record.ts';
import { watchHistories } from '../../../src/foundation/history/watch-histories.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const now = () => new Date('2026-11-20T12:00:00Z');

function revision(version: number, status: ReleaseStatus = 'superseded'): ReleaseRecord {
  const info = { first_deployed: '', last_deployed: '', description: 'Install complete', status };
  return { name: 'shop', namespace: 'web', version, info, chart: {}, config: {}, manifest: `v${version}`, hooks: [] };
}

/** Histories over a cluster whose watch says what the test has it say. */
function scene() {
  const cluster = memoryCluster();
  const unreadable: string[] = [];
  let handler: WatchHandler | undefined;
  const client = Object.assign(Object.create(cluster) as typeof cluster, {
    watch: (_query: unknown, given: WatchHandler) => {
      handler = given;
      return { synced: Promise.resolve(), [Symbol.asyncDispose]: async () => undefined };
    },
  });
  const onUnreadable = (secret: string) => void unreadable.push(secret);
  const foreign: string[] = [];
  const onForeign = (namespace: string, name: string) => void foreign.push(`${namespace}/${name}`);
  const histories = watchHistories({ client, onUnreadable, now, onForeign });
  const direct = openHistory({ client: cluster, namespace: 'web', name: 'shop', onUnreadable, now });
  const secrets = () => [...cluster.objects.values()].filter(({ kind }) => kind === 'Secret');
  const tell = () => handler as WatchHandler;
  return { cluster, histories, history: histories.of('web', 'shop'), direct, secrets, tell, unreadable, foreign };
}

const versions = (marks: readonly { version: number; status: string }[]) =>
  marks.map(({ version, status }) => `${version} ${status}`);

describe('watched histories', () => {
  test('say which revisions there are without a call', async () => {
    const { cluster, history, direct, secrets, tell } = scene();
    await direct.create(revision(1));
    await direct.create(revision(10, 'deployed'));
    tell().replaced(secrets());
    const calls = cluster.calls.length;
    expect(versions(await history.marks())).toEqual(['1 superseded', '10 deployed']);
    expect(cluster.calls).toHaveLength(calls);
  });

  test('know their own writes before the watch tells of them, and are not misled by what it tells late', async () => {
    const { history, secrets, tell } = scene();
    tell().replaced([]);
    const pending = await history.create(revision(1, 'pending-install'));
    const before = structuredClone(secrets());
    await history.update(pending, revision(1, 'deployed'));
    for (const secret of before) tell().changed('ADDED', secret);
    expect(versions(await history.marks())).toEqual(['1 deployed']);
    expect((await history.get(1))?.record.info.status).toBe('deployed');
  });

  test('forget a record that is found gone before the watch tells, and tell of it as another hand does', async () => {
    const { history, direct, secrets, tell, foreign, unreadable } = scene();
    await direct.create(revision(1, 'superseded'));
    await direct.create(revision(2, 'deployed'));
    tell().replaced(secrets());
    await direct.delete(2);
    expect((await newestRevision(history))?.record.version).toBe(1);
    expect(await history.next()).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect({ foreign, unreadable }).toEqual({ foreign: ['web/shop'], unreadable: [] });
  });

  test('take what another hand deletes while it is read for deleted', async () => {
    const { cluster, history, direct, secrets, tell, foreign } = scene();
    await direct.create(revision(1, 'uninstalling'));
    tell().replaced(secrets());
    const { get } = cluster;
    cluster.get = async (...call) => {
      const found = await get(...call);
      for (const secret of secrets()) tell().changed('DELETED', secret);
      await direct.delete(1);
      cluster.get = get;
      return found;
    };
    expect(await history.get(1)).toBeUndefined();
    expect(await history.marks()).toEqual([]);
    expect(await newestRevision(history)).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(foreign).toEqual(['web/shop']);
  });

  test('forget what others deleted', async () => {
    const { history, direct, secrets, tell } = scene();
    await direct.create(revision(1));
    tell().replaced(secrets());
    for (const secret of secrets()) tell().changed('DELETED', secret);
    expect(await history.marks()).toEqual([]);
  });

  test('tell of what another hand did, a moment later and once, and never of our own writes', async () => {
    const { history, direct, secrets, tell, foreign } = scene();
    await direct.create(revision(1, 'deployed'));
    tell().replaced(secrets());
    const second = await history.create(revision(2, 'pending-upgrade'));
    for (const secret of secrets()) tell().changed('MODIFIED', secret);
    await history.update(second, revision(2, 'deployed'));
    tell().replaced(secrets());
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(foreign).toEqual([]);
    await direct.create(revision(3, 'pending-rollback'));
    for (const secret of secrets()) tell().changed('ADDED', secret);
    const gone = secrets().find(({ metadata }) => metadata.name?.endsWith('v1'));
    if (gone) tell().changed('DELETED', gone);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(foreign).toEqual(['web/shop']);
    // While the watch was lost.
    await direct.create(revision(4, 'deployed'));
    tell().replaced(secrets());
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(foreign).toEqual(['web/shop', 'web/shop']);
  });

  test('read a record once while it stays as it is', async () => {
    const { cluster, history, direct, secrets, tell } = scene();
    await direct.create(revision(1, 'deployed'));
    tell().replaced(secrets());
    await history.get(1);
    const calls = cluster.calls.length;
    expect((await history.get(1))?.record.manifest).toBe('v1');
    expect(cluster.calls).toHaveLength(calls);
  });

  test('pass over what cannot be decoded, and say so once', async () => {
    const { cluster, history, direct, secrets, tell, unreadable } = scene();
    await direct.create(revision(1, 'deployed'));
    const labels = { owner: 'helm', name: 'shop', version: '2', status: 'deployed' };
    const metadata = { name: 'sh.helm.release.v1.shop.v2', namespace: 'web', labels };
    cluster.put({ apiVersion: 'v1', kind: 'Secret', metadata, data: { release: 'AAAA' } });
    tell().replaced(secrets());
    expect((await newestRevision(history))?.record.version).toBe(1);
    expect(versions(await history.marks())).toEqual(['1 deployed']);
    expect(unreadable).toEqual(['sh.helm.release.v1.shop.v2']);
    // Its number is taken all the same.
    expect([await history.next(), await direct.next()]).toEqual([3, 3]);
  });

  test('forget the newest of all too when a list does not hold it', async () => {
    const { cluster, history, direct, secrets, tell } = scene();
    await direct.create(revision(1, 'deployed'));
    tell().replaced(secrets());
    cluster.objects.clear();
    // Deleted while nothing was watched: the list is younger than the record.
    tell().replaced([], '1000000');
    expect(await history.marks()).toEqual([]);
  });

  test('watch what the records are kept in', () => {
    const queries: unknown[] = [];
    const client = Object.assign(memoryCluster(), {
      watch: (query: unknown) => {
        queries.push(query);
        return { synced: Promise.resolve(), [Symbol.asyncDispose]: async () => undefined };
      },
    });
    for (const driver of ['secret', 'configmap'] as const)
      watchHistories({ client, driver, onUnreadable: () => undefined, now });
    expect(queries).toMatchObject([{ kind: 'Secret' }, { kind: 'ConfigMap' }]);
  });

  test('ask for themselves while nothing may be watched', async () => {
    const { history, direct, tell } = scene();
    tell().lost?.(new Error('forbidden'));
    await direct.create(revision(1, 'deployed'));
    expect(versions(await history.marks())).toEqual(['1 deployed']);
  });
});
