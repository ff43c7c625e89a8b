/**
 * Releases taken over from Argo CD and Flux, with objects in the cluster as these tools leave them: nothing that runs is
 * touched, Helm goes on with the result, and undone it is just what it was.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openHistory } from '../../src/foundation/history/open-history.ts';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { run } from '../entry/cli/run-in-process.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { chartYaml } from '../support/make-chart.ts';
import { renderRelease } from '../support/render-here.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const helm = process.env['HELM_BIN'];
/** Ten seconds a cluster: with the judges alone. */
const judged = test.skipIf(!process.env['KUBECONFIG_REAL'] || !helm);

const chart = {
  'fleet/charts/web/Chart.yaml': chartYaml('web'),
  'fleet/charts/web/values.yaml': 'debug: "1"\n',
  'fleet/charts/web/templates/all.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}", labels: {app: web}}
data: {colour: "{{ .Values.colour }}"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  selector: {matchLabels: {app: "{{ .Release.Name }}"}}
  template:
    metadata: {labels: {app: "{{ .Release.Name }}"}}
    spec:
      containers:
        - name: main
          image: app:1
          env: [{name: COLOUR, value: "{{ .Values.colour }}"}{{ if .Values.debug }}, {name: DEBUG, value: "{{ .Values.debug }}"}{{ end }}]
`,
};
const argo = (name: string, colour: string, more = '') => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}, finalizers: [resources-finalizer.argocd.argoproj.io]}
spec:
  project: default
  destination: {name: in-cluster, namespace: moved}
  source: {repoURL: https://git.example.com/fleet.git, path: charts/web, helm: {valuesObject: {colour: ${colour}${more}}}}
  syncPolicy: {automated: {prune: true, selfHeal: true}}
`;
const flux = (name: string, colour: string) => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: ${name}, namespace: moved}
spec:
  interval: 10m
  chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: flux-system}}}
  values: {colour: ${colour}}
