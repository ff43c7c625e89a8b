/** Definitions of another git repository: followed, out of reach, and gone with the application that names them. */
import { renameSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { connect } from '../support/clusters.ts';
import { daemonOn, describeOnEach, embedded } from '../support/daemon-on.ts';
import { type ForgeRepository, forgeRepository, forgeSkipped } from '../support/forge.ts';
import { git, type TestRepository } from '../support/git-repository.ts';
import { longTest } from '../support/long-test.ts';
import { chartYaml } from '../support/make-chart.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const namespace = 'elsewhere';

const application = (name: string, spec: string) =>
  `apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
const chart = (shape: string) => ({
  'charts/settings/Chart.yaml': chartYaml('settings'),
  'charts/settings/templates/settings.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {shape: ${shape}, colour: "{{ .Values.colour }}"}\n`,
});
const child = (name: string) =>
  application(name, `{chart: {path: charts/settings}, namespace: ${namespace}, values: [values/${name}.yaml]}`);
const values = (name: string, colour: string) => ({ [`values/${name}.yaml`]: `colour: ${colour}\n` });
const team = {
  ...chart('round'),
  'deploy/api.yaml': child('api'),
  ...values('api', 'red'),
  'deploy/environment.yaml': 'apiVersion: helm-gitops.io/v1\nkind: Environment\nmetadata: {name: theirs}\n',
};
const own = { ...chart('square'), 'apps/shop.yaml': child('shop'), ...values('shop', 'blue') };

const dataOf = async (client: ClusterClient, name: string) =>
  (await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name }))?.['data'];

describeOnEach('definitions of another repository', (cluster) => {
  const scene = daemonOn(cluster, [namespace]);
  let fleet: TestRepository;
  let pay: TestRepository;
  let daemon: RunningDaemon;
  let name: string;
  let client: ClusterClient;

  beforeAll(async () => {
    fleet = scene.remote('fleet');
    pay = scene.remote('pay');
    pay.commit(team, 'Begin to pay');
    name = `${pay.remote.replace(/\.git$/, '')}@main`;
    const named = application('pay', `{apps: {git: ${pay.remote}, revision: main, path: deploy}}`);
    fleet.commit({ ...own, 'apps/pay.yaml': named });
    daemon = await scene.start([
      `repositories: [{name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}]`,
    ]);
    client = scene.client;
  });

  afterAll(async () => {
    await client?.[Symbol.asyncDispose]();
    await scene[Symbol.asyncDispose]();
  });

  test('are deployed from there, with their own charts and values', async () => {
    const commit = git(pay.work, 'rev-parse', 'HEAD');
    expect(await daemon.waitFor('release.deployed', { app: 'api' })).toMatchObject({ commit, version: 1 });
    await daemon.waitFor('revision.found', { repository: name, revision: commit, releases: 1, problems: 0 });
    expect(await dataOf(client, 'api')).toEqual({ shape: 'round', colour: 'red' });
    expect(await dataOf(client, 'shop')).toEqual({ shape: 'square', colour: 'blue' });
    const ignored = daemon.lines.filter(({ event }) => event === 'definition.unsupported');
    expect(ignored).toMatchObject([{ repository: 'fleet', file: `${name}//deploy/environment.yaml`, line: 3 }]);
  });

  test('are followed, and deploy only what a commit there changed', async () => {
    const from = daemon.lines.length;
    const commit = pay.commit(values('api', 'green'), 'Paint it green');
    expect(await daemon.waitFor('release.deployed', { app: 'api' }, from)).toMatchObject({ commit, version: 2 });
    expect(daemon.lines.slice(from).filter(({ event }) => event === 'release.deployed')).toHaveLength(1);
    expect(await dataOf(client, 'api')).toMatchObject({ colour: 'green' });
  });

  longTest('stay while they cannot be read, also when the fleet moves on', async () => {
    const from = daemon.lines.length;
    renameSync(pay.remote, `${pay.remote}.away`);
    const told = await daemon.waitFor('definition.invalid', { file: 'apps/pay.yaml' }, from);
    expect(told).toMatchObject({ line: 4, message: expect.stringContaining(`${name} cannot be read`) });
    const commit = fleet.commit(values('shop', 'white'));
    await daemon.waitFor('release.deployed', { app: 'shop', commit }, from);
    expect(daemon.lines.slice(from).filter(({ event }) => event === 'definition.invalid')).toHaveLength(1);
    expect(daemon.lines.slice(from).map(({ event }) => event)).not.toContain('release.uninstalled');
    renameSync(`${pay.remote}.away`, pay.remote);
    await daemon.waitFor('definition.recovered', {}, from);
    expect(await dataOf(client, 'api')).toMatchObject({ colour: 'green' });
  });

  longTest('stay in force after a start that finds them out of reach, and are taken up again', async () => {
    const revision = git(fleet.work, 'rev-parse', 'HEAD');
    renameSync(pay.remote, `${pay.remote}.away`);
    daemon = await scene.restart();
    client = await connect(cluster, scene.folder);
    await daemon.waitFor('definition.invalid', { file: 'apps/pay.yaml' });
    await daemon.waitFor('repository.restored', { repository: 'fleet', revision, names: 'api/default' });
    await daemon.waitFor('release.unchanged', { app: 'api' });
    expect(daemon.lines.map(({ event }) => event)).not.toContain('release.uninstalled');
    const from = daemon.lines.length;
    renameSync(`${pay.remote}.away`, pay.remote);
    await daemon.waitFor('release.unchanged', { app: 'api' }, from);
    expect(await dataOf(client, 'api')).toMatchObject({ colour: 'green' });
  });

  longTest('are told with their repository where they are wrong', async () => {
    const file = `${name}//deploy/api.yaml`;
    const missing = daemon.lines.length;
    pay.commit({ 'deploy/api.yaml': child('api').replace('api.yaml', 'none.yaml') });
    expect(await daemon.waitFor('definition.invalid', { file }, missing)).toMatchObject({ line: 4 });
    pay.commit({ 'deploy/api.yaml': child('api') });
    await daemon.waitFor('definition.recovered', {}, missing);
  });

  longTest('go with the application that names them', async () => {
    const from = daemon.lines.length;
    git(fleet.work, 'rm', '-q', 'apps/pay.yaml');
    fleet.commit({});
    await daemon.waitFor('release.uninstalled', { app: 'api' }, from);
    expect(await dataOf(client, 'api')).toBeUndefined();
    expect(await dataOf(client, 'shop')).toMatchObject({ colour: 'white' });
  });
});

