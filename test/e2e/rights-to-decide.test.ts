/** Decisions by the API, made by a daemon that holds the rights that `rbac` prints and no others. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { run } from '../entry/cli/run-in-process.ts';
import { adminOf, removeNamespaces } from '../support/clusters.ts';
import { describeOnEach } from '../support/daemon-on.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import {
  git,
  gitEnvironment,
  type TestRepository,
  temporaryFolder,
  testRepository,
  writeFiles,
} from '../support/git-repository.ts';
import { type KubernetesPeople, kubernetesPeople } from '../support/kubernetes-people.ts';
import { longTest } from '../support/long-test.ts';
import { printRights, writeAccount } from '../support/printed-rights.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';

const account = (name: string) => `system:serviceaccount:decide-people:${name}`;
const files = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'charts/web/templates/web.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {tag: {{ .Values.tag }}}\n',
  'apps/web.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: web}
spec:
  chart: {path: charts/web}
  namespace: "decide-{{environment}}"
  values: ["values/{{environment}}.yaml"]
  promotion: {keys: [tag]}
  rollback: {soak: 0s}
  environments:
    dev: {}
    prod:
      promote: {from: dev}
      sync: {approval: plan}
      promotion: {gates: [{approval: {count: 2, by: [{user: "${account('ann')}"}, {user: "${account('bob')}"}]}}]}
`,
  'values/dev.yaml': 'tag: v1\n',
  'values/prod.yaml': 'tag: v1\n',
};

describeOnEach('decisions under least rights', (cluster) => {
  const folder = temporaryFolder();
  const stack = new AsyncDisposableStack();
  const at = (name: string) => join(folder.path, name);
  let admin: ClusterClient;
  let proxy: FaultProxy;
  let daemon: RunningDaemon;
  let fleet: TestRepository;
  let people: KubernetesPeople;
  let page: unknown;

  const config = (kubeconfig: string) =>
    `repositories: [{name: fleet, url: ${fleet.remote}, revision: main, path: apps, poll: 1s}]\nclusters: [{name: test, kubeconfig: "${kubeconfig}"}]\nserver: {listen: "127.0.0.1:0"}\n`;
  const decide = async (person: string, ...decision: string[]) => {
    writeFiles(folder.path, { token: `${await people.token(person)}\n` });
    const where = ['--server', String(page), '--token-file', 'token', '--config', at('config.yaml')];
    return await run(folder.path, [...decision, ...where], gitEnvironment);
  };

  beforeAll(async () => {
    if (cluster.skipped !== undefined) return;
    writeFiles(folder.path, { 'fleet/.keep': '' });
    fleet = testRepository(at('fleet'));
    fleet.commit(files);
    const kubeconfig = await adminOf(cluster, folder.path, stack);
    admin = stack.use(await openCluster({ name: 'test', kubeconfig }));
    writeFiles(folder.path, { 'admin.yaml': config(kubeconfig) });
    for (const object of await printRights(at('admin.yaml')))
      await admin.apply(object, { fieldManager: 'admin', force: true });
    await writeAccount(kubeconfig, { namespace: 'helm-gitops', writeTo: at('account') });
    const names = ['ann', 'bob', 'cleo'];
    const who = { namespace: 'decide-people', people: names, deciders: names };
    people = await kubernetesPeople({ client: admin, kubeconfig }, who);
    proxy = stack.use(await startFaultProxy({ kubeconfig: at('account'), writeTo: at('proxied') }));
    writeFiles(folder.path, { 'config.yaml': config(at('proxied')) });
    daemon = startDaemon(at('config.yaml'));
    stack.defer(async () => void (await daemon.stop()));
    ({ page } = await daemon.waitFor('daemon.ready'));
  });

  afterAll(async () => {
    if (cluster.name === 'real' && admin !== undefined)
      await removeNamespaces(admin, ['decide-dev', 'decide-prod', 'decide-people', 'helm-gitops']);
    await stack[Symbol.asyncDispose]();
    folder.remove();
  });

  longTest('a plan is approved, and a version by two, without one refusal', async () => {
    const first = await daemon.waitFor('plan.waiting', { environment: 'prod' });
    expect(await decide('cleo', 'approve', String(first['id']))).toMatchObject({ code: 0 });
    await daemon.waitFor('release.deployed', { environment: 'prod', version: 1 });
    const from = daemon.lines.length;
    fleet.commit({ 'values/dev.yaml': 'tag: v2\n' });
    const { id } = await daemon.waitFor('promotion.waiting', { environment: 'prod', reason: 'approval' });
    expect(await decide('cleo', 'approve', String(id))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is none of those who are asked'),
    });
    expect(await decide('ann', 'approve', String(id))).toMatchObject({ code: 0 });
    expect(await decide('bob', 'reject', String(id), '--reason', 'not today')).toMatchObject({ code: 0 });
    expect(await decide('bob', 'approve', String(id))).toMatchObject({ code: 0 });
    await daemon.waitFor('promotion.committed', { id });
    expect(git(fleet.remote, 'show', 'main:values/prod.yaml')).toBe('tag: v2');
    await daemon.waitFor('plan.waiting', { environment: 'prod' }, from);
    const refused = proxy.requests.filter(({ code }) => code === 403).map(({ label }) => label);
    expect(refused).toEqual([]);
  });
});
