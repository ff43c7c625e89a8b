/** The clusters that daemons are killed on, and what each of these scenarios begins with. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { adminOf, type TestCluster } from './clusters.ts';
import { type CrashFleet, type CrashFleetOptions, type KillPoint, openCrashFleet } from './crash-fleet.ts';
import { temporaryFolder } from './git-repository.ts';

export interface CrashCluster {
  /** Of the cluster, as its administrator. */
  readonly client: ClusterClient;
  readonly kubeconfig: string;
  /** For what is not the fleet's. */
  readonly folder: string;
  /** One fleet after the other, each with a prefix of its own. */
  open(options: Pick<CrashFleetOptions, 'prefix' | 'environments' | 'definitions'>): Promise<CrashFleet>;
}

/** Within a `describe`: the embedded cluster is started for it, without a daemon. */
export function crashCluster(cluster: TestCluster): CrashCluster {
  const folder = temporaryFolder();
  const stack = new AsyncDisposableStack();
  let kubeconfig = '';
  let client: ClusterClient;
  beforeAll(async () => {
    kubeconfig = await adminOf(cluster, folder.path, stack);
    client = stack.use(await openCluster({ name: 'test', kubeconfig }));
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    folder.remove();
  });
  return {
    get client() {
      return client;
    },
    get kubeconfig() {
      return kubeconfig;
    },
    folder: folder.path,
    open: (options) => openCrashFleet({ ...options, kubeconfig, client, folder: join(folder.path, options.prefix) }),
  };
}

/** `count` environments, each with a point of its own: these, of all points in the order before and after each write. */
export function pointsAmong(count: number, pointOf: (index: number) => number): KillPoint[] {
  return Array.from({ length: count }, (_, index) => {
    const point = pointOf(index);
    return { environment: `e${index}`, write: 1 + Math.floor(point / 2), after: point % 2 === 1 };
  });
}

interface Comparison<Found> {
  readonly points: readonly KillPoint[];
  /** The write that each was stopped at. */
  readonly stopped: ReadonlyMap<string, string>;
  readonly look: (environment: string) => Promise<Found>;
  readonly expected: Found;
}

/** Waits until each is as expected; else what it is, beside where it was stopped. */
export async function expectEach<Found>({ points, stopped, look, expected }: Comparison<Found>): Promise<void> {
  const deadline = Date.now() + 120_000;
  const isSame = (found: Found) => JSON.stringify(found) === JSON.stringify(expected);
  const problems: string[] = [];
  for (const { environment } of points) {
    let found = await look(environment);
    while (!isSame(found) && Date.now() < deadline) {
      await new Promise((passed) => setTimeout(passed, 50));
      found = await look(environment);
    }
    if (!isSame(found))
      problems.push(`${environment} ${stopped.get(environment) ?? 'not stopped'}: ${JSON.stringify(found)}`);
  }
  expect(problems).toEqual([]);
}
