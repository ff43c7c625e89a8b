/** What runs is followed after a restart too, though what defines it cannot be read: as it was read last. */
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, test as anyTest, beforeAll, expect, vi } from 'vitest';
import { connect } from '../support/clusters.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { git, type TestRepository } from '../support/git-repository.ts';
import { chartYaml } from '../support/make-chart.ts';
import { runCommand } from '../support/run-command.ts';
import { sshKey } from '../support/signing-keys.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

/** Three daemons in a row take seconds, so it runs where a real cluster is at hand. */
const test = anyTest.skipIf(process.env['KUBECONFIG_REAL'] === undefined);
const namespace = 'restarted';
const configMap =
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: "{{ .Values.colour }}"}\n';
const application = (name: string, values: string, chart = 'settings') =>
  `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: ${name}}\nspec: {chart: {path: charts/${chart}}, namespace: ${namespace}, values: [${values}]}\n`;
const files = {
  'charts/settings/Chart.yaml': chartYaml('settings'),
  'charts/settings/templates/settings.yaml': configMap,
  'charts/parent/Chart.yaml': chartYaml('parent'),
  'charts/parent/templates/own.yaml': configMap,
  'charts/parent/templates/web.yaml': application('web', '{inline: {colour: red}}'),
  'apps/parent.yaml': application('parent', '{inline: {colour: white}}', 'parent'),
  'apps/shop.yaml': application('shop', '{inline: {colour: blue}}'),
  'apps/mail.yaml': application('mail', 'values/mail.yaml'),
  'values/mail.yaml': 'colour: green\n',
};
/** A definition, values, and the parent of an application that its chart renders. */
const broken = {
  'apps/shop.yaml': files['apps/shop.yaml'].replace('values:', 'value:'),
  'values/mail.yaml': 'colour: [\n',
  'charts/parent/templates/own.yaml': '{{ fail "no" }}',
};