describe.skipIf(forgeSkipped !== '')(`definitions behind a real forge, by a token${forgeSkipped}`, () => {
  const scene = daemonOn(embedded);
  let there: ForgeRepository;
  let pay: TestRepository;
  let daemon: RunningDaemon;
  beforeAll(async () => {
    there = await forgeRepository('pay');
    const token = await there.token('read', 'read:repository');
    const fleet = scene.remote('fleet');
    pay = scene.remote('pay');
    pay.commit(team);
    there.push(pay.work);
    fleet.commit({ ...own, 'apps/pay.yaml': application('pay', `{apps: {git: "${there.url}", path: deploy}}`) });
    scene.write({ token: 'wrong' });
    daemon = await scene.start([
      `repositories: [{name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}]`,
      `credentials: [{url: "${there.prefix}", tokenFile: token}]`,
    ]);
    await daemon.waitFor('definition.invalid', { file: 'apps/pay.yaml' });
    scene.write({ token });
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  longTest('a wrong token is told without being shown, the right one is read again', async () => {
    const told = await daemon.waitFor('definition.invalid', { file: 'apps/pay.yaml' });
    expect(told['message']).toMatch(/access to .* was denied/);
    await daemon.waitFor('release.deployed', { app: 'api' });
    expect(await dataOf(scene.client, 'api')).toEqual({ shape: 'round', colour: 'red' });
    expect(JSON.stringify(daemon.lines)).not.toContain('wrong');
  });

  longTest('a push there is followed', async () => {
    const from = daemon.lines.length;
    const commit = pay.commit(values('api', 'green'));
    there.push(pay.work);
    expect(await daemon.waitFor('release.deployed', { app: 'api' }, from)).toMatchObject({ commit });
  });
});
