/**
 * The daemon is ended by SIGKILL at every write of an install, an upgrade, a rollback and an uninstall, before the write
 * and after it, and started again. On the embedded cluster only some of the points are taken.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { crashCluster, expectEach, pointsAmong } from '../support/crash-clusters.ts';
import { type CrashFleet, type KillPoint, type Seen, standing, type Values } from '../support/crash-fleet.ts';
import { describeLong } from '../support/daemon-on.ts';
import type { LogLine } from '../support/start-daemon.ts';

const helm = process.env['HELM_BIN'];
const run = promisify(execFile);

/** Held requests keep a connection each, and the daemon has 24. */
const atOnce = 20;
/** More than any operation takes. */
const mostRounds = 6;
/** Where only some are taken: so many, spread over the writes of one operation. */
const few = { operation: 'rollback', points: 5, apart: 9 };

interface Operation {
  readonly name: string;
  /** Undefined: the application is gone from git. */
  readonly values: Values | undefined;
  readonly ended: (line: LogLine) => boolean;
  readonly expected: Seen;
  /** The revision that `helm list` shows. */
  readonly revision: string | undefined;
}

const isHealthy = ({ event }: LogLine) => event === 'release.healthy';

const operations: readonly Operation[] = [
  {
    name: 'install',
    values: { color: 'red', tag: '1.0.0', extra: true },
    ended: isHealthy,
    expected: { history: '1 deployed', objects: standing('red', '1.0.0', true), state: 'deployed 1, healthy 1' },
    revision: '1',
  },
  {
    name: 'upgrade',
    values: { color: 'green', tag: '2.0.0' },
    ended: isHealthy,
    expected: {
      history: '1 superseded, 2 deployed',
      objects: standing('green', '2.0.0'),
      state: 'deployed 2, healthy 2',
    },
    revision: '2',
  },
  {
    name: 'rollback',
    values: { color: 'blue', tag: 'broken-3', extra: true },
    // What was put back has proved itself.
    ended: isHealthy,
    expected: {
      history: '1 superseded, 2 superseded, 3 failed, 4 deployed',
      objects: standing('green', '2.0.0'),
      state: 'deployed 4, healthy 4, quarantine 3',
    },
    revision: '4',
  },
  {
    name: 'uninstall',
    values: undefined,
    ended: ({ event }) => event === 'release.uninstalled',
    expected: { history: '', objects: '', state: 'none' },
    revision: undefined,
  },
];

describeLong('the daemon, killed in the middle', (testCluster) => {
  // It takes five minutes, and what the daemon does is the same on both.
  const every = testCluster.name === 'real';
  const cluster = crashCluster(testCluster);
  const kills = new Map<string, Set<string>>();

  test(`at ${every ? 'every write' : 'some writes'} of a release's life, goes on as if nothing had happened`, async () => {
    const over = new Set(operations.map(({ name }) => name).filter((name) => !every && name !== few.operation));
    for (let round = 0; over.size < operations.length; round += 1) {
      expect(round).toBeLessThan(mostRounds);
      const points = every
        ? pointsAmong(atOnce, (index) => round * atOnce + index)
        : pointsAmong(few.points, (index) => 1 + index * few.apart - (index % 2));
      const environments = points.map(({ environment }) => environment);
      await using fleet = await cluster.open({ prefix: `crash-${process.pid}-${round}`, environments });
      for (const operation of operations) {
        const stopped = over.has(operation.name)
          ? await fleet.carryOut(operation.ended, () => fleet.commit(operation.values))
          : await crash(fleet, operation, points);
        kills.set(operation.name, (kills.get(operation.name) ?? new Set()).union(new Set(stopped.values())));
        if (stopped.size < points.length || !every) over.add(operation.name);
      }
    }
    for (const { name } of operations) if (every) expect(kills.get(name)?.size).toBeGreaterThanOrEqual(20);
    expect(kills.get(few.operation)?.size).toBeGreaterThanOrEqual(few.points - 1);
  }, 600_000);
});

async function crash(
  fleet: CrashFleet,
  operation: Operation,
  points: readonly KillPoint[],
): Promise<ReadonlyMap<string, string>> {
  const { values, ended, expected, revision } = operation;
  const stopped = await fleet.killAt(points, ended, () => fleet.commit(values));
  await fleet.start();
  await expectEach({ points, stopped, look: fleet.seen, expected });
  if (helm) expect(await listed(fleet)).toEqual(new Set(revision === undefined ? [] : [`${revision} deployed`]));
  return stopped;
}

/** What the real helm says of all releases. */
async function listed({ kubeconfig, prefix }: CrashFleet): Promise<Set<string>> {
  const { stdout } = await run(helm ?? '', ['list', '-A', '-o', 'json', '-m', '1000', '--kubeconfig', kubeconfig]);
  const releases = JSON.parse(stdout) as { namespace: string; revision: string; status: string }[];
  const ours = releases.filter(({ namespace }) => namespace.startsWith(`${prefix}-`));
  return new Set(ours.map(({ revision, status }) => `${revision} ${status}`));
}
