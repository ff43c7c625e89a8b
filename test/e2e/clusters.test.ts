import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { adminOf, type TestCluster } from '../support/clusters.ts';
import { describeOnAll } from '../support/daemon-on.ts';
import { writeFiles } from '../support/git-repository.ts';
import { chartYaml } from '../support/make-chart.ts';
import { runCommand } from '../support/run-command.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';
import { startTcpRelay, type TcpRelay } from '../support/tcp-relay.ts';

/** Leases run out in them, so each takes up to half a minute: they run where a real cluster is at hand. */
const hurried = process.env['KUBECONFIG_REAL'] === undefined;
const patient = test.skipIf(hurried);
const why = hurried ? ' (skipped: it takes half a minute, and KUBECONFIG_REAL names no cluster)' : '';

/** `near` is embedded in the daemon; `far`, which is told, is reached through a relay that can hang, refuse and drop. */
describeOnAll('the far one of two', defineScenarios);

function defineScenarios(far: TestCluster): void {
  let folder: string;
  let relay: TcpRelay;
  let daemon: RunningDaemon | undefined;
  let client: ClusterClient;
  let relayed: string;
  const stack = new AsyncDisposableStack();
  const near = () => openCluster({ name: 'near', kubeconfig: join(folder, 'near', 'kubeconfig') });
  const config = () => join(folder, 'config.yaml');

  beforeAll(async () => {
    const place = await mkdtemp(join(tmpdir(), 'helm-gitops-far-'));
    stack.defer(() => rm(place, { recursive: true, force: true }));
    const kubeconfig = await adminOf(far, place, stack);
    client = stack.use(await openCluster({ name: 'far', kubeconfig }));
    relay = stack.use(await startTcpRelay(targetOf(await readFile(kubeconfig, 'utf8'))));
    await writeFile(join(place, 'relayed'), through(await readFile(kubeconfig, 'utf8'), relay.port));
    relayed = join(place, 'relayed');
  });

  afterAll(() => stack[Symbol.asyncDispose]());

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'helm-gitops-clusters-'));
    writeFiles(folder, fleet);
    await writeFile(
      config(),
      `repositories: [{name: fleet, url: fleet, poll: 1s, watch: true}]
clusters:
  - {name: far, kubeconfig: "${relayed}"}
  - {name: near, embedded: {data: near}}
server: {listen: "127.0.0.1:0"}
`,
    );
    relay.mode = 'pass';
  });

  afterEach(async () => {
    await daemon?.stop();
    daemon = undefined;
    relay.mode = 'pass';
    for (const name of ['shop', 'helm-gitops'])
      await client.delete({ apiVersion: 'v1', kind: 'Namespace', name }).catch(() => undefined);
    await vi.waitFor(
      async () => {
        for (const name of ['shop', 'helm-gitops'])
          expect(await client.get({ apiVersion: 'v1', kind: 'Namespace', name })).toBeUndefined();
      },
      { timeout: 90_000, interval: 200 },
    );
    await rm(folder, { recursive: true, force: true });
  });

  const start = () => {
    daemon = startDaemon(config());
    return daemon;
  };
  const colour = (value: string) => writeFiles(folder, { 'fleet/values.yaml': `colour: ${value}\n` });
  const live = async (from: ClusterClient) =>
    (
      (await from.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'shop' }))?.data as
        | { colour: string }
        | undefined
    )?.colour;
  const command = (...words: string[]) => runCommand(config(), ...words);
  const count = (event: string) => daemon?.lines.filter((line) => line.event === event).length;
  const untouched = () => {
    for (const event of ['drift.found', 'release.uninstalled', 'removal.waiting', 'release.failed', 'internal.error'])
      expect(daemon?.lines.filter((line) => line.event === event)).toEqual([]);
  };

  patient(`one application lives in both, under the same names${why}`, async () => {
    const { waitFor, lines } = start();
    await waitFor('daemon.ready');
    expect(
      lines
        .filter(({ event }) => event === 'release.deployed')
        .map(({ cluster, environment, namespace, release }) => `${cluster} ${environment} ${namespace}/${release}`)
        .sort(),
    ).toEqual(['far west shop/shop', 'near east shop/shop']);
    await using nearby = await near();
    expect([await live(nearby), await live(client)]).toEqual(['blue', 'blue']);
    writeFiles(folder, { 'fleet/west.yaml': 'colour: green\n' });
    await waitFor('release.deployed', { environment: 'west', version: 2 });
    expect([await live(nearby), await live(client)]).toEqual(['blue', 'green']);
    untouched();
  });

  for (const mode of ['hang', 'refuse'] as const)
    (mode === 'refuse' ? test : patient)(
      `a cluster that does ${mode} at the start joins later${mode === 'refuse' ? '' : why}`,
      async () => {
        relay.mode = mode;
        const { waitFor, lines } = start();
        const ready = await waitFor('daemon.ready');
        await waitFor('cluster.unreachable', { cluster: 'far' });
        await using nearby = await near();
        expect(await live(nearby)).toBe('blue');
        expect(lines.filter(({ event }) => event === 'release.deployed')).toHaveLength(1);
        const api = async (path: string) => (await fetch(`${String(ready['page']).replace(/\/$/, '')}${path}`)).json();
        expect(await api('/api/v1/clusters')).toMatchObject({
          clusters: [
            { name: 'far', status: 'unreachable' },
            { name: 'near', status: 'ready' },
          ],
        });
        expect(await api('/api/v1/releases/shop/west')).toMatchObject({
          health: 'unknown',
          message: 'cluster far is out of reach',
        });
        relay.mode = 'pass';
        await waitFor('cluster.recovered', { cluster: 'far' });
        await waitFor('release.deployed', { environment: 'west', version: 1 });
        expect(count('cluster.unreachable')).toBe(1);
        expect(count('cluster.recovered')).toBe(1);
        untouched();
      },
    );

  patient.each(['hang', 'refuse'] as const)(
    `one that does %s later waits, and is taken up on return${why}`,
    async (mode) => {
      const { waitFor } = start();
      await waitFor('daemon.ready');
      relay.mode = mode;
      colour('red');
      await waitFor('release.deployed', { environment: 'east', version: 2 });
      await waitFor('cluster.unreachable', { cluster: 'far' });
      colour('green');
      await waitFor('release.deployed', { environment: 'east', version: 3 });
      // Past the time that its lease is lost.
      if (mode === 'refuse') await new Promise((resolve) => setTimeout(resolve, 16_000));
      expect(await live(client)).toBe('blue');
      relay.mode = 'pass';
      await waitFor('cluster.recovered', { cluster: 'far' });
      await vi.waitFor(async () => expect(await live(client)).toBe('green'), { timeout: 90_000, interval: 200 });
      await waitFor('release.deployed', { environment: 'west', version: 2 });
      expect(count('cluster.unreachable')).toBe(1);
      expect(count('cluster.recovered')).toBe(1);
      untouched();
    },
  );

  patient(`commands answer for the living one, say what is left out, and end with 1${why}`, async () => {
    await start().waitFor('daemon.ready');
    relay.mode = 'refuse';
    for (const [words, told] of [
      [['status'], /shop +east/],
      [['drift'], /no drift in what could be asked/],
      [['plan'], /shop\/east/],
      [['history', 'shop', '-e', 'east'], /deployed/],
    ] as const) {
      const { code, stdout, stderr } = await command(...words);
      expect({ words, code, stdout, stderr }).toEqual({
        words,
        code: 1,
        stdout: expect.stringMatching(told),
        stderr: expect.stringMatching(/^warning: cluster far is left out: .*\n$/),
      });
    }
    expect(await command('sync', 'shop', '-e', 'east')).toMatchObject({ code: 0 });
    expect(await command('sync', 'shop', '-e', 'west')).toMatchObject({ code: 1 });
  });

  patient(`a single pass deploys to the living one and ends with 1${why}`, async () => {
    relay.mode = 'refuse';
    daemon = startDaemon(config(), 'once');
    await daemon.waitFor('release.deployed', { environment: 'east' });
    await daemon.waitFor('daemon.ready');
    await vi.waitFor(async () => expect(await daemon?.stop()).toBe(1), 90_000);
    relay.mode = 'pass';
    daemon = startDaemon(config(), 'once');
    await daemon.waitFor('release.deployed', { environment: 'west' });
    await daemon.waitFor('daemon.ready');
    expect(count('cluster.unreachable')).toBe(0);
  });

  patient(`of two names of one cluster one is refused, and says why${why}`, async () => {
    writeFiles(folder, { 'fleet/again.yaml': again });
    const names = `  - {name: near, embedded: {data: near}}\n  - {name: again, kubeconfig: "${relayed}"}\n`;
    await writeFile(config(), (await readFile(config(), 'utf8')).replace(/^ {2}- \{name: near.*\n/m, names));
    const { waitFor, lines } = start();
    await waitFor('daemon.ready');
    const { cluster, message, hint } = await waitFor('cluster.unreachable');
    const other = cluster === 'again' ? 'far' : 'again';
    expect(message).toBe(
      `cluster ${cluster} is cluster ${other} by another name: both keep their state in namespace helm-gitops of one API server`,
    );
    expect(hint).toBe(`leave ${cluster} out of clusters; what definitions call it goes into aliases of ${other}`);
    await waitFor('release.deployed', { cluster: other });
    expect(lines.filter((line) => line.event === 'release.deployed' && line['cluster'] === cluster)).toEqual([]);
    // Past two renewals of the Lease, which they had taken from each other.
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    expect(lines.filter(({ event }) => /^cluster\.(unreachable|standby|recovered)$/.test(event))).toHaveLength(1);
  });

  patient(`what depends on a release of the other cluster follows it${why}`, async () => {
    writeFiles(folder, { 'fleet/after.yaml': after });
    relay.mode = 'refuse';
    const { waitFor, lines } = start();
    await waitFor('daemon.ready');
    await waitFor('release.waiting', { app: 'after', environment: 'east', for: 'shop/west' });
    expect(lines.some(({ event, app }) => event === 'release.deployed' && app === 'after')).toBe(false);
    relay.mode = 'pass';
    await waitFor('release.deployed', { app: 'shop', environment: 'west' });
    await waitFor('release.deployed', { app: 'after', environment: 'east' });
    untouched();
  });

  patient(`a single pass deploys what depends on a release of the other cluster${why}`, async () => {
    writeFiles(folder, { 'fleet/after.yaml': after });
    daemon = startDaemon(config(), 'once');
    const { lines } = daemon;
    await daemon.waitFor('daemon.ready');
    const deployed = lines
      .filter(({ event }) => event === 'release.deployed')
      .map(({ app, cluster }) => `${app} ${cluster}`);
    expect(deployed.slice(-1)).toEqual(['after near']);
    expect(deployed.sort()).toEqual(['after near', 'shop far', 'shop near']);
    await vi.waitFor(async () => expect(await daemon?.stop()).toBe(0), 90_000);
  });

  patient(`connections that break again and again cost nothing but time${why}`, async () => {
    const { waitFor } = start();
    await waitFor('daemon.ready');
    for (let times = 0; times < 8; times += 1) {
      relay.drop();
      if (times === 4) colour('red');
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await waitFor('release.deployed', { environment: 'east', version: 2 });
    await waitFor('release.deployed', { environment: 'west', version: 2 });
    expect(await live(client)).toBe('red');
    untouched();
  });
}

const fleet = {
  'fleet/charts/shop/Chart.yaml': chartYaml('shop'),
  'fleet/charts/shop/templates/config.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata: {colour: "{{ .Values.colour }}"}\n',
  'fleet/values.yaml': 'colour: blue\n',
  'fleet/app.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: shop}
spec:
  chart: {path: charts/shop}
  values: [values.yaml, {file: "{{environment}}.yaml", optional: true}]
  environments: {east: {}, west: {}}
---
apiVersion: helm-gitops.io/v1
kind: Environment
metadata: {name: east}
spec: {cluster: near, namespace: shop}
---
apiVersion: helm-gitops.io/v1
kind: Environment
metadata: {name: west}
spec: {cluster: far, namespace: shop}
`,
};

const after = `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: after}
spec:
  chart: {path: charts/shop}
  namespace: after
  values: [values.yaml]
  dependsOn: [{app: shop, environment: west}]
  environments: {east: {}}
`;

const again = `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: again}
spec:
  chart: {path: charts/shop}
  values: [values.yaml]
  environments: {north: {}}
---
apiVersion: helm-gitops.io/v1
kind: Environment
metadata: {name: north}
spec: {cluster: again, namespace: shop}
`;

interface Kubeconfig {
  clusters: { cluster: { server: string } }[];
}

function targetOf(kubeconfig: string): { host: string; port: number } {
  const url = new URL((load(kubeconfig) as Kubeconfig).clusters[0]?.cluster.server ?? '');
  return { host: url.hostname, port: Number(url.port) };
}

function through(kubeconfig: string, port: number): string {
  const config = load(kubeconfig) as Kubeconfig;
  for (const { cluster } of config.clusters) cluster.server = `https://127.0.0.1:${port}`;
  return dump(config);
}