describeOnEach('a restart with a head that is not understood', (cluster) => {
  const scene = daemonOn(cluster, [namespace]);
  let fleet: TestRepository;
  let daemon: RunningDaemon;
  let good: string;
  const told = (event: string) => daemon.lines.filter((line) => line.event === event);
  const reference = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
  /** The administrator's client: an embedded cluster comes back at another port. */
  const withClient = async <Result>(use: (client: typeof scene.client) => Promise<Result>): Promise<Result> => {
    await using client = await connect(cluster, scene.folder);
    return await use(client);
  };
  const isPutRight = async (name: string, colour: string) => {
    const from = daemon.lines.length;
    const body = { data: { colour: 'edited' } };
    await withClient((client) =>
      client.patch(reference(name), { type: 'merge', body }, { fieldManager: 'kubectl-edit' }),
    );
    await daemon.waitFor('drift.corrected', { app: name }, from);
    expect((await withClient((client) => client.get(reference(name))))?.['data']).toEqual({ colour });
  };

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    const ann = sshKey(scene.folder, 'ann');
    scene.write({ allowed: ann.public });
    const signing = { 'gpg.format': 'ssh', 'user.signingkey': join(scene.folder, 'ann.key'), 'commit.gpgsign': 'true' };
    for (const [key, value] of Object.entries(signing)) git(fleet.work, 'config', key, value);
    good = fleet.commit(files);
    daemon = await scene.start([
      `repositories: [{name: fleet, url: "file://${fleet.remote}", revision: main, path: apps, poll: 1s, verify: {allowedSigners: allowed}}]`,
      'defaults: {rollback: {soak: 0s}, drift: {policy: correct}}',
    ]);
    for (const app of ['parent', 'shop', 'mail', 'web']) await daemon.waitFor('release.deployed', { app });
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('keeps every release as it was understood last, and corrects its drift', async () => {
    const head = fleet.commit(broken);
    await daemon.waitFor('revision.found', { revision: head });
    daemon = await scene.restart();
    const names = 'mail/default, shop/default, web/default';
    await daemon.waitFor('repository.restored', { repository: 'fleet', revision: good, releases: 3, names });
    for (const app of ['shop', 'mail', 'web']) await daemon.waitFor('release.unchanged', { app, version: 1 });
    await isPutRight('shop', 'blue');
    await isPutRight('web', 'red');
    const { stdout, stderr } = await runCommand(scene.config, 'status');
    for (const app of ['shop', 'mail', 'web']) expect(stdout).toMatch(new RegExp(`^${app} +default .*deployed`, 'm'));
    expect(stderr).toMatch(
      new RegExp(`^warning: fleet at ${head.slice(0, 7)}: \\d problems in its definitions; `, 'm'),
    );
    expect([...told('release.deployed'), ...told('release.uninstalled'), ...told('internal.error')]).toEqual([]);
  });

  test('does so too when the repository is out of reach', async () => {
    await daemon.stop();
    renameSync(fleet.remote, `${fleet.remote}.away`);
    daemon = await scene.restart();
    await daemon.waitFor('repository.failed', { repository: 'fleet' });
    const groups = [
      { revision: good, releases: 3 },
      { names: 'parent/default', releases: 1 },
    ];
    for (const group of groups) await daemon.waitFor('repository.restored', group);
    await isPutRight('mail', 'green');
    expect([...told('release.deployed'), ...told('release.uninstalled'), ...told('internal.error')]).toEqual([]);
  });

  test('and follows git again when it can be read and understood', async () => {
    renameSync(`${fleet.remote}.away`, fleet.remote);
    await daemon.waitFor('repository.recovered', {});
    const from = daemon.lines.length;
    const shop = application('shop', '{inline: {colour: black}}');
    const head = fleet.commit({ ...files, 'apps/shop.yaml': shop, 'charts/parent/templates/web.yaml': '' });
    await daemon.waitFor('release.deployed', { app: 'shop', version: 2 }, from);
    // It was defined until now, and is no more.
    await daemon.waitFor('release.uninstalled', { app: 'web' }, from);
    await vi.waitFor(async () => {
      const state = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'helm-gitops', name: 'repository.fleet' };
      const found = await withClient((client) => client.get(state));
      const text = (found?.['data'] as Record<string, string> | undefined)?.['state.json'] ?? '{}';
      const remembered = JSON.parse(text) as Record<string, unknown>;
      expect([remembered['commit'], remembered['held']]).toEqual([head, undefined]);
    }, 90_000);
  });

  test('keeps them while the head is not signed, and follows the next one that is', async () => {
    git(fleet.work, 'config', 'commit.gpgsign', 'false');
    const black = { 'values/mail.yaml': 'colour: black\n' };
    const unsigned = fleet.commit(black, 'Paint it black');
    await daemon.waitFor('revision.refused', { revision: unsigned });
    daemon = await scene.restart();
    const refused = await daemon.waitFor('revision.refused', { revision: unsigned });
    expect(refused).toMatchObject({ subject: 'Paint it black', message: 'it is not signed' });
    const names = 'mail/default, parent/default, shop/default';
    await daemon.waitFor('repository.restored', { repository: 'fleet', releases: 3, names });
    await isPutRight('mail', 'green');
    const untouched = [...told('release.deployed'), ...told('release.uninstalled'), ...told('internal.error')];
    expect(untouched).toEqual([]);
    git(fleet.work, 'commit', '-q', '--amend', '--no-edit', '-S');
    git(fleet.work, 'push', '-q', '-f', 'origin', 'HEAD');
    await daemon.waitFor('release.deployed', { app: 'mail', version: 2, commit: git(fleet.work, 'rev-parse', 'HEAD') });
  });

  test('tells state that somebody broke, and goes on with all of it', async () => {
    const names = ['daemon', 'repository.fleet', `release.${namespace}.mail`];
    const stateOf = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'helm-gitops', name });
    await daemon.waitFor('release.healthy', { app: 'mail', version: 2 });
    const broken = '{"format": 1, nonsense}';
    await withClient(async (client) => {
      const body = { data: { 'state.json': broken } };
      for (const name of names)
        await client.patch(stateOf(name), { type: 'merge', body }, { fieldManager: 'kubectl-edit' });
    });
    daemon = await scene.restart();
    for (const name of names)
      expect(await daemon.waitFor('state.unreadable', { object: `ConfigMap/${name}` })).toMatchObject({
        message: expect.stringContaining(`ConfigMap ${name}: state.json is not JSON`),
        hint: expect.stringContaining('state.json.unreadable'),
      });
    await daemon.waitFor('release.adopted', { app: 'mail', version: 2 });
    await isPutRight('mail', 'black');
    await withClient(async (client) => {
      for (const name of names)
        expect((await client.get(stateOf(name)))?.['data']).toMatchObject({
          'state.json': expect.stringContaining('"format": 1,\n'),
          'state.json.unreadable': broken,
        });
    });
    // It is the same installation as before: what git no longer defines goes.
    git(fleet.work, 'config', 'commit.gpgsign', 'true');
    rmSync(join(fleet.work, 'apps/mail.yaml'));
    fleet.commit({});
    await daemon.waitFor('release.uninstalled', { app: 'mail' });
    expect(told('state.unreadable')).toHaveLength(3);
    expect([...told('release.deployed'), ...told('internal.error')]).toEqual([]);
  });
});
