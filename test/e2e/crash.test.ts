/**
 * The daemon is ended by SIGKILL at every write of an install, an upgrade, a rollback and an uninstall, before the write
 * and after it, and started again. On the embedded cluster only some of the points are taken.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbeddedCluster } from '../../src/embedded/start-embedded-cluster.ts';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import {
  type CrashFleet,
  type KillPoint,
  openCrashFleet,
  type Seen,
  standing,
  type Values,
} from '../support/crash-fleet.ts';
import { temporaryFolder } from '../support/git-repository.ts';
import type { LogLine } from '../support/start-daemon.ts';

const real = process.env['KUBECONFIG_REAL'];
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

const clusters = [
  { name: 'embedded', kubeconfig: undefined, skipped: undefined },
  { name: 'real', kubeconfig: real, skipped: real ? undefined : 'KUBECONFIG_REAL names no cluster' },
] as const;

for (const { name, kubeconfig, skipped } of clusters) {
  describe.skipIf(skipped)(
    `the daemon, killed in the middle, on the ${name} cluster${skipped ? ` (skipped: ${skipped})` : ''}`,
    () => {
      // It takes five minutes, and what the daemon does is the same on both.
      const every = kubeconfig !== undefined;
      const folder = temporaryFolder();
      const stack = new AsyncDisposableStack();
      const kills = new Map<string, Set<string>>();
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

      test(`at ${every ? 'every write' : 'some writes'} of a release's life, goes on as if nothing had happened`, async () => {
        const over = new Set(operations.map(({ name }) => name).filter((name) => !every && name !== few.operation));
        for (let round = 0; over.size < operations.length; round += 1) {
          expect(round).toBeLessThan(mostRounds);
          const points = every ? pointsOf(round) : fewPoints();
          await using fleet = await openCrashFleet({
            ...cluster,
            folder: join(folder.path, `round-${round}`),
            prefix: `crash-${process.pid}-${round}`,
            environments: points.map(({ environment }) => environment),
          });
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
    },
  );
}

function pointsOf(round: number): KillPoint[] {
  return Array.from({ length: atOnce }, (_, index) => pointAt(index, round * atOnce + index));
}

const fewPoints = (): KillPoint[] =>
  Array.from({ length: few.points }, (_, index) => pointAt(index, 1 + index * few.apart - (index % 2)));

function pointAt(index: number, point: number): KillPoint {
  return { environment: `e${index}`, write: 1 + Math.floor(point / 2), after: point % 2 === 1 };
}

async function crash(
  fleet: CrashFleet,
  operation: Operation,
  points: readonly KillPoint[],
): Promise<ReadonlyMap<string, string>> {
  const { values, ended, expected, revision } = operation;
  const stopped = await fleet.killAt(points, ended, () => fleet.commit(values));
  await fleet.start();
  const deadline = Date.now() + 60_000;
  const problems: string[] = [];
  for (const { environment } of points) {
    let seen = await fleet.seen(environment);
    for (; !isSame(seen, expected) && Date.now() < deadline; seen = await fleet.seen(environment)) await delay(50);
    if (!isSame(seen, expected))
      problems.push(`${environment} ${stopped.get(environment) ?? 'not stopped'}: ${JSON.stringify(seen)}`);
  }
  expect(problems).toEqual([]);
  if (helm) expect(await listed(fleet)).toEqual(new Set(revision === undefined ? [] : [`${revision} deployed`]));
  return stopped;
}

const isSame = (one: Seen, other: Seen) => JSON.stringify(one) === JSON.stringify(other);

/** What the real helm says of all releases. */
async function listed({ kubeconfig, prefix }: CrashFleet): Promise<Set<string>> {
  const { stdout } = await run(helm ?? '', [
    'list',
    '-A',

    '-o',
    'json',
    '-m',
    '1000',
    '--kubeconfig',
    kubeconfig,
  ]);
  const releases = JSON.parse(stdout) as { namespace: string; revision: string; status: string }[];
  const ours = releases.filter(({ namespace }) => namespace.startsWith(`${prefix}-`));
  return new Set(ours.map(({ revision, status }) => `${revision} ${status}`));
}
