/** Releases that are only observed: what a deploy would do is said, and nothing at all is written. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { chartYaml } from '../support/make-chart.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

const native = (name: string, more: string) => `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: ${name}}
spec: {chart: {path: charts/settings}, namespace: ${name}, ${more}}
`;
const argo = (name: string, colour: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}}
spec:
  project: default
  destination: {server: https://kubernetes.default.svc, namespace: argo-guest}
  source: {repoURL: https://git.example.com/fleet.git, path: charts/settings, helm: {valuesObject: {colour: ${colour}}}}
  syncPolicy: {automated: {prune: true, selfHeal: true}, syncOptions: [CreateNamespace=true]}
`;
const chart = {
  'fleet/charts/settings/Chart.yaml': chartYaml('settings'),
  'fleet/charts/settings/templates/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: "{{ .Values.colour }}"}\n',
};
const crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'applications.argoproj.io' },
  spec: {
    group: 'argoproj.io',
    scope: 'Namespaced',
    names: { kind: 'Application', listKind: 'ApplicationList', plural: 'applications', singular: 'application' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

describeOnEach('an observed release', (cluster) => {
  const scene = daemonOn(cluster, ['observed', 'argo-guest', 'argocd']);
  let daemon: RunningDaemon;
  let client: ClusterClient;

  const put = (object: object) =>
    client.apply(object as KubernetesObject, { fieldManager: 'argocd-controller', force: true });
  const names = async (kind: string, namespace: string) => {
    const { items } = await client.list({ apiVersion: 'v1', kind, namespace });
    return items.map(({ metadata }) => metadata.name).filter((name) => name !== 'kube-root-ca.crt');
  };
  const settings = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'argo-guest', name });

  beforeAll(async () => {
    scene.write({
      ...chart,
      'fleet/apps/observed.yaml': native('observed', 'mode: observe, values: [{inline: {colour: red}}]'),
    });
    daemon = await scene.start(
      [
        'repositories: [{name: fleet, url: fleet, aliases: ["https://git.example.com/fleet.git"], path: apps, poll: 2s}]',
      ],
      'release.observed',
      { app: 'observed' },
    );
    client = scene.client;
  });

  afterAll(async () => {
    await client
      ?.delete({ apiVersion: crd.apiVersion, kind: crd.kind, name: crd.metadata.name })
      .catch(() => undefined);
    await scene[Symbol.asyncDispose]();
  });

  test('says what it would do, and leaves no object, record or state', async () => {
    const line = daemon.lines.find(({ event }) => event === 'release.observed');
    expect(line).toMatchObject({
      reason: 'mode is observe',
      create: 1,
      update: 0,
      delete: 0,
      changed: 'create ConfigMap/observed',
    });
    expect(await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'observed' })).toBeUndefined();
    expect(await names('ConfigMap', 'helm-gitops')).not.toContain('release.observed.observed');
  });

  test('is what Argo CD keeps by an object of its own, until that has gone', async () => {
    await put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argocd' } });
    await put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argo-guest' } });
    await put(crd);
    const annotations = { 'argocd.argoproj.io/tracking-id': 'guest:/ConfigMap:argo-guest/guest' };
    await put({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'guest', namespace: 'argo-guest', annotations },
      data: { colour: 'red' },
    });
    const own = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'guest', namespace: 'argocd' },
    };
    await expect
      .poll(
        () =>
          put(own).then(
            () => 'there',
            () => 'not yet',
          ),
        { timeout: 30_000 },
      )
      .toBe('there');
    const before = await client.get(settings('guest'));

    scene.write({ 'fleet/apps/guest.yaml': argo('guest', 'red') });
    const same = await daemon.waitFor('release.observed', { app: 'guest' });
    expect(same).toMatchObject({ create: 0, update: 0, delete: 0, unchanged: 1 });
    expect(same['reason']).toBe('the Application argocd/guest of Argo CD lives in the cluster');
    const from = daemon.lines.length;
    scene.write({ 'fleet/apps/guest.yaml': argo('guest', 'blue') });
    const other = await daemon.waitFor('release.observed', { app: 'guest' }, from);
    expect(other).toMatchObject({ update: 1, unchanged: 0, changed: 'ConfigMap/guest /data/colour' });

    expect(await client.get(settings('guest'))).toEqual(before);
    expect(await names('Secret', 'argo-guest')).toEqual([]);
    expect(await names('ConfigMap', 'helm-gitops')).not.toContain('release.argo-guest.guest');
  });

  test('is none where Argo CD has no such object: it is deployed', async () => {
    scene.write({ 'fleet/apps/fresh.yaml': argo('fresh', 'green') });
    await daemon.waitFor('release.deployed', { app: 'fresh', namespace: 'argo-guest' });
    expect(await client.get(settings('fresh'))).toMatchObject({ data: { colour: 'green' } });
    expect(await names('Secret', 'argo-guest')).toEqual(['sh.helm.release.v1.fresh.v1']);
  });

  test('stays as it was deployed: nobody corrects, removes or syncs it any more', async () => {
    let from = daemon.lines.length;
    scene.write({
      'fleet/apps/kept.yaml': native('observed', 'values: [{inline: {colour: red}}], drift: {policy: correct}')
        .replace('name: observed', 'name: kept')
        .replace('namespace: observed', 'namespace: argo-guest'),
    });
    await daemon.waitFor('release.deployed', { app: 'kept' }, from);
    from = daemon.lines.length;
    scene.write({
      'fleet/apps/kept.yaml': native(
        'observed',
        'mode: observe, values: [{inline: {colour: blue}}], drift: {policy: correct}',
      )
        .replace('name: observed', 'name: kept')
        .replace('namespace: observed', 'namespace: argo-guest'),
    });
    expect(await daemon.waitFor('release.observed', { app: 'kept' }, from)).toMatchObject({
      update: 1,
      changed: 'ConfigMap/kept /data/colour',
    });
    await client.patch(settings('kept'), { type: 'merge', body: { data: { colour: 'black' } } });
    const state = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'helm-gitops', name: 'release.argo-guest.kept' };
    const request = { metadata: { annotations: { 'request.helm-gitops.io/sync-x1': '{}' } } };
    await client.patch(state, { type: 'merge', body: request });
    expect(await daemon.waitFor('request.refused', { verb: 'sync' }, from)).toMatchObject({
      message: 'the release is only observed: mode is observe',
    });
    expect(await client.get(settings('kept'))).toMatchObject({ data: { colour: 'black' } });
    expect(await names('Secret', 'argo-guest')).toEqual(['sh.helm.release.v1.fresh.v1', 'sh.helm.release.v1.kept.v1']);
  });
});
