import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test as anyTest, beforeAll, expect, vi } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { adminOf } from '../support/clusters.ts';
import { describeOnEach } from '../support/daemon-on.ts';
import { writeFiles } from '../support/git-repository.ts';
import { chartYaml } from '../support/make-chart.ts';
import { runCommand } from '../support/run-command.ts';
import { type RunningDaemon, startDaemon } from '../support/start-daemon.ts';

/** Seconds each, so they run where a real cluster is at hand. */
const test = anyTest.skipIf(process.env['KUBECONFIG_REAL'] === undefined);
const service = { namespace: 'default', name: 'nobody', port: 443 };

/** A webhook and an API whose backends are gone, as charts leave them behind. */
const leftBehind: KubernetesObject[] = [
  {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1.left.example.com' },
    spec: {
      ...{ group: 'left.example.com', version: 'v1', groupPriorityMinimum: 1000, versionPriority: 10 },
      insecureSkipTLSVerify: true,
      service,
    },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'left-behind' },
    webhooks: [
      {
        name: 'check.left.example.com',
        rules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['serviceaccounts'] },
        ],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'hooked' } },
        ...{ clientConfig: { service }, admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Fail' },
      },
    ],
  },
];

describeOnEach('what charts leave behind', (cluster) => {
  const stack = new AsyncDisposableStack();
  let folder: string;
  let daemon: RunningDaemon;
  let client: ClusterClient;
  const namespaces = ['fine', 'hooked', 'dead', 'widgets', 'gadgets', 'uses', 'helm-gitops'];
  const config = () => join(folder, 'config.yaml');
  const applyAll = async () => {
    for (const object of leftBehind) await client.apply(object, { fieldManager: 'test' });
  };
  const removeAll = async () => {
    for (const name of ['widgets.mine.example.com', 'gadgets.mine.example.com'])
      await client.delete({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name });
    for (const { apiVersion, kind, metadata } of leftBehind)
      await client.delete({ apiVersion, kind, name: metadata.name ?? '' });
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'helm-gitops-left-'));
    const kubeconfig = await adminOf(cluster, folder, stack);
    client = stack.use(await openCluster({ name: 'test', kubeconfig }));
    await removeAll();
    writeFiles(folder, fleet);
    await writeFile(
      config(),
      `repositories: [{name: fleet, url: fleet, poll: 1s, watch: true}]
clusters: [{name: test, kubeconfig: "${kubeconfig}"}]
server: {listen: "127.0.0.1:0"}
defaults: {sync: {retry: {limit: 1, initial: 1s}}}
`,
    );
  });

  afterAll(async () => {
    await daemon?.stop();
    await removeAll();
    for (const name of namespaces) await client.delete({ apiVersion: 'v1', kind: 'Namespace', name });
    await vi.waitFor(
      async () => {
        for (const name of namespaces)
          expect(await client.get({ apiVersion: 'v1', kind: 'Namespace', name })).toBeUndefined();
      },
      { timeout: 90_000, interval: 500 },
    );
    await stack[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const touch = (namespace: string, name: string) =>
    client.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace, name },
      { type: 'merge', body: { data: { colour: 'touched' } } },
      { fieldManager: 'somebody' },
    );

  test('stops neither discovery nor other releases, and is named by what needs it', async () => {
    await applyAll();
    daemon = startDaemon(config());
    await daemon.waitFor('release.deployed', { app: 'fine' });
    const hooked = await daemon.waitFor('release.failed', { app: 'hooked' });
    expect(hooked['message']).toContain('check.left.example.com');
    const dead = await daemon.waitFor('release.failed', { app: 'dead' });
    expect(dead).toMatchObject({ reason: 'plan.api-unavailable', hint: expect.stringContaining('apiservices') });
    await daemon.waitFor('daemon.ready');
    expect(daemon.lines.filter(({ event }) => event === 'cluster.unreachable')).toEqual([]);
    expect(daemon.lines.filter(({ event }) => event === 'internal.error')).toEqual([]);
    await touch('fine', 'fine');
    const drift = await daemon.waitFor('drift.found', { app: 'fine' });
    expect(drift).toMatchObject({ object: 'ConfigMap/fine', field: '/data/colour' });
  });

  test('is no hindrance any more when it is gone', async () => {
    await removeAll();
    await daemon.waitFor('release.deployed', { app: 'hooked' });
  });

  test('does not keep the other objects of a release from being compared', async () => {
    await applyAll();
    await vi.waitFor(
      async () => {
        const name = `probe-${Math.random().toString(36).slice(2)}`;
        const metadata = { name, namespace: 'hooked' };
        await expect(
          client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata }, { dryRun: true }),
        ).rejects.toThrow('check.left.example.com');
      },
      { timeout: 90_000, interval: 200 },
    );
    await client.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'hooked', name: 'hooked' },
      { type: 'merge', body: { data: { colour: 'touched' } } },
      { fieldManager: 'somebody' },
    );
    await daemon.waitFor('drift.found', { app: 'hooked', object: 'ConfigMap/hooked' });
    await daemon.stop();
    daemon = startDaemon(config());
    await daemon.waitFor('drift.found', { app: 'hooked', object: 'ConfigMap/hooked' });
    // What the webhook keeps the server from saying is told by who owns which field.
    for (const event of ['drift.unknown', 'drift.resolved'])
      expect(daemon.lines.filter((line) => line.event === event)).toEqual([]);
    expect(daemon.lines.filter(({ object }) => object === 'ServiceAccount/hooked')).toEqual([]);
  });

  test('is told by commands, which answer for the rest', async () => {
    const command = (word: string) => runCommand(config(), word);
    expect(await command('drift')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ConfigMap\/fine[\s\S]*ConfigMap\/hooked/),
      stderr: '',
    });
    expect(await command('plan')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('fine/default'),
      stderr: expect.stringMatching(
        /dead\/default is left out: the API left\.example\.com\/v1 of Thing\/dead does not answer/,
      ),
    });
  });

  test('a CustomResourceDefinition that somebody deletes takes no other watch with it', async () => {
    await removeAll();
    writeFiles(folder, crdApps());
    for (const app of ['widgets', 'gadgets', 'uses']) await daemon.waitFor('release.deployed', { app });
    await client.delete({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      name: 'widgets.mine.example.com',
    });
    await daemon.waitFor('drift.found', { app: 'widgets', kind: 'missing' });
    const after = daemon.lines.length;
    await client.patch(
      { apiVersion: 'mine.example.com/v1', kind: 'Gadget', namespace: 'uses', name: 'uses' },
      { type: 'merge', body: { spec: { size: 9 } } },
      { fieldManager: 'somebody' },
    );
    await daemon.waitFor('drift.found', { app: 'uses', object: 'Gadget/uses' }, after);
    for (const event of ['cluster.unreachable', 'internal.error', 'release.uninstalled'])
      expect(daemon.lines.filter((line) => line.event === event)).toEqual([]);
  });
});

