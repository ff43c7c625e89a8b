/** An application that gets another name keeps its releases: none is installed anew and none goes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { chartYaml } from '../support/make-chart.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const namespace = 'renamed';
const application = (name: string, colour: string, formerly = '') => `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${name}${formerly}}
spec:
  chart: {path: charts/settings}
  namespace: ${namespace}
  values: [{inline: {colour: ${colour}}}]
`;
const chart = {
  'fleet/charts/settings/Chart.yaml': chartYaml('settings'),
  'fleet/charts/settings/templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: "{{ .Values.colour }}"}\n',
};

describeOnEach('a renamed application', (cluster) => {
  const scene = daemonOn(cluster, [namespace]);
  let daemon: RunningDaemon;
  let client: ClusterClient;

  const write = (text: string) => scene.write({ 'fleet/apps/shop.yaml': text });
  const revisions = async () => {
    const history = openHistory({ client, namespace, name: 'shop', onUnreadable: () => undefined });
    return (await history.list()).map(({ record }) => [record.version, record.info.status]);
  };
  const owner = async () => {
    const target = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace: 'helm-gitops',
      name: `release.${namespace}.shop`,
    };
    const data = (await client.get(target))?.['data'] as { 'state.json': string };
    return JSON.parse(data['state.json']).identity.app;
  };

  beforeAll(async () => {
    scene.write(chart);
    write(application('shop', 'red'));
    daemon = await scene.start(
      ['repositories: [{name: fleet, url: fleet, path: apps, poll: 2s}]'],
      'release.deployed',
      { app: 'shop', release: 'shop' },
    );
    client = scene.client;
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('keeps its release without a new revision', async () => {
    const from = daemon.lines.length;
    write(application('store', 'red', ', formerly: [shop]'));
    await daemon.waitFor('release.unchanged', { app: 'store', release: 'shop' }, from);
    expect([await revisions(), await owner()]).toEqual([[[1, 'deployed']], 'store']);
  });

  test('deploys to it, under its new name, and watches it', async () => {
    let from = daemon.lines.length;
    write(application('market', 'blue', ', formerly: [shop, store]'));
    const deployed = await daemon.waitFor('release.deployed', { app: 'market', release: 'shop' }, from);
    expect(deployed).toMatchObject({ version: 2, previous: 1, changed: 'apps/shop.yaml:7 colour red→blue' });
    expect(await revisions()).toEqual([
      [1, 'superseded'],
      [2, 'deployed'],
    ]);
    from = daemon.lines.length;
    await client.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'shop' },
      { type: 'merge', body: { data: { colour: 'green' } } },
    );
    const drift = await daemon.waitFor('drift.found', { field: '/data/colour' }, from);
    expect(drift.app).toBe('market');
    const names = daemon.lines.slice(from).map(({ app }) => app);
    expect(names).not.toContain('shop');
  });

  test('nothing was uninstalled, also after a restart', async () => {
    const all = [...daemon.lines];
    await daemon.stop();
    if (cluster.name === 'real') {
      daemon = await scene.restart();
      expect(await revisions()).toEqual([
        [1, 'superseded'],
        [2, 'deployed'],
      ]);
      all.push(...daemon.lines);
    }
    const gone = all.filter(({ event }) => event === 'release.uninstalled' || event === 'removal.waiting');
    expect(gone).toEqual([]);
  });
});
