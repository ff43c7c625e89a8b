import { describe, expect, test } from 'vitest';
import { createReach } from '../../src/daemon/tell-reach.ts';
import { clusterError } from '../../src/foundation/cluster/cluster-error.ts';

function scene() {
  const events: string[] = [];
  const reach = createReach(
    'main',
    (event) => void events.push(`${event.event} ${'resource' in event ? event.resource : ''}`.trim()),
  );
  return { events, reach };
}

describe('what is told of lost watches', () => {
  test('a server out of reach is one line, and one when it is back', () => {
    const { events, reach } = scene();
    const error = clusterError('cluster.unreachable', 'connection refused');
    for (const resource of ['v1/ConfigMap', 'apps/v1/Deployment']) reach.lost(resource, error);
    for (const resource of ['v1/ConfigMap', 'apps/v1/Deployment']) reach.restored(resource);
    expect(events).toEqual(['cluster.unreachable', 'cluster.recovered']);
  });

  test('a watch that alone is refused is told by its name', () => {
    const { events, reach } = scene();
    reach.lost('v1/Secret', clusterError('cluster.forbidden', 'no'));
    reach.restored('v1/Secret');
    expect(events).toEqual(['watch.lost v1/Secret', 'watch.restored v1/Secret']);
  });
});
