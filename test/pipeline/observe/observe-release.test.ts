import { beforeAll, describe, expect, test } from 'vitest';
import { clusterError } from '../../../src/foundation/cluster/cluster-error.ts';
import { shareWatches } from '../../../src/foundation/cluster/share-watches.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { type ObserveInput, observeRelease } from '../../../src/pipeline/observe/observe-release.ts';
import { compileExpressions } from '../../../src/pipeline/observe/ready-expressions.ts';
import { type MemoryCluster, memoryCluster } from '../../support/memory-cluster.ts';

const namespace = 'n';

function deployment(name: string, status: object, revision = '1'): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, generation: 1, annotations: { 'deployment.kubernetes.io/revision': revision } },
    spec: { replicas: 1, selector: { matchLabels: { app: name } } },
    status: { observedGeneration: 1, ...status },
  };
}
const done = {
  replicas: 1,
  updatedReplicas: 1,
  availableReplicas: 1,
  readyReplicas: 1,
  conditions: [
    { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
    { type: 'Available', status: 'True' },
  ],
};
const pulling = { waiting: { reason: 'ImagePullBackOff', message: 'not found' } };
const crashing = { waiting: { reason: 'CrashLoopBackOff' } };

/** The Deployment with a ReplicaSet of that revision and its pod in that state. */
function withPod(
  cluster: MemoryCluster,
  name: string,
  { state, revision = '1', status = {} }: { state: object; revision?: string; status?: object },
) {
  const uid =
    cluster.objects.get(`Deployment/${namespace}/${name}`)?.metadata.uid ??
    cluster.put(deployment(name, status)).metadata.uid ??
    '';
  const labels = { app: name };
  const owner = (kind: string, owned: string) => [{ apiVersion: 'apps/v1', kind, name, uid: owned, controller: true }];
  const set = cluster.put({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${revision}`,
      namespace,
      labels,
      annotations: { 'deployment.kubernetes.io/revision': revision },
      ownerReferences: owner('Deployment', uid),
    },
  });
  const containerStatuses = [
    {
      name: 'main',
      image: 'shop:1',
      restartCount: 5,
      state,
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    },
  ];
  cluster.put({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${revision}-x`,
      namespace,
      labels,
      ownerReferences: owner('ReplicaSet', set.metadata.uid ?? ''),
    },
    status: { phase: 'Pending', containerStatuses },
  });
}

function observe(cluster: MemoryCluster, names: readonly string[], more: Partial<ObserveInput> = {}) {
  return observeRelease({
    client: cluster,
    objects: names.map((name) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace } })),
    timeout: 1500,
    signal: new AbortController().signal,
    now: () => new Date(),
    ...more,
  });
}

