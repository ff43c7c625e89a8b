/** Drift from a person's edit to the log, the state, `kubectl describe`, commands and back, by a daemon that may be killed. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { run } from '../entry/cli/run-in-process.ts';
import { adminOf } from '../support/clusters.ts';
import { describeOnEach } from '../support/daemon-on.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { temporaryFolder, writeFiles } from '../support/git-repository.ts';
import { longTest } from '../support/long-test.ts';
import { type LogLine, type RunningDaemon, startDaemon } from '../support/start-daemon.ts';

const application = (name: string, drift: string) =>
  `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: ${name}}\nspec:\n  chart: {path: chart}\n  namespace: NS-${name}\n  rollback: {soak: 0s}\n  drift: ${drift}\n`;
const chart = {
  'fleet/chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'fleet/chart/templates/all.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: red, size: "3"}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {password: hunter2hunter2}\n',
};

describeOnEach('drift', (cluster) => {
  const folder = temporaryFolder();
  const stack = new AsyncDisposableStack();
  const prefix = `drifting-${process.pid}`;
  const config = join(folder.path, 'helm-gitops.config.yaml');
  let client: ClusterClient;
  let proxy: FaultProxy;
  let daemon: RunningDaemon;
  const edit = (app: string, data: object, as = 'kubectl-edit') =>
    client.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: `${prefix}-${app}`, name: 'settings' },
      { type: 'merge', body: { data } },
      { fieldManager: as },
    );
  const live = async (app: string, kind = 'ConfigMap', object = 'settings') =>
    await client.get({ apiVersion: 'v1', kind, namespace: `${prefix}-${app}`, name: object });
  const state = async (app: string) => {
    const namespace = `${prefix}-state`;
    const found = await client.get({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace,
      name: `release.${prefix}-${app}.${app}`,
    });
    const { 'state.json': text = '{}' } = (found?.['data'] ?? {}) as Record<string, string>;
    return JSON.parse(text) as Record<string, unknown>;
  };
  const start = async () => {
    daemon = startDaemon(config);
    await daemon.waitFor('daemon.ready');
  };

  beforeAll(async () => {
    const admin = await adminOf(cluster, folder.path, stack);
    client = stack.use(await openCluster({ name: 'test', kubeconfig: admin }));
    proxy = stack.use(await startFaultProxy({ kubeconfig: admin, writeTo: join(folder.path, 'proxy') }));
    writeFiles(folder.path, {
      ...chart,
      'fleet/apps/watched.yaml': application('watched', '{policy: report}').replace('NS', prefix),
      'fleet/apps/kept.yaml': application('kept', '{policy: correct}').replace('NS', prefix),
      'fleet/apps/fought.yaml': application('fought', '{policy: correct, limit: 1}').replace('NS', prefix),
      'helm-gitops.config.yaml': `repositories: [{name: fleet, url: fleet, path: apps, poll: 1s, watch: true}]\nstate: {namespace: ${prefix}-state}\nserver: {listen: "127.0.0.1:0"}\nclusters: [{name: test, kubeconfig: proxy}]\n`,
    });
    await start();
  });

  afterAll(async () => {
    await daemon?.stop();
    for (const one of ['watched', 'kept', 'fought', 'state'])
      await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: `${prefix}-${one}` });
    await stack[Symbol.asyncDispose]();
    folder.remove();
  });

  test('says who and when in the log, in the state, in commands and as an Event, and that it is over', async () => {
    await edit('watched', { colour: 'blue', size: '4', more: 'x' });
    const line = await daemon.waitFor('drift.found', { app: 'watched', kind: 'changed' });
    const told = { object: 'ConfigMap/settings', fields: 2, field: '/data/colour', recorded: 'red', live: 'blue' };
    const who = { manager: 'kubectl-edit', operation: 'Update', severity: 'workload', action: 'report' };
    expect(line).toMatchObject({ level: 'warn', ...told, ...who, changedAt: expect.stringMatching(/^20.*Z$/) });
    const extra = await daemon.waitFor('drift.found', { app: 'watched', kind: 'extra' });
    expect(extra).toMatchObject({ level: 'info', field: '/data/more', live: 'x', action: 'none' });
    await vi.waitFor(
      async () =>
        expect(await state('watched')).toMatchObject({
          drift: [
            {
              id: line['id'],
              object: 'ConfigMap/settings',
              kind: 'changed',
              fields: [{ live: 'blue' }, { live: '4' }],
            },
            { kind: 'extra', fields: [{ field: '/data/more' }] },
          ],
        }),
      90_000,
    );
    const { items } = await client.list({ apiVersion: 'v1', kind: 'Event', namespace: `${prefix}-watched` });
    expect(items).toMatchObject([
      { reason: 'DriftFound', type: 'Warning', involvedObject: { kind: 'ConfigMap', name: 'settings' } },
    ]);
    expect(items[0]?.['message']).toBe(
      '/data/colour is blue where release watched (watched in default) recorded red and 1 more, by kubectl-edit',
    );
    const listed = await run(folder.path, ['drift', 'watched', '--exit-code', '-o', 'json']);
    expect(listed.code).toBe(3);
    expect(JSON.parse(listed.stdout)[0]).toMatchObject({
      field: '/data/colour',
      id: line['id'],
      since: expect.any(String),
    });
    const diff = await run(folder.path, ['drift', 'watched', '--diff']);
    expect(diff.stdout).toContain('\n-  colour: red\n+  colour: blue\n   more: x\n-  size: "3"\n+  size: "4"\n');
    const from = daemon.lines.length;
    await edit('watched', { colour: 'red', size: '3', more: null });
    await daemon.waitFor('drift.resolved', { app: 'watched', kind: 'changed' }, from);
    await vi.waitFor(async () => expect(await state('watched')).not.toHaveProperty('drift'), 90_000);
  });

  longTest('that its manager makes again and again is fought up to the limit, and then left to a person', async () => {
    const from = daemon.lines.length;
    await edit('fought', { colour: 'blue' }, 'other-controller');
    await daemon.waitFor('drift.corrected', { app: 'fought' }, from);
    await edit('fought', { colour: 'blue' }, 'other-controller');
    const told = await daemon.waitFor('drift.fighting', { app: 'fought' }, from);
    expect(told).toMatchObject({ manager: 'other-controller', times: 2, gaveUp: true, action: 'report' });
    expect(await live('fought')).toMatchObject({ data: { colour: 'blue' } });
    await vi.waitFor(async () => expect(await state('fought')).toMatchObject({ drift: [{ gaveUp: true }] }), 90_000);
    await edit('fought', { colour: 'red' }, 'other-controller');
    await daemon.waitFor('drift.resolved', { app: 'fought' }, from);
  });

  longTest('whose event was lost with its place in the stream is found by the list that follows', async () => {
    const from = daemon.lines.length;
    const lost = Promise.withResolvers<void>();
    proxy.loses = (line) => {
      const isOurs = line.includes('"settings"') && line.includes(`"${prefix}-watched"`);
      if (isOurs) lost.resolve();
      return isOurs;
    };
    await edit('watched', { colour: 'violet' });
    await lost.promise;
    proxy.loses = () => false;
    const refused = new Set<string>();
    proxy.decide = ({ type, resource, path }) => {
      const stream = path.replace(/resourceVersion=\d+/, '');
      if (type !== 'watch' || resource !== 'configmaps' || refused.has(stream)) return undefined;
      refused.add(stream);
      return { fault: 'expired' };
    };
    proxy.dropWatches();
    await daemon.waitFor('drift.found', { app: 'watched', live: 'violet' }, from);
    expect(refused.size).toBeGreaterThan(0);
    proxy.decide = () => undefined;
    await edit('watched', { colour: 'red' });
    await daemon.waitFor('drift.resolved', { app: 'watched', kind: 'changed' }, from);
  });

  test('of a Secret shows no value anywhere', async () => {
    const from = daemon.lines.length;
    await client.patch(
      { apiVersion: 'v1', kind: 'Secret', namespace: `${prefix}-watched`, name: 'key' },
      { type: 'merge', body: { stringData: { password: 'stolen-stolen' } } },
      { fieldManager: 'kubectl-edit' },
    );
    await daemon.waitFor('drift.found', { object: 'Secret/key' }, from);
    await vi.waitFor(async () => expect(await state('watched')).toHaveProperty('drift'), 90_000);
    const { items } = await client.list({ apiVersion: 'v1', kind: 'Event', namespace: `${prefix}-watched` });
    const texts = [
      JSON.stringify([daemon.lines, await state('watched'), items.map(({ message }) => message)]),
      (await run(folder.path, ['drift', '--diff'])).stdout,
      (await run(folder.path, ['drift', '-o', 'json'])).stdout,
    ];
    expect(texts[1]).toContain('password (another): "***"');
    for (const text of texts) {
      expect(text).toContain('Secret/key');
      for (const secret of ['hunter2', 'stolen', 'aHVudGVy', 'c3RvbGVu']) expect(text).not.toContain(secret);
    }
  });

  longTest('that was accepted is left alone until its time is over, and then put right', async () => {
    const suspended = await run(folder.path, ['suspend', 'kept']);
    expect(suspended.code).toBe(0);
    const from = daemon.lines.length;
    await edit('kept', { colour: 'green' });
    expect(await daemon.waitFor('drift.found', { app: 'kept' }, from)).toMatchObject({ action: 'report' });
    const accept = ['drift', 'accept', 'kept', '-e', 'default', '--reason', 'a test of load', '--for', '5s'];
    const refused = await run(folder.path, [...accept, 'ConfigMap/other']);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('ConfigMap/other has not drifted') });
    expect((await run(folder.path, accept)).code).toBe(0);
    expect((await run(folder.path, ['resume', 'kept'])).code).toBe(0);
    expect(await state('kept')).toMatchObject({
      accepted: [{ object: 'ConfigMap/settings', reason: 'a test of load' }],
    });
    expect(await daemon.waitFor('drift.corrected', { app: 'kept' }, from)).toMatchObject({ live: 'green' });
    expect(await live('kept')).toMatchObject({ data: { colour: 'red' } });
  });

  longTest.each([false, true])(
    'is put right by the next process when this one is killed (after the write: %s)',
    async (after) => {
      const reached = Promise.withResolvers<void>();
      proxy.decide = ({ type, resource, namespace }) =>
        type === 'write' && resource === 'configmaps' && namespace === `${prefix}-kept`
          ? { fault: 'hold', after, reached: reached.resolve }
          : undefined;
      await edit('kept', { colour: after ? 'purple' : 'yellow' });
      await reached.promise;
      await daemon.stop('SIGKILL');
      proxy.decide = () => undefined;
      const before = (await live('kept')) as KubernetesObject;
      expect(before['data']).toMatchObject({ colour: after ? 'red' : 'yellow' });
      await start();
      if (!after) await daemon.waitFor('drift.corrected', { app: 'kept' });
      expect(await live('kept')).toMatchObject({ data: { colour: 'red', size: '3' } });
      await vi.waitFor(async () => expect(await state('kept')).not.toHaveProperty('drift'), 90_000);
      expect(daemon.lines.filter(({ level }: LogLine) => level === 'error')).toEqual([]);
    },
  );

  test('that happened while no daemon ran is found by the next one', async () => {
    await daemon.stop();
    await edit('watched', { colour: 'silver' });
    await start();
    await daemon.waitFor('drift.found', { app: 'watched', live: 'silver' });
  });
});
