/** An application that gets another name keeps its releases: none is installed anew and none goes. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import { connect, testClusters } from '../support/clusters.ts';
import { temporaryFolder, writeFiles } from '../support/git-repository.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';

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
  'fleet/charts/settings/Chart.yaml': 'apiVersion: v2\nname: settings\nversion: 1.0.0\n',
  'fleet/charts/settings/templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: "{{ .Values.colour }}"}\n',
};

describe.each(testClusters)('on the $name cluster', (cluster) => {
  // Where KUBECONFIG_REAL names no cluster, the embedded one alone is looked at.
  describe.skipIf(cluster.skipped !== undefined)('a renamed application', () => {
    const folder = temporaryFolder();
    const config = join(folder.path, 'config.yaml');
    let daemon: RunningDaemon;
    let client: ClusterClient;

    const write = (text: string) => writeFiles(folder.path, { 'fleet/apps/shop.yaml': text });
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
      writeFiles(folder.path, chart);
      write(application('shop', 'red'));
      const repository = 'repositories:\n  - {name: fleet, url: fleet, path: apps, poll: 2s}';
      await writeFile(
        config,
        [repository, cluster.config(folder.path), 'server: {listen: "127.0.0.1:0"}', ''].join('\n'),
      );
      daemon = startDaemon(config);
      await daemon.waitFor('release.deployed', { app: 'shop', release: 'shop' });
      client = await connect(cluster, folder.path);
    });

    afterAll(async () => {
      await client?.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace }).catch(() => undefined);
      await client?.[Symbol.asyncDispose]();
      await daemon?.stop();
      folder.remove();
    });

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
        daemon = startDaemon(config);
        await daemon.waitFor('daemon.ready');
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
});
