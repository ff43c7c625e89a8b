/** What an application is: it moves, is renamed, changes its name with another, and what a person has to decide of that. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { chartYaml } from '../support/make-chart.ts';
import { runCommand } from '../support/run-command.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

/** Seconds each, so they run where a real cluster is at hand. */
const patient = test.skipIf(process.env['KUBECONFIG_REAL'] === undefined);
const settings = (name: string) => ({
  [`fleet/charts/${name}/Chart.yaml`]: chartYaml(name),
  [`fleet/charts/${name}/templates/settings.yaml`]:
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: "{{ .Values.colour }}", chart: "{{ .Chart.Name }}"}\n',
});
const charts = {
  ...settings('settings'),
  ...settings('other'),
  'fleet/charts/data/Chart.yaml': chartYaml('data'),
  'fleet/charts/data/templates/set.yaml': `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 0
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "db:1"}]}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`,
};

interface Written {
  readonly chart?: string;
  readonly namespace?: string;
  readonly formerly?: string;
  readonly colour?: string;
}

function application(name: string, { chart = 'settings', namespace = 'identity-a', formerly, colour }: Written = {}) {
  return `apiVersion: helm-gitops.io/v1
kind: Application
metadata:
  name: ${name}
${formerly === undefined ? '' : `  formerly: [${formerly}]\n`}spec:
  chart: {path: charts/${chart}}
  namespace: ${namespace}
  values:
    - inline: {colour: ${colour ?? 'red'}}
`;
}

