/** Releases pinned to a commit: chart and shared values as they were then, its own values as they are now. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeLong } from '../support/daemon-on.ts';
import type { TestRepository } from '../support/git-repository.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const chart = (version: string) => ({
  'charts/settings/Chart.yaml': `apiVersion: v2\nname: settings\nversion: ${version}\n`,
  'charts/settings/templates/settings.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {chart: "${version}", shared: "{{ .Values.shared }}", own: "{{ .Values.own }}"}\n`,
});
const values = (shared: string, own: string) => ({
  'values/common.yaml': `shared: ${shared}\n`,
  'values/dev.yaml': `own: ${own}\n`,
  'values/prod.yaml': `own: ${own}\n`,
});
const application = (pin: string | undefined) => ({
  'apps/shop.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: shop}
spec:
  chart: {path: charts/settings}
  namespace: "pins-{{environment}}"
  values: [values/common.yaml, "values/{{environment}}.yaml"]
  environments:
    dev: {}
    prod: {${pin === undefined ? '' : `revision: "${pin}"`}}
`,
});

describeLong('a release that is pinned to a commit', (cluster) => {
  const scene = daemonOn(cluster, ['pins-dev', 'pins-prod']);
  let fleet: TestRepository;
  let daemon: RunningDaemon;
  let client: ClusterClient;
  let first: string;

  const settings = async (environment: string) => {
    const namespace = `pins-${environment}`;
    const object = await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' });
    return object?.['data'];
  };

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    first = fleet.commit({ ...chart('1.0.0'), ...values('red', 'one'), ...application(undefined) });
    const repository = `  - {name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}`;
    daemon = await scene.start(['repositories:', repository], 'release.deployed', { environment: 'prod' });
    await daemon.waitFor('release.deployed', { environment: 'dev' });
    client = scene.client;
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('keeps its chart and what it shares, and takes its own files from the head', async () => {
    const from = daemon.lines.length;
    fleet.commit({ ...chart('2.0.0'), ...values('blue', 'two'), ...application(first.slice(0, 8)) });
    await daemon.waitFor('release.deployed', { environment: 'dev' }, from);
    await daemon.waitFor('release.deployed', { environment: 'prod' }, from);
    expect(await settings('dev')).toEqual({ chart: '2.0.0', shared: 'blue', own: 'two' });
    expect(await settings('prod')).toEqual({ chart: '1.0.0', shared: 'red', own: 'two' });
  });

  test('what the head changes elsewhere is no change of it', async () => {
    const from = daemon.lines.length;
    fleet.commit({ ...chart('3.0.0'), ...values('green', 'two') });
    await daemon.waitFor('release.deployed', { environment: 'dev' }, from);
    const plan = await run(scene.folder, ['plan', '--config', scene.config]);
    expect([plan.stdout, plan.stderr]).toEqual(['shop/dev: nothing to do\nshop/prod: nothing to do\n', '']);
    const deployed = daemon.lines.slice(from).filter(({ event }) => event === 'release.deployed');
    expect(deployed.map(({ environment }) => environment)).toEqual(['dev']);
  });

  test('a commit that is not there is told at the line, and what runs stays', async () => {
    const from = daemon.lines.length;
    fleet.commit(application('0123456789012345678901234567890123456789'));
    const failed = await daemon.waitFor('chart.failed', { environment: 'prod' }, from);
    expect(failed).toMatchObject({ reason: 'git.revision-not-found', file: 'apps/shop.yaml', line: 10 });
    expect(await settings('prod')).toEqual({ chart: '1.0.0', shared: 'red', own: 'two' });
  });

  test('without its pin it catches up', async () => {
    const from = daemon.lines.length;
    fleet.commit(application(undefined));
    await daemon.waitFor('release.deployed', { environment: 'prod' }, from);
    expect(await settings('prod')).toEqual({ chart: '3.0.0', shared: 'green', own: 'two' });
  });
});
