import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { addVolumes, connect, type TestCluster, testClusters } from '../support/clusters.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';

const run = promisify(execFile);
const example = join(import.meta.dirname, '..', '..', 'examples', 'fleet');
const helm = process.env['HELM_BIN'];
const releases = [
  'database/dev',
  'database/prod',
  'database/staging',
  'mailer/dev',
  'mailer/prod',
  'shop/dev',
  'shop/prod',
  'shop/staging',
];

for (const cluster of testClusters) {
  describe.skipIf(cluster.skipped)(
    `the example fleet on the ${cluster.name} cluster${cluster.skipped ? ` (skipped: ${cluster.skipped})` : ''}`,
    () => {
      let folder: string;
      let daemon: RunningDaemon;
      let client: ClusterClient;

      beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), 'helm-gitops-e2e-'));
        await cp(example, join(folder, 'fleet'), { recursive: true });
        await writeConfig(folder, cluster);
        if (cluster.name === 'real') {
          client = await connect(cluster, folder);
          await addVolumes(client, 6);
        }
        daemon = startDaemon(join(folder, 'config.yaml'));
        await daemon.waitFor('daemon.ready');
        client ??= await connect(cluster, folder);
      });

      afterAll(async () => {
        await daemon?.stop();
        // On a real cluster others come after it.
        for (const name of ['dev', 'prod', 'staging', 'helm-gitops'])
          await client?.delete({ apiVersion: 'v1', kind: 'Namespace', name }).catch(() => undefined);
        await client?.[Symbol.asyncDispose]();
        if (folder) await rm(folder, { recursive: true, force: true });
      });

      test('the revision is found, then every release deployed, then the daemon ready', () => {
        const names = daemon.lines.map(({ event }) => event);
        const deployed = daemon.lines.filter(({ event }) => event === 'release.deployed');
        expect(deployed.map(({ app, environment }) => `${app}/${environment}`).sort()).toEqual(releases);
        expect(names.indexOf('revision.found')).toBeLessThan(names.indexOf('release.deployed'));
        expect(names.lastIndexOf('release.deployed')).toBeLessThan(names.indexOf('daemon.ready'));
        expect(daemon.lines.filter(({ level }) => level === 'error')).toEqual([]);
      });

      test('a dependency is deployed before what depends on it', () => {
        const at = (app: string) =>
          daemon.lines.findIndex(
            (line) => line.event === 'release.deployed' && line['app'] === app && line['environment'] === 'dev',
          );
        expect(at('database')).toBeLessThan(at('shop'));
      });

      test('two environments run the same application at two chart versions', () => {
        const charts = daemon.lines
          .filter((line) => line.event === 'release.deployed' && line['app'] === 'mailer')
          .map(({ chart }) => chart);
        expect(charts.sort()).toEqual(['mailer-1.0.0', 'mailer-2.0.0']);
      });

      test('an edited value deploys that release alone and is named with its place', async () => {
        const from = daemon.lines.length;
        await writeValues(folder, 'replicaCount: 2\nimage:\n  tag: "1.5.0"\n');
        const line = await daemon.waitFor('release.deployed', { app: 'shop', environment: 'dev' }, from);
        expect(line).toMatchObject({ version: 2, previous: 1 });
        expect(line['changed']).toBe(
          'values/shop/dev.yaml:3 image.tag 1.5.0-rc.1→1.5.0; values/shop/dev.yaml:1 replicaCount 1→2',
        );
        expect(daemon.lines.slice(from).filter(({ event }) => event === 'release.deployed')).toHaveLength(1);
        expect(await replicas(client, 'dev')).toBe(2);
      });

      test('a password made once is kept by lookup, and makes no drift and no deploy', async () => {
        const password = async () => {
          const secret = await client.get({ apiVersion: 'v1', kind: 'Secret', namespace: 'dev', name: 'database' });
          return (secret?.['data'] as { password: string } | undefined)?.password ?? 'no secret';
        };
        const before = await password();
        const from = daemon.lines.length;
        const values = join(folder, 'fleet/values/database/common.yaml');
        await writeFile(values, `${await readFile(values, 'utf8')}image: {tag: "17.3"}\n`);
        await daemon.waitFor('release.deployed', { app: 'database', environment: 'dev', version: 2 }, from);
        expect(await password()).toBe(before);
        expect(Buffer.from(before, 'base64').toString()).toMatch(/^[0-9a-zA-Z]{24}$/);
        expect(daemon.lines.filter((line) => line.event === 'drift.found' && line['app'] === 'database')).toEqual([]);
      });

      test('an image that cannot be pulled is named, rolled back and not tried again', async () => {
        await daemon.waitFor('release.healthy', { app: 'shop', environment: 'dev', version: 2 });
        const from = daemon.lines.length;
        await writeValues(folder, 'replicaCount: 2\nimage:\n  tag: broken-1\n');
        const failed = await daemon.waitFor('release.failed', { app: 'shop', environment: 'dev' }, from);
        expect(failed).toMatchObject({ version: 3, reason: 'ImagePullBackOff', object: 'Deployment/shop' });
        expect(failed['message']).toMatch(/pod shop-\w+-\w+, image registry\.example\.com\/shop:broken-1/);
        expect(await daemon.waitFor('rollback.done', { app: 'shop', environment: 'dev' }, from)).toMatchObject({
          from: 3,
          to: 2,
          version: 4,
        });
        const later = daemon.lines.length;
        await writeFile(join(folder, 'fleet/values/mailer/common.yaml'), 'sender: other@example.com\n');
        await daemon.waitFor('release.deployed', { app: 'mailer', environment: 'dev' }, later);
        expect(
          daemon.lines.slice(later).filter((line) => line.event === 'release.started' && line['app'] === 'shop'),
        ).toEqual([]);
        expect(await image(client, 'dev')).toBe('registry.example.com/shop:1.5.0');
      });

      test('a fix after the rollback is deployed', async () => {
        const from = daemon.lines.length;
        await writeValues(folder, 'replicaCount: 2\nimage:\n  tag: "1.5.1"\n');
        expect(await daemon.waitFor('release.deployed', { app: 'shop', environment: 'dev' }, from)).toMatchObject({
          version: 5,
        });
      });

      test('a scaled deployment is one line of drift, and corrected where the policy says so', async () => {
        await settled(daemon);
        const from = daemon.lines.length;
        await scale(client, 'dev', 5);
        const drift = await daemon.waitFor('drift.found', { environment: 'dev' }, from);
        expect(drift).toMatchObject({
          object: 'Deployment/shop',
          field: '/spec/replicas',
          recorded: '2',
          live: '5',
          manager: 'kubectl',
          action: 'correct',
        });
        await daemon.waitFor('drift.corrected', { environment: 'dev' }, from);
        expect(await replicas(client, 'dev')).toBe(2);
        await scale(client, 'prod', 5);
        expect(await daemon.waitFor('drift.found', { environment: 'prod' }, from)).toMatchObject({ action: 'report' });
        expect(await replicas(client, 'prod')).toBe(5);
        await scale(client, 'prod', 3);
        await daemon.waitFor('drift.resolved', { environment: 'prod' }, from);
        expect(daemon.lines.slice(from).filter(({ event }) => event === 'drift.found')).toHaveLength(2);
      });

      test('a broken definition is one clear line and leaves what runs alone', async () => {
        const file = join(folder, 'fleet/apps/teams/shop/shop.yaml');
        const text = await readFile(file, 'utf8');
        const from = daemon.lines.length;
        await writeFile(file, text.replace('dependsOn:', 'dependOn:'));
        const line = await daemon.waitFor('definition.invalid', {}, from);
        expect(line).toMatchObject({ file: 'apps/teams/shop/shop.yaml', line: 11, column: 3 });
        expect(`${line['message']} ${line['hint']}`).toContain('dependsOn');
        await writeFile(file, text);
        await daemon.waitFor('definition.recovered', {}, from);
        expect(daemon.lines.slice(from).filter(({ event }) => event === 'release.uninstalled')).toEqual([]);
      });

      test.skipIf(!helm)(
        `helm reads the releases as its own${helm ? '' : ' (skipped: HELM_BIN names no Helm)'}`,
        async () => {
          const call = async (...args: string[]) =>
            (await run(helm ?? '', [...args, '--kubeconfig', cluster.kubeconfig(folder)])).stdout;
          const list = JSON.parse(await call('list', '-A', '-o', 'json')) as {
            name: string;
            namespace: string;
            status: string;
          }[];
          expect(list.map(({ name, namespace }) => `${name}/${namespace}`).sort()).toEqual(releases);
          expect(new Set(list.map(({ status }) => status))).toEqual(new Set(['deployed']));
          const history = JSON.parse(await call('history', 'shop', '-n', 'dev', '-o', 'json')) as {
            revision: number;
            status: string;
            description: string;
          }[];
          expect(history.map(({ revision, status }) => `${revision} ${status}`)).toEqual([
            '1 superseded',
            '2 superseded',
            '3 failed',
            '4 superseded',
            '5 deployed',
          ]);
          expect(history[3]?.description).toMatch(/^Rollback to 2/);
          expect(await call('get', 'manifest', 'shop', '-n', 'dev')).toContain(
            'image: "registry.example.com/shop:1.5.1"',
          );
          expect(await call('get', 'values', 'shop', '-n', 'dev')).toContain('replicaCount: 2');
          expect(await call('get', 'notes', 'shop', '-n', 'dev')).toContain('http://shop.dev.example.com/');
        },
      );

      test('the page, the API, the probes and the metrics answer', async () => {
        const page = String((await daemon.waitFor('daemon.ready'))['page']);
        expect(await (await fetch(page)).text()).toContain('shop');
        expect((await fetch(`${page}healthz`)).status).toBe(200);
        expect((await fetch(`${page}readyz`)).status).toBe(200);
        const metrics = await (await fetch(`${page}metrics`)).text();
        expect(metrics).toContain('helm_gitops_release_health{app="shop",environment="dev",health="healthy"} 1');
        const answer = (await (await fetch(`${page}api/v1/releases`)).json()) as { releases: { health: string }[] };
        expect(answer.releases.map(({ health }) => health)).toEqual(releases.map(() => 'healthy'));
      });

      test('a restart ends cleanly and takes everything up again without a write', async () => {
        await settled(daemon);
        expect(await daemon.stop()).toBe(0);
        daemon = startDaemon(join(folder, 'config.yaml'));
        await daemon.waitFor('daemon.ready');
        const [events, unchanged] = [
          daemon.lines.map(({ event }) => event),
          daemon.lines.filter(({ event }) => event === 'release.unchanged'),
        ];
        expect(unchanged.map(({ app, environment }) => `${app}/${environment}`).sort()).toEqual(releases);
        expect(events).not.toContain('release.deployed');
        expect(events).not.toContain('drift.found');
      });

      test('a killed daemon goes on with what it began', async () => {
        const from = daemon.lines.length;
        await writeValues(folder, 'replicaCount: 4\nimage:\n  tag: "1.6.0"\n');
        await daemon.waitFor('release.started', { app: 'shop', environment: 'dev' }, from);
        await daemon.stop('SIGKILL');
        daemon = startDaemon(join(folder, 'config.yaml'));
        await daemon.waitFor('daemon.ready');
        await client[Symbol.asyncDispose]();
        client = await connect(cluster, folder);
        expect(await replicas(client, 'dev')).toBe(4);
        const secrets = await client.list({
          apiVersion: 'v1',
          kind: 'Secret',
          namespace: 'dev',
          labelSelector: 'owner=helm,name=shop',
        });
        expect(
          secrets.items.map(({ metadata }) => `${metadata.labels?.['version']} ${metadata.labels?.['status']}`).sort(),
        ).toEqual(['1 superseded', '2 superseded', '3 failed', '4 superseded', '5 superseded', '6 deployed']);
      });

      test("junk in a Secret of Helm's type is told once and stops nothing", async () => {
        const name = 'sh.helm.release.v1.mailer.v99';
        const labels = { owner: 'helm', name: 'mailer', version: '99', status: 'deployed' };
        const metadata = { name, namespace: 'dev', labels };
        await client.create({
          apiVersion: 'v1',
          kind: 'Secret',
          type: 'helm.sh/release.v1',
          metadata,
          stringData: { release: 'junk' },
        });
        for (const sender of ['first@example.com', 'second@example.com']) {
          const from = daemon.lines.length;
          await writeFile(join(folder, 'fleet/values/mailer/common.yaml'), `sender: ${sender}\n`);
          await daemon.waitFor('release.deployed', { app: 'mailer', environment: 'dev' }, from);
        }
        const told = daemon.lines.filter(({ event }) => event === 'record.unreadable');
        expect(told).toEqual([expect.objectContaining({ namespace: 'dev', object: `Secret/${name}` })]);
        await client.delete({ apiVersion: 'v1', kind: 'Secret', namespace: 'dev', name });
      });

      test('a removed definition uninstalls its releases, and what holds data waits for a person', async () => {
        const from = daemon.lines.length;
        await rm(join(folder, 'fleet/apps/teams/shop/mailer.yaml'));
        await daemon.waitFor('release.uninstalled', { app: 'mailer', environment: 'dev' }, from);
        await daemon.waitFor('release.uninstalled', { app: 'mailer', environment: 'prod' }, from);
        expect(
          await client.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'dev', name: 'mailer' }),
        ).toBeUndefined();
        await rm(join(folder, 'fleet/apps/teams/shop/shop.yaml'));
        await rm(join(folder, 'fleet/apps/teams/platform/database.yaml'));
        expect(await daemon.waitFor('removal.waiting', { app: 'database', environment: 'dev' }, from)).toMatchObject({
          reason: 'the release holds a StatefulSet',
        });
      });
    },
  );
}

