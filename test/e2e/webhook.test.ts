/** What mutating webhooks add to a release's objects: no drift, no reason to deploy, and there after every write of ours. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { startWebhookServer, type WebhookServer } from '../contract/cluster/webhook-server.ts';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeLong } from '../support/daemon-on.ts';
import { chartYaml } from '../support/make-chart.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const namespace = 'webhooked';
const chart = {
  'fleet/charts/shop/Chart.yaml': chartYaml('shop'),
  'fleet/charts/shop/templates/shop.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data: {colour: {{ .Values.colour | quote }}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, labels: {app: shop}}
spec:
  replicas: 1
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: shop, image: "shop:{{ .Values.tag }}"}]}
`,
};
const application = (values: string) => ({
  'fleet/apps/shop.yaml': `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: shop}
spec:
  chart: {path: charts/shop}
  namespace: ${namespace}
  values: [{inline: ${values}}]
  drift: {policy: correct}
  rollback: {soak: 0s}
`,
});

describeLong('a release whose objects webhooks change', (cluster) => {
  const scene = daemonOn(cluster, [namespace]);
  let daemon: RunningDaemon;
  let client: ClusterClient;
  let hooks: WebhookServer;

  const configuration = () => {
    const webhook = (name: string, resources: readonly string[]) => ({
      name: `${name}.example.com`,
      ...{ admissionReviewVersions: ['v1'], sideEffects: 'None', reinvocationPolicy: 'IfNeeded' },
      clientConfig: { url: `${hooks.url}/${name}`, caBundle: hooks.ca },
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      rules: [{ operations: ['CREATE', 'UPDATE'], apiGroups: ['', 'apps'], apiVersions: ['v1'], resources }],
    });
    return {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: namespace },
      webhooks: [webhook('mark', ['configmaps', 'deployments']), webhook('sidecar', ['deployments'])],
    };
  };
  const read = (apiVersion: string, kind: string) => client.get({ apiVersion, kind, namespace, name: 'shop' });
  const live = async () => {
    const settings = await read('v1', 'ConfigMap');
    const deployment = await read('apps/v1', 'Deployment');
    const spec = deployment?.['spec'] as { template: { spec: { containers: { image: string }[] } } } | undefined;
    return [
      settings?.['data'],
      ...[settings, deployment].map((object) => object?.metadata.labels?.['marked']),
      ...(spec?.template.spec.containers ?? []).map(({ image }) => image),
    ];
  };
  const events = (event: string) => daemon.lines.filter((line) => line.event === event);
  const command = async (...words: string[]) => {
    const { code, stdout, stderr } = await run(scene.folder, [...words, '--config', scene.config]);
    return [code, stdout, stderr];
  };

  beforeAll(async () => {
    hooks = await startWebhookServer();
    scene.write({ ...chart, 'fleet/apps/.keep': '' });
    daemon = await scene.start(['repositories: [{name: fleet, url: fleet, path: apps, poll: 1s, watch: true}]']);
    client = scene.client;
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await client.create(configuration());
    const probe = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: 'probe' } };
    await vi.waitFor(
      async () => expect((await client.create(probe, { dryRun: true })).metadata.labels).toEqual({ marked: 'yes' }),
      { timeout: 90_000, interval: 200 },
    );
  });

  afterAll(async () => {
    const { apiVersion, kind, metadata } = configuration();
    // An embedded one went with its daemon.
    await client?.delete({ apiVersion, kind, name: metadata.name }).catch(() => undefined);
    await scene[Symbol.asyncDispose]();
    await hooks?.[Symbol.asyncDispose]();
  });

  test('is deployed with what they add, and has neither drift nor anything to do', async () => {
    scene.write(application('{colour: red, tag: "1"}'));
    await daemon.waitFor('release.healthy', { app: 'shop' });
    expect(await live()).toEqual([{ colour: 'red' }, 'yes', 'yes', 'shop:1', 'sidecar:1']);
    expect(await command('plan')).toEqual([0, 'shop/default: nothing to do\n', '']);
    expect(await command('drift', '--exit-code')).toEqual([0, expect.any(String), '']);
  });

  test('keeps it through an upgrade', async () => {
    scene.write(application('{colour: blue, tag: "2"}'));
    await daemon.waitFor('release.healthy', { app: 'shop', version: 2 });
    expect(await live()).toEqual([{ colour: 'blue' }, 'yes', 'yes', 'shop:2', 'sidecar:1']);
  });

  test('keeps it where drift is corrected, and nobody fights', async () => {
    await client.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'shop' },
      { type: 'merge', body: { data: { colour: 'green' } } },
      { fieldManager: 'somebody' },
    );
    await daemon.waitFor('drift.corrected', { object: 'ConfigMap/shop' });
    await client.patch(
      { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'shop' },
      { type: 'merge', body: { spec: { replicas: 2 } } },
      { fieldManager: 'somebody' },
    );
    await daemon.waitFor('drift.corrected', { object: 'Deployment/shop' });
    expect(await live()).toEqual([{ colour: 'blue' }, 'yes', 'yes', 'shop:2', 'sidecar:1']);
    expect(events('drift.found').map(({ field }) => field)).toEqual(['/data/colour', '/spec/replicas']);
    expect(events('drift.fighting')).toEqual([]);
  });

  test('is as it was to a daemon that starts', async () => {
    daemon = await scene.restart();
    await daemon.waitFor('release.unchanged', { app: 'shop' });
    expect([...events('drift.found'), ...events('release.deployed')]).toEqual([]);
  });
});
