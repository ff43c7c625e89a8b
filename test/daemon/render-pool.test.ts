import { describe, expect, test } from 'vitest';
import { createRenderPool } from '../../src/daemon/render-pool.ts';
import { clusterError } from '../../src/foundation/cluster/cluster-error.ts';
import { prepared, releaseScene } from '../pipeline/release-scene.ts';

const signal = new AbortController().signal;

describe('the render pool', () => {
  test('a cluster that cannot be asked fails the render with the cluster’s error', async () => {
    await using pool = createRenderPool({ compat: 'helm4', workers: 1 });
    const { cluster } = releaseScene();
    cluster.discovery = async () => {
      throw clusterError('cluster.unreachable', 'down');
    };
    const question = { prepared: prepared(), client: cluster, revision: 1, isInstall: true, signal };
    await expect(pool.render(question)).rejects.toMatchObject({ code: 'cluster.unreachable', fault: 'transient' });
  });

  test('a render that takes too long fails alone: the next has a thread of its own', async () => {
    await using pool = createRenderPool({ compat: 'helm4', workers: 1, timeout: 1 });
    const { cluster } = releaseScene();
    const question = { prepared: prepared(), client: cluster, revision: 1, isInstall: true, signal };
    const results = await Promise.allSettled([pool.render(question), pool.render(question)]);
    for (const result of results)
      expect(result).toMatchObject({
        reason: { code: 'render.limit', message: expect.stringContaining('took longer') },
      });
  });

  test('what waits when the process stops is told so', async () => {
    const pool = createRenderPool({ compat: 'helm4', workers: 1 });
    const { cluster } = releaseScene();
    const question = { prepared: prepared(), client: cluster, revision: 1, isInstall: true, signal };
    const renders = Promise.allSettled([pool.render(question), pool.render(question)]);
    await pool[Symbol.asyncDispose]();
    const [, waiting] = await renders;
    expect(waiting).toMatchObject({ reason: { code: 'render.stopped', fault: 'transient' } });
  });
});
