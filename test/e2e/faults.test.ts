/**
 * A small fleet lives while almost every third request to its cluster fails, is late or loses its connection, and
 * watches are cut off: installed, upgraded, one application taken away, one that never becomes ready. FAULT_SEED gives
 * another run.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbeddedCluster } from '../../src/embedded/start-embedded-cluster.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { type Chaos, chaos } from '../support/chaos.ts';
import { type Seen, see, shopChart, standing, type Values } from '../support/crash-fleet.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { temporaryFolder, writeFiles } from '../support/git-repository.ts';
import { type LogLine, startDaemon } from '../support/start-daemon.ts';

const real = process.env['KUBECONFIG_REAL'];
const seed = Number(process.env['FAULT_SEED'] ?? 20261120);
const rate = 0.3;
const fleetSize = 8;
/** Milliseconds that may pass until most of it is as it should be, and then without faults all of it. */
const patience = { faulty: 60_000, calm: 60_000 };
const prefix = `faults-${process.pid}`;

const apps = Array.from({ length: fleetSize }, (_, index) => `a${index}`);
const [failing = '', leaving = '', ...steady] = apps;

const definition = (name: string, values: Values) => `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${name}}
spec:
  chart: {path: charts/shop}
  releaseName: shop
  namespace: ${prefix}-${name}
  values: [{inline: ${JSON.stringify(values)}}]
  rollback: {soak: 0s}
  sync: {retry: {initial: 200ms, max: 2s}}
`;

const clusters = [
  { name: 'embedded', kubeconfig: undefined, skipped: real ? undefined : 'it takes half a minute of waiting' },
  { name: 'real', kubeconfig: real, skipped: real ? undefined : 'KUBECONFIG_REAL names no cluster' },
] as const;

