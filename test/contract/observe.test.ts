/** Readiness on a real control plane with kwok's kubelets (KUBECONFIG_REAL, see tools/realcluster); skipped without. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenCluster } from '../../src/foundation/cluster/create-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { type SharedWatches, shareWatches } from '../../src/foundation/cluster/share-watches.ts';
import type { KubernetesObject } from '../../src/foundation/manifest/object.ts';
import { type ObserveInput, observeRelease } from '../../src/pipeline/observe/observe-release.ts';

const kubeconfig = process.env.KUBECONFIG_REAL;
const namespace = `contract-observe-${process.pid}`;

function workload(kind: string, name: string, image: string, spec: object = {}): KubernetesObject {
  const job = kind === 'Job';
  const pod = { ...(job ? { restartPolicy: 'Never' } : {}), containers: [{ name: 'main', image }] };
  return {
    apiVersion: job ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name, namespace },
    spec: {
      ...(job ? {} : { selector: { matchLabels: { app: name } } }),
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      ...spec,
      template: { metadata: { labels: { app: name } }, spec: pod },
    },
  };
}

describe.skipIf(!kubeconfig)('a release on a real cluster (skipped without KUBECONFIG_REAL)', () => {
  let client: OpenCluster;
  let shared: SharedWatches;
  beforeAll(async () => {
    client = await openCluster({ name: 'real', kubeconfig: kubeconfig ?? '' });
    shared = shareWatches(client, { linger: 1000 });
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });
  afterAll(async () => {
    await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
    await shared[Symbol.asyncDispose]();
    await client[Symbol.asyncDispose]();
  });

  async function deploy(objects: readonly KubernetesObject[], more: Partial<ObserveInput> = {}) {
    const applied: KubernetesObject[] = [];
    for (const object of objects) applied.push(await client.apply(object, { fieldManager: 'helm' }));
    const signal = new AbortController().signal;
    return observeRelease({ client, objects: applied, timeout: 30_000, signal, now: () => new Date(), ...more });
  }

  test('becomes ready: Deployment, StatefulSet, DaemonSet and Job', async () => {
    const objects = [
      workload('Deployment', 'good', 'nginx:1', { replicas: 3 }),
      workload('StatefulSet', 'set', 'nginx:1', { replicas: 2 }),
      workload('DaemonSet', 'daemon', 'nginx:1'),
      workload('Job', 'job', 'nginx:1'),
    ];
    expect(await deploy(objects)).toEqual({ status: 'ready' });
    const { items } = await client.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: 'app=good' });
    expect(items.filter(({ status }) => (status as { phase?: string }).phase === 'Running')).toHaveLength(3);
  });

  test('over shared watches waits for its own change, not for what ran before', async () => {
    const watches = { watch: shared.watch, scope: 'cluster' } as const;
    for (const image of ['nginx:2', 'nginx:3', 'nginx:4']) {
      expect(await deploy([workload('Deployment', 'good', image, { replicas: 3 })], { watches })).toEqual({
        status: 'ready',
      });
      const live = await client.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'good' });
      expect(live?.status).toMatchObject({ updatedReplicas: 3, availableReplicas: 3 });
    }
    const broken = await deploy([workload('Deployment', 'good', 'nginx:broken', { replicas: 3 })], { watches });
    expect(broken).toMatchObject({ status: 'failed', readiness: { reason: 'ImagePullBackOff' } });
    expect(await deploy([workload('Deployment', 'good', 'nginx:5', { replicas: 3 })], { watches })).toEqual({
      status: 'ready',
    });
  });

  test.each(['Deployment', 'StatefulSet', 'DaemonSet'])(
    'fails with a %s whose image is not there, and names the new pod',
    async (kind) => {
      const name = `pull-${kind.toLowerCase()}`;
      expect(await deploy([workload(kind, name, 'nginx:1')])).toEqual({ status: 'ready' });
      expect(await deploy([workload(kind, name, 'nginx:broken')])).toMatchObject({
        status: 'failed',
        readiness: {
          status: 'failed',
          object: `${kind}/${name}`,
          reason: 'ImagePullBackOff',
          culprit: { container: 'main', image: 'nginx:broken', pod: expect.stringContaining(name) },
        },
      });
    },
  );

  test('fails with a container that crashes again and again', async () => {
    const observed = await deploy([
      workload('Deployment', 'crash', 'nginx:crash'),
      workload('StatefulSet', 'fine', 'nginx:1'),
    ]);
    expect(observed).toMatchObject({
      status: 'failed',
      readiness: { object: 'Deployment/crash', reason: 'CrashLoopBackOff' },
    });
  });

  test('fails with a Job that failed', async () => {
    const failing = workload('Job', 'failing', 'nginx:fail', { backoffLimit: 0 });
    await deploy([failing]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await deploy([failing])).toMatchObject({
      status: 'failed',
      readiness: { object: 'Job/failing', reason: 'BackoffLimitExceeded' },
    });
  });

  test.each(['Deployment', 'StatefulSet'])('fails with a %s whose pods a quota refuses', async (kind) => {
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'none', namespace },
      spec: { hard: { pods: '0' } },
    };
    await client.apply(quota, { fieldManager: 'helm' });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const observed = await deploy([workload(kind, `quota-${kind.toLowerCase()}`, 'nginx:1')], {
      patience: { refusal: 500 },
    });
    await client.delete({ ...quota, namespace, name: 'none' });
    expect(observed).toMatchObject({
      status: 'failed',
      readiness: { reason: 'FailedCreate', message: expect.stringContaining('exceeded quota') },
    });
  });

  test('at the timeout blames the pod that finds no node', async () => {
    const homeless = workload('Deployment', 'homeless', 'nginx:1');
    const template = (homeless.spec as { template: { spec: object } }).template;
    template.spec = { ...template.spec, nodeSelector: { none: 'such' } };
    expect(await deploy([homeless], { timeout: 2500 })).toMatchObject({
      status: 'timeout',
      readiness: { reason: 'Unschedulable', culprit: { pod: expect.stringContaining('homeless') } },
    });
  });
});
