/** The daemon with the rights that `rbac` prints and no others, for itself and for an account that it acts for. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { addVolumes, adminOf, type TestCluster, testClusters } from '../support/clusters.ts';
import { type FaultProxy, type ProxiedRequest, startFaultProxy } from '../support/fault-proxy.ts';
import { chartYaml } from '../support/make-chart.ts';
import { printRights, writeAccount } from '../support/printed-rights.ts';
import { runCommand } from '../support/run-command.ts';
import { type LogLine, type RunningDaemon, startDaemon } from '../support/start-daemon.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const root = join(import.meta.dirname, '..', '..');

/** They take half a minute, so the embedded cluster has its turn where a real one is at hand. */
const skipped = testClusters.find(({ name }) => name === 'real')?.skipped;

for (const cluster of testClusters) {
  const title = `least rights on the ${cluster.name} cluster${skipped ? ` (skipped: ${skipped})` : ''}`;
  describe.skipIf(skipped !== undefined)(title, () => defineScenarios(cluster));
}

/** A job before each deploy, a role of its own, a binding to a role of others, a cluster role, a lookup, a deployment. */
const templates = {
  'job.yaml': `apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {helm.sh/hook: "pre-install,pre-upgrade"}}
spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: m, image: "app:1"}]}}}
`,
  'access.yaml': `apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: web}
rules: [{apiGroups: [""], resources: [endpoints], verbs: [get, watch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: "{{ .Release.Namespace }}"}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web-view}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: web, namespace: "{{ .Release.Namespace }}"}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: "{{ .Release.Namespace }}-nodes"}
rules: [{apiGroups: [""], resources: [nodes], verbs: [list]}]
`,
  'deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {seen: "{{ len (lookup "v1" "ConfigMap" .Release.Namespace "absent") }}"}}
spec:
  replicas: 1
  progressDeadlineSeconds: 600
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "app:{{ .Values.tag }}"}]}
`,
};

const kinds = [
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'Service'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['networking.k8s.io/v1', 'Ingress'],
  ['policy/v1', 'PodDisruptionBudget'],
] as const;

function defineScenarios(cluster: TestCluster): void {
  const id = `rights-${Date.now().toString(36)}`;
  const own = `${id}-own`;
  const stack = new AsyncDisposableStack();
  let folder: string;
  let admin: ClusterClient;
  let proxy: FaultProxy;
  let daemon: RunningDaemon;
  let granted: KubernetesObject[];
  let front: TestServer;
  const deployer = 'system:serviceaccount:';
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
  const application = (tag: string) =>
    write(
      'own/apps/web.yaml',
      `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: web}
spec:
  project: own
  chart: {path: charts/web}
  namespace: ${own}
  values: [{configMap: {name: web-values}, optional: true}, {inline: {tag: ${tag}}}]
  drift: {policy: correct}
  timeout: 30s
  rollback: {soak: 300ms, checks: [{name: front, interval: 100ms, http: {url: "${front.url}", token: {name: monitoring, key: token}}}]}
