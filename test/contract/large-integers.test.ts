/**
 * Integers that a number would round keep their digits from the chart to the API server, in the record, in plans and in
 * drift: on the embedded cluster and, where KUBECONFIG_REAL names one, on a real one.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import { run } from '../entry/cli/run-in-process.ts';
import { connect } from '../support/clusters.ts';
import { describeLong } from '../support/daemon-on.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';

const suffix = process.pid;
const namespace = `large-integers-${suffix}`;
const group = `int${suffix}.example.com`;

const crd = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: counters.${group}}\nspec:\n  group: ${group}\n  scope: Namespaced\n  names: {kind: Counter, plural: counters}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            type: object\n            properties:\n              maxValue: {type: integer, format: int64, default: 9007199254740993, maximum: 9007199254740999}\n              other: {type: integer, format: int64, default: 9007199254740995}\n              set: {type: array, x-kubernetes-list-type: set, items: {type: integer, format: int64}}\n              free: {x-kubernetes-preserve-unknown-fields: true}\n`;
const counter = (max: string) =>
  `apiVersion: ${group}/v1\nkind: Counter\nmetadata: {name: one}\nspec:\n  maxValue: ${max}\n  set: [9007199254740993, 9007199254740995, -9223372036854775808]\n  free: {hex: 0x20000000000001, under: 9_007_199_254_740_993, float: 1e3, text: "9007199254740993"}\n`;

describeLong('integers beyond 2^53', (cluster) => {
  const folder = mkdtempSync(join(tmpdir(), 'large-'));
  let daemon: RunningDaemon;
  let client: ClusterClient;
  const write = (name: string, text: string) => {
    mkdirSync(join(folder, 'fleet', name, '..'), { recursive: true });
    writeFileSync(join(folder, 'fleet', name), text);
  };
  const live = async () =>
    (await client.get({ apiVersion: `${group}/v1`, kind: 'Counter', namespace, name: 'one' }))?.['spec'];

  beforeAll(async () => {
    write(
      'apps/shop.yaml',
      `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: shop}\nspec:\n  chart: {path: chart}\n  namespace: ${namespace}\n  rollback: {soak: 0s}\n  drift: {policy: correct}\n`,
    );
    write('chart/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n');
    write('chart/crds/counters.yaml', crd);
    write('chart/templates/counter.yaml', counter('9007199254740993'));
    const config = join(folder, 'helm-gitops.config.yaml');
    writeFileSync(
      config,
      `repositories: [{name: fleet, url: fleet, path: apps, poll: 1s, watch: true}]\nstate: {namespace: large-integers-state-${suffix}}\nserver: {listen: "127.0.0.1:0"}\n${cluster.config(folder)}\n`,
    );
    daemon = startDaemon(config);
    await daemon.waitFor('daemon.ready');
    client = await connect(cluster, folder);
  });
  afterAll(async () => {
    await daemon?.stop();
    if (cluster.name === 'real') {
      for (const name of [namespace, `large-integers-state-${suffix}`])
        await client.delete({ apiVersion: 'v1', kind: 'Namespace', name });
      const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
      await client.delete({ ...definition, name: `counters.${group}` });
    }
    await client?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  test('reach the API server and the record with every digit', async () => {
    expect(daemon.lines.filter(({ event }) => event === 'release.failed')).toEqual([]);
    expect(await live()).toEqual({
      maxValue: 9007199254740993n,
      other: 9007199254740995n,
      set: [9007199254740993n, 9007199254740995n, -9223372036854775808n],
      free: { hex: 9007199254740993n, under: 9007199254740993n, float: 1000, text: '9007199254740993' },
    });
    const history = openHistory({ client, namespace, name: 'shop', onUnreadable: () => undefined });
    expect((await history.get(1))?.record.manifest).toContain('maxValue: 9007199254740993\n');
  });

  test('that differ in their last digit are a change, and drift', async () => {
    expect((await run(folder, ['plan'])).stdout).toContain('nothing to do');
    const after = daemon.lines.length;
    write('chart/templates/counter.yaml', counter('9007199254740995'));
    await daemon.waitFor('release.deployed', { app: 'shop', version: 2 }, after);
    expect(await live()).toMatchObject({ maxValue: 9007199254740995n });
    await client.patch(
      { apiVersion: `${group}/v1`, kind: 'Counter', namespace, name: 'one' },
      { type: 'merge', body: { spec: { maxValue: 9007199254740997n } } },
      { fieldManager: 'kubectl-edit' },
    );
    const found = await daemon.waitFor('drift.found', { app: 'shop' }, after);
    expect(found).toMatchObject({
      field: '/spec/maxValue',
      recorded: '9007199254740995',
      live: '9007199254740997',
      fields: 1,
      manager: 'kubectl-edit',
    });
    await daemon.waitFor('drift.corrected', { app: 'shop' }, after);
    expect(await live()).toMatchObject({ maxValue: 9007199254740995n });
  });
});