`;

const definition = (group: string, version: string, kind: string): KubernetesObject => {
  const plural = `${kind.toLowerCase()}s`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      ...{ group, scope: 'Namespaced', names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() } },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
};
const definitions = [
  definition('argoproj.io', 'v1alpha1', 'Application'),
  definition('helm.toolkit.fluxcd.io', 'v2', 'HelmRelease'),
];

describeOnEach('a release that is taken over', (cluster) => {
  const scene = daemonOn(cluster, ['moved', 'argocd']);
  let daemon: RunningDaemon;
  let client: ClusterClient;

  const command = (...args: string[]) => run(scene.folder, [...args, '--config', scene.config]);
  const create = (object: object, fieldManager = 'test') => client.create(object as KubernetesObject, { fieldManager });
  const get = (kind: string, name: string) => client.get({ ...kinds[kind], namespace: placeOf(kind), name } as never);
  const kinds: Readonly<Record<string, { apiVersion: string; kind: string }>> = {
    ConfigMap: { apiVersion: 'v1', kind: 'ConfigMap' },
    Deployment: { apiVersion: 'apps/v1', kind: 'Deployment' },
    Application: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' },
    HelmRelease: { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease' },
  };
  const placeOf = (kind: string) => (kind === 'Application' ? 'argocd' : 'moved');

  const manifestOf = async (name: string, colour: string) => {
    const release = { name, namespace: 'moved', revision: 1, isInstall: true, isUpgrade: false };
    const { manifest } = await renderRelease(join(scene.folder, 'fleet/charts/web'), {
      ...{ set: [`colour=${colour}`], input: { release } },
    });
    return manifest;
  };
  const objectsOf = (manifest: string) => parseAllDocuments(manifest).map((one) => one.toJS() as KubernetesObject);

  /** By client-side apply, tracked by annotation and by label. */
  const deployAsArgo = async (name: string, colour: string) => {
    for (const object of objectsOf(await manifestOf(name, colour))) {
      const { kind, metadata } = object;
      const annotations = {
        'argocd.argoproj.io/tracking-id': `${name}:apps/${kind}:moved/${metadata.name}`,
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object),
      };
      const labels = { ...metadata.labels, 'app.kubernetes.io/instance': name };
      await create(
        { ...object, metadata: { ...metadata, namespace: 'moved', labels, annotations } },
        'argocd-controller',
      );
    }
    const [object] = objectsOf(argo(name, colour));
    const resources = [
      { kind: 'ConfigMap', version: 'v1', namespace: 'moved', name: 'forgotten', status: 'OutOfSync' },
    ];
    await create({ ...object, metadata: { ...object?.metadata, namespace: 'argocd' }, status: { resources } });
  };

  /** By a release of Helm's, every object marked. */
  const deployAsFlux = async (name: string, colour: string) => {
    scene.write({ [`fleet/apps/${name}.yaml`]: flux(name, colour).replace('values:', 'suspend: true\n  values:') });
    const manifest = (await command('render', `moved.${name}`, '-e', 'default')).stdout;
    const marks = {
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { 'meta.helm.sh/release-name': name, 'meta.helm.sh/release-namespace': 'moved' },
    };
    for (const object of objectsOf(manifest)) {
      const labels = { ...object.metadata.labels, ...marks.labels };
      const metadata = { ...object.metadata, namespace: 'moved', labels, annotations: marks.annotations };
      await client.apply({ ...object, metadata }, { fieldManager: 'helm-controller', force: true });
    }
    const at = '2026-01-01T00:00:00Z';
    const info = {
      first_deployed: at,
      last_deployed: at,
      description: 'Install complete',
      status: 'deployed',
    } as const;
    const metadata = { name: 'web', version: '1.0.0', apiVersion: 'v2' };
    await openHistory({ client, namespace: 'moved', name, onUnreadable: () => undefined }).create({
      ...{ name, namespace: 'moved', version: 1, info, config: {}, manifest, hooks: [], apply_method: 'ssa' },
      chart: { metadata, templates: [], values: {}, files: [] },
    });
  };

  const keepAsFlux = async (name: string, colour: string) => {
    const [object] = objectsOf(flux(name, colour));
    await create({ ...object, metadata: { ...object?.metadata, finalizers: ['finalizers.fluxcd.io'] } });
  };

  const podsOf = async (name: string) => {
    const { items } = await client.list({
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: 'moved',
      labelSelector: `app=${name}`,
    });
    return items.map(({ metadata, status }) => {
      const { containerStatuses = [] } = status as { containerStatuses?: { restartCount: number; ready: boolean }[] };
      return {
        uid: metadata.uid,
        containers: containerStatuses.map(({ restartCount, ready }) => [restartCount, ready]),
      };
    });
  };
  /** One pod, ready. */
  const settled = async (name: string) => {
    await expect
      .poll(async () => (await podsOf(name)).map(({ containers }) => containers), { timeout: 90_000 })
      .toEqual([[[0, true]]]);
    return await podsOf(name);
  };
  const secrets = async (name: string) => {
    const query = { apiVersion: 'v1', kind: 'Secret', namespace: 'moved', labelSelector: `owner=helm,name=${name}` };
    return (await client.list(query)).items.map(({ metadata }) => metadata.name);
  };
  /** Without what the server counts. */
  const plain = (object: KubernetesObject | undefined) => {
    const {
      resourceVersion: _version,
      generation: _generation,
      managedFields = [],
      ...metadata
    } = object?.metadata ?? {};
    const managers = managedFields.map(({ manager, operation, subresource }) => [manager, operation, subresource]);
    const { status: _status, ...rest } = (object ?? {}) as Partial<KubernetesObject>;
    return { ...rest, metadata, managers: managers.map(String).sort() };
  };
  const everything = async (name: string, kind: string) => ({
    own: { ...plain(await get(kind, name)), managers: [] },
    deployment: plain(await get('Deployment', name)),
    config: plain(await get('ConfigMap', name)),
    secrets: await secrets(name),
  });
  const byHelm = async (...args: string[]) => {
    const all = [...args, '-n', 'moved', '--kubeconfig', cluster.kubeconfig(scene.folder)];
    return (await promisify(execFile)(helm ?? '', all)).stdout;
  };

  beforeAll(async () => {
    if (!process.env['KUBECONFIG_REAL']) return;
    scene.write({
      ...chart,
      'fleet/apps/source.yaml':
        'apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: flux-system, namespace: moved}\nspec: {url: https://git.example.com/fleet.git, interval: 1m}\n',
    });
    daemon = await scene.start([
      'repositories: [{name: fleet, url: fleet, path: apps, poll: 1s, aliases: ["https://git.example.com/fleet.git"]}]',
      'defaults: {rollback: {soak: 100ms}}',
    ]);
    client = scene.client;
    // Another suite's may be going still.
    const make = (object: object) => vi.waitFor(async () => await create(object), { timeout: 90_000, interval: 200 });
    for (const name of ['moved', 'argocd']) await make({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    for (const one of definitions) await make(one);
    const served = async () => {
      const discovery = await client.discovery({ refresh: true });
      return definitions.map(({ spec }) => {
        const { group, names, versions } = spec as never as {
          group: string;
          names: { kind: string };
          versions: { name: string }[];
        };
        return discovery.resource({ group, version: versions[0]?.name ?? '', kind: names.kind }) !== undefined;
      });
    };
    await vi.waitFor(async () => expect(await served()).toEqual([true, true]), { timeout: 90_000, interval: 200 });
  });

  afterAll(async () => {
    if (daemon === undefined) return;
    // Nobody is there who would take them off, and what has one never goes.
    for (const own of ['Application', 'HelmRelease'])
      for (const { metadata } of (await client.list({ ...kinds[own], namespace: placeOf(own) } as never)).items)
        await client.patch({ ...kinds[own], namespace: placeOf(own), name: metadata.name } as never, {
          type: 'merge',
          body: { metadata: { finalizers: null } },
        });
    for (const { apiVersion, kind, metadata } of definitions)
      await client.delete({ apiVersion, kind, name: metadata.name ?? '' }).catch(() => undefined);
    await scene[Symbol.asyncDispose]();
  });

  judged('from Argo CD: said first, then done, and no pod restarts', async () => {
    await deployAsArgo('shop', 'red');
    const pods = await settled('shop');
    scene.write({ 'fleet/apps/shop.yaml': argo('shop', 'blue') });
    const differs = await command('migrate', '--takeover', 'shop');
    expect(differs).toMatchObject({ code: 2 });
    expect(differs.stderr).toContain(
      'error: what Argo CD runs is not what git says: ConfigMap/shop /data/colour; Deployment/shop /spec/template/',
    );
    expect(differs.stdout).toContain('/data/colour: red → blue');

    // What Argo CD has set and git says no more: nobody would drop it later.
    scene.write({ 'fleet/apps/shop.yaml': argo('shop', 'red', ', debug: ""') });
    const beyond = await command('migrate', '--takeover', 'shop');
    expect(beyond.stderr).toContain(
      'what Argo CD runs is not what git says: Deployment/shop /spec/template/spec/containers/0/env/1\n',
    );

    scene.write({ 'fleet/apps/shop.yaml': argo('shop', 'red') });
    const before = await everything('shop', 'Application');
    const said = await command('migrate', '--takeover', 'shop');
    expect(said).toEqual({
      code: 0,
      stderr: '',
      stdout: `shop/default: what Argo CD runs is what git says; no pod is touched
  Application argocd/shop   finalizer resources-finalizer.argocd.argoproj.io off, automated sync off, argocd.argoproj.io/skip-reconcile: "true"
  ConfigMap/shop            Helm's marks on, app.kubernetes.io/instance off, argocd.argoproj.io/tracking-id off
  Deployment/shop           Helm's marks on, app.kubernetes.io/instance off, argocd.argoproj.io/tracking-id off
  ConfigMap/forgotten       kept by Argo CD and not rendered: it stays, and nobody keeps it
  release shop              revision 1 is written