describeOnEach('what an application is', (cluster) => {
  const scene = daemonOn(cluster, ['identity-a', 'identity-b']);
  let daemon: RunningDaemon;
  const write = (files: Readonly<Record<string, string>>, ...gone: string[]) => {
    for (const name of gone) rmSync(join(scene.folder, 'fleet', 'apps', `${name}.yaml`));
    scene.write(Object.fromEntries(Object.entries(files).map(([name, text]) => [`fleet/apps/${name}.yaml`, text])));
  };
  const since = (from: number, ...events: string[]) =>
    daemon.lines.slice(from).filter(({ event }) => events.includes(event));
  const command = (...words: string[]) => runCommand(scene.config, ...words);
  const data = async (name: string, namespace = 'identity-a') =>
    (await scene.client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name }))?.['data'];
  const history = (namespace: string, name: string) =>
    openHistory({ client: scene.client, namespace, name, onUnreadable: () => undefined });
  const versions = async (namespace: string, name: string) =>
    (await history(namespace, name).list()).map(({ record }) => record.version);

  beforeAll(async () => {
    scene.write({
      ...charts,
      'fleet/apps/shop.yaml': application('shop'),
      'fleet/apps/keep.yaml': application('keep'),
    });
    const repositories = 'repositories: [{name: fleet, url: fleet, path: apps, poll: 1s}]';
    daemon = await scene.start([repositories, 'defaults: {rollback: {soak: 100ms}}']);
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('another name in the same file waits, and formerly keeps the release', async () => {
    let from = daemon.lines.length;
    write({ shop: application('store') });
    const { hint, id } = await daemon.waitFor('removal.waiting', { app: 'shop' }, from);
    expect(id).toBe('r-shop-default');
    expect(hint).toBe(
      'to keep its releases write "formerly: [shop]" into the metadata of store; to have shop/default uninstalled and store/default installed run: helm-gitops confirm r-shop-default',
    );
    await daemon.waitFor('release.waiting', { app: 'store', for: 'confirm r-shop-default' }, from);
    expect(since(from, 'release.deployed', 'release.uninstalled', 'release.started')).toEqual([]);
    from = daemon.lines.length;
    write({ shop: application('store', { formerly: 'shop' }) });
    await daemon.waitFor('release.unchanged', { app: 'store', release: 'shop' }, from);
    expect([await versions('identity-a', 'shop'), await data('store')]).toEqual([[1], undefined]);
  });

  patient('in another file too, and who confirms it has the one go and the other come', async () => {
    let from = daemon.lines.length;
    write({ market: application('market') }, 'shop');
    await daemon.waitFor('removal.waiting', { app: 'store', id: 'r-store-default' }, from);
    await daemon.waitFor('release.waiting', { app: 'market' }, from);
    expect((await command('status')).stdout).toContain('waits for confirm r-store-default: application market');
    expect(since(from, 'release.deployed', 'release.uninstalled')).toEqual([]);
    from = daemon.lines.length;
    expect(await command('confirm', 'r-store-default')).toMatchObject({ code: 0 });
    await daemon.waitFor('release.deployed', { app: 'market', release: 'market' }, from);
    expect(since(from, 'release.deployed', 'release.uninstalled').map(({ event, app }) => `${event} ${app}`)).toEqual([
      'release.uninstalled store',
      'release.deployed market',
    ]);
  });

  patient('a copy of a file is an application of its own', async () => {
    const from = daemon.lines.length;
    write({ copy: application('copy') });
    await daemon.waitFor('release.deployed', { app: 'copy' }, from);
    expect(since(from, 'removal.waiting', 'release.waiting')).toEqual([]);
  });

  patient('two that change their names with each other wait for a person each', async () => {
    const from = daemon.lines.length;
    write({ copy: application('copy', { chart: 'other' }) });
    await daemon.waitFor('release.deployed', { app: 'copy' }, from);
    const swapped = daemon.lines.length;
    write({ copy: application('keep', { chart: 'other' }), keep: application('copy') });
    const told = await daemon.waitFor('release.waiting', { app: 'keep', for: 'confirm n-keep-default' }, swapped);
    expect(told['hint']).toContain('write "formerly: [copy]" into the metadata of keep and "formerly: [keep]"');
    await daemon.waitFor('release.waiting', { app: 'copy', for: 'confirm n-copy-default' }, swapped);
    expect(since(swapped, 'release.started')).toEqual([]);
    expect((await command('status', 'keep')).stdout).toContain('waits for confirm n-keep-default');
    const formerly = daemon.lines.length;
    write({
      copy: application('keep', { chart: 'other', formerly: 'copy' }),
      keep: application('copy', { formerly: 'keep' }),
    });
    await daemon.waitFor('release.unchanged', { app: 'keep', release: 'copy' }, formerly);
    await daemon.waitFor('release.unchanged', { app: 'copy', release: 'keep' }, formerly);
    expect([await data('keep'), await data('copy')]).toMatchObject([{ chart: 'settings' }, { chart: 'other' }]);
    expect(since(swapped, 'release.started', 'release.uninstalled', 'internal.error')).toEqual([]);
  });

  patient('one of the two is deployed over the other where a person says so', async () => {
    let from = daemon.lines.length;
    write({
      copy: application('keep', { chart: 'settings', formerly: 'copy' }),
      keep: application('copy', { formerly: 'keep' }),
    });
    await daemon.waitFor('release.deployed', { app: 'keep', release: 'copy' }, from);
    from = daemon.lines.length;
    write({ one: application('one', { chart: 'other' }), two: application('two') });
    await daemon.waitFor('release.deployed', { app: 'one' }, from);
    await daemon.waitFor('release.deployed', { app: 'two' }, from);
    from = daemon.lines.length;
    write({ one: application('two', { chart: 'other' }), two: application('one') });
    await daemon.waitFor('release.waiting', { app: 'one', for: 'confirm n-one-default' }, from);
    expect(await command('confirm', 'n-one-default')).toMatchObject({ code: 0 });
    expect(await daemon.waitFor('release.deployed', { app: 'one' }, from)).toMatchObject({ version: 2 });
    expect(await data('one')).toMatchObject({ chart: 'settings' });
    expect(await versions('identity-a', 'two')).toEqual([1]);
  });

  patient('a move beside another name is one of the same release', async () => {
    const from = daemon.lines.length;
    write({ market: application('bazaar', { formerly: 'market', namespace: 'identity-b' }) });
    const moved = await daemon.waitFor('release.moved', {}, from);
    expect(moved).toMatchObject({
      app: 'bazaar',
      from: 'test/identity-a/market',
      to: 'test/identity-b/market',
    });
    expect([await data('market'), await data('market', 'identity-b')]).toMatchObject([undefined, { colour: 'red' }]);
    expect(since(from, 'removal.waiting', 'release.failed', 'internal.error')).toEqual([]);
  });

  patient(
    'data keeps a release from moving until a person says so, and from going until they say that too',
    async () => {
      let from = daemon.lines.length;
      write({ db: application('db', { chart: 'data' }) });
      await daemon.waitFor('release.healthy', { app: 'db' }, from);
      from = daemon.lines.length;
      write({ db: application('db', { chart: 'data', namespace: 'identity-b' }) });
      const waiting = await daemon.waitFor('release.waiting', { app: 'db', for: 'confirm m-db-default' }, from);
      expect(waiting['message']).toBe(
        'it moves from test/identity-a/db and holds volumes (StatefulSet/db): in test/identity-b/db it begins without their data',
      );
      expect((await command('status', 'db')).stdout).toContain(
        'moves to test/identity-b/db: waits for confirm m-db-default',
      );
      expect(since(from, 'release.started')).toEqual([]);
      expect(await command('confirm', 'm-db-default')).toMatchObject({ code: 0 });
      await daemon.waitFor('release.deployed', { app: 'db', namespace: 'identity-b' }, from);
      await daemon.waitFor('removal.waiting', { app: 'db', id: 'r-db-default' }, from);
      const sets = async () => {
        const target = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db' };
        const found = ['identity-a', 'identity-b'].map((namespace) => scene.client.get({ ...target, namespace }));
        return (await Promise.all(found)).map((set) => set !== undefined);
      };
      expect([await sets(), since(from, 'release.moved', 'release.uninstalled')]).toEqual([[true, true], []]);
      expect(await command('confirm', 'r-db-default')).toMatchObject({ code: 0 });
      await daemon.waitFor('release.moved', { app: 'db' }, from);
      expect(await sets()).toEqual([false, true]);
    },
  );

  patient('what another hand has put where it moves to is left alone, there and back again', async () => {
    const info = { first_deployed: '', last_deployed: '', description: 'by hand', status: 'deployed' as const };
    const manifest = '---\n# Source: x.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: mine\n';
    const chart = { metadata: { name: 'x', version: '1.0.0', apiVersion: 'v2' }, templates: [], values: {}, files: [] };
    const theirs = history('identity-b', 'copy2');
    await theirs.create({
      ...{ name: 'copy2', namespace: 'identity-b', version: 1, info, chart, config: {}, manifest, hooks: [] },
    });
    let from = daemon.lines.length;
    write({ copy2: application('copy2') });
    await daemon.waitFor('release.healthy', { app: 'copy2' }, from);
    from = daemon.lines.length;
    write({ copy2: application('copy2', { namespace: 'identity-b' }) });
    await daemon.waitFor('release.blocked', { app: 'copy2', reason: 'foreign-revision' }, from);
    from = daemon.lines.length;
    write({ copy2: application('copy2') });
    await daemon.waitFor('release.unchanged', { app: 'copy2', namespace: 'identity-a' }, from);
    await daemon.waitFor('release.moved', { app: 'copy2', to: 'test/identity-a/copy2' }, from);
    expect([await versions('identity-a', 'copy2'), await versions('identity-b', 'copy2')]).toEqual([[1], [1]]);
    expect(since(from, 'release.uninstalled', 'internal.error')).toEqual([]);
  });
});
