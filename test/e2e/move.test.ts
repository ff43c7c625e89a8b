/** An application whose namespace changes: installed there, healthy, and only then uninstalled here. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { connect, testClusters } from '../support/clusters.ts';
import { temporaryFolder, writeFiles } from '../support/git-repository.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';

const application = (namespace: string, colour: string) => ({
  'fleet/apps/shop.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: shop}
spec: {chart: {path: charts/settings}, namespace: ${namespace}, values: [{inline: {colour: ${colour}}}]}
`,
});
const chart = {
  'fleet/charts/settings/Chart.yaml': 'apiVersion: v2\nname: settings\nversion: 1.0.0\n',
  'fleet/charts/settings/templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: {{ required "a colour" .Values.colour | quote }}}\n',
};

describe.each(testClusters)('on the $name cluster', (cluster) => {
  // Where KUBECONFIG_REAL names no cluster, the embedded one alone is looked at.
  describe.skipIf(cluster.skipped !== undefined)('a release that moves to another namespace', () => {
    const folder = temporaryFolder();
    const config = join(folder.path, 'config.yaml');
    let daemon: RunningDaemon;
    let client: ClusterClient;
    const settings = (namespace: string) =>
      client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' });

    beforeAll(async () => {
      writeFiles(folder.path, { ...chart, ...application('moves-here', 'red') });
      const repository = 'repositories:\n  - {name: fleet, url: fleet, path: apps, poll: 1s}';
      await writeFile(
        config,
        [repository, cluster.config(folder.path), 'server: {listen: "127.0.0.1:0"}', ''].join('\n'),
      );
      daemon = startDaemon(config);
      await daemon.waitFor('release.deployed', { namespace: 'moves-here' });
      client = await connect(cluster, folder.path);
    });

    afterAll(async () => {
      for (const name of ['moves-here', 'moves-there'])
        await client?.delete({ apiVersion: 'v1', kind: 'Namespace', name }).catch(() => undefined);
      await client?.[Symbol.asyncDispose]();
      await daemon?.stop();
      folder.remove();
    });

    test('stays where it is while it cannot be installed there', async () => {
      const from = daemon.lines.length;
      writeFiles(folder.path, application('moves-there', '""'));
      await daemon.waitFor('release.failed', { namespace: 'moves-there' }, from);
      expect(daemon.lines.filter(({ event }) => event === 'release.uninstalled')).toEqual([]);
      expect(await settings('moves-here')).toBeDefined();
    });

    test('is uninstalled here when it is healthy there', async () => {
      const from = daemon.lines.length;
      writeFiles(folder.path, application('moves-there', 'blue'));
      await daemon.waitFor('release.uninstalled', { namespace: 'moves-here' }, from);
      const events = daemon.lines.slice(from).map(({ event, namespace }) => `${event} ${namespace}`);
      const deployed = events.indexOf('release.deployed moves-there');
      expect(deployed).toBeGreaterThanOrEqual(0);
      expect(deployed).toBeLessThan(events.indexOf('release.uninstalled moves-here'));
      expect([await settings('moves-here'), (await settings('moves-there'))?.['data']]).toEqual([
        undefined,
        { colour: 'blue' },
      ]);
    });
  });
});
