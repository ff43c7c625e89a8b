/** Releases whose Helm records lie in another namespace, as Flux keeps them: by our commands, and in the eyes of Helm. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { chartYaml } from '../support/make-chart.ts';
import { runCommand } from '../support/run-command.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const run = promisify(execFile);
const helm = process.env['HELM_BIN'];
/** Seconds each, and Helm is asked, so they run with the judges. */
const judged = test.skipIf(!process.env['KUBECONFIG_REAL'] || !helm);

const records = 'storage-records';
const other = 'storage-elsewhere';
const shop = 'storage-shop';
const chart = {
  'fleet/charts/settings/Chart.yaml': chartYaml('settings'),
  'fleet/charts/settings/templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: "{{ .Values.colour }}", in: "{{ .Release.Namespace }}"}\n',
};
const source = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: ${records}}
spec: {url: https://git.example.com/fleet.git, interval: 1m}
`;
const release = (name: string, colour: string, more = '') => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: ${name}, namespace: ${records}}
spec:
  interval: 10m
  targetNamespace: ${shop}${more}
  install: {createNamespace: true}
  chart: {spec: {chart: ./charts/settings, sourceRef: {kind: GitRepository, name: flux-system}}}
  values: {colour: ${colour}}
`;
const native = (name: string, colour: string, storage: string) => `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${name}}
spec:
  chart: {path: charts/settings}
  namespace: ${shop}
  storageNamespace: ${storage}
  values: [{inline: {colour: ${colour}}}]
`;
const app = `${records}.web`;
const name = `${shop}-web`;

describeOnEach('a release with its records elsewhere', (cluster) => {
  const scene = daemonOn(cluster, [records, other, shop]);
  let daemon: RunningDaemon;
  const write = (file: string, text: string) => scene.write({ [`fleet/flux/${file}.yaml`]: text });
  const byHelm = async (...words: string[]) => {
    const args = [...words, '--kubeconfig', cluster.kubeconfig(scene.folder)];
    return (await run(helm ?? '', args, { env: { PATH: process.env['PATH'], HOME: scene.folder } })).stdout;
  };
  const revisions = async (namespace: string, release = name) => {
    const labelSelector = `owner=helm,name=${release}`;
    const { items } = await scene.client.list({ apiVersion: 'v1', kind: 'Secret', namespace, labelSelector });
    return items
      .map(({ metadata: { labels } }) => `${labels?.['version']} ${labels?.['status']}`)
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  };
  const data = async (namespace: string, called = name) =>
    (await scene.client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: called }))?.['data'];
  const move = async (called: string, { from, to }: { from: string; to: string }) => {
    const target = { apiVersion: 'v1', kind: 'Secret', namespace: from, name: `sh.helm.release.v1.${called}.v1` };
    const object = (await scene.client.get(target)) as KubernetesObject;
    const { name: own = '', labels = {} } = object.metadata;
    await scene.client.create({ ...object, metadata: { name: own, namespace: to, labels } });
    await scene.client.delete(target);
  };

  beforeAll(async () => {
    scene.write({ ...chart, 'fleet/flux/source.yaml': source, 'fleet/flux/web.yaml': release('web', 'red') });
    daemon = await scene.start([
      'repositories: [{name: fleet, url: fleet, aliases: ["https://git.example.com/fleet.git"], path: flux, poll: 1s}]',
      'defaults: {rollback: {soak: 100ms}}',
    ]);
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  judged('is listed by helm where Flux would have it, and runs in its own namespace', async () => {
    expect(daemon.lines.find(({ event }) => event === 'release.deployed')).toMatchObject({ app, namespace: shop });
    expect([await revisions(records), await revisions(shop)]).toEqual([['1 deployed'], []]);
    expect(await data(shop)).toEqual({ colour: 'red', in: shop });
    const listed = JSON.parse(await byHelm('list', '-n', records, '-o', 'json')) as object[];
    expect(listed).toMatchObject([{ name, namespace: shop, revision: '1', status: 'deployed' }]);
    expect(JSON.parse(await byHelm('list', '-n', shop, '-o', 'json'))).toEqual([]);
    expect(await byHelm('get', 'values', name, '-n', records, '-o', 'json')).toBe('{"colour":"red"}\n');
  });

  judged('is upgraded, compared, rolled back and shown there', async () => {
    let from = daemon.lines.length;
    write('web', release('web', 'green'));
    await daemon.waitFor('release.deployed', { app, version: 2 }, from);
    await scene.client.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: shop, name },
      { type: 'merge', body: { data: { colour: 'black' } } },
    );
    expect(await daemon.waitFor('drift.found', { app }, from)).toMatchObject({ namespace: shop, live: 'black' });
    from = daemon.lines.length;
    expect(await runCommand(scene.config, 'rollback', app, '-e', 'default', '--to', '1')).toMatchObject({ code: 0 });
    await daemon.waitFor('request.done', { verb: 'rollback' }, from);
    expect(await revisions(records)).toEqual(['1 superseded', '2 superseded', '3 deployed']);
    expect(await data(shop)).toEqual({ colour: 'red', in: shop });
    const { stdout } = await runCommand(scene.config, 'history', app);
    expect(stdout).toContain('Rollback to 1');
    const shown = JSON.parse(await byHelm('history', name, '-n', records, '-o', 'json')) as object[];
    expect(shown).toMatchObject([{ revision: 1 }, { revision: 2 }, { revision: 3, status: 'deployed' }]);
  });

  judged("is another hand's where helm rolls it back there, until somebody asks for what git says", async () => {
    let from = daemon.lines.length;
    await byHelm('rollback', name, '2', '-n', records);
    expect(await daemon.waitFor('drift.found', { app, kind: 'release' }, from)).toMatchObject({ manager: 'helm' });
    // Helm puts what has no namespace into the one that it is given.
    expect([await data(records), await data(shop)]).toMatchObject([{ colour: 'green' }, { colour: 'red' }]);
    from = daemon.lines.length;
    expect(await runCommand(scene.config, 'retry', app, '-e', 'default')).toMatchObject({ code: 0 });
    await daemon.waitFor('release.deployed', { app, version: 5 }, from);
    expect(await data(shop)).toEqual({ colour: 'green', in: shop });
  });

  judged('is known again after a restart, and without its state', async () => {
    daemon = await scene.restart();
    await vi.waitFor(() => expect(daemon.lines.map(({ event }) => event)).toContain('release.unchanged'), 90_000);
    await daemon.stop();
    if (cluster.name === 'real') {
      const state = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'helm-gitops', name: `release.${shop}.${name}` };
      await scene.client.delete(state);
      daemon = await scene.restart();
      await daemon.waitFor('release.adopted', { app, version: 5 });
    } else daemon = await scene.restart();
    expect((await revisions(records)).at(-1)).toBe('5 deployed');
  });

  judged('that Helm made is taken over as it is', async () => {
    const folder = join(scene.folder, 'fleet', 'charts', 'settings');
    await byHelm('install', 'plain', folder, '-n', shop, '--set', 'colour=blue');
    await move('plain', { from: shop, to: records });
    const from = daemon.lines.length;
    write('plain', native('plain', 'blue', records));
    await daemon.waitFor('release.adopted', { app: 'plain', version: 1 }, from);
    expect([await revisions(records, 'plain'), await revisions(shop, 'plain')]).toEqual([['1 deployed'], []]);
  });

  judged('is not begun anew where git says another namespace, nor where another release has them', async () => {
    let from = daemon.lines.length;
    write('plain', native('plain', 'blue', other));
    expect(await daemon.waitFor('release.failed', { app: 'plain' }, from)).toMatchObject({
      reason: 'history.left-behind',
      message: `the records of release plain lie in ${records}, and git says ${other}`,
    });
    await scene.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: other } });
    await move('plain', { from: records, to: other });
    from = daemon.lines.length;
    write('plain', native('plain', 'yellow', other));
    await daemon.waitFor('release.deployed', { app: 'plain', version: 2 }, from);
    expect(await revisions(other, 'plain')).toEqual(['1 superseded', '2 deployed']);

    await byHelm('install', 'taken', join(scene.folder, 'fleet', 'charts', 'settings'), '-n', records);
    from = daemon.lines.length;
    write('taken', native('taken', 'blue', records));
    expect(await daemon.waitFor('release.failed', { app: 'taken' }, from)).toMatchObject({
      reason: 'history.other-release',
      message: `release taken, whose records lie in ${records}, is one of namespace ${records}, not of ${shop}`,
    });
    expect(await data(shop, 'taken')).toBeUndefined();
  });

  judged('goes with its records', async () => {
    let from = daemon.lines.length;
    expect(await runCommand(scene.config, 'uninstall', 'plain', '-e', 'default')).toMatchObject({ code: 0 });
    await daemon.waitFor('release.uninstalled', { app: 'plain' }, from);
    expect([await revisions(other, 'plain'), await data(shop, 'plain')]).toEqual([[], undefined]);
    from = daemon.lines.length;
    for (const file of ['taken', 'web']) rmSync(join(scene.folder, 'fleet', 'flux', `${file}.yaml`));
    await daemon.waitFor('release.uninstalled', { app, namespace: shop }, from);
    expect([await revisions(records), await data(shop)]).toEqual([[], undefined]);
    expect(await revisions(records, 'taken')).toEqual(['1 deployed']);
  });
});
