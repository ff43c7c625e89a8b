/**
 * The daemon is ended by SIGKILL at every write of a correction of drift, before the write and after it: of objects that
 * were changed and one that was deleted, of what it tells of them, and of what it remembers. It is started again, and all
 * is as recorded, by no new revision.
 */
import { expect } from 'vitest';
import { crashCluster, expectEach, pointsAmong } from '../support/crash-clusters.ts';
import { oneDefinition, standing } from '../support/crash-fleet.ts';
import { describeOnEach } from '../support/daemon-on.ts';
import { longTest } from '../support/long-test.ts';
import type { LogLine } from '../support/start-daemon.ts';

const values = { color: 'red', tag: '1.0.0', extra: true };
/** Held requests keep a connection each, the daemon has 24, and a release may have five of them at once. */
const atOnce = 4;
/** Writes of a release that are made for certain: of three objects each is told of, put right and told of again. */
const certain = 9;
/** On the embedded cluster some of the writes: what the daemon does is the same. */
const sizes = { embedded: { rounds: 1, apart: 5 }, real: { rounds: 6, apart: 1 } };

describeOnEach('corrections of drift, killed in the middle', (testCluster) => {
  const { rounds, apart } = sizes[testCluster.name];
  const cluster = crashCluster(testCluster);

  longTest.each(Array.from({ length: rounds }, (_, round) => ({ round })))(
    'are done by the next process (round $round)',
    async ({ round }) => {
      const points = pointsAmong(atOnce, (index) => (round * atOnce + index) * apart);
      const environments = points.map(({ environment }) => environment);
      const prefix = `crash-drift-${process.pid}-${round}`;
      await using fleet = await cluster.open({
        prefix,
        environments,
        definitions: (options, wanted) => oneDefinition(options, wanted, '  drift: {policy: correct}\n'),
      });
      await fleet.carryOut(
        ({ event }) => event === 'release.healthy',
        () => fleet.commit(values),
      );
      const edit = async (environment: string) => {
        const at = { apiVersion: 'v1', kind: 'ConfigMap', namespace: `${prefix}-${environment}` };
        const by = { fieldManager: 'kubectl-edit' };
        const changed = { type: 'merge', body: { data: { color: 'blue' } } } as const;
        for (const name of ['settings', 'extra']) await cluster.client.patch({ ...at, name }, changed, by);
        await cluster.client.delete({ ...at, kind: 'ServiceAccount', name: 'shop' });
      };
      const due = new Set(points.filter(({ write }) => write <= certain).map(({ environment }) => environment));
      // Looked at again and again: each object counts once.
      const corrected = new Map<unknown, Set<unknown>>(environments.map((environment) => [environment, new Set()]));
      const isOver = ({ event, environment, object }: LogLine) => {
        // A line comes before the write that tells the same: it ends nothing that has its point still to come.
        if (event !== 'drift.corrected' || due.has(String(environment))) return false;
        return (corrected.get(environment)?.add(object).size ?? 0) >= 3;
      };
      const stopped = await fleet.killAt(points, isOver, () => void Promise.all(environments.map(edit)));
      // After the writes that are certain the kills may come too late.
      expect([...due].filter((environment) => !stopped.has(environment))).toEqual([]);
      await fleet.start();
      const objects = standing('red', '1.0.0', true);
      const expected = { history: '1 deployed', objects, state: 'deployed 1, healthy 1' };
      await expectEach({ points, stopped, look: fleet.seen, expected });
      expect(fleet.daemon?.lines.filter(({ level }) => level === 'error')).toEqual([]);
    },
  );
});
