/**
 * `uninstall`, `notes`, `rollback` and `status` beside a daemon on the embedded cluster and, where KUBECONFIG_REAL names
 * one, on a real one; HELM_BIN prints the same notes there.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { run } from '../entry/cli/run-in-process.ts';
import { testClusters } from '../support/clusters.ts';
import { longSkipped } from '../support/long-test.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';
import { helm, runHelm } from './interchange-scene.ts';

const suffix = process.pid;
const namespace = `uninstall-command-${suffix}`;

const files = {
  'apps/shop.yaml': `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: shop}\nspec:\n  chart: {path: charts/shop}\n  values: [values.yaml]\n  namespace: ${namespace}\n  timeout: 20s\n  rollback: {soak: 0s, on: []}\n  drift: {policy: correct}\n  environments: {dev: {}}\n---\napiVersion: helm-gitops.io/v1\nkind: Environment\nmetadata: {name: dev}\nspec: {}\n`,
  'values.yaml': 'color: red\nhook: before\n',
  'charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'charts/shop/templates/NOTES.txt': 'It is {{ .Values.color }}.\n',
  'charts/shop/templates/app.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {color: {{ .Values.color }}}\n',
  'charts/shop/templates/kept.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept, annotations: {helm.sh/resource-policy: keep}}\n',
  'charts/shop/templates/hook.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Values.hook }}, annotations: {helm.sh/hook: pre-delete}}\n',
};

describe.each(testClusters)('taking releases away and bringing them back on the $name cluster', (cluster) => {
  const folder = mkdtempSync(join(tmpdir(), 'uninstall-'));
  const config = join(folder, 'helm-gitops.config.yaml');
  let daemon: RunningDaemon;
  let client: ClusterClient;
  const write = (name: string, text: string) => {
    mkdirSync(join(folder, 'fleet', name, '..'), { recursive: true });
    writeFileSync(join(folder, 'fleet', name), text);
  };
  const command = (verb: string, ...args: string[]) =>
    run(folder, [verb, 'shop', '-e', 'dev', ...args], { USER: 'ann' });
  const status = async () => JSON.parse((await run(folder, ['status', 'shop', '-o', 'json'])).stdout)[0];
  const live = (name: string) => client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
  const deployed = async (text: string) => {
    const after = daemon.lines.length;
    write('values.yaml', text);
    return await daemon.waitFor('release.deployed', { app: 'shop' }, after);
  };

  beforeAll(async () => {
    if (cluster.skipped !== undefined) return;
    for (const [name, text] of Object.entries(files)) write(name, text);
    writeFileSync(
      config,
      `repositories: [{name: fleet, url: fleet, path: apps, poll: 1s, watch: true}]\nstate: {namespace: uninstall-command-state-${suffix}}\nserver: {listen: "127.0.0.1:0"}\n${cluster.config(folder)}\n`,
    );
    daemon = startDaemon(config);
    await daemon.waitFor('release.deployed', { app: 'shop' });
    client = await openCluster({ name: 'it', kubeconfig: cluster.kubeconfig(folder) });
  });
  afterAll(async () => {
    await daemon?.stop();
    if (cluster.name === 'real' && cluster.skipped === undefined) {
      for (const name of [namespace, `uninstall-command-state-${suffix}`])
        await client.delete({ apiVersion: 'v1', kind: 'Namespace', name });
    }
    await client?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  describe.skipIf(cluster.skipped ?? longSkipped)('with a daemon', () => {
    test('notes are what helm get notes prints', async () => {
      expect(await command('notes')).toEqual({ code: 0, stdout: 'NOTES:\nIt is red.\n\n', stderr: '' });
      if (cluster.name === 'real' && helm !== '') {
        const theirs = await runHelm(helm, ['get', 'notes', 'shop', '-n', namespace]);
        expect((await command('notes')).stdout).toBe(theirs.stdout);
      }
      expect(await command('notes', '--revision', '7')).toMatchObject({ code: 2, stdout: '' });
    });

    test('a dry run says what would go and what stays', async () => {
      const { code, stdout } = await command('uninstall', '--dry-run', '--keep-history');
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout:
          'run    ConfigMap/before   pre-delete hook\ndelete ConfigMap/app\nkeep   ConfigMap/kept   helm.sh/resource-policy: keep\nrelease "shop" would be uninstalled; its history stays\n',
      });
      expect(await command('uninstall', '--cascade', 'sideways')).toMatchObject({ code: 2, stdout: '' });
    });

    test('a failed deploy is remembered until the next success', async () => {
      const after = daemon.lines.length;
      write('values.yaml', 'color: [1]\nhook: before\n');
      await daemon.waitFor('release.failed', { app: 'shop' }, after);
      await expect.poll(status).toMatchObject({
        failure: { reason: expect.any(String), attempts: 1, revision: expect.stringContaining('local+') },
        message: expect.stringMatching(
          /^git wants local\+.*, the cluster has revision 2 as it failed, because apply ConfigMap\/app: /,
        ),
      });
      await deployed('color: green\nhook: before\n');
      await expect.poll(async () => (await status()).failure).toBe(undefined);
    });

    test('rollback takes the last that was healthy, and names what it cannot take', async () => {
      expect(await command('rollback', '--to', '77')).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/there is no revision 77; there is 1, 2, 3\n$/),
      });
      const done = await command('rollback');
      expect(done).toMatchObject({ code: 0, stdout: 'shop/dev: rollback done, revision 4 repeats revision 1\n' });
      expect((await live('app'))?.data).toEqual({ color: 'red' });
      expect(await command('rollback')).toMatchObject({ code: 1, stderr: expect.stringContaining('--to N takes') });
    });

    test('what is uninstalled stays away, and comes back when it is asked for', async () => {
      await deployed('color: blue\nhook: before\n');
      const gone = await command('uninstall', '--wait');
      expect(gone).toMatchObject({ code: 0, stderr: '' });
      expect(gone.stdout).toBe(
        'shop/dev: uninstall done, revision 5 is gone; ConfigMap/kept stays (helm.sh/resource-policy: keep); it stays away until sync asks for it or its chart or values change\n',
      );
      expect(await live('app')).toBe(undefined);
      await daemon.waitFor('release.blocked', { app: 'shop', reason: 'uninstalled' });
      expect(await status()).toMatchObject({
        status: 'not installed',
        message: expect.stringMatching(/^uninstalled by ann at .*; sync installs it again$/),
      });
      expect(await command('uninstall')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('is not installed'),
      });
      const after = daemon.lines.length;
      expect(await command('sync')).toMatchObject({ code: 0 });
      await daemon.waitFor('release.deployed', { app: 'shop', version: 1 }, after);
      expect((await live('app'))?.data).toEqual({ color: 'blue' });
    });

    test('what does not go is named with its finalizers, and comes back with other inputs', async () => {
      const finalizers = ['example.com/hold'];
      const held = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'app' };
      const patch = (list: string[] | null) =>
        client.patch(held, { type: 'merge', body: { metadata: { finalizers: list } } }, { fieldManager: 'widgets' });
      await patch(finalizers);
      const stuck = await command('uninstall', '--wait', '--timeout', '3s', '--keep-history');
      expect(stuck.code).toBe(1);
      expect(stuck.stderr).toContain(
        'ConfigMap/app is being deleted: finalizer example.com/hold has to be removed by the controller behind it (set by widgets)',
      );
      await daemon.waitFor('release.waiting', { app: 'shop', for: 'ConfigMap/app' });
      await daemon.waitFor('release.failed', { app: 'shop', reason: 'uninstall.not-gone' });
      expect((await live('app'))?.metadata.finalizers).toEqual(finalizers);
      expect(await status()).toMatchObject({ status: 'uninstalled', version: 1 });
      await patch(null);
      expect(await command('uninstall', '--keep-history')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('the release named "shop" is already deleted'),
      });
      expect(await deployed('color: white\nhook: before\n')).toMatchObject({ version: 2 });
      expect((await live('app'))?.data).toEqual({ color: 'white' });
    });

    test('a pre-delete hook that fails leaves everything, and is told', async () => {
      await deployed('color: white\nhook: Not_A_Name\n');
      const failed = await command('uninstall');
      expect(failed).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('pre-delete hook ConfigMap/Not_A_Name'),
      });
      expect(await live('app')).toBeDefined();
      expect(await status()).toMatchObject({
        status: 'uninstalling',
        failure: { reason: 'hook.failed', message: expect.stringContaining('Not_A_Name') },
      });
      expect(await command('uninstall', '--no-hooks')).toMatchObject({ code: 0 });
      expect(await live('app')).toBe(undefined);
      expect((await status()).failure).toBe(undefined);
    });
  });
});