const crd = (kind: string) => {
  const plural = `${kind.toLowerCase()}s`;
  const spec = '{type: object, x-kubernetes-preserve-unknown-fields: true}';
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ${plural}.mine.example.com}
spec:
  group: mine.example.com
  scope: Namespaced
  names: {kind: ${kind}, plural: ${plural}}
  versions:
    - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: ${spec}}}}}
`;
};

const chart = (name: string, more = '', settings = '') => ({
  [`fleet/charts/${name}/Chart.yaml`]: chartYaml(name),
  [`fleet/charts/${name}/templates/all.yaml`]: `apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}}
data: {colour: blue}
${more}`,
  [`fleet/${name}.yaml`]: `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${name}}
spec: {chart: {path: charts/${name}}, namespace: ${name}${settings}}
`,
});

/** Two releases that bring kinds, one in crds/ and one as a template, and a third that uses the second's. */
const crdApps = () => ({
  ...chart(
    'widgets',
    '---\napiVersion: mine.example.com/v1\nkind: Widget\nmetadata: {name: widgets}\nspec: {size: 1}\n',
  ),
  'fleet/charts/widgets/crds/widget.yaml': crd('Widget'),
  ...chart('gadgets', `---\n${crd('Gadget')}`),
  ...chart(
    'uses',
    '---\napiVersion: mine.example.com/v1\nkind: Gadget\nmetadata: {name: uses}\nspec: {size: 1}\n',
    ', dependsOn: [gadgets]',
  ),
});

const fleet = {
  ...chart('fine'),
  ...chart('hooked', '---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: hooked}\n'),
  ...chart('dead', '---\napiVersion: left.example.com/v1\nkind: Thing\nmetadata: {name: dead}\n'),
};
