/** A person with the real helm, and a second daemon, on the same releases as the daemon, in the middle of what it does. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startEmbeddedCluster } from '../../src/embedded/start-embedded-cluster.ts';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import { type CrashFleet, openCrashFleet, standing } from '../support/crash-fleet.ts';
import { freePort } from '../support/free-port.ts';
import { temporaryFolder } from '../support/git-repository.ts';
import { startDaemon } from '../support/start-daemon.ts';

const real = process.env['KUBECONFIG_REAL'];
const helm = process.env['HELM_BIN'];
const nowhere = { 'example.com/none': 'such' };
const first = { color: 'red', tag: '1.0.0' };

const clusters = [
  { name: 'embedded', kubeconfig: undefined, skipped: helm ? undefined : 'HELM_BIN names no Helm' },
  { name: 'real', kubeconfig: real, skipped: real && helm ? undefined : 'KUBECONFIG_REAL and HELM_BIN name nothing' },
] as const;

for (const { name, kubeconfig, skipped } of clusters) {
  describe.skipIf(skipped)(`two hands on the ${name} cluster${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
    const folder = temporaryFolder();
    const stack = new AsyncDisposableStack();
    let admin: string;
    let client: ClusterClient;
    let made = 0;

    beforeAll(async () => {
      admin = kubeconfig ?? join(folder.path, 'admin');
      if (!kubeconfig) stack.use(await startEmbeddedCluster({ port: 0, kubeconfigPath: admin }));
      client = stack.use(await openCluster({ name: 'test', kubeconfig: admin }));
    });

    afterAll(async () => {
      await stack[Symbol.asyncDispose]();
      folder.remove();
    });

    /** A fleet of one release, installed and healthy. */
    const installed = async () => {
      made += 1;
      const prefix = `hands-${process.pid}-${made}`;
      const where = join(folder.path, prefix);
      const fleet = await openCrashFleet({ folder: where, kubeconfig: admin, client, prefix, environments: ['e0'] });
      fleet.commit(first);
      await fleet.start();
      await fleet.daemon?.waitFor('release.healthy');
      return Object.assign(fleet, { namespace: `${prefix}-e0`, folder: where });
    };
    type Installed = Awaited<ReturnType<typeof installed>>;
    const run = ({ namespace }: Installed, ...args: string[]) =>
      new Promise<{ code: number; text: string }>((done) => {
        execFile(helm ?? '', [...args, '-n', namespace, '--kubeconfig', admin], (error, stdout, stderr) =>
          done({ code: error === null ? 0 : 1, text: stdout + stderr }),
        );
      });
    const ends = (fleet: CrashFleet, history: string, objects: string) =>
      vi.waitFor(async () => expect(await fleet.seen('e0')).toMatchObject({ history, objects }), {
        timeout: 90_000,
        interval: 100,
      });
    /** Our second revision is recorded and waits for a node that there is not. */
    const waiting = async (fleet: Installed) => {
      const from = fleet.daemon?.lines.length ?? 0;
      fleet.commit({ color: 'green', tag: '2.0.0', node: nowhere });
      await fleet.daemon?.waitFor('release.waiting', {}, from);
      return fleet.daemon?.lines.length ?? 0;
    };

    test('helm upgrade waits for ours, and helm rollback in the middle of ours stands', async () => {
      await using fleet = await installed();
      const from = await waiting(fleet);
      const refused = await run(fleet, 'upgrade', 'shop', join(fleet.folder, 'fleet/charts/shop'));
      expect(refused).toMatchObject({ code: 1, text: expect.stringContaining('another operation') });
      expect(await run(fleet, 'rollback', 'shop', '1')).toMatchObject({ code: 0 });
      const line = await fleet.daemon?.waitFor('release.blocked', { reason: 'foreign-revision' }, from);
      expect(line?.['message']).toContain('revision 3 was made by another hand');
      expect(await fleet.daemon?.waitFor('drift.found', { kind: 'release' }, from)).toMatchObject({
        ...{ object: 'Release/shop', field: '/version', recorded: '1 deployed', manager: 'helm', action: 'report' },
        live: expect.stringMatching(/^3 deployed \d{4}-\S+: Rollback to 1$/),
      });
      await ends(fleet, '1 superseded, 2 failed, 3 deployed', standing('red', '1.0.0'));
      fleet.commit({ color: 'blue', tag: '3.0.0' });
      await ends(fleet, '1 superseded, 2 failed, 3 superseded, 4 deployed', standing('blue', '3.0.0'));
      expect(await fleet.daemon?.waitFor('drift.corrected', { kind: 'release' }, from)).not.toHaveProperty('in');
    });

    test.each([[[]], [['--keep-history']]])(
      'helm uninstall in the middle of ours, with %j, ends in one deployed revision',
      async (options) => {
        await using fleet = await installed();
        const from = await waiting(fleet);
        expect(await run(fleet, 'uninstall', 'shop', ...options)).toMatchObject({ code: 0 });
        // Nobody waits for what is gone.
        await fleet.daemon?.waitFor('revision.superseded', {}, from);
        fleet.commit({ color: 'blue', tag: '3.0.0' });
        await vi.waitFor(
          async () => {
            const { history, objects } = await fleet.seen('e0');
            expect(history.match(/ deployed/g)).toHaveLength(1);
            expect(history).not.toMatch(/pending|uninstalling/);
            expect(objects).toBe(standing('blue', '3.0.0'));
          },
          { timeout: 90_000, interval: 100 },
        );
      },
    );

    test('a revision that helm makes while nothing happens is told and held', async () => {
      await using fleet = await installed();
      const from = fleet.daemon?.lines.length ?? 0;
      const chart = join(fleet.folder, 'fleet/charts/shop');
      expect(
        await run(fleet, 'upgrade', 'shop', chart, '--set', 'color=pink,tag=9', '--force-conflicts'),
      ).toMatchObject({ code: 0 });
      await fleet.daemon?.waitFor('release.blocked', { reason: 'foreign-revision' }, from);
      await fleet.daemon?.waitFor('drift.found', { kind: 'release', recorded: '1 deployed' }, from);
      await ends(fleet, '1 superseded, 2 deployed', standing('pink', '9'));
      expect(fleet.daemon?.lines.slice(from).filter(({ event }) => event === 'drift.found')).toHaveLength(1);
    });

    test('an uninstall by helm while nothing happens is told and held, and over when git says something new', async () => {
      await using fleet = await installed();
      const from = fleet.daemon?.lines.length ?? 0;
      expect(await run(fleet, 'uninstall', 'shop')).toMatchObject({ code: 0 });
      const found = await fleet.daemon?.waitFor('drift.found', { kind: 'release' }, from);
      expect(found).toMatchObject({
        field: '/status',
        recorded: '1 deployed',
        live: 'uninstalled',
        manager: 'unknown',
      });
      fleet.commit({ color: 'blue', tag: '3.0.0' });
      await fleet.daemon?.waitFor('drift.corrected', { kind: 'release', live: 'uninstalled' }, from);
      await ends(fleet, '1 deployed', standing('blue', '3.0.0'));
    });

    test('what a dead helm left pending is waited for by its age, then taken over', async () => {
      await using fleet = await installed();
      const history = openHistory({ client, namespace: fleet.namespace, name: 'shop', onUnreadable: () => undefined });
      const record = (await history.get(1))?.record;
      if (!record) throw new Error('there is no first revision');
      const pending = (version: number, age: number) => {
        const last_deployed = new Date(Date.now() - age).toISOString();
        const info = {
          ...record.info,
          status: 'pending-upgrade',
          description: 'Preparing upgrade',
          last_deployed,
        } as const;
        return history.create({ ...record, version, info });
      };
      const from = fleet.daemon?.lines.length ?? 0;
      await pending(2, 60_000);
      await fleet.daemon?.waitFor('release.blocked', { reason: 'foreign-operation' }, from);
      await history.delete(2);
      await pending(3, 2 * 3_600_000);
      await ends(fleet, '1 superseded, 3 failed, 4 deployed', standing('red', '1.0.0'));
    });

    test('junk with the number of the next revision is told once, with what to do, and passed over', async () => {
      await using fleet = await installed();
      const from = fleet.daemon?.lines.length ?? 0;
      const { namespace } = fleet;
      const labels = { owner: 'helm', name: 'shop', version: '2', status: 'deployed' };
      await client.create(
        {
          ...{ apiVersion: 'v1', kind: 'Secret', type: 'helm.sh/release.v1' },
          metadata: { name: 'sh.helm.release.v1.shop.v2', namespace, labels },
          stringData: { release: 'junk' },
        },
        { fieldManager: 'test' },
      );
      expect(await fleet.daemon?.waitFor('record.unreadable', {}, from)).toMatchObject({
        ...{ namespace, object: 'Secret/sh.helm.release.v1.shop.v2', message: expect.stringMatching(/./) },
        hint: expect.stringContaining(`kubectl -n ${namespace} delete secret sh.helm.release.v1.shop.v2`),
      });
      const numbers = async () => {
        const history = openHistory({ client, namespace, name: 'shop', onUnreadable: () => undefined });
        return (await history.list()).map(({ record: { version, info } }) => `${version} ${info.status}`);
      };
      fleet.commit({ color: 'green', tag: '2.0.0' });
      await vi.waitFor(async () => expect(await numbers()).toEqual(['1 superseded', '3 deployed']), {
        ...{ timeout: 90_000, interval: 100 },
      });
      fleet.commit({ color: 'blue', tag: '3.0.0' });
      await vi.waitFor(async () => expect(await numbers()).toEqual(['1 superseded', '3 superseded', '4 deployed']), {
        ...{ timeout: 90_000, interval: 100 },
      });
      const lines = fleet.daemon?.lines.slice(from) ?? [];
      expect(lines.filter(({ event }) => event === 'record.unreadable')).toHaveLength(1);
      expect(lines.filter(({ event }) => event === 'internal.error')).toEqual([]);
      expect(await run(fleet, 'history', 'shop')).toMatchObject({ code: 0 });
    });

    test('of two daemons one works, and the other takes over when it is gone', async () => {
      await using fleet = await installed();
      const listen = `127.0.0.1:${await freePort()}`;
      vi.stubEnv('HOSTNAME', 'another-host');
      vi.stubEnv('HELM_GITOPS_SERVER__LISTEN', listen);
      const second = startDaemon(join(fleet.folder, 'config.yaml'));
      vi.unstubAllEnvs();
      try {
        await second.waitFor('cluster.standby');
        // A rolling update waits for this before it ends the first.
        expect((await fetch(`http://${listen}/readyz`)).status).toBe(200);
        const writes = fleet.proxy.requests.length;
        fleet.commit({ color: 'green', tag: '2.0.0' });
        await ends(fleet, '1 superseded, 2 deployed', standing('green', '2.0.0'));
        expect(second.lines.map(({ event }) => event)).not.toContain('release.deployed');
        const records = fleet.proxy.requests.slice(writes).filter(({ label }) => /^POST secrets /.test(label));
        expect(records).toHaveLength(1);
        await fleet.daemon?.stop('SIGKILL');
        fleet.commit({ color: 'blue', tag: '3.0.0' });
        await second.waitFor('release.deployed');
        await ends(fleet, '1 superseded, 2 superseded, 3 deployed', standing('blue', '3.0.0'));
      } finally {
        await second.stop('SIGKILL');
      }
    });
  });
}
