/**
 * The daemon is ended by SIGKILL while a group goes forward, fails and goes back: at writes of both members, before the
 * write and after it, and of what is remembered of the group. It is started again, and both end where the group was.
 */
import { expect } from 'vitest';
import { crashCluster, expectEach, pointsAmong } from '../support/crash-clusters.ts';
import { type CrashFleetOptions, standing, type Values } from '../support/crash-fleet.ts';
import { describeOnEach } from '../support/daemon-on.ts';
import { longTest } from '../support/long-test.ts';

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

const sizes = { embedded: { count: 5, apart: 13 }, real: { count: 8, apart: 7 } };

// With the judges only: half a minute of daemons that start and end.
describeOnEach('a group, killed in the middle', (testCluster) => {
  const { count, apart } = sizes[testCluster.name];
  const cluster = crashCluster(testCluster);

  longTest('goes back to what was healthy at once, as if nothing had happened', async () => {
    const points = pointsAmong(count, (index) => 2 * index * apart + (index % 2));
    const environments = points.map(({ environment }) => environment);
    const prefix = `crash-group-${process.pid}`;
    await using _gone = {
      async [Symbol.asyncDispose]() {
        for (const environment of environments)
          for (const app of ['db', 'web'])
            await cluster.client.delete({
              apiVersion: 'v1',
              kind: 'Namespace',
              name: `${prefix}-${app}-${environment}`,
            });
      },
    };
    await using fleet = await cluster.open({ prefix, environments, definitions });
    const isHealthy = ({ event }: { event: string }) => event === 'group.healthy';
    await fleet.carryOut(isHealthy, () => fleet.commit({ color: 'red', tag: '1' }));
    const stopped = await fleet.killAt(points, isHealthy, () => fleet.commit({ color: 'blue', tag: 'broken-2' }));
    // The others had come to their end before.
    expect(stopped.size).toBeGreaterThanOrEqual(count / 2);
    await fleet.start();
    const look = async (environment: string) => {
      const [db, web] = await Promise.all([fleet.seen(environment, 'db'), fleet.seen(environment, 'web')]);
      return { db, web };
    };
    await expectEach({ points, stopped, look, expected: { db: { ...back.db, state }, web: { ...back.web, state } } });
  });
});
