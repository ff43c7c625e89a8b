import { expect, onTestFinished, test, vi } from 'vitest';
import { createValueObjects } from '../../../src/daemon/repositories/value-objects.ts';
import type { ClusterClient, WatchHandler } from '../../../src/foundation/cluster/cluster-client.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { createSecretMask } from '../../../src/foundation/secrets/secret-mask.ts';
import type { ObjectSource, ReleaseDefinition } from '../../../src/pipeline/definitions/release-definition.ts';
import { definition as shop } from '../../pipeline/release-scene.ts';

const source = { type: 'configMap', name: 'values', key: 'values.yaml' } as ObjectSource;
const definition = { ...shop, values: [source] } as ReleaseDefinition;
const found: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'values', namespace: 'web', uid: 'u', resourceVersion: '7' },
  data: { 'values.yaml': 'a: 1\n' },
};

/** A cluster that says nothing until `handler` does; what it is asked besides never ends. */
function silentCluster() {
  const cluster = { handler: undefined as WatchHandler | undefined, closed: 0, asked: 0 };
  const client = {
    name: 'far',
    watch(_query: unknown, handler: WatchHandler) {
      cluster.handler = handler;
      return {
        synced: Promise.resolve(),
        [Symbol.asyncDispose]: async () => {
          cluster.closed += 1;
        },
      };
    },
    get: () => {
      cluster.asked += 1;
      return new Promise(() => undefined);
    },
  } as unknown as ClusterClient;
  return Object.assign(cluster, { client });
}

function scene() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const clusters = { now: silentCluster() as ReturnType<typeof silentCluster> | undefined };
  const moved: string[] = [];
  const objects = createValueObjects({
    clientOf: () => clusters.now?.client,
    onMoved: (repository, id) => moved.push(`${repository} ${id}`),
    mask: createSecretMask(),
    signal: new AbortController().signal,
  });
  objects.follow('fleet', [definition]);
  const read = () =>
    objects
      .objectsOf(definition)(source)
      .then(
        (object) => object?.data.get('values.yaml'),
        (error: Error) => error.message,
      );
  return { clusters, moved, objects, read };
}

const silent = 'its values lie in the cluster memory, which does not answer';

test('a cluster that does not answer keeps no look waiting, and its release is prepared when it does', async () => {
  const { clusters, moved, read } = scene();
  const reading = read();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await reading).toBe(silent);
  expect(moved).toEqual([]);
  clusters.now?.handler?.replaced([found], '7');
  expect(moved).toEqual(['fleet shop/dev']);
  expect(await read()).toBe('a: 1\n');
});

test('where there is no watch, a read that is not answered is given up in the same way', async () => {
  const { clusters, read } = scene();
  clusters.now?.handler?.lost?.(new Error('no right to watch'));
  const reading = read();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await reading).toBe(silent);
  expect(clusters.now?.asked).toBe(1);
});

test('who waits while work in the cluster begins anew waits no longer', async () => {
  const { clusters, moved, objects, read } = scene();
  const former = clusters.now;
  const reading = read();
  clusters.now = silentCluster();
  objects.begun('memory');
  expect(await reading).toBe(silent);
  expect(former).toMatchObject({ closed: 1, asked: 0 });
  expect(moved).toEqual(['fleet shop/dev']);
});