async function writeConfig(folder: string, cluster: TestCluster): Promise<void> {
  const lines = [
    'repositories: [{name: fleet, url: fleet, path: apps, watch: true}]',
    cluster.config(folder),
    'server: {listen: "127.0.0.1:0"}',
  ];
  await writeFile(join(folder, 'config.yaml'), `${lines.join('\n')}\n`);
}

async function writeValues(folder: string, text: string): Promise<void> {
  await writeFile(join(folder, 'fleet/values/shop/dev.yaml'), text);
}

/** Every release has been healthy for its soak, so that nothing of the daemon's own doing is under way. */
async function settled(daemon: RunningDaemon): Promise<void> {
  const last = daemon.lines.findLast(({ event }) => event === 'release.deployed');
  if (last)
    await daemon.waitFor('release.healthy', {
      app: last['app'],
      environment: last['environment'],
      version: last['version'],
    });
}

async function shop(client: ClusterClient, namespace: string) {
  const deployment = await client.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'shop' });
  return deployment?.['spec'] as { replicas: number; template: { spec: { containers: { image: string }[] } } };
}

const replicas = async (client: ClusterClient, namespace: string) => (await shop(client, namespace)).replicas;
const image = async (client: ClusterClient, namespace: string) =>
  (await shop(client, namespace)).template.spec.containers[0]?.image;

async function scale(client: ClusterClient, namespace: string, count: number): Promise<void> {
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'shop' };
  await client.patch(
    target,
    { type: 'merge', body: { spec: { replicas: count } } },
    { fieldManager: 'kubectl', subresource: 'scale' },
  );
}