for (const { name, kubeconfig, skipped } of clusters) {
  describe.skipIf(skipped)(
    `while requests fail, on the ${name} cluster${skipped ? ` (skipped: ${skipped})` : ''}`,
    () => {
      const folder = temporaryFolder();
      const stack = new AsyncDisposableStack();
      const faults: Chaos = chaos(seed, rate);
      let at: Awaited<ReturnType<typeof open>>;

      const open = async () => {
        const admin = kubeconfig ?? join(folder.path, 'admin');
        if (!kubeconfig) stack.use(await startEmbeddedCluster({ port: 0, kubeconfigPath: admin }));
        const client = stack.use(await openCluster({ name: 'test', kubeconfig: admin }));
        const proxy = await startFaultProxy({ kubeconfig: admin, writeTo: join(folder.path, 'kubeconfig'), tls: true });
        stack.use(proxy);
        writeFiles(join(folder.path, 'fleet'), shopChart);
        mkdirSync(join(folder.path, 'fleet/apps'), { recursive: true });
        writeFileSync(
          join(folder.path, 'config.yaml'),
          `repositories: [{name: fleet, url: fleet, path: apps, watch: true, poll: 1h}]
clusters: [{name: test, kubeconfig: kubeconfig}]
state: {namespace: ${prefix}}
server: {listen: "127.0.0.1:0"}
`,
        );
        proxy.decide = faults.decide;
        const cutting = setInterval(() => proxy.dropWatches(), 1500);
        stack.defer(() => clearInterval(cutting));
        const daemon = startDaemon(join(folder.path, 'config.yaml'));
        stack.defer(async () => void (await daemon.stop('SIGKILL')));
        return { client, proxy, daemon };
      };
      const commit = (files: Readonly<Record<string, Values | undefined>>) => {
        for (const [app, values] of Object.entries(files)) {
          const file = join('apps', `${app}.yaml`);
          // With its file, or it would wait for a person.
          if (values === undefined) rmSync(join(folder.path, 'fleet', file));
          else writeFiles(join(folder.path, 'fleet'), { [file]: definition(app, values) });
        }
      };
      const seen = (app: string) => see(at.client, { prefix, environment: app });
      /** Those that are as expected when time is up, or as soon as all are. */
      const converged = async (expected: Readonly<Record<string, (seen: Seen) => boolean>>, time: number) => {
        const deadline = Date.now() + time;
        for (;;) {
          const states = await Promise.all(
            Object.entries(expected).map(async ([app, fits]) => (fits(await seen(app)) ? app : undefined)),
          );
          const done = states.filter((app) => app !== undefined);
          if (done.length === Object.keys(expected).length || Date.now() > deadline) return done;
          await delay(200);
        }
      };
      const runs = (objects: string) => (one: Seen) => {
        const version = /(?:^|, )(\d+) deployed$/.exec(one.history)?.[1];
        const isSettled = one.state.startsWith(`deployed ${version}, healthy ${version}`);
        return one.objects === objects && isSettled && one.history.match(/ deployed/g)?.length === 1;
      };
      const isGone = ({ history, objects, state }: Seen) => history === '' && objects === '' && state === 'none';

      beforeAll(async () => {
        commit(Object.fromEntries(apps.map((app) => [app, { color: 'red', tag: '1.0.0' }])));
        at = await open();
      });

      afterAll(async () => {
        for (const app of ['', ...apps.map((name) => `-${name}`)])
          await at?.client.delete({ apiVersion: 'v1', kind: 'Namespace', name: `${prefix}${app}` });
        await stack[Symbol.asyncDispose]();
        folder.remove();
      });

      test(`most of the fleet is installed and upgraded meanwhile, all of it afterwards (seed ${seed})`, async () => {
        const installed = await converged(
          Object.fromEntries(apps.map((app) => [app, runs(standing('red', '1.0.0'))])),
          patience.faulty,
        );
        expect(installed.length).toBeGreaterThanOrEqual(fleetSize - 1);
        commit({
          ...Object.fromEntries(steady.map((app) => [app, { color: 'green', tag: '2.0.0', extra: true }])),
          [failing]: { color: 'green', tag: 'broken', extra: true },
          [leaving]: undefined,
        });
        const expected = {
          ...Object.fromEntries(steady.map((app) => [app, runs(standing('green', '2.0.0', true))])),
          [failing]: runs(standing('red', '1.0.0')),
          [leaving]: isGone,
        };
        await delay(500);
        const upgraded = await converged(expected, patience.faulty);
        at.proxy.decide = () => undefined;
        const calm = await converged(expected, patience.calm);
        const report = await Promise.all(apps.map(async (app) => [app, await seen(app)]));
        console.log(
          JSON.stringify(
            { seed, counts: faults.counts, installed, upgraded, report, lines: countLines(at.daemon.lines) },
            null,
            1,
          ),
        );
        expect(calm.sort()).toEqual(apps);
        expect(upgraded.length).toBeGreaterThanOrEqual(fleetSize - 1);
      }, 300_000);

      test('few revisions were made, and only what had to go was deleted', async () => {
        for (const app of steady) {
          const { history } = await seen(app);
          expect(history.match(/ deployed/g)).toHaveLength(1);
          expect(history.split(', ').length).toBeLessThanOrEqual(5);
          expect(history).not.toContain('pending');
        }
        const deleted = new Set(
          at.proxy.requests
            .filter(({ method }) => method === 'DELETE')
            .map(({ resource, name, namespace }) => `${namespace} ${resource}/${name}`),
        );
        const hooks = apps.map((app) => `${prefix}-${app} jobs/migrate`);
        const gone = [...deleted].filter((one) => !hooks.includes(one) && !/farewell$/.test(one));
        const allowed = new RegExp(
          `^${prefix}(-${leaving} | configmaps/release\\.${prefix}-${leaving}\\.shop$)|^${prefix}-${failing} configmaps/extra$`,
        );
        expect(gone.filter((one) => !allowed.test(one))).toEqual([]);
      });

      test('the log stays readable', () => {
        const told = at.daemon.lines.filter(({ level }) => level !== 'debug');
        expect(told.filter(({ event }) => event === 'internal.error')).toEqual([]);
        expect(told.length).toBeLessThan(fleetSize * 40);
      });
    },
  );
}

function countLines(lines: readonly LogLine[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { event, level } of lines) if (level !== 'debug') counts[event] = (counts[event] ?? 0) + 1;
  return counts;
}
