import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createReach } from '../../../src/daemon/clusters/tell-reach.ts';
import { clusterError } from '../../../src/foundation/cluster/cluster-error.ts';

function scene() {
  const events: string[] = [];
  const reach = createReach(
    'main',
    (event) => void events.push(`${event.event} ${'resource' in event ? event.resource : ''}`.trim()),
  );
  return { events, reach };
}

/** So long that a loss is told. */
const later = () => vi.advanceTimersByTime(5_000);

describe('what is told of lost watches', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('what is back within moments is not told, however often', () => {
    const { events, reach } = scene();
    for (const code of ['cluster.unreachable', 'cluster.server-error', 'cluster.unreachable'] as const) {
      reach.lost('v1/Secret', clusterError(code, 'no'));
      vi.advanceTimersByTime(4_000);
      reach.restored('v1/Secret');
    }
    vi.advanceTimersByTime(60_000);
    expect(events).toEqual([]);
  });

  test('a server out of reach is one line, and one when it is back', () => {
    const { events, reach } = scene();
    const error = clusterError('cluster.unreachable', 'connection refused');
    for (const resource of ['v1/ConfigMap', 'apps/v1/Deployment']) reach.lost(resource, error);
    later();
    for (const resource of ['v1/ConfigMap', 'apps/v1/Deployment']) reach.restored(resource);
    expect(events).toEqual(['cluster.unreachable', 'cluster.recovered']);
  });

  test('refused credentials and a silent server concern all of it', () => {
    for (const code of ['cluster.unauthorized', 'cluster.timeout', 'cluster.unavailable'] as const) {
      const { events, reach } = scene();
      reach.lost('apps/v1/Deployment', clusterError(code, 'no'));
      later();
      expect(events).toEqual(['cluster.unreachable']);
    }
  });

  test('an API of its own server that is out of service concerns its kinds alone', () => {
    const { events, reach } = scene();
    for (const kind of ['metrics.k8s.io/v1beta1/PodMetrics', 'things.example.com/v1/Thing'])
      reach.lost(kind, clusterError('cluster.unavailable', 'service unavailable'));
    later();
    reach.lost('things.example.com/v1/Thing', clusterError('cluster.unavailable', 'service unavailable'));
    later();
    expect(events).toEqual(['watch.lost metrics.k8s.io/v1beta1/PodMetrics', 'watch.lost things.example.com/v1/Thing']);
  });

  test('what could not begin is told once, however often it is tried', () => {
    const { events, reach } = scene();
    for (let times = 0; times < 3; times += 1) reach.out(clusterError('cluster.credentials', 'no token'));
    reach.back();
    reach.back();
    expect(events).toEqual(['cluster.unreachable', 'cluster.recovered']);
  });

  test('a watch that alone is refused is told at once, by its name', () => {
    const { events, reach } = scene();
    reach.lost('v1/Secret', clusterError('cluster.forbidden', 'no'));
    reach.restored('v1/Secret');
    expect(events).toEqual(['watch.lost v1/Secret', 'watch.restored v1/Secret']);
  });
});
