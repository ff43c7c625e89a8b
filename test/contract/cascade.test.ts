/**
 * What an uninstall leaves of objects that others own, by each cascade mode: beside helm where HELM_BIN names it, on the
 * embedded cluster and on a real one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test as anyTest, beforeAll, expect, vi } from 'vitest';
import { plainUninstall, type UninstallOptions } from '../../src/pipeline/apply/uninstall-release.ts';
import { adminOf } from '../support/clusters.ts';
import { describeOnEach } from '../support/daemon-on.ts';
import { helm, openScene, type Scene } from './interchange-scene.ts';

/** Seconds of helm, so it runs where a real cluster is at hand. */
const test = anyTest.skipIf(process.env['KUBECONFIG_REAL'] === undefined);
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  selector: {matchLabels: {app: "{{ .Release.Name }}"}}
  template:
    metadata: {labels: {app: "{{ .Release.Name }}"}}
    spec: {containers: [{name: main, image: "web:1"}]}
`;
const nothing = 'Deployment=0 ReplicaSet=0 owned=0 Pod=0';
const modes: readonly { propagation: UninstallOptions['propagation']; atOnce: string; inTheEnd: string }[] = [
  { propagation: 'Background', atOnce: 'Deployment=0', inTheEnd: nothing },
  { propagation: 'Foreground', atOnce: nothing, inTheEnd: nothing },
  { propagation: 'Orphan', atOnce: 'Deployment=0 ReplicaSet=1 owned=0 Pod=1', inTheEnd: 'ReplicaSet=1 owned=0 Pod=1' },
];

describeOnEach('an uninstall with what its objects own', (cluster) => {
  const folder = mkdtempSync(join(tmpdir(), 'cascade-'));
  const stack = new AsyncDisposableStack();
  let scene: Scene;
  beforeAll(async () => {
    scene = stack.use(await openScene(`cascade-${cluster.name}`, 'helm4', await adminOf(cluster, folder, stack)));
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const left = async (namespace: string, app: string) => {
    const list = async (kind: string, apiVersion: string) =>
      (await scene.client.list({ apiVersion, kind, namespace, labelSelector: `app=${app}` })).items;
    const named = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: app };
    const [found, sets, pods] = await Promise.all([
      scene.client.get(named),
      list('ReplicaSet', 'apps/v1'),
      list('Pod', 'v1'),
    ]);
    const owned = sets.filter(({ metadata }) => (metadata.ownerReferences ?? []).length > 0);
    return `Deployment=${found ? 1 : 0} ReplicaSet=${sets.length} owned=${owned.length} Pod=${pods.length}`;
  };

  /** By helm; what went wrong it tells itself. */
  const run = async (...args: string[]) => {
    const { code, stderr } = await scene.helm(...args, '-n', scene.theirs);
    expect(code, stderr).toBe(0);
  };

  test.each(modes)('$propagation', async ({ propagation, atOnce, inTheEnd }) => {
    const cascade = propagation.toLowerCase();
    const chart = scene.chart({
      'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
      'templates/all.yaml': deployment,
    });
    expect((await scene.deploy({ name: cascade, chart })).result).toBe('deployed');
    const asked = { ...plainUninstall, propagation, wait: 30_000 };
    expect(await scene.uninstallOnRequest(cascade, asked)).toBe('uninstalled');
    expect(await left(scene.ours, cascade)).toContain(atOnce);
    if (helm !== '') {
      await run('install', cascade, chart, '--wait');
      // Helm's watcher may take what it has not looked at yet for gone, and then fails because it still goes: it polls.
      await run('uninstall', cascade, '--cascade', cascade, '--wait=legacy');
      expect(await left(scene.theirs, cascade)).toContain(atOnce);
      await vi.waitFor(async () => expect(await left(scene.theirs, cascade)).toContain(inTheEnd), 90_000);
    }
    await vi.waitFor(async () => expect(await left(scene.ours, cascade)).toContain(inTheEnd), 90_000);
  });
});
