/**
 * The daemon is ended by SIGKILL at every write of a correction of drift, before the write and after it: of objects that
 * were changed and one that was deleted, of what it tells of them, and of what it remembers. It is started again, and all
 * is as recorded, by no new revision.
 */
import { expect } from 'vitest';
import { crashCluster, expectEach, pointsAmong } from '../support/crash-clusters.ts';
import { oneDefinition, standing } from '../support/crash-fleet.ts';
import { describeOnEach, longTest } from '../support/daemon-on.ts';
import type { LogLine } from '../support/start-daemon.ts';

const values = { color: 'red', tag: '1.0.0', extra: true };
/** Held requests keep a connection each, the daemon has 24, and a release may have five of them at once. */
const atOnce = 4;
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
      // Looked at again and again: each line counts once.
      const corrected = new Map<unknown, Set<LogLine>>(environments.map((environment) => [environment, new Set()]));
      const isOver = (line: LogLine) => {
        const lines = corrected.get(line['environment']);
        return line.event === 'drift.corrected' && (lines?.add(line).size ?? 0) >= 3;
      };
      const stopped = await fleet.killAt(points, isOver, () => void Promise.all(environments.map(edit)));
      // Three corrections are eight writes at least; after those the kills may come too late.
      if (round < 4) expect(stopped.size).toBe(atOnce);
      await fleet.start();
      const objects = standing('red', '1.0.0', true);
      const expected = { history: '1 deployed', objects, state: 'deployed 1, healthy 1' };
      await expectEach({ points, stopped, look: fleet.seen, expected });
      expect(fleet.daemon?.lines.filter(({ level }) => level === 'error')).toEqual([]);
    },
    120_000,
  );
});
