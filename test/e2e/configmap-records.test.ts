/** Releases whose records Helm keeps in ConfigMaps (HELM_DRIVER=configmap), through the whole daemon and in the eyes of Helm. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { chartYaml } from '../support/make-chart.ts';
import { runCommand } from '../support/run-command.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const run = promisify(execFile);
const helm = process.env['HELM_BIN'];
/** Seconds, and Helm is asked, so they run with the judges. */
const judged = test.skipIf(!process.env['KUBECONFIG_REAL'] || !helm);

const namespace = 'in-configmaps';
const application = (colour: string) => `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: shop}
spec: {chart: {path: charts/shop}, namespace: ${namespace}, values: [{inline: {colour: ${colour}}}]}
`;
const files = {
  'fleet/charts/shop/Chart.yaml': chartYaml('shop'),
  'fleet/charts/shop/templates/all.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata: {colour: {{ .Values.colour }}}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec: {ports: [{port: {{ eq .Values.colour "bad" | ternary 99999999 80 }}}]}\n',
};

describeOnEach('a release with its records in ConfigMaps', (cluster) => {
  const scene = daemonOn(cluster, [namespace]);
  let daemon: RunningDaemon;
  const say = (colour: string) => scene.write({ 'fleet/apps/shop.yaml': application(colour) });
  const byHelm = async (...words: string[]) => {
    const args = [...words, '-n', namespace, '--kubeconfig', cluster.kubeconfig(scene.folder)];
    const env = { PATH: process.env['PATH'], HOME: scene.folder, HELM_DRIVER: 'configmap' };
    return (await run(helm ?? '', args, { env })).stdout;
  };
  const history = async () => {
    const revisions = JSON.parse(await byHelm('history', 'shop', '-o', 'json')) as { revision: 1; status: string }[];
    return revisions.map(({ revision, status }) => `${revision} ${status}`);
  };
  const recordsIn = async (kind: 'Secret' | 'ConfigMap') => {
    const { items } = await scene.client.list({ apiVersion: 'v1', kind, namespace, labelSelector: 'owner=helm' });
    return items.map(({ metadata }) => metadata.name).sort();
  };
  const colour = async () =>
    (await scene.client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'shop' }))?.['data'];

  beforeAll(async () => {
    scene.write(files);
    say('red');
    daemon = await scene.start([
      'repositories: [{name: fleet, url: fleet, path: apps, poll: 1s}]',
      'helm: {driver: configmap}',
      'defaults: {rollback: {soak: 100ms}}',
    ]);
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  judged('is one of Helm, which goes on with it', async () => {
    expect([await recordsIn('ConfigMap'), await recordsIn('Secret')]).toEqual([['sh.helm.release.v1.shop.v1'], []]);
    expect(await history()).toEqual(['1 deployed']);
    expect(await byHelm('get', 'values', 'shop', '-o', 'json')).toBe('{"colour":"red"}\n');
    say('green');
    await daemon.waitFor('release.healthy', { app: 'shop', version: 2 });
    await byHelm('rollback', 'shop', '1');
    const foreign = { app: 'shop', reason: 'foreign-revision' };
    const blocked = await daemon.waitFor('release.blocked', foreign);
    expect(blocked['message']).toBe('revision 3 was made by another hand (Rollback to 1)');
    expect(await colour()).toEqual({ colour: 'red' });
    expect(await runCommand(scene.config, 'sync', 'shop')).toMatchObject({ code: 0 });
    await daemon.waitFor('release.deployed', { app: 'shop', version: 4 });
    expect(await colour()).toEqual({ colour: 'green' });
    const from = daemon.lines.length;
    await byHelm('upgrade', 'shop', join(scene.folder, 'fleet/charts/shop'), '--set', 'colour=blue');
    await daemon.waitFor('release.blocked', foreign, from);
  });

  judged('fails, is rolled back, is known after a restart and goes', async () => {
    say('bad');
    await daemon.waitFor('release.failed', { app: 'shop', version: 6 });
    await daemon.waitFor('rollback.done', { app: 'shop' });
    const past = ['1 superseded', '2 superseded', '3 superseded', '4 superseded', '5 superseded'];
    // Older records are put in order after it.
    await vi.waitFor(async () => expect(await history()).toEqual([...past, '6 failed', '7 deployed']), 90_000);
    daemon = await scene.restart();
    await daemon.waitFor('release.blocked', { app: 'shop', reason: 'quarantined' });
    rmSync(join(scene.folder, 'fleet/apps/shop.yaml'));
    await daemon.waitFor('release.uninstalled', { app: 'shop' });
    expect([await recordsIn('ConfigMap'), await recordsIn('Secret'), await colour()]).toEqual([[], [], undefined]);
    expect(daemon.lines.filter(({ event }) => event === 'internal.error')).toEqual([]);
  });
});