describe.concurrent('a release', () => {
  test('of ConfigMaps alone is ready without a look', async () => {
    const cluster = memoryCluster();
    const objects = [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace } }];
    expect(await observe(cluster, [], { objects })).toEqual({ status: 'ready' });
    expect(cluster.calls).toEqual([]);
  });

  test('is ready when the last object is', async () => {
    const cluster = memoryCluster();
    for (const name of ['a', 'b', 'c', 'd', 'e']) cluster.put(deployment(name, name === 'c' ? {} : done));
    const observed = observe(cluster, ['a', 'b', 'c', 'd', 'e']);
    setTimeout(() => cluster.put(deployment('c', done)), 30);
    expect(await observed).toEqual({ status: 'ready' });
    expect(cluster.calls.filter((call) => call.startsWith('list Deployment'))).toHaveLength(1);
  });

  test('fails at once for an image that is not there, and shows event and pod', async () => {
    const cluster = memoryCluster();
    withPod(cluster, 'a', { state: pulling });
    const involvedObject = { kind: 'Pod', name: 'a-1-x' };
    const event = (name: string, message: string, lastTimestamp: string) =>
      cluster.put({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace },
        type: 'Warning',
        involvedObject,
        message,
        lastTimestamp,
      });
    event('new', 'Failed to pull', '2026-01-02T00:00:00Z');
    event('old', 'Something before', '2026-01-01T00:00:00Z');
    expect(await observe(cluster, ['a'])).toEqual({
      status: 'failed',
      readiness: {
        status: 'failed',
        object: 'Deployment/a',
        reason: 'ImagePullBackOff',
        message: 'not found',
        culprit: { pod: 'a-1-x', container: 'main', image: 'shop:1', event: 'Failed to pull' },
      },
    });
  });

  test('is not blamed for pods of the template before', async () => {
    const cluster = memoryCluster();
    withPod(cluster, 'a', { state: pulling, revision: '0' });
    expect(await observe(cluster, ['a'])).toMatchObject({
      status: 'timeout',
      readiness: { status: 'progressing', reason: 'LessReplicas' },
    });
  });

  test('is not blamed for them while its controller has not seen the change', async () => {
    const cluster = memoryCluster();
    withPod(cluster, 'a', { state: pulling });
    // A rollback was written: what counts as new is still what it takes back.
    const written = deployment('a', done);
    cluster.put({ ...written, metadata: { ...written.metadata, generation: 2 } });
    const observed = observe(cluster, ['a']);
    setTimeout(() => cluster.put(deployment('a', done, '2')), 1000);
    expect(await observed).toEqual({ status: 'ready' });
  });

  test('fails for a crash loop when nothing else progresses, with the log', async () => {
    const cluster = memoryCluster();
    cluster.put(deployment('b', done));
    withPod(cluster, 'a', { state: crashing });
    expect(await observe(cluster, ['a', 'b'])).toMatchObject({
      status: 'failed',
      readiness: { reason: 'CrashLoopBackOff', culprit: { pod: 'a-1-x', logs: 'log of a-1-x' } },
    });
  });

  test('bears a crash loop while something else still comes', async () => {
    const cluster = memoryCluster();
    cluster.put(deployment('database', {}));
    withPod(cluster, 'a', { state: crashing });
    expect(await observe(cluster, ['a', 'database'])).toMatchObject({
      status: 'timeout',
      readiness: { object: 'Deployment/a', reason: 'CrashLoopBackOff' },
    });
  });

  test('fails for pods that are refused, after a while', async () => {
    const cluster = memoryCluster();
    const refused = { type: 'ReplicaFailure', status: 'True', message: 'pods "x" is forbidden: exceeded quota: q' };
    cluster.put(deployment('a', { conditions: [refused] }));
    expect(await observe(cluster, ['a'], { timeout: 300 })).toMatchObject({
      status: 'timeout',
      readiness: { reason: 'FailedCreate' },
    });
    expect(await observe(cluster, ['a'], { patience: { refusal: 100 } })).toMatchObject({
      status: 'failed',
      readiness: { reason: 'FailedCreate' },
    });
  });

  test('fails past the progress deadline, unless that was so before and nothing has changed since', async () => {
    const cluster = memoryCluster();
    const late = (lastUpdateTime: string) => ({
      conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', lastUpdateTime }],
    });
    cluster.put(deployment('a', late('1')));
    expect(await observe(cluster, ['a'], { timeout: 100 })).toMatchObject({ status: 'timeout' });
    setTimeout(() => cluster.put(deployment('a', late('2'))), 30);
    expect(await observe(cluster, ['a'])).toMatchObject({
      status: 'failed',
      readiness: { reason: 'ProgressDeadlineExceeded' },
    });
  });

  test('is missing an object that somebody deletes', async () => {
    const cluster = memoryCluster();
    cluster.put(deployment('a', {}));
    setTimeout(() => cluster.delete({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'a' }), 20);
    expect(await observe(cluster, ['a'], { timeout: 200 })).toMatchObject({
      status: 'timeout',
      readiness: { status: 'missing' },
    });
  });

  test('is no longer waited for when the caller gives up', async () => {
    const cluster = memoryCluster();
    cluster.put(deployment('a', {}));
    await expect(observe(cluster, ['a'], { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
      code: 'cluster.aborted',
    });
    await expect(observe(cluster, ['a'], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cluster.aborted',
    });
  });

  test('is read again and again where it may not be watched', async () => {
    const cluster = memoryCluster();
    cluster.put(deployment('a', done));
    cluster.before = (call) => {
      if (call.startsWith('list')) throw clusterError('cluster.forbidden', 'no');
    };
    expect(await observe(cluster, ['a'])).toEqual({ status: 'ready' });
    cluster.before = () => {
      throw clusterError('cluster.forbidden', 'no');
    };
    await expect(observe(cluster, ['a'])).rejects.toMatchObject({ code: 'cluster.forbidden' });
  });

  test('does not wait for a claim that is bound only when used', async () => {
    const cluster = memoryCluster();
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'p', namespace } };
    cluster.put({ ...claim, spec: { storageClassName: 'late' }, status: { phase: 'Pending' } });
    cluster.put({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'late' },
      volumeBindingMode: 'WaitForFirstConsumer',
    });
    expect(await observe(cluster, [], { objects: [claim] })).toEqual({ status: 'ready' });
  });

  test('tells what it waits for, once for each reason', async () => {
    const cluster = memoryCluster();
    cluster.put(deployment('a', {}));
    const told: string[] = [];
    setTimeout(() => cluster.put(deployment('a', { replicas: 1 })), 1200);
    await observe(cluster, ['a'], {
      timeout: 3500,
      onProgress: ({ object, reason }) => told.push(`${object} ${reason}`),
    });
    expect(told).toEqual(['Deployment/a LessReplicas', 'Deployment/a LessUpdated']);
  });
});