`,
    );

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'helm-gitops-rights-'));
    stack.defer(() => rmSync(folder, { recursive: true, force: true }));
    const kubeconfig = await adminOf(cluster, folder, stack);
    admin = stack.use(await openCluster({ name: 'main', kubeconfig }));
    if (cluster.name === 'real') await addVolumes(admin, 2, id);
    front = stack.use(
      await startServer(({ headers }, response) => {
        response.writeHead(headers.authorization === 'Bearer nobody-sees-it' ? 200 : 401).end();
      }),
    );
    writeFleets();
    write('admin.yaml', config(kubeconfig));
    const warned = 'warning: web/default: values that lie in the cluster are left out\n';
    granted = await printRights(join(folder, 'admin.yaml'), warned);
    for (const object of granted) await admin.apply(object, { fieldManager: 'admin', force: true });
    const monitoring = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'monitoring', namespace: own } };
    const held = { ...monitoring, stringData: { token: 'nobody-sees-it' } };
    await admin.apply(held as KubernetesObject, { fieldManager: 'admin', force: true });
    await writeAccount(kubeconfig, { namespace: id, writeTo: join(folder, 'token') });
    proxy = stack.use(await startFaultProxy({ kubeconfig: join(folder, 'token'), writeTo: join(folder, 'proxied') }));
    write('config.yaml', config(join(folder, 'proxied')));
    daemon = startDaemon(join(folder, 'config.yaml'));
    stack.defer(async () => void (await daemon.stop()));
  });

  afterAll(async () => {
    for (const namespace of [`${id}-dev`, `${id}-prod`, own, id])
      await admin?.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
    await stack[Symbol.asyncDispose]();
  });

  /** The example, in namespaces of its own, and beside it one application of a project with an account. */
  function writeFleets(): void {
    cpSync(join(root, 'examples', 'fleet'), join(folder, 'fleet'), { recursive: true });
    const [environments, defaults] = ['environments', 'defaults'].map((name) => `fleet/apps/${name}.yaml`);
    const edit = (path = '', change: (text: string) => string) =>
      write(path, change(readFileSync(join(folder, path), 'utf8')));
    edit(environments, (text) =>
      text.replace(
        /(name: (\w+)\}\nspec:\n)/g,
        (_all, head: string, name: string) => `${head}  namespace: ${id}-${name}\n`,
      ),
    );
    edit(defaults, (text) => text.replace(' staging: {},', '').replace('soak: 5s', 'soak: 300ms'));
    edit('fleet/values/shop/dev.yaml', (text) => text.replace(/image:\n.*\n/, ''));
    for (const path of ['own/apps', 'own/charts/web/templates']) mkdirSync(join(folder, path), { recursive: true });
    write('own/charts/web/Chart.yaml', chartYaml('web'));
    for (const [name, text] of Object.entries(templates)) write(`own/charts/web/templates/${name}`, text);
    write(
      'own/apps/project.yaml',
      `apiVersion: helm-gitops.io/v1\nkind: Project\nmetadata: {name: own}\nspec: {serviceAccount: deployer}\n`,
    );
    application('v1');
  }

  const config = (kubeconfig: string) => `repositories:
  - {name: fleet, url: fleet, path: apps, watch: true}
  - {name: own, url: own, path: apps, watch: true}
