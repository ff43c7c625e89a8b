/** Readiness on a real control plane with kwok's kubelets (KUBECONFIG_REAL, see tools/realcluster); skipped without. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
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
    const watches = { watch: shared.watch, scope: () => 'cluster' as const };
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

  test.each(['Deployment', 'StatefulSet', 'DaemonSet', 'Job'])(
    'fails with a %s whose pods an admission refuses',
    async (kind) => {
      const strict = `${namespace}-${kind.toLowerCase()}`;
      const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
      await client.apply(
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: strict, labels } },
        { fieldManager: 'helm' },
      );
      const refused = workload(kind, `strict-${kind.toLowerCase()}`, 'nginx:1');
      refused.metadata.namespace = strict;
      // A Job counts as ready once it runs: a hook's is waited for.
      const until = kind === 'Job' ? 'ended' : 'ready';
      const observed = await deploy([refused], { patience: { refusal: 500 }, until });
      expect(observed).toMatchObject({
        status: 'failed',
        readiness: {
          object: `${kind}/strict-${kind.toLowerCase()}`,
          reason: 'FailedCreate',
          message: expect.stringContaining('violates PodSecurity "restricted:latest"'),
          // A Deployment's is its ReplicaSet's.
          ...(kind === 'Deployment' ? {} : { culprit: { event: expect.stringContaining('violates PodSecurity') } }),
        },
      });
      await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: strict });
    },
  );

  test('fails past the progress deadline, and names the pod that kept it from being met', async () => {
    const late = workload('Deployment', 'late', 'nginx:1', { progressDeadlineSeconds: 2 });
    const template = (late.spec as { template: { spec: object } }).template;
    template.spec = { ...template.spec, nodeSelector: { none: 'such' } };
    expect(await deploy([late])).toMatchObject({
      status: 'failed',
      readiness: {
        object: 'Deployment/late',
        reason: 'Unschedulable',
        culprit: {
          pod: expect.stringContaining('late'),
          event: expect.stringContaining("didn't match Pod's node affinity"),
        },
      },
    });
  });

  test('fails with a container that cannot be created, after a while', async () => {
    const homeless = workload('Deployment', 'uncreated', 'nginx:1');
    const template = (homeless.spec as { template: { spec: object } }).template;
    template.spec = { ...template.spec, nodeSelector: { none: 'such' } };
    const observed = deploy([homeless], { patience: { create: 500 } });
    // kwok creates every container: the kubelet's words are put in its mouth.
    const query = { apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: 'app=uncreated' };
    const pod = await vi.waitFor(async () => {
      const [found] = (await client.list(query)).items;
      if (found === undefined) throw new Error('no pod yet');
      return found;
    });
    const waiting = { reason: 'CreateContainerConfigError', message: 'secret "db" not found' };
    const containerStatuses = [
      { name: 'main', image: 'nginx:1', imageID: '', ready: false, restartCount: 0, state: { waiting } },
    ];
    const target = { apiVersion: 'v1', kind: 'Pod', namespace, name: pod.metadata.name ?? '' };
    await client.patch(target, { type: 'merge', body: { status: { containerStatuses } } }, { subresource: 'status' });
    expect(await observed).toMatchObject({
      status: 'failed',
      readiness: {
        reason: 'CreateContainerConfigError',
        message: 'secret "db" not found',
        culprit: { pod: pod.metadata.name, container: 'main' },
      },
    });
  });

  test('waits for a hook’s Job to end, and fails at once for an image that is not there', async () => {
    expect(await deploy([workload('Job', 'hook-good', 'nginx:1')], { until: 'ended' })).toEqual({ status: 'ready' });
    expect(await deploy([workload('Job', 'hook-broken', 'nginx:broken')], { until: 'ended' })).toMatchObject({
      status: 'failed',
      readiness: { object: 'Job/hook-broken', reason: 'ImagePullBackOff', culprit: { container: 'main' } },
    });
    const failing = workload('Job', 'hook-failing', 'nginx:fail', { backoffLimit: 0 });
    expect(await deploy([failing], { until: 'ended' })).toMatchObject({
      status: 'failed',
      readiness: {
        reason: 'BackoffLimitExceeded',
        message: expect.stringContaining('container main ended badly, exit code 1'),
        culprit: { pod: expect.stringContaining('hook-failing'), event: expect.stringContaining('backoff limit') },
      },
    });
  });

  test('waits for a claim until it is bound, and for no outer address of a load balancer, as Helm 4', async () => {
    const name = `observe-${process.pid}`;
    const accessModes = ['ReadWriteOnce'];
    const claim: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace },
      spec: { accessModes, storageClassName: name, resources: { requests: { storage: '1Gi' } } },
    };
    const service: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'front', namespace },
      spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
    };
    expect(await deploy([service])).toEqual({ status: 'ready' });
    expect(await deploy([claim], { timeout: 1_000 })).toMatchObject({
      status: 'timeout',
      readiness: { object: 'PersistentVolumeClaim/data', reason: 'NotBound' },
    });
    const settled = deploy([claim]);
    const hostPath = { path: `/tmp/${name}` };
    // Without the claim's name the two are brought together every 15 s only.
    const claimRef = { namespace, name: 'data' };
    const spec = { accessModes, storageClassName: name, capacity: { storage: '1Gi' }, hostPath, claimRef };
    await client.create({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec });
    expect(await settled).toEqual({ status: 'ready' });
    await client.delete({ apiVersion: 'v1', kind: 'PersistentVolume', name });
  });

  test('passes a paused Deployment over', async () => {
    expect(await deploy([workload('Deployment', 'paused', 'nginx:broken', { paused: true })])).toEqual({
      status: 'ready',
    });
  });

  test('waits for a custom resource as its chart says', async () => {
    const group = `g${process.pid}.example.com`;
    const crd: KubernetesObject = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `things.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'things', singular: 'thing', kind: 'Thing' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            subresources: { status: {} },
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    };
    expect(await deploy([crd])).toEqual({ status: 'ready' });
    await client.discovery({ refresh: true });
    const annotations = {
      'helm-gitops.io/ready': 'status.replicas == spec.replicas',
      'helm-gitops.io/failed': 'status.phase == "Broken"',
    };
    const thing = (name: string): KubernetesObject => ({
      apiVersion: `${group}/v1`,
      kind: 'Thing',
      metadata: { name, namespace, annotations },
      spec: { replicas: 3 },
    });
    const settle = async (name: string, status: object) => {
      const observed = deploy([thing(name)]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const target = { apiVersion: `${group}/v1`, kind: 'Thing', namespace, name };
      await client.patch(target, { type: 'merge', body: { status } }, { subresource: 'status' });
      return await observed;
    };
    expect(await settle('good', { replicas: 3 })).toEqual({ status: 'ready' });
    expect(await settle('bad', { phase: 'Broken' })).toMatchObject({
      status: 'failed',
      readiness: { object: 'Thing/bad', reason: 'FailedCondition' },
    });
    await client.delete({ apiVersion: crd.apiVersion, kind: crd.kind, name: crd.metadata.name ?? '' });
  });
});
