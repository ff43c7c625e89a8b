import { describe, expect, test } from 'vitest';
import { clusterError } from '../../../src/foundation/cluster/cluster-error.ts';
import { openHistory } from '../../../src/foundation/history/open-history.ts';
import { pruneHistory } from '../../../src/foundation/history/prune-history.ts';
import { checkReleaseName, isReleaseName } from '../../../src/foundation/history/release-name.ts';
import type { ReleaseRecord, ReleaseStatus } from '../../../src/foundation/history/release-record.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const now = () => new Date('2026-11-20T12:00:00Z');

function revision(
  version: number,
  status: ReleaseStatus = 'superseded',
  more: Partial<ReleaseRecord> = {},
): ReleaseRecord {
  const info = { first_deployed: '', last_deployed: '', description: 'Install complete', status };
  return { name: 'shop', namespace: 'web', version, info, chart: {}, config: {}, manifest: '', hooks: [], ...more };
}

function scene() {
  const cluster = memoryCluster();
  const unreadable: string[] = [];
  const history = openHistory({
    client: cluster,
    namespace: 'web',
    name: 'shop',
    onUnreadable: (secret, error) => unreadable.push(`${secret} ${error.code}`),
    now,
  });
  return { cluster, history, unreadable };
}

describe('a history', () => {
  test('keeps each revision in the Secret that Helm would make', async () => {
    const { cluster, history } = scene();
    await history.create(revision(1, 'pending-install', { labels: { team: 'a', owner: 'me' } }));
    expect(cluster.objects.get('Secret/web/sh.helm.release.v1.shop.v1')).toMatchObject({
      type: 'helm.sh/release.v1',
      metadata: {
        labels: {
          name: 'shop',
          owner: 'helm',
          status: 'pending-install',
          version: '1',
          createdAt: '1795176000',
          team: 'a',
        },
      },
    });
  });

  test('keeps them in ConfigMaps where Helm is told to', async () => {
    const cluster = memoryCluster();
    const options = { client: cluster, namespace: 'web', name: 'shop', onUnreadable: () => undefined, now };
    const history = openHistory({ ...options, driver: 'configmap' });
    await history.update(await history.create(revision(1)), revision(1, 'deployed'));
    const kept = cluster.objects.get('ConfigMap/web/sh.helm.release.v1.shop.v1');
    expect(kept).toMatchObject({ metadata: { labels: { status: 'deployed' } } });
    expect(kept).not.toHaveProperty('type');
    // One base64 less than in a Secret, as Helm has it.
    expect(kept).toMatchObject({ data: { release: expect.stringMatching(/^H4sI/) } });
    expect((await history.list())[0]?.record.info.status).toBe('deployed');
    expect(await openHistory(options).marks()).toEqual([]);
  });

  test('changes status label and body together, and modifiedAt takes the place of createdAt', async () => {
    const { cluster, history } = scene();
    const stored = await history.create(revision(1, 'pending-install'));
    await history.update(stored, revision(1, 'deployed'));
    const labels = cluster.objects.get('Secret/web/sh.helm.release.v1.shop.v1')?.metadata.labels;
    expect(labels).toEqual({ name: 'shop', owner: 'helm', status: 'deployed', version: '1', modifiedAt: '1795176000' });
    expect((await history.get(1))?.record.info.status).toBe('deployed');
  });

  test('lists oldest first, with labels of its own only', async () => {
    const { history } = scene();
    for (const version of [10, 9, 2]) await history.create(revision(version, 'superseded', { labels: { team: 'a' } }));
    const list = await history.list();
    expect(list.map(({ record }) => record.version)).toEqual([2, 9, 10]);
    expect(list[0]?.record.labels).toEqual({ team: 'a' });
  });

  test('leaves out what cannot be decoded, and says so once', async () => {
    const { cluster, history, unreadable } = scene();
    await history.create(revision(1));
    const labels = { owner: 'helm', name: 'shop', version: '2' };
    cluster.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'x', namespace: 'web', labels },
      data: { release: 'AAAA' },
    });
    expect(await history.list()).toHaveLength(1);
    await history.list();
    expect(unreadable).toEqual(['x history.unreadable']);
  });

  test('refuses a revision that exists, one that was changed, and one that is gone', async () => {
    const { history } = scene();
    const stored = await history.create(revision(1));
    const conflict = { code: 'history.conflict', fault: 'transient' };
    await expect(history.create(revision(1))).rejects.toMatchObject(conflict);
    await history.update(stored, revision(1, 'deployed'));
    await expect(history.update(stored, revision(1, 'failed'))).rejects.toMatchObject(conflict);
    const fresh = await history.get(1);
    await history.delete(1);
    await expect(history.update(fresh as NonNullable<typeof fresh>, revision(1))).rejects.toMatchObject(conflict);
    expect(await history.get(1)).toBeUndefined();
  });

  test.each([
    ['before it was carried out', false],
    ['after it was carried out', true],
  ])('a write that was cut off %s is made once', async (_when, isDone) => {
    const { cluster, history } = scene();
    let cut = 0;
    const put = cluster.put;
    cluster.before = (call, object) => {
      if (!/^(create|update) /.test(call)) return;
      cut += 1;
      if (cut % 2 === 0) return;
      if (isDone) put(object as KubernetesObject);
      throw clusterError('cluster.unreachable', 'the connection broke');
    };
    const stored = await history.create(revision(1, 'pending-install'));
    const updated = await history.update(stored, revision(1, 'deployed'));
    expect((await history.get(1))?.record.info.status).toBe('deployed');
    expect(updated.resourceVersion).toBe((await history.get(1))?.resourceVersion);
  });

  test('a write that nobody knows the end of is no reason to overwrite another hand', async () => {
    const { cluster, history } = scene();
    const stored = await history.create(revision(1, 'pending-install'));
    cluster.before = async (call) => {
      cluster.before = () => undefined;
      if (!call.startsWith('update')) return;
      await history.update(stored, revision(1, 'uninstalling'));
      throw clusterError('cluster.unreachable', 'the connection broke');
    };
    await expect(history.update(stored, revision(1, 'deployed'))).rejects.toMatchObject({ fault: 'transient' });
    expect((await history.get(1))?.record.info.status).toBe('uninstalling');
  });

  test('says what takes the room when a release is too large', async () => {
    const { cluster, history } = scene();
    const data = Buffer.from(Array.from({ length: 300_000 }, () => Math.random())).toString('base64');
    const random = Array.from({ length: 150_000 }, () => Math.random().toString(36)).join('');
    const chart = { files: [{ name: 'big.bin', data }] };
    await expect(history.create(revision(1, 'failed', { manifest: random, chart }))).rejects.toMatchObject({
      code: 'history.too-large',
      fault: 'user',
      message: expect.stringMatching(/^release shop takes .*the manifest \(.*big\.bin \([\d.]+ MiB\)$/),
    });
    expect(cluster.calls).toEqual([]);
    cluster.before = () => {
      throw clusterError('cluster.too-large', 'limit is 3145728');
    };
    await expect(history.create(revision(1))).rejects.toMatchObject({ code: 'history.too-large' });
  });
});