clusters: [{name: main, kubeconfig: "${kubeconfig}"}]
state: {namespace: ${id}}
server: {listen: "127.0.0.1:0"}
`;

  const changeLabel = (object: { apiVersion: string; kind: string; name?: string; namespace?: string }) =>
    admin.patch(
      { ...object, name: object.name ?? '' },
      { type: 'merge', body: { metadata: { labels: { 'app.kubernetes.io/managed-by': 'me' } } } },
      { fieldManager: 'somebody' },
    );

  const refused = () =>
    proxy.requests.filter(({ code }) => code === 403).map(({ label, actsFor = 'daemon' }) => `${actsFor}: ${label}`);

  test('deploys the example fleet and an application of a project', async () => {
    await daemon.waitFor('daemon.ready');
    expect(daemon.lines.filter(({ event }) => event === 'release.failed').map(({ message }) => message)).toEqual([]);
    const deployed = daemon.lines.filter(({ event }) => event === 'release.deployed').map(({ app }) => app);
    expect(deployed.sort()).toEqual(['database', 'database', 'mailer', 'mailer', 'shop', 'shop', 'web']);
    expect(refused()).toEqual([]);
    const roles = await admin.get({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      namespace: own,
      name: 'web',
    });
    const managers = proxy.requests.filter(({ label }) => label.startsWith(`PATCH roles ${own}/`));
    expect(roles).toBeDefined();
    expect(new Set(managers.map(({ actsFor }) => actsFor))).toEqual(new Set([`${deployer}${own}:deployer`]));
  });

  test('upgrades, corrects drift, rolls back and takes away without one refusal', async () => {
    application('v2');
    await daemon.waitFor('release.deployed', { app: 'web', version: 2 });
    await daemon.waitFor('release.healthy', { app: 'web', version: 2 });
    const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: own, name: 'web' };
    await admin.patch(web, { type: 'merge', body: { spec: { replicas: 3 } } }, { fieldManager: 'somebody' });
    await daemon.waitFor('drift.corrected', { app: 'web' });
    application('crash-1');
    await daemon.waitFor('rollback.done', { app: 'web', to: 2 });
    await daemon.stop();
    daemon = startDaemon(join(folder, 'config.yaml'));
    await daemon.waitFor('daemon.ready');
    rmSync(join(folder, 'own/apps/web.yaml'));
    await daemon.waitFor('release.uninstalled', { app: 'web' });
    expect(refused()).toEqual([]);
    expect(daemon.lines.filter(({ event }) => event === 'watch.lost' || event === 'internal.error')).toEqual([]);
  });

  test('asks a health check with the token of a Secret that the account may read', () => {
    const reads = proxy.requests.filter(({ label }) => label === `GET secrets ${own}/monitoring`);
    expect(new Set(reads.map(({ actsFor }) => actsFor))).toEqual(new Set([`${deployer}${own}:deployer`]));
    expect(front.seen.length).toBeGreaterThan(0);
    expect(daemon.lines.filter(({ event }) => event.startsWith('check.'))).toEqual([]);
  });

  test('corrects, rolls back and upgrades the example fleet too', async () => {
    for (const environment of ['dev', 'prod']) {
      for (const [apiVersion, kind] of kinds)
        for (const { metadata } of (await admin.list({ apiVersion, kind, namespace: `${id}-${environment}` })).items)
          if (metadata.labels?.['app.kubernetes.io/managed-by'] === 'Helm')
            await changeLabel({ apiVersion, kind, ...metadata });
      const drifted = { environment, object: 'StatefulSet/database' };
      await daemon.waitFor(environment === 'dev' ? 'drift.corrected' : 'drift.found', drifted);
    }
    const values = 'fleet/values/shop/common.yaml';
    const before = readFileSync(join(folder, values), 'utf8');
    const [from] = daemon.lines.slice(-1);
    write(values, before.replace('1.4.2', 'crash-1'));
    for (const environment of ['dev', 'prod']) await daemon.waitFor('rollback.done', { app: 'shop', environment });
    write(values, before.replace('1.4.2', '1.4.3'));
    for (const environment of ['dev', 'prod'])
      await daemon.waitFor('release.deployed', { app: 'shop', environment }, daemon.lines.indexOf(from!));
    expect(refused()).toEqual([]);
  });

  test('takes the whole example fleet away, once a person confirms what waits', async () => {
    const from = daemon.lines.length;
    for (const file of ['platform/database', 'shop/mailer', 'shop/shop'])
      rmSync(join(folder, `fleet/apps/teams/${file}.yaml`));
    const key = ({ app, environment }: LogLine) => `${app}/${environment}`;
    const told = (event: string) => daemon.lines.slice(from).filter((line) => line.event === event);
    const waits = (reason: string) =>
      new Set(
        told('removal.waiting')
          .filter((line) => line['reason'] === reason)
          .map(key),
      );
    await vi.waitFor(() => expect(new Set(told('removal.waiting').map(key)).size).toBe(6), { timeout: 90_000 });
    expect(waits('the release holds a StatefulSet')).toEqual(new Set(['database/dev', 'database/prod']));
    expect(waits('more than a fifth of the environment would go within a day').size).toBe(4);
    const confirm = (id: unknown) => runCommand(join(folder, 'admin.yaml'), 'confirm', String(id));
    for (const line of told('removal.waiting')) {
      const { stderr } = await confirm(line['id']);
      // What is no longer a large part of its environment goes unasked meanwhile.
      if (stderr !== '') expect(stderr).toContain(`nothing waits for a confirmation named ${line['id']}`);
      await daemon.waitFor('release.uninstalled', { app: line['app'], environment: line['environment'] }, from);
    }
    expect(refused()).toEqual([]);
  });

  test('used every right that was printed: none could be taken away', () => {
    const used = new Set(proxy.requests.flatMap(rightsOf));
    const unused = granted.flatMap(grantsOf).filter((right) => !used.has(right));
    // What the chart grants to others: nobody can grant what he does not hold.
    const held = ['list /nodes ', `get /endpoints ${own}`, `watch /endpoints ${own}`];
    // In prod its chart says to keep it.
    const kept = `daemon delete apps/statefulsets ${id}-prod`;
    // Only a StatefulSet that hangs has its pods taken away before it is rolled back.
    const stuck = ['dev', 'prod'].map((environment) => `daemon delete /pods ${id}-${environment}`);
    const others = held.map((right) => `${deployer}${own}:deployer ${right}`);
    expect(unused.sort()).toEqual([kept, ...stuck, ...others].sort());
  });

  test('without one of them the error names verb, resource, namespace, account and this command', async () => {
    const name = `helm-gitops:${own}:deployer`;
    const role = granted.find(
      ({ kind, metadata }) => kind === 'Role' && metadata.namespace === own && metadata.name === name,
    );
    const rules = ((role?.['rules'] ?? []) as { resources: string[] }[]).filter(
      ({ resources }) => !resources.includes('deployments'),
    );
    await admin.apply({ ...role!, rules } as KubernetesObject, { fieldManager: 'admin', force: true });
    application('v3');
    const failed = await daemon.waitFor('release.failed', { app: 'web' }, daemon.lines.length);
    expect(failed.message).toMatch(
      new RegExp(
        `User "${deployer}${own}:deployer" cannot \\w+ resource "deployments" in API group "apps" in the namespace "${own}"`,
      ),
    );
    expect(failed['hint']).toContain('helm-gitops rbac');
  });
}

/** `ACCOUNT VERB GROUP/RESOURCE NAMESPACE`; an apply that made the object took the right to create it too. */
function rightsOf({ method, path, code, actsFor = 'daemon', body, type }: ProxiedRequest): string[] {
  const { pathname } = new URL(path, 'http://proxy');
  const [, root, ...rest] = pathname.split('/').map(decodeURIComponent);
  if (root !== 'api' && root !== 'apis') return [];
  const group = root === 'api' ? '' : (rest.shift() ?? '');
  const below = rest.slice(1);
  const namespaced = below[0] === 'namespaces' && below.length > 2;
  const namespace = namespaced ? (below[1] ?? '') : '';
  const [plural = '', name, subresource] = namespaced ? below.slice(2) : below;
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  const verb =
    { GET: name === undefined ? 'list' : 'get', POST: 'create', PUT: 'update', PATCH: 'patch' }[method] ?? 'delete';
  const verbs = type === 'watch' ? ['watch'] : verb === 'patch' && code === 201 ? ['patch', 'create'] : [verb];
  const right = (...parts: string[]) => parts.join(' ');
  const acting =
    actsFor === 'daemon' ? [] : [right('daemon', 'impersonate', '/serviceaccounts', actsFor.split(':')[2] ?? '')];
  const granting =
    plural === 'rolebindings' && verb === 'patch' && body.includes('"view"')
      ? [right(actsFor, 'bind', `${group}/clusterroles`, namespace)]
      : [];
  return [...verbs.map((one) => right(actsFor, one, `${group}/${resource}`, namespace)), ...acting, ...granting];
}

function grantsOf({ kind, metadata, ...rest }: KubernetesObject): string[] {
  if (kind !== 'Role' && kind !== 'ClusterRole') return [];
  const [, place = '', name = ''] = (metadata.name ?? '').split(':');
  const account = name === 'deployer' ? `system:serviceaccount:${place}:${name}` : 'daemon';
  const rules = rest['rules'] as { apiGroups: string[]; resources: string[]; verbs: string[] }[];
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.map((verb) => `${account} ${verb} ${group}/${resource} ${metadata.namespace ?? ''}`),
      ),
    ),
  );
}
