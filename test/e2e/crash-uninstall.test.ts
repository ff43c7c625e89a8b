/**
 * The daemon is ended by SIGKILL at every write of an uninstall, before the write and after it, and what it finds when it
 * starts again is not what it left: the definition has come back, or a person's request stands. Only beside the judges.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbeddedCluster } from '../../src/embedded/start-embedded-cluster.ts';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { putRequest } from '../../src/foundation/state/put-request.ts';
import type { RequestOutcome } from '../../src/foundation/state/release-state.ts';
import { pointsAmong } from '../support/crash-clusters.ts';
import { type CrashFleet, openCrashFleet, standing } from '../support/crash-fleet.ts';
import { temporaryFolder } from '../support/git-repository.ts';
import type { LogLine } from '../support/start-daemon.ts';

const real = process.env['KUBECONFIG_REAL'];
const values = { color: 'red', tag: '1.0.0' };
/** Held requests keep a connection each, and the daemon has 24. */
const atOnce = 20;
/** Two rounds are more writes than an uninstall has, each of them before and after. */
const pointsOf = (round: number) => pointsAmong(atOnce, (index) => round * atOnce + index);
const environments = pointsOf(0).map(({ environment }) => environment);
/** Fewer would mean that the kills came too late. */
const least = 18;
const rounds = [
  { cluster: 'embedded', round: 0 },
  { cluster: 'embedded', round: 1 },
  { cluster: 'real', round: 0 },
  { cluster: 'real', round: 1 },
] as const;
const isUninstalled = ({ event }: LogLine) => event === 'release.uninstalled';

describe.skipIf(!real)('an uninstall killed in the middle (skipped without KUBECONFIG_REAL)', () => {
  const folder = temporaryFolder();
  const stack = new AsyncDisposableStack();
  const admin = { embedded: join(folder.path, 'admin'), real: real ?? '' };

  beforeAll(async () => {
    stack.use(await startEmbeddedCluster({ port: 0, kubeconfigPath: admin.embedded }));
  });

  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    folder.remove();
  });

  /** A fleet whose release is installed and healthy everywhere. */
  async function installed({ cluster, round }: (typeof rounds)[number], what: string): Promise<Installed> {
    const kubeconfig = admin[cluster];
    const client = await openCluster({ name: 'test', kubeconfig });
    const prefix = `gone-${what}-${process.pid}-${round}`;
    const where = join(folder.path, `${cluster}-${what}-${round}`);
    const fleet = await openCrashFleet({ folder: where, kubeconfig, client, prefix, environments });
    await fleet.carryOut(
      ({ event }) => event === 'release.healthy',
      () => fleet.commit(values),
    );
    return { fleet, client, prefix };
  }

  interface Installed {
    readonly fleet: CrashFleet;
    readonly client: ClusterClient;
    readonly prefix: string;
  }

  /** Soon: nothing waits for an hour to be over. Else what is there, and at which write it was killed. */
  async function everywhere(
    { fleet, stopped }: { fleet: CrashFleet; stopped: ReadonlyMap<string, string> },
    { look, expected }: { look: (environment: string) => Promise<string>; expected: RegExp },
  ): Promise<void> {
    const problems: string[] = [];
    for (const environment of environments) {
      const deadline = Date.now() + 15_000;
      let found = await look(environment);
      for (; !expected.test(found) && Date.now() < deadline; found = await look(environment)) await delay(100);
      if (!expected.test(found)) problems.push(`${environment} ${stopped.get(environment) ?? 'not stopped'}: ${found}`);
    }
    const said = fleet.daemon?.lines.filter(({ event }) => /blocked|failed|refused|internal/.test(event)) ?? [];
    expect(problems, said.map((line) => JSON.stringify(line)).join('\n')).toEqual([]);
  }

  test.each(rounds)('a definition that comes back is deployed ($cluster cluster, round $round)', async (given) => {
    const { fleet, client } = await installed(given, 'back');
    await using _client = client;
    await using _fleet = fleet;
    const stopped = await fleet.killAt(pointsOf(given.round), isUninstalled, () => fleet.commit(undefined));
    if (given.round === 0) expect(stopped.size).toBeGreaterThanOrEqual(least);
    fleet.commit(values);
    await fleet.start();
    // The object of a hook that was cut short is the next uninstall's to delete, as it is for helm.
    await everywhere(
      { fleet, stopped },
      {
        look: async (environment) => {
          const { history, objects, state } = await fleet.seen(environment);
          return `${history}; ${objects}; ${state}`;
        },
        expected: new RegExp(
          `^(1 superseded, )?(\\d) deployed; (ConfigMap/farewell )?${standing('red', '1.0.0')}; deployed \\2, healthy \\2$`,
        ),
      },
    );
  });

  test.each(rounds)('a request that stands is done, once ($cluster cluster, round $round)', async (given) => {
    const { fleet, client, prefix } = await installed(given, 'asked');
    await using _client = client;
    await using _fleet = fleet;
    const place = { client, namespace: prefix };
    const ask = { verb: 'uninstall', id: 'u1', arguments: { by: 'ann' } };
    const stopped = await fleet.killAt(pointsOf(given.round), isUninstalled, () => {
      for (const environment of environments)
        void putRequest(place, { kind: 'release', namespace: `${prefix}-${environment}`, release: 'shop' }, ask);
    });
    if (given.round === 0) expect(stopped.size).toBeGreaterThanOrEqual(least);
    await fleet.start();
    const look = async (environment: string) => {
      const name = `release.${prefix}-${environment}.shop`;
      const found = await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: prefix, name });
      const data = found?.['data'] as Record<string, string> | undefined;
      const { requests = [] } = JSON.parse(data?.['state.json'] ?? '{}') as { requests?: RequestOutcome[] };
      const { history, objects, state } = await fleet.seen(environment);
      const told = requests.map(({ id, outcome, message }) => `${id} ${outcome}: ${message}`);
      return `${history}; ${objects}; ${state}; ${told}`;
    };
    await everywhere({ fleet, stopped }, { look, expected: /^; ; ; u1 done: revision 1 is gone/ });
  });
});