describe.concurrent('over shared watches', () => {
  test('a snapshot from before our write does not count', async () => {
    const cluster = memoryCluster();
    const old = cluster.put(deployment('a', done));
    await using shared = shareWatches(cluster, { linger: 1000 });
    await shared.watch(
      { apiVersion: 'apps/v1', kind: 'Deployment' },
      { replaced: () => undefined, changed: () => undefined },
    ).synced;
    const written = { ...old, metadata: { ...old.metadata, resourceVersion: '999' } };
    const watches = { watch: shared.watch, scope: () => 'cluster' as const };
    expect(await observe(cluster, [], { objects: [written], watches, timeout: 100 })).toMatchObject({
      status: 'timeout',
    });
    expect(await observe(cluster, [], { objects: [old], watches })).toEqual({ status: 'ready' });
  });

  test('an object whose version is not known is read once', async () => {
    const cluster = memoryCluster();
    cluster.put(deployment('a', done));
    await using shared = shareWatches(cluster, { linger: 1000 });
    expect(
      await observe(cluster, ['a'], { watches: { watch: shared.watch, scope: () => 'cluster' as const } }),
    ).toEqual({
      status: 'ready',
    });
    expect(cluster.calls.filter((call) => call === 'get Deployment/a')).toHaveLength(1);
  });
});

describe.concurrent('what its chart says about readiness', () => {
  const thing = (phase: string | undefined): KubernetesObject => ({
    apiVersion: 'x.io/v1',
    kind: 'Thing',
    metadata: { name: 'a', namespace, annotations: { 'helm-gitops.io/ready': 'status.phase == "Up"' } },
    ...(phase === undefined ? {} : { status: { phase } }),
  });

  // The library is loaded by the first expression, which may take longer than what is waited for below.
  beforeAll(async () => void (await compileExpressions(thing('Up'))));

  test('counts, not its kind’s rule', async () => {
    const cluster = memoryCluster();
    cluster.put(thing(undefined));
    const told: string[] = [];
    const observed = observe(cluster, [], {
      objects: [thing(undefined)],
      timeout: 3000,
      onProgress: ({ message }) => told.push(message),
    });
    setTimeout(() => cluster.put(thing('Up')), 1200);
    expect(await observed).toEqual({ status: 'ready' });
    expect(told).toEqual(['its ready condition does not hold: status.phase == "Up" (no such key: phase)']);
  });

  test('makes even a ConfigMap wait', async () => {
    const cluster = memoryCluster();
    const map = (color: string): KubernetesObject => ({
      ...thing(undefined),
      apiVersion: 'v1',
      kind: 'ConfigMap',
      data: { color },
    });
    const annotations = {
      'helm-gitops.io/ready': 'self.data.color == "red"',
      'helm-gitops.io/failed': 'self.data.color == "grey"',
    };
    const wanted = { ...map('blue'), metadata: { name: 'a', namespace, annotations } };
    cluster.put(wanted);
    const observed = observe(cluster, [], { objects: [wanted] });
    setTimeout(() => cluster.put({ ...wanted, data: { color: 'grey' } }), 30);
    expect(await observed).toMatchObject({
      status: 'failed',
      readiness: { object: 'ConfigMap/a', reason: 'FailedCondition' },
    });
  });

  test('is an error where it is wrong', async () => {
    const cluster = memoryCluster();
    const wanted = { ...thing('Up'), metadata: { name: 'a', namespace, annotations: { 'helm-gitops.io/ready': '(' } } };
    await expect(observe(cluster, [], { objects: [wanted] })).rejects.toMatchObject({ code: 'readiness.expression' });
  });
});

