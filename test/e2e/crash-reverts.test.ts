/**
 * The daemon is ended by SIGKILL while it takes changes back in git: at each write to the repository, to the forge and to
 * what is remembered of it, before the write and after it. It is started again and again, and in the end there is one
 * commit, or one pull request, for each release, and no revision more.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Incident } from '../../src/foundation/state/incident.ts';
import { type CrashCluster, crashCluster, expectEach, pointsAmong } from '../support/crash-clusters.ts';
import { type KillPoint, see } from '../support/crash-fleet.ts';
import { describeOnEach } from '../support/daemon-on.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { type ForgeRepository, forgeRepository, forgeSkipped } from '../support/forge.ts';
import { git, type TestRepository, testRepository, writeFiles } from '../support/git-repository.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';
import { webChart } from '../support/web-chart.ts';

type Mode = 'commit' | 'pullRequest';
/** Writes of one revert: the push, of a pull request its opening and its labels, and what is remembered. */
const modes = {
  commit: { writes: 2, state: 'deployed 3, healthy 3' },
  pullRequest: { writes: 4, state: 'deployed 3, healthy 3, quarantine 2' },
};

const definition = (prefix: string, environments: readonly string[], mode: Mode) => `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: shop}
spec:
  chart: {path: charts/web}
  namespace: "${prefix}-{{environment}}"
  values: ["values/{{environment}}.yaml"]
  rollback: {soak: 200ms, revert: ${mode}}
  environments: {${environments.map((name) => `${name}: {}`).join(', ')}}
`;

describeOnEach('reverts, killed in the middle', (testCluster) => {
  const cluster = crashCluster(testCluster);

  describe.skipIf(forgeSkipped !== '')(`at a forge${forgeSkipped}`, () => {
    test.each(Object.entries(modes).map(([mode, more]) => ({ mode: mode as Mode, ...more })))(
      'are made once, as $mode',
      async ({ mode, writes, state }) => {
        // All of them on the real cluster; what the daemon does is the same on both.
        const points = pointsAmong(testCluster.name === 'real' ? 2 * writes : 2, (index) =>
          testCluster.name === 'real' ? index : 1 + 2 * index,
        );
        await using scene = await openScene(cluster, {
          name: `${mode.toLowerCase()}-${testCluster.name}`,
          mode,
          count: points.length + 1,
        });
        const { there, environments, prefix, known } = scene;
        for (const point of points) await scene.killAt(point);
        await scene.start();
        const outcome = mode === 'commit' ? 'committed' : 'proposed';
        await vi.waitFor(
          async () =>
            expect(await Promise.all(environments.map(scene.revertOf))).toEqual(environments.map(() => outcome)),
          { timeout: 90_000, interval: 200 },
        );
        const looked = environments.map((environment) => ({ environment, write: 0, after: false }));
        const look = async (environment: string) => {
          const { history, state: remembered } = await see(cluster.client, { prefix, environment });
          return { history, state: remembered };
        };
        const expected = { history: '1 superseded, 2 failed, 3 deployed', state };
        await expectEach({ points: looked, stopped: scene.stopped, look, expected });
        const pulls = (await there.ask('/pulls?state=all&limit=50')) as { head: { ref: string }; state: string }[];
        const said = scene.log(known).filter((line) => line.startsWith('Helm-Gitops-Incident: '));
        if (mode === 'commit') {
          expect(new Set(said).size).toBe(environments.length);
          expect([said.length, pulls.length]).toEqual([environments.length, 0]);
        } else {
          const branches = environments.map((environment) => `helm-gitops/revert/shop-${environment}`);
          expect(pulls.map(({ head }) => head.ref).sort()).toEqual(branches.sort());
          expect(said).toEqual([]);
          for (const branch of branches) expect(scene.countOn(branch, known)).toBe(1);
        }
      },
      300_000,
    );
  });
});

interface Scene extends AsyncDisposable {
  readonly there: ForgeRepository;
  readonly prefix: string;
  readonly environments: readonly string[];
  /** The bad commit. */
  readonly known: string;
  /** By environment, or by point, the write at which it was killed. */
  readonly stopped: Map<string, string>;
  /** Starts it anew, and ends it at that write of reverts. */
  killAt(point: KillPoint): Promise<void>;
  start(): Promise<void>;
  revertOf(environment: string): Promise<string | undefined>;
  /** Lines of messages that came to main since. */
  log(since: string): string[];
  countOn(branch: string, since: string): number;
}

interface SceneOptions {
  /** The forge is the same for all clusters. */
  readonly name: string;
  readonly mode: Mode;
  readonly count: number;
}

