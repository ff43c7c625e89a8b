/**
 * The daemon as it runs in a pod: no kubeconfig, no cluster named; the token and the CA of its ServiceAccount where every
 * pod has them, with just the rights that `rbac` prints, and a token that is renewed while it runs.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load as loadYaml } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { type ApiClient, openClient } from '../embedded/api-client.ts';
import { temporaryFolder, writeFiles } from '../support/git-repository.ts';
import { chartYaml } from '../support/make-chart.ts';
import { printRights } from '../support/printed-rights.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';

const kubeconfig = process.env['KUBECONFIG_REAL'] ?? '';
/** Nothing of ours can move the place where a pod has its account: only a mount of the process's own can put one there. */
const inside = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c'];
const mounts = () => spawnSync('unshare', [...inside.slice(1), 'mount -t tmpfs tmpfs /run']).status === 0;
const skipped =
  kubeconfig === '' ? 'KUBECONFIG_REAL names no cluster' : mounts() ? undefined : 'this system lets nobody mount';

const id = `pod-${process.pid.toString(36)}`;
const namespace = `${id}-shop`;

const templates = {
  'all.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: shop, labels: {seen: "{{ len (lookup "v1" "ConfigMap" .Release.Namespace "absent") }}"}}
data: {color: {{ .Values.color }}}
---
apiVersion: v1
kind: Secret
metadata: {name: shop}
stringData: {color: {{ .Values.color }}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: shop, image: "app:{{ .Values.color }}"}]}
`,
  'job.yaml': `apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {helm.sh/hook: "pre-install,pre-upgrade"}}
spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: m, image: "app:1"}]}}}
`,
};

describe.skipIf(skipped !== undefined)(`in a pod${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  const folder = temporaryFolder();
  const at = (path: string) => join(folder.path, path);
  const config = (more: string) => `repositories: [{name: fleet, url: fleet, path: apps, watch: true}]
${more}
state: {namespace: ${id}}
server: {listen: "127.0.0.1:0"}
`;
  const color = (value: string) =>
    writeFiles(folder.path, {
      'fleet/apps/shop.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: shop}
spec:
  chart: {path: charts/shop}
  namespace: ${namespace}
  values: [{inline: {color: ${value}}}]
  drift: {policy: correct}
  rollback: {soak: 100ms}
`,
    });
  /** As the kubeconfig says. */
  function server(): { url: string; ca: string } {
    const { clusters } = loadYaml(readFileSync(kubeconfig, 'utf8')) as {
      clusters: { cluster: Readonly<Record<string, string>> }[];
    };
    const { server: url = '', ...authority } = clusters[0]?.cluster ?? {};
    const data = authority['certificate-authority-data'];
    const file = authority['certificate-authority'] ?? '';
    return { url, ca: data ? Buffer.from(data, 'base64').toString() : readFileSync(file, 'utf8') };
  }
  let admin: ClusterClient;
  let api: ApiClient;
  let daemon: RunningDaemon;
  let made = 0;

  /** A token that lives as long as a Secret does. */
  async function issueToken(secret: string): Promise<string> {
    const metadata = { name: secret, namespace: id };
    const { metadata: bound } = await admin.create({ apiVersion: 'v1', kind: 'Secret', metadata });
    const boundObjectRef = { apiVersion: 'v1', kind: 'Secret', name: secret, uid: bound.uid };
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { boundObjectRef } };
    const { code, body } = await api.send('POST', `/api/v1/namespaces/${id}/serviceaccounts/helm-gitops/token`, review);
    expect(code).toBe(201);
    return body.status.token;
  }

  /** As a kubelet writes it: all at once, by a link to another folder. */
  function mountAccount(token: string): void {
    made += 1;
    const data = `..data-${made}`;
    writeFiles(at('account'), { [`${data}/token`]: token, [`${data}/ca.crt`]: server().ca, [`${data}/namespace`]: id });
    symlinkSync(data, at('account/..next'));
    renameSync(at('account/..next'), at('account/..data'));
    if (made > 1) return;
    for (const file of ['token', 'ca.crt', 'namespace']) symlinkSync(`..data/${file}`, at(`account/${file}`));
  }

  beforeAll(async () => {
    admin = await openCluster({ name: 'main', kubeconfig });
    api = await openClient(kubeconfig);
    writeFiles(folder.path, { 'fleet/charts/shop/Chart.yaml': chartYaml('shop') });
    for (const [name, text] of Object.entries(templates))
      writeFiles(folder.path, { [`fleet/charts/shop/templates/${name}`]: text });
    color('red');
    writeFileSync(at('admin.yaml'), config(`clusters: [{name: main, kubeconfig: ${JSON.stringify(kubeconfig)}}]`));
    writeFileSync(at('config.yaml'), config(''));
    for (const object of await printRights(at('admin.yaml')))
      await admin.apply(object, { fieldManager: 'admin', force: true });
    mkdirSync(at('account'));
    mountAccount(await issueToken('first'));
    const { hostname, port } = new URL(server().url);
    const script = `mount -t tmpfs tmpfs /run && mkdir -p /var/run/secrets/kubernetes.io && ln -s "$0" /var/run/secrets/kubernetes.io/serviceaccount && exec "$@"`;
    daemon = startDaemon(at('config.yaml'), 'run', {
      inside: [...inside, script, at('account')],
      environment: { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port },
    });
  });

  afterAll(async () => {
    await daemon?.stop();
    for (const name of [namespace, id]) await admin?.delete({ apiVersion: 'v1', kind: 'Namespace', name });
    await admin?.[Symbol.asyncDispose]();
    api?.close();
    folder.remove();
  });

  const troubles = () =>
    daemon.lines
      .filter(({ level }) => level === 'error' || level === 'warn')
      .map(({ event, message }) => [event, message]);

  test('it is the cluster that is chosen, and all that rbac prints is enough', async () => {
    expect((await daemon.waitFor('daemon.started'))['clusters']).toMatch(/in-cluster/);
    await daemon.waitFor('release.deployed', { app: 'shop', version: 1, cluster: 'in-cluster' });
    await daemon.waitFor('release.healthy', { app: 'shop' });
    expect(troubles()).toEqual([]);
  });

  test('a token that is renewed is taken, the old one dead by then', async () => {
    const old = readFileSync(at('account/token'), 'utf8');
    mountAccount(await issueToken('second'));
    await admin.delete({ apiVersion: 'v1', kind: 'Secret', namespace: id, name: 'first' });
    const asOld = () => api.send('GET', `/api/v1/namespaces/${id}/configmaps`, undefined, { token: old });
    await vi.waitFor(async () => expect((await asOld()).code).toBe(401), { timeout: 90_000, interval: 500 });
    const from = daemon.lines.length;
    color('green');
    await daemon.waitFor('release.deployed', { app: 'shop', version: 2 }, from);
    const shop = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'shop' };
    await admin.patch(shop, { type: 'merge', body: { data: { color: 'blue' } } }, { fieldManager: 'somebody' });
    await daemon.waitFor('drift.corrected', { object: 'ConfigMap/shop' }, from);
    expect(troubles().filter(([event]) => event !== 'drift.found')).toEqual([]);
  });
});
