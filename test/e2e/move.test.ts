/** An application whose namespace changes: installed there, healthy, and only then uninstalled here. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { daemonOn, describeLong } from '../support/daemon-on.ts';
import { chartYaml } from '../support/make-chart.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const application = (namespace: string, colour: string) => ({
  'fleet/apps/shop.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: shop}
spec: {chart: {path: charts/settings}, namespace: ${namespace}, values: [{inline: {colour: ${colour}}}]}
`,
});
const chart = {
  'fleet/charts/settings/Chart.yaml': chartYaml('settings'),
  'fleet/charts/settings/templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: {{ required "a colour" .Values.colour | quote }}}\n',
};

describeLong('a release that moves to another namespace', (cluster) => {
  const scene = daemonOn(cluster, ['moves-here', 'moves-there']);
  let daemon: RunningDaemon;
  let client: ClusterClient;
  const settings = (namespace: string) =>
    client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' });

  beforeAll(async () => {
    scene.write({ ...chart, ...application('moves-here', 'red') });
    daemon = await scene.start(
      ['repositories: [{name: fleet, url: fleet, path: apps, poll: 1s}]', 'defaults: {rollback: {soak: 100ms}}'],
      'release.deployed',
      { namespace: 'moves-here' },
    );
    client = scene.client;
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('stays where it is while it cannot be installed there', async () => {
    const from = daemon.lines.length;
    scene.write(application('moves-there', '""'));
    await daemon.waitFor('release.failed', { namespace: 'moves-there' }, from);
    expect(daemon.lines.filter(({ event }) => event === 'release.uninstalled')).toEqual([]);
    expect(await settings('moves-here')).toBeDefined();
  });

  test('is uninstalled here when it is healthy there', async () => {
    const from = daemon.lines.length;
    scene.write(application('moves-there', 'blue'));
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
