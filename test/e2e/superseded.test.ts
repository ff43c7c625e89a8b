/** Releases that wait, for their pods and for their hooks: for a newer commit, and no longer than they may. */
import { afterAll, test as anyTest, beforeAll, expect, vi } from 'vitest';
import { daemonOn, describeOnEach } from '../support/daemon-on.ts';
import { chartYaml } from '../support/make-chart.ts';
import type { RunningDaemon } from '../support/start-daemon.ts';

/** A daemon for each cluster takes seconds, so it runs where a real cluster is at hand. */
const test = anyTest.skipIf(process.env['KUBECONFIG_REAL'] === undefined);
const namespace = 'superseded';
const pod = (name: string, node: string) =>
  `{nodeSelector: ${node}, restartPolicy: Never, containers: [{name: ${name}, image: "registry.example.com/${name}:1"}]}`;
const chart = `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template: {metadata: {labels: {app: shop, colour: {{ .Values.colour }}}}, spec: ${pod('shop', '{{ toJson .Values.node }}').replace('Never', 'Always')}}
---
apiVersion: v1
kind: Pod
metadata: {name: migrate, annotations: {helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: "before-hook-creation,hook-failed"}}
spec: ${pod('migrate', '{{ toJson .Values.hook }}')}
`;
const nowhere = '{place: nowhere}';
const application = (values: string, timeout: string) => `apiVersion: helm-gitops.io/v1
kind: Application
metadata: {name: shop}
spec: {chart: {path: charts/shop}, namespace: ${namespace}, timeout: ${timeout}, values: [{inline: ${values}}]}
`;

describeOnEach('a release that waits', (cluster) => {
  const scene = daemonOn(cluster, [namespace]);
  let daemon: RunningDaemon;
  const say = (colour: string, { node = '{}', hook = '{}', timeout = '5m' } = {}) =>
    scene.write({ 'fleet/apps/shop.yaml': application(`{colour: ${colour}, node: ${node}, hook: ${hook}}`, timeout) });
  const history = async () => {
    const labelSelector = 'owner=helm,name=shop';
    const { items } = await scene.client.list({ apiVersion: 'v1', kind: 'Secret', namespace, labelSelector });
    return items.map(({ metadata: { labels } }) => `${labels?.['version']} ${labels?.['status']}`).sort();
  };

  beforeAll(async () => {
    scene.write({ 'fleet/charts/shop/Chart.yaml': chartYaml('shop'), 'fleet/charts/shop/templates/all.yaml': chart });
    say('red');
    daemon = await scene.start([
      'repositories: [{name: fleet, url: fleet, path: apps, poll: 1s}]',
      'defaults: {rollback: {soak: 0s}}',
    ]);
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  test('for its pods gives way to a newer commit, without a rollback', async () => {
    say('green', { node: nowhere });
    await daemon.waitFor('release.waiting', { app: 'shop', for: 'Deployment/shop' });
    say('blue');
    await daemon.waitFor('revision.superseded', { app: 'shop', version: 2 });
    await daemon.waitFor('release.deployed', { app: 'shop', version: 3 });
    // Older records are put in order after it.
    await vi.waitFor(async () => expect(await history()).toEqual(['1 superseded', '2 failed', '3 deployed']), 90_000);
    for (const event of ['rollback.started', 'revision.quarantined', 'release.failed'])
      expect(daemon.lines.filter((line) => line.event === event)).toEqual([]);
  });

  test('for a hook waits no longer than its timeout, says what held it and goes back', async () => {
    say('white', { hook: nowhere, timeout: '2s' });
    const failed = await daemon.waitFor('hook.failed', { app: 'shop', hook: 'pre-upgrade' });
    expect(failed).toMatchObject({ object: 'Pod/migrate', reason: 'Timeout' });
    expect(failed['message']).toContain('it did not end in time');
    await daemon.waitFor('rollback.done', { app: 'shop' });
    const hook = { apiVersion: 'v1', kind: 'Pod', namespace, name: 'migrate' };
    expect(await scene.client.get(hook)).toBeUndefined();
    await vi.waitFor(async () => expect((await history()).slice(-2)).toEqual(['4 failed', '5 deployed']), 90_000);
  });
});
