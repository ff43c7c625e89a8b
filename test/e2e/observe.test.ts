/** Releases that are only observed: what a deploy would do is said, and nothing at all is written. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
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
const chartOf = (repository: string) => ({
  [`${repository}/charts/settings/Chart.yaml`]: chartYaml('settings'),
  [`${repository}/charts/settings/templates/settings.yaml`]:
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {colour: "{{ .Values.colour }}"}\n',
});
/** One application in two environments, of which one is only observed. */
const stages = `apiVersion: helm-gitops.io/v1
kind: Environment
metadata: {name: staging}
spec: {mode: observe, namespace: observed-staging}
---
apiVersion: helm-gitops.io/v1
kind: Environment
metadata: {name: live}
spec: {namespace: observed-live}
---
apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: staged}
spec: {chart: {path: charts/settings}, values: [{inline: {colour: red}}], environments: {staging: , live: }}
`;
const repositories = (mode = '') => [
  'repositories:',
  '- {name: fleet, url: fleet, aliases: ["https://git.example.com/fleet.git"], path: apps, poll: 2s}',
  '- {name: stages, url: stages, path: apps, poll: 2s}',
  `- {name: guests, url: guests, path: apps, poll: 2s${mode}}`,
];
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
  const scene = daemonOn(cluster, [
    ...['observed', 'argo-guest', 'argocd', 'observed-staging', 'observed-live', 'guest-one', 'guest-two'],
  ]);
  let daemon: RunningDaemon;
  let client: ClusterClient;

  const put = (object: object) =>
    client.apply(object as KubernetesObject, { fieldManager: 'argocd-controller', force: true });
  const names = async (kind: string, namespace: string) => {
    const { items } = await client.list({ apiVersion: 'v1', kind, namespace });
    return items.map(({ metadata }) => metadata.name).filter((name) => name !== 'kube-root-ca.crt');
  };
  const namespace = (name: string) => client.get({ apiVersion: 'v1', kind: 'Namespace', name });
  const settings = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'argo-guest', name });

  beforeAll(async () => {
    scene.write({
      ...chartOf('fleet'),
      ...chartOf('stages'),
      ...chartOf('guests'),
      'fleet/apps/observed.yaml': native('observed', 'mode: observe, values: [{inline: {colour: red}}]'),
      'stages/apps/staged.yaml': stages,
      'guests/apps/one.yaml': native('guest-one', 'onRemove: uninstall, values: [{inline: {colour: red}}]'),
    });
    daemon = await scene.start(repositories(), 'release.observed', { app: 'observed' });
    client = scene.client;
  });

  afterAll(async () => {
    await client
      ?.delete({ apiVersion: crd.apiVersion, kind: crd.kind, name: crd.metadata.name })
      .catch(() => undefined);
    await scene[Symbol.asyncDispose]();
  });

  test('says what it would do, and leaves no object, record or state', async () => {
    const line = daemon.lines.find(({ event, app }) => event === 'release.observed' && app === 'observed');
    expect(line).toMatchObject({
      reason: 'mode is observe',
      create: 1,
      update: 0,
      delete: 0,
      changed: 'create ConfigMap/observed',
    });
    expect(await namespace('observed')).toBeUndefined();
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
      spec: { project: 'default', destination: { name: 'in-cluster', namespace: 'argo-guest' } },
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

  test('is one of an environment that is observed, and of no other environment', async () => {
    const staged = await daemon.waitFor('release.observed', { app: 'staged', environment: 'staging' });
    expect(staged).toMatchObject({ reason: 'mode is observe', create: 1, changed: 'create ConfigMap/staged' });
    await daemon.waitFor('release.deployed', { app: 'staged', environment: 'live' });
    expect(await names('ConfigMap', 'observed-live')).toEqual(['staged']);
    expect(await namespace('observed-staging')).toBeUndefined();
    expect(await names('ConfigMap', 'helm-gitops')).toContain('release.observed-live.staged');
    expect(await names('ConfigMap', 'helm-gitops')).not.toContain('release.observed-staging.staged');
  });

  test('is all of a repository that is observed: nothing of it is deployed, corrected or removed', async () => {
    await daemon.waitFor('release.deployed', { app: 'guest-one' });
    await daemon.stop();
    await client[Symbol.asyncDispose]();
    scene.write({
      'guests/apps/one.yaml': native('guest-one', 'onRemove: uninstall, values: [{inline: {colour: blue}}]'),
      'guests/apps/two.yaml': native('guest-two', 'mode: deploy, values: [{inline: {colour: red}}]'),
    });
    daemon = await scene.start(repositories(', mode: observe'), 'release.observed', { app: 'guest-two' });
    client = scene.client;
    const changed = await daemon.waitFor('release.observed', { app: 'guest-one' });
    expect(changed).toMatchObject({ update: 1, changed: 'ConfigMap/guest-one /data/colour' });
    expect(await namespace('guest-two')).toBeUndefined();

    const from = daemon.lines.length;
    rmSync(join(scene.folder, 'guests/apps/one.yaml'));
    await daemon.waitFor('revision.found', { repository: 'guests', releases: 1 }, from);
    scene.write({ 'guests/apps/three.yaml': native('guest-three', 'values: [{inline: {colour: green}}]') });
    await daemon.waitFor('release.observed', { app: 'guest-three' }, from);
    const one = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'guest-one', name: 'guest-one' };
    expect(await client.get(one)).toMatchObject({ data: { colour: 'red' } });
    expect(await names('Secret', 'guest-one')).toEqual(['sh.helm.release.v1.guest-one.v1']);
    expect(daemon.lines.filter(({ event }) => /^(removal|release\.(uninstalled|removed))/.test(String(event)))).toEqual(
      [],
    );
  });
});
