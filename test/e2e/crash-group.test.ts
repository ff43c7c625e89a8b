/**
 * The daemon is ended by SIGKILL while a group goes forward, fails and goes back: at writes of both members, before the
 * write and after it, and of what is remembered of the group. It is started again, and both end where the group was.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startEmbeddedCluster } from '../../src/embedded/start-embedded-cluster.ts';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import {
  type CrashFleetOptions,
  type KillPoint,
  openCrashFleet,
  standing,
  type Values,
} from '../support/crash-fleet.ts';
import { temporaryFolder } from '../support/git-repository.ts';

const real = process.env['KUBECONFIG_REAL'];

/** The last of the two fails. */
const definitions = ({ prefix, environments }: CrashFleetOptions, { color, tag }: Values) =>
  Object.fromEntries(
    ['db', 'web'].map((app) => [
      `apps/${app}.yaml`,
      `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${app}}
spec:
  chart: {path: charts/shop}
  releaseName: shop
  namespace: "${prefix}-${app}-{{environment}}"
  values: [{inline: {color: ${color}, tag: "${app === 'db' ? tag.replace('broken-', '') : tag}"}}]
  dependsOn: [${app === 'web' ? 'db' : ''}]
  environments: {${environments.map((name) => `${name}: {}`).join(', ')}}
  rollback: {soak: 0s, group: shop}
  sync: {retry: {initial: 100ms}}
`,
    ]),
  );

const back = {
  db: { history: '1 superseded, 2 superseded, 3 deployed', objects: standing('red', '1') },
  web: { history: '1 superseded, 2 failed, 3 deployed', objects: standing('red', '1') },
};
const state = 'deployed 3, healthy 3, quarantine 2';

const clusters = [
  { name: 'embedded', kubeconfig: undefined, count: 5, apart: 13 },
  { name: 'real', kubeconfig: real, count: 8, apart: 7 },
] as const;

// With the judges only: half a minute of daemons that start and end.
for (const { name, kubeconfig, count, apart } of clusters)
  describe.skipIf(!real)(
    `a group, killed in the middle, on the ${name} cluster${real ? '' : ' (skipped: KUBECONFIG_REAL names none)'}`,
    () => {
      const folder = temporaryFolder();
      const stack = new AsyncDisposableStack();
      let cluster: { kubeconfig: string; client: ClusterClient };

      beforeAll(async () => {
        const own = join(folder.path, 'admin');
        if (!kubeconfig) stack.use(await startEmbeddedCluster({ port: 0, kubeconfigPath: own }));
        const client = stack.use(await openCluster({ name: 'test', kubeconfig: kubeconfig ?? own }));
        cluster = { kubeconfig: kubeconfig ?? own, client };
      });
      afterAll(async () => {
        await stack[Symbol.asyncDispose]();
        folder.remove();
      });

      test('goes back to what was healthy at once, as if nothing had happened', async () => {
        const points: KillPoint[] = Array.from({ length: count }, (_, index) => ({
          environment: `e${index}`,
          write: 1 + index * apart,
          after: index % 2 === 1,
        }));
        const prefix = `crash-group-${process.pid}`;
        const namespaces = points.flatMap(({ environment }) => [
          `${prefix}-db-${environment}`,
          `${prefix}-web-${environment}`,
        ]);
        await using _gone = {
          async [Symbol.asyncDispose]() {
            for (const namespace of namespaces)
              await cluster.client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
          },
        };
        await using fleet = await openCrashFleet({
          ...cluster,
          folder: join(folder.path, 'fleet'),
          prefix,
          environments: points.map(({ environment }) => environment),
          definitions,
        });
        const isHealthy = ({ event }: { event: string }) => event === 'group.healthy';
        await fleet.carryOut(isHealthy, () => fleet.commit({ color: 'red', tag: '1' }));
        const stopped = await fleet.killAt(points, isHealthy, () => fleet.commit({ color: 'blue', tag: 'broken-2' }));
        // The others had come to their end before.
        expect(stopped.size).toBeGreaterThanOrEqual(count / 2);
        await fleet.start();
        const seen = async () =>
          Object.fromEntries(
            await Promise.all(
              points.map(async ({ environment }) => {
                const [db, web] = await Promise.all([fleet.seen(environment, 'db'), fleet.seen(environment, 'web')]);
                return [`${environment} ${stopped.get(environment) ?? 'not stopped'}`, { db, web }];
              }),
            ),
          );
        const wanted = { db: { ...back.db, state }, web: { ...back.web, state } };
        const all = Object.fromEntries(
          points.map(({ environment }) => [`${environment} ${stopped.get(environment) ?? 'not stopped'}`, wanted]),
        );
        await vi.waitFor(async () => expect(await seen()).toEqual(all), { timeout: 60_000, interval: 200 });
      }, 240_000);
    },
  );