async function openScene(cluster: CrashCluster, { name, mode, count }: SceneOptions): Promise<Scene> {
  const stack = new AsyncDisposableStack();
  const environments = Array.from({ length: count }, (_, index) => `e${index}`);
  const prefix = `crash-reverts-${name}-${process.pid}`;
  const folder = join(cluster.folder, prefix);
  writeFiles(folder, { '.keep': '' });
  const there = await forgeRepository(prefix);
  const relay = stack.use(await startRelay(new URL(there.url).origin));
  const proxy = stack.use(
    await startFaultProxy({ kubeconfig: cluster.kubeconfig, writeTo: join(folder, 'kubeconfig') }),
  );
  const fleet = testRepository(folder);
  const values = (tag: string) =>
    Object.fromEntries(environments.map((name) => [`values/${name}.yaml`, `image: {tag: ${tag}} # of ${name}\n`]));
  const commit = (files: Record<string, string>) => {
    const id = fleet.commit(files);
    there.push(fleet.work);
    return id;
  };
  const chart = webChart('{{ .Values.image.tag }}');
  commit({ ...chart, 'apps/shop.yaml': definition(prefix, environments, mode), ...values('v1') });
  writeFileSync(join(folder, 'token'), await there.token('daemon', 'write:repository', 'write:issue'));
  const url = there.url.replace(new URL(there.url).origin, relay.url);
  writeFileSync(
    join(folder, 'config.yaml'),
    `repositories: [{name: fleet, url: "${url}", revision: main, path: apps, poll: 1s, forge: {kind: gitea}}]
credentials: [{url: "${relay.url}/ann/", tokenFile: token}]
clusters: [{name: test, kubeconfig: kubeconfig}]
state: {namespace: ${prefix}}
server: {listen: "127.0.0.1:0"}
`,
  );
  let daemon: RunningDaemon | undefined;
  stack.defer(async () => {
    await daemon?.stop('SIGKILL');
    for (const name of [prefix, ...environments.map((environment) => `${prefix}-${environment}`)])
      await cluster.client.delete({ apiVersion: 'v1', kind: 'Namespace', name });
  });
  const start = async () => {
    daemon = startDaemon(join(folder, 'config.yaml'));
    await daemon.waitFor('daemon.ready');
  };
  await start();
  const running = daemon as unknown as RunningDaemon;
  for (const environment of environments) await running.waitFor('release.healthy', { environment, version: 1 });
  // No revert gets further than its push until every release has gone back; what their rollbacks write passes.
  const first = haltAt({ relay, proxy }, { environment: '', write: 1, after: false });
  proxy.decide = () => undefined;
  const known = commit(values('broken-2'));
  for (const environment of environments) await running.waitFor('release.healthy', { environment, version: 3 });
  await first;
  await running.stop('SIGKILL');
  const stopped = new Map<string, string>();
  return {
    ...{ there, prefix, environments, known, stopped },
    async killAt(point) {
      const reached = haltAt({ relay, proxy }, point);
      await start();
      stopped.set(JSON.stringify(point), await reached);
      await daemon?.stop('SIGKILL');
      relay.decide = () => undefined;
      proxy.decide = () => undefined;
    },
    async start() {
      relay.decide = () => undefined;
      proxy.decide = () => undefined;
      await start();
    },
    async revertOf(environment) {
      const at = { apiVersion: 'v1', kind: 'ConfigMap', namespace: prefix };
      const found = await cluster.client.get({ ...at, name: `release.${prefix}-${environment}.shop` });
      const { 'state.json': text = '{}' } = (found?.['data'] ?? {}) as Record<string, string>;
      const { incidents = [] } = JSON.parse(text) as { incidents?: Incident[] };
      return incidents.at(-1)?.revert?.outcome;
    },
    log: (since) => fetched(fleet, there, 'main', 'log', '--format=%B', `${since}..FETCH_HEAD`).split('\n'),
    countOn: (branch, since) => Number(fetched(fleet, there, branch, 'rev-list', '--count', `${since}..FETCH_HEAD`)),
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

function fetched({ work }: TestRepository, { url }: ForgeRepository, branch: string, ...args: string[]): string {
  git(work, 'fetch', '-q', url.replace('//', '//ann:secret123@'), branch);
  return git(work, ...args);
}

/** Counts what reverts write, from the next push on; resolves with the write that is held. */
function haltAt({ relay, proxy }: { relay: Relay; proxy: FaultProxy }, { write, after }: KillPoint): Promise<string> {
  const held = Promise.withResolvers<string>();
  let count = 0;
  const decide = (label: string) => {
    count += 1;
    if (count < write) return undefined;
    // Nothing of what comes after it is carried out either.
    return { after: after && count === write, reached: () => held.resolve(`${label} ${after ? 'after' : 'before'}`) };
  };
  relay.decide = (label) => (/^GET|git-upload-pack$/.test(label) ? undefined : decide(label));
  proxy.decide = ({ type, resource, name, label }) => {
    if (count === 0 || type !== 'write' || resource !== 'configmaps' || !name.startsWith('release.')) return undefined;
    const hold = decide(label);
    return hold && { fault: 'hold', ...hold };
  };
  return held.promise;
}
