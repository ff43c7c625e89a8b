/** Definitions of another git repository: followed, out of reach, and gone with the application that names them. */
import { execFileSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { connect } from '../support/clusters.ts';
import { daemonOn, describeOnEach, embedded } from '../support/daemon-on.ts';
import { git, gitEnvironment, type TestRepository } from '../support/git-repository.ts';
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

  test('stay while they cannot be read, also when the fleet moves on', async () => {
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

  test('stay after a start that finds them out of reach, and are taken up again', async () => {
    renameSync(pay.remote, `${pay.remote}.away`);
    daemon = await scene.restart();
    client = await connect(cluster, scene.folder);
    await daemon.waitFor('definition.invalid', { file: 'apps/pay.yaml' });
    expect(daemon.lines.map(({ event }) => event)).not.toContain('release.uninstalled');
    renameSync(`${pay.remote}.away`, pay.remote);
    await daemon.waitFor('release.unchanged', { app: 'api' });
    expect(await dataOf(client, 'api')).toMatchObject({ colour: 'green' });
  });

  test('are told with their repository where they are wrong', async () => {
    const file = `${name}//deploy/api.yaml`;
    const missing = daemon.lines.length;
    pay.commit({ 'deploy/api.yaml': child('api').replace('api.yaml', 'none.yaml') });
    expect(await daemon.waitFor('definition.invalid', { file }, missing)).toMatchObject({ line: 4 });
    pay.commit({ 'deploy/api.yaml': child('api') });
    await daemon.waitFor('definition.recovered', {}, missing);
  });

  test('go with the application that names them', async () => {
    const from = daemon.lines.length;
    git(fleet.work, 'rm', '-q', 'apps/pay.yaml');
    fleet.commit({});
    await daemon.waitFor('release.uninstalled', { app: 'api' }, from);
    expect(await dataOf(client, 'api')).toBeUndefined();
    expect(await dataOf(client, 'shop')).toMatchObject({ colour: 'white' });
  });
});

const forge = process.env['FORGE_URL'];
const skipped = forge ? '' : ' (skipped: FORGE_URL names no Gitea)';

describe.skipIf(!forge)(`definitions behind a real forge, by a token${skipped}`, () => {
  const scene = daemonOn(embedded);
  const url = `${forge}/ann/pay-${process.pid}.git`;
  const ask = async (path: string, body: object) => {
    const authorization = `Basic ${Buffer.from('ann:secret123').toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await fetch(`${forge}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(201);
    return (await answer.json()) as { sha1?: string };
  };
  let pay: TestRepository;
  let daemon: RunningDaemon;
  const push = () => {
    const at = url.replace('//', '//ann:secret123@');
    execFileSync('git', ['push', '-q', at, 'HEAD:main'], { cwd: pay.work, env: gitEnvironment, stdio: 'pipe' });
  };

  beforeAll(async () => {
    await ask('/user/repos', { name: `pay-${process.pid}`, private: true, default_branch: 'main' });
    const token = await ask('/users/ann/tokens', { name: `t${process.pid}`, scopes: ['read:repository'] });
    const fleet = scene.remote('fleet');
    pay = scene.remote('pay');
    pay.commit(team);
    push();
    fleet.commit({ ...own, 'apps/pay.yaml': application('pay', `{apps: {git: "${url}", path: deploy}}`) });
    scene.write({ token: 'wrong' });
    daemon = await scene.start([
      `repositories: [{name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}]`,
      `credentials: [{url: "${forge}/ann/", tokenFile: token}]`,
    ]);
    await daemon.waitFor('definition.invalid', { file: 'apps/pay.yaml' });
    scene.write({ token: token.sha1 ?? '' });
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test('a wrong token is told without being shown, the right one is read again', async () => {
    const told = await daemon.waitFor('definition.invalid', { file: 'apps/pay.yaml' });
    expect(told['message']).toMatch(/access to .* was denied/);
    await daemon.waitFor('release.deployed', { app: 'api' });
    expect(await dataOf(scene.client, 'api')).toEqual({ shape: 'round', colour: 'red' });
    expect(JSON.stringify(daemon.lines)).not.toContain('wrong');
  });

  test('a push there is followed', async () => {
    const from = daemon.lines.length;
    const commit = pay.commit(values('api', 'green'));
    push();
    expect(await daemon.waitFor('release.deployed', { app: 'api' }, from)).toMatchObject({ commit });
  });
});