nothing is done yet; to do it: helm-gitops migrate --takeover shop --yes
`,
    });
    expect(await everything('shop', 'Application')).toEqual(before);

    const from = daemon.lines.length;
    const done = await command('migrate', '--takeover', 'shop', '--yes');
    expect([done.stderr, done.code]).toEqual(['', 0]);
    await daemon.waitFor('release.adopted', { app: 'shop', version: 1 }, from);
    const application = await get('Application', 'shop');
    expect(application?.metadata.finalizers ?? []).toEqual([]);
    expect(application?.['spec']).toMatchObject({ syncPolicy: {} });
    const config = await get('ConfigMap', 'shop');
    expect(config?.metadata.labels).toEqual({ app: 'web', 'app.kubernetes.io/managed-by': 'Helm' });
    expect(Object.keys(config?.metadata.annotations ?? {}).sort()).toEqual([
      'kubectl.kubernetes.io/last-applied-configuration',
      'meta.helm.sh/release-name',
      'meta.helm.sh/release-namespace',
    ]);
    expect(plain(await get('Deployment', 'shop')).managers.filter((one) => /argocd/.test(one))).toEqual([]);
    expect(await podsOf('shop')).toEqual(pods);
    expect((await command('migrate', '--takeover', 'shop')).stdout).toMatch(/^shop\/default was taken over at /);
  });

  judged('then the daemon keeps it: what git drops is dropped', async () => {
    // Argo CD's object may go, or stay.
    const from = daemon.lines.length;
    scene.write({ 'fleet/apps/shop.yaml': argo('shop', 'green', ', debug: ""') });
    await daemon.waitFor('release.deployed', { app: 'shop', version: 2 }, from);
    const deployment = await get('Deployment', 'shop');
    const { template } = (deployment as KubernetesObject)['spec'] as {
      template: { spec: { containers: { env: unknown }[] } };
    };
    expect(template.spec.containers[0]?.env).toEqual([{ name: 'COLOUR', value: 'green' }]);
  });

  judged('and Helm goes on with it', async () => {
    expect(JSON.parse(await byHelm('list', '--filter', '^shop$', '-o', 'json'))).toMatchObject([
      { name: 'shop', revision: '2', status: 'deployed' },
    ]);
    expect(JSON.parse(await byHelm('history', 'shop', '-o', 'json'))).toMatchObject([
      { revision: 1, status: 'superseded', description: expect.stringMatching(/^Taken over from Argo CD \(fleet@/) },
      { revision: 2, status: 'deployed' },
    ]);
    await byHelm('upgrade', 'shop', join(scene.folder, 'fleet/charts/web'), '--set', 'colour=grey');
    expect(JSON.parse(await byHelm('get', 'values', 'shop', '--revision', '3', '-o', 'json'))).toEqual({
      colour: 'grey',
    });
    // With selfHeal what another hand has made is replaced by what git says.
    await daemon.waitFor('release.deployed', { app: 'shop', version: 4 });
    expect(await get('ConfigMap', 'shop')).toMatchObject({ data: { colour: 'green' } });
  });

  judged('undone it is just what it was', async () => {
    await deployAsArgo('cart', 'red');
    const pods = await settled('cart');
    scene.write({ 'fleet/apps/cart.yaml': argo('cart', 'red') });
    await daemon.waitFor('release.observed', { app: 'cart' });
    const before = await everything('cart', 'Application');
    expect(await command('migrate', '--takeover', 'cart', '--yes')).toMatchObject({ code: 0 });
    expect(await secrets('cart')).toEqual(['sh.helm.release.v1.cart.v1']);
    expect(await command('migrate', '--takeover', 'cart', '--undo', '--yes')).toMatchObject({ code: 0 });
    expect(await everything('cart', 'Application')).toEqual(before);
    const state = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'helm-gitops', name: 'release.moved.cart' };
    await expect.poll(() => client.get(state), { timeout: 90_000 }).toBeUndefined();
    expect(await podsOf('cart')).toEqual(pods);
    const again = await command('migrate', '--takeover', 'cart', '--undo');
    expect(again).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Application argocd/cart was not taken over'),
    });
  });

  judged('from Flux: its release goes on, and comes back', async () => {
    await deployAsFlux('pay', 'red');
    await keepAsFlux('pay', 'red');
    const pods = await settled('pay');
    scene.write({ 'fleet/apps/pay.yaml': flux('pay', 'red') });
    const reason = 'the HelmRelease moved/pay of Flux lives in the cluster';
    await daemon.waitFor('release.observed', { app: 'moved.pay', reason });
    const before = await everything('pay', 'HelmRelease');
    let from = daemon.lines.length;
    const done = await command('migrate', '--takeover', 'moved.pay', '--yes');
    expect([done.stderr, done.code]).toEqual(['', 0]);
    expect(done.stdout).toContain('release pay             goes on with revision 1');
    await daemon.waitFor('release.adopted', { app: 'moved.pay', version: 1 }, from);
    expect(await get('HelmRelease', 'pay')).toMatchObject({ spec: { suspend: true } });
    expect(await secrets('pay')).toEqual(before.secrets);
    expect(await podsOf('pay')).toEqual(pods);
    expect(await command('migrate', '--takeover', 'moved.pay', '--undo', '--yes')).toMatchObject({ code: 0 });
    expect(await everything('pay', 'HelmRelease')).toEqual(before);
    expect(await podsOf('pay')).toEqual(pods);

    expect(await command('migrate', '--takeover', 'moved.pay', '--yes')).toMatchObject({ code: 0 });
    from = daemon.lines.length;
    scene.write({ 'fleet/apps/pay.yaml': flux('pay', 'green') });
    await daemon.waitFor('release.deployed', { app: 'moved.pay', version: 2 }, from);
    expect(await get('ConfigMap', 'pay')).toMatchObject({ data: { colour: 'green' } });
  });

  judged('where Flux is gone its release goes on, and what the chart drops is dropped', async () => {
    await deployAsFlux('left', 'red');
    const pods = await settled('left');
    const from = daemon.lines.length;
    scene.write({ 'fleet/apps/left.yaml': flux('left', 'red') });
    await daemon.waitFor('release.adopted', { app: 'moved.left', version: 1 }, from);
    expect(await podsOf('left')).toEqual(pods);
    scene.write({ 'fleet/apps/left.yaml': flux('left', 'red').replace('{colour: red}', '{colour: red, debug: ""}') });
    await daemon.waitFor('release.deployed', { app: 'moved.left', version: 2 }, from);
    const { spec } = (await get('Deployment', 'left')) as { spec?: unknown };
    expect(spec).toMatchObject({ template: { spec: { containers: [{ env: [{ name: 'COLOUR', value: 'red' }] }] } } });
  });
});