describe.concurrent('the end of a hook', () => {
  const job = (type?: string, more: object = {}): KubernetesObject => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'a', namespace },
    spec: { selector: { matchLabels: { 'job-name': 'a' } } },
    status: { startTime: 'now', conditions: type ? [{ type, status: 'True', message: 'so it is' }] : [], ...more },
  });
  const end = (cluster: MemoryCluster, object: KubernetesObject, more: Partial<ObserveInput> = {}) =>
    observe(cluster, [], { objects: [object], until: 'ended', ...more });
  const podOf = (owner: KubernetesObject, containerStatuses: object[]): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'a-x',
      namespace,
      labels: { 'job-name': 'a' },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'a', uid: owner.metadata.uid ?? '' }],
    },
    status: { phase: 'Failed', containerStatuses },
  });

  test('of a Job is its completion, not its start', async () => {
    const cluster = memoryCluster();
    cluster.put(job());
    expect(await observe(cluster, [], { objects: [job()] })).toEqual({ status: 'ready' });
    const ended = end(cluster, job());
    setTimeout(() => cluster.put(job('Complete')), 30);
    expect(await ended).toEqual({ status: 'ready' });
    cluster.put(job());
    expect(await end(cluster, job(), { timeout: 100 })).toMatchObject({
      status: 'timeout',
      readiness: { reason: 'Running' },
    });
  });

  test.each([
    ['Running', { status: 'timeout' }],
    ['Succeeded', { status: 'ready' }],
    ['Failed', { status: 'failed' }],
  ])('of a Pod that is %s', async (phase, expected) => {
    const cluster = memoryCluster();
    const conditions = [{ type: 'Ready', status: 'True' }];
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace }, status: { phase, conditions } };
    cluster.put(pod);
    expect(await end(cluster, pod, { timeout: 100 })).toMatchObject(expected);
  });

  test('of other kinds is their being there', async () => {
    const cluster = memoryCluster();
    expect(await end(cluster, deployment('a', {}))).toEqual({ status: 'ready' });
  });

  test('that failed names pod, container, exit code and log', async () => {
    const cluster = memoryCluster();
    const live = cluster.put(job('Failed'));
    cluster.put(podOf(live, [{ name: 'main', image: 'x:1', state: { terminated: { exitCode: 3, reason: 'Error' } } }]));
    expect(await end(cluster, job())).toEqual({
      status: 'failed',
      readiness: {
        status: 'failed',
        object: 'Job/a',
        reason: 'JobFailed',
        message: 'so it is; container main ended badly, exit code 3',
        culprit: { pod: 'a-x', container: 'main', image: 'x:1', logs: 'log of a-x' },
      },
    });
  });

  test('whose object is gone is a failure, and so is an image that is not there', async () => {
    const cluster = memoryCluster();
    expect(await end(cluster, job())).toMatchObject({ status: 'failed', readiness: { reason: 'NotFound' } });
    const live = cluster.put(job());
    cluster.put(podOf(live, [{ name: 'main', image: 'x:1', restartCount: 0, state: pulling }]));
    expect(await end(cluster, job())).toMatchObject({ status: 'failed', readiness: { reason: 'ImagePullBackOff' } });
  });

  test('is waited for through crashes: a Job counts its tries itself', async () => {
    const cluster = memoryCluster();
    const live = cluster.put(job());
    cluster.put(
      podOf(live, [{ name: 'main', restartCount: 5, state: crashing, lastState: { terminated: { exitCode: 1 } } }]),
    );
    expect(await end(cluster, job(), { timeout: 1200 })).toMatchObject({
      status: 'timeout',
      readiness: { reason: 'CrashLoopBackOff', culprit: { pod: 'a-x', logs: 'log of a-x' } },
    });
  });
});
