import { describe, expect, test, vi } from 'vitest';
import { shareWatches } from '../../../src/foundation/cluster/share-watches.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';

const query = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'n' };
const object = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'n' } });

function follower() {
  const told: string[] = [];
  return {
    told,
    handler: {
      replaced: (items: readonly { metadata: { name?: string } }[]) =>
        void told.push(`all ${items.map(({ metadata }) => metadata.name).join(' ')}`),
      changed: (type: string, item: { metadata: { name?: string } }) => void told.push(`${type} ${item.metadata.name}`),
    },
  };
}

describe('shared watches', () => {
  test('use one stream for equal queries, and tell those who come later what is there', async () => {
    const cluster = memoryCluster();
    cluster.put(object('a'));
    await using shared = shareWatches(cluster, { linger: 1000 });
    const [first, second] = [follower(), follower()];
    await shared.watch(query, first.handler).synced;
    cluster.put(object('b'));
    await vi.waitFor(() => expect(first.told).toEqual(['all a', 'ADDED b']), 90_000);
    await shared.watch({ ...query }, second.handler).synced;
    expect(second.told).toEqual(['all a b']);
    cluster.objects.clear();
    expect(cluster.calls).toEqual(['list ConfigMap/*']);
  });

  test('tell nobody who has left', async () => {
    const cluster = memoryCluster();
    await using shared = shareWatches(cluster, { linger: 1000 });
    const [gone, here] = [follower(), follower()];
    const watch = shared.watch(query, gone.handler);
    await shared.watch(query, here.handler).synced;
    await watch[Symbol.asyncDispose]();
    cluster.put(object('a'));
    await vi.waitFor(() => expect(here.told).toContain('ADDED a'), 90_000);
    expect(gone.told).not.toContain('ADDED a');
  });

  test('end a stream that nobody followed for a while, and keep one that somebody did', async () => {
    const cluster = memoryCluster();
    await using shared = shareWatches(cluster, { linger: 10 });
    await using other = shared.watch({ ...query, namespace: 'm' }, follower().handler);
    await other.synced;
    const watch = shared.watch(query, follower().handler);
    await watch.synced;
    await watch[Symbol.asyncDispose]();
    await new Promise((resolve) => setTimeout(resolve, 40));
    await shared.watch(query, follower().handler).synced;
    await shared.watch({ ...query, namespace: 'm' }, follower().handler).synced;
    expect(cluster.calls).toHaveLength(3);
  });

  test('that are closed before the first list reject', async () => {
    const cluster = memoryCluster();
    cluster.before = () => new Promise(() => undefined);
    const shared = shareWatches(cluster, { linger: 10 });
    const watch = shared.watch(query, follower().handler);
    await watch[Symbol.asyncDispose]();
    await expect(watch.synced).rejects.toMatchObject({ code: 'cluster.aborted' });
  });
});
