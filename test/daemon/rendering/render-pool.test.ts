import { describe, expect, test } from 'vitest';
import { createRenderPool } from '../../../src/daemon/rendering/render-pool.ts';
import { clusterError } from '../../../src/foundation/cluster/cluster-error.ts';
import { offlineSources } from '../../../src/pipeline/chart/chart-sources.ts';
import { resolveChart } from '../../../src/pipeline/chart/resolve-chart.ts';
import { newFolder } from '../../entry/cli/run-in-process.ts';
import { prepared, releaseScene } from '../../pipeline/release-scene.ts';

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

  test('what templates look up in Secrets becomes known to the mask, but for records of releases', async () => {
    const told: string[] = [];
    const mask = { add: (secrets: Iterable<string>) => void told.push(...secrets) };
    await using pool = createRenderPool({ compat: 'helm4', workers: 1, mask });
    await using folder = await newFolder({
      'charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
      'charts/shop/templates/a.yaml':
        '# {{ (lookup "v1" "Secret" "web" "one").kind }}{{ len (lookup "v1" "Secret" "web" "").items }}',
    });
    const { cluster } = releaseScene();
    const secret = (name: string, type: string) =>
      cluster.put({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace: 'web' },
        type,
        data: { key: Buffer.from(`of ${name} alone`).toString('base64') },
      });
    for (const name of ['one', 'two']) secret(name, 'Opaque');
    secret('record', 'helm.sh/release.v1');
    const base = prepared();
    const checkout = { ...base.checkout, root: folder.path };
    const chart = await resolveChart(base.definition.chart, checkout, { compat: 'helm4', sources: offlineSources });
    const question = { prepared: { ...base, checkout, chart }, client: cluster, revision: 1, isInstall: true, signal };
    expect((await pool.render(question)).manifest).toContain('3');
    expect(told.sort()).toEqual(['of one alone', 'of one alone', 'of two alone']);
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