describe('pruning', () => {
  const statuses: ReleaseStatus[] = ['superseded', 'deployed', 'failed', 'failed', 'superseded'];
  test.each([
    [0, [], []],
    [5, [], []],
    [3, [], [1, 3]],
    [1, [], [1, 3, 4, 5]],
    [3, [3], [1, 4]],
  ])('to %i, sparing %j, deletes %j: never the last deployed one', async (limit, spare, expected) => {
    const { history } = scene();
    for (const [index, status] of statuses.entries()) await history.create(revision(index + 1, status));
    expect(await pruneHistory(history, limit, { spare: new Set(spare) })).toEqual(expected);
    expect(await history.list()).toHaveLength(statuses.length - expected.length);
  });
});

describe('a release name', () => {
  test.each([
    ['shop', true],
    ['shop.web-1', true],
    ['a'.repeat(53), true],
    ['a'.repeat(54), false],
    ['Shop', false],
    ['shop_1', false],
    ['-shop', false],
    ['shop.', false],
    ['', false],
  ])('%s: %s', (name, expected) => expect(isReleaseName(name)).toBe(expected));

  test('that is too long says how long it may be', () => {
    expect(() => checkReleaseName('a'.repeat(60))).toThrow(
      expect.objectContaining({ code: 'history.invalid-name', hint: expect.stringContaining('53') }),
    );
  });
});
