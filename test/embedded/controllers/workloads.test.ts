import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import {
  conditionsOf,
  createWorld,
  deployment,
  eventsAbout,
  podsOf,
  setImage,
  setSpec,
  statusOf,
  type World,
} from './world.ts';

const sets = 'statefulsets.apps';
const daemons = 'daemonsets.apps';
const jobs = 'jobs.batch';
const cronJobs = 'cronjobs.batch';
const claims = 'persistentvolumeclaims';

function create(world: World, resource: string, object: object): void {
  world.store.create(resource, object as KubernetesObject, { manager: 'test' });
  world.settle();
}

function workload(kind: string, name: string, spec: object, image = 'app:1'): object {
  const { template } = deployment(name, {}, image).spec as { template: object };
  const metadata = { name, namespace: 'default' };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata,
    spec: { selector: { matchLabels: { app: name } }, template, ...spec },
  };
}

function job(name: string, spec: object = {}, image = 'app:1'): object {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image }] } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: 'default' }, spec: { template, ...spec } };
}

const names = (world: World): string[] => podsOf(world).map((pod) => pod.metadata.name ?? '');
const images = (world: World): string[] => podsOf(world).map((pod) => pod.spec.containers[0]?.image ?? '');

describe('a StatefulSet', () => {
  test('makes its pods in order, each after the one before is ready', () => {
    const world = createWorld({ podStart: 2000 });
    create(world, sets, workload('StatefulSet', 'db', { replicas: 3, serviceName: 'db' }));
    expect(names(world)).toEqual(['db-0']);
    world.advance(2000);
    expect(names(world)).toEqual(['db-0', 'db-1']);
    world.advance(4000);
    expect(statusOf(world, sets, 'db')).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      collisionCount: 0,
    });
    expect(statusOf(world, sets, 'db').currentRevision).toBe(statusOf(world, sets, 'db').updateRevision);
    world.stop();
  });

  test('is updated from the last pod down, and waits at one that breaks', () => {
    const world = createWorld();
    create(world, sets, workload('StatefulSet', 'db', { replicas: 3, serviceName: 'db' }));
    setImage(world, sets, 'db', 'app:2');
    world.settle();
    expect(images(world)).toEqual(['app:2', 'app:2', 'app:2']);
    expect(statusOf(world, sets, 'db').currentRevision).toBe(statusOf(world, sets, 'db').updateRevision);
    setImage(world, sets, 'db', 'app:broken');
    world.settle();
    expect(images(world)).toEqual(['app:2', 'app:2', 'app:broken']);
    expect(statusOf(world, sets, 'db')).toMatchObject({ readyReplicas: 2, currentReplicas: 2, updatedReplicas: 1 });
    // As upstream: the broken pod is in the way of its own repair until somebody deletes it.
    setImage(world, sets, 'db', 'app:2');
    world.settle();
    expect(images(world)).toEqual(['app:2', 'app:2', 'app:broken']);
    world.store.delete('pods', 'default', 'db-2');
    world.settle();
    expect(statusOf(world, sets, 'db')).toMatchObject({ readyReplicas: 3, updatedReplicas: 3 });
    world.stop();
  });

  test('gives each pod a claim of its own that outlives it', () => {
    const world = createWorld();
    const template = {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    create(
      world,
      sets,
      workload('StatefulSet', 'db', { replicas: 2, serviceName: 'db', volumeClaimTemplates: [template] }),
    );
    expect(statusOf(world, claims, 'data-db-0')).toMatchObject({ phase: 'Bound', capacity: { storage: '1Gi' } });
    expect(statusOf(world, sets, 'db')).toMatchObject({ readyReplicas: 2 });
    setSpec(world, sets, 'db', { replicas: 1 });
    world.settle();
    expect(names(world)).toEqual(['db-0']);
    expect(world.store.list(claims).map((claim) => claim.metadata.name)).toEqual(['data-db-0', 'data-db-1']);
    world.stop();
  });

  test('with partition and Parallel goes as far and as fast as it is told', () => {
    const world = createWorld({ podStart: 1000 });
    create(
      world,
      sets,
      workload('StatefulSet', 'db', { replicas: 3, serviceName: 'db', podManagementPolicy: 'Parallel' }),
    );
    expect(names(world)).toEqual(['db-0', 'db-1', 'db-2']);
    world.advance(1000);
    setSpec(world, sets, 'db', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } });
    setImage(world, sets, 'db', 'app:2');
    world.advance(5000);
    expect(images(world)).toEqual(['app:1', 'app:1', 'app:2']);
    world.stop();
  });
});

describe('a DaemonSet', () => {
  test('puts a pod on each node and replaces them one after the other', () => {
    const world = createWorld();
    create(world, daemons, workload('DaemonSet', 'agent', {}));
    expect(
      podsOf(world)
        .map((pod) => pod.spec.nodeName)
        .sort(),
    ).toEqual(['node-1', 'node-2']);
    expect(statusOf(world, daemons, 'agent')).toMatchObject({
      currentNumberScheduled: 2,
      desiredNumberScheduled: 2,
      numberAvailable: 2,
      numberReady: 2,
      numberMisscheduled: 0,
      updatedNumberScheduled: 2,
    });
    setImage(world, daemons, 'agent', 'app:broken');
    world.settle();
    expect(images(world).sort()).toEqual(['app:1', 'app:broken']);
    expect(statusOf(world, daemons, 'agent')).toMatchObject({
      numberReady: 1,
      numberUnavailable: 1,
      updatedNumberScheduled: 1,
    });
    setImage(world, daemons, 'agent', 'app:3');
    world.settle();
    expect(images(world)).toEqual(['app:3', 'app:3']);
    world.stop();
  });

  test('keeps to the nodes that its selector allows', () => {
    const world = createWorld();
    const object = workload('DaemonSet', 'agent', {}) as { spec: { template: { spec: object } } };
    object.spec.template.spec = { ...object.spec.template.spec, nodeSelector: { 'kubernetes.io/hostname': 'node-2' } };
    create(world, daemons, object);
    expect(podsOf(world).map((pod) => pod.spec.nodeName)).toEqual(['node-2']);
    world.stop();
  });
});

describe('a Job', () => {
  test('ends complete when its pod succeeds', () => {
    const world = createWorld({ jobRun: 2000 });
    create(world, jobs, job('migrate'));
    expect(statusOf(world, jobs, 'migrate')).toMatchObject({ active: 1, ready: 1 });
    world.advance(2000);
    expect(statusOf(world, jobs, 'migrate')).toEqual({
      completionTime: '2026-01-01T00:00:02Z',
      conditions: ['SuccessCriteriaMet', 'Complete'].map((type) => ({
        type,
        status: 'True',
        reason: 'CompletionsReached',
        message: 'Reached expected number of succeeded pods',
        lastProbeTime: '2026-01-01T00:00:02Z',
        lastTransitionTime: '2026-01-01T00:00:02Z',
      })),
      ready: 0,
      startTime: '2026-01-01T00:00:00Z',
      succeeded: 1,
      terminating: 0,
      uncountedTerminatedPods: {},
    });
    expect(eventsAbout(world, 'migrate').at(-1)).toBe('Completed: Job completed');
    world.stop();
  });

  test('fails when its pods fail more often than it allows', () => {
    const world = createWorld({ crashBackoff: 1000 });
    create(world, jobs, job('bad', { backoffLimit: 1 }, 'app:fail'));
    expect(statusOf(world, jobs, 'bad')).toMatchObject({ failed: 1 });
    world.advance(1000);
    expect(statusOf(world, jobs, 'bad')).toMatchObject({ failed: 2 });
    expect(conditionsOf(world, jobs, 'bad')).toEqual([
      'Failed=True BackoffLimitExceeded',
      'FailureTarget=True BackoffLimitExceeded',
    ]);
    world.stop();
  });

  test('that takes too long is ended, one that is over time is removed', () => {
    const world = createWorld();
    create(world, jobs, job('slow', { activeDeadlineSeconds: 30, ttlSecondsAfterFinished: 60 }, 'app:broken'));
    world.advance(30_000);
    expect(conditionsOf(world, jobs, 'slow')).toEqual([
      'Failed=True DeadlineExceeded',
      'FailureTarget=True DeadlineExceeded',
    ]);
    expect(podsOf(world)).toEqual([]);
    world.advance(60_000);
    expect(world.store.list(jobs)).toEqual([]);
    world.stop();
  });

  test('runs several at a time, by index where asked', () => {
    const world = createWorld();
    create(world, jobs, job('many', { completions: 5, parallelism: 2, completionMode: 'Indexed' }));
    expect(statusOf(world, jobs, 'many')).toMatchObject({ succeeded: 5, completedIndexes: '0-4' });
    expect(podsOf(world)).toHaveLength(5);
    world.stop();
  });

  test('suspended runs nothing until it is resumed', () => {
    const world = createWorld();
    create(world, jobs, job('later', { suspend: true }));
    expect(conditionsOf(world, jobs, 'later')).toEqual(['Suspended=True JobSuspended']);
    expect(podsOf(world)).toEqual([]);
    setSpec(world, jobs, 'later', { suspend: false });
    world.settle();
    expect(conditionsOf(world, jobs, 'later')).toContain('Complete=True CompletionsReached');
    world.stop();
  });
});

describe('a CronJob', () => {
  test('makes a Job when it is due and keeps a few', () => {
    const world = createWorld();
    const { spec } = job('x') as { spec: object };
    const metadata = { name: 'nightly', namespace: 'default' };
    create(world, cronJobs, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata,
      spec: { schedule: '*/10 * * * *', successfulJobsHistoryLimit: 2, jobTemplate: { spec } },
    });
    expect(world.store.list(jobs)).toEqual([]);
    world.advance(600_000);
    expect(world.store.list(jobs)).toHaveLength(1);
    expect(statusOf(world, cronJobs, 'nightly')).toMatchObject({
      lastScheduleTime: '2026-01-01T00:10:00Z',
      lastSuccessfulTime: '2026-01-01T00:10:00Z',
    });
    world.advance(1_800_000);
    expect(world.store.list(jobs)).toHaveLength(2);
    world.stop();
  });
});

describe('pods', () => {
  test('that fit on no node say why, and start when one comes', () => {
    const world = createWorld();
    const object = deployment('web', { replicas: 1 }) as { spec: { template: { spec: object } } } & KubernetesObject;
    object.spec.template.spec = { ...object.spec.template.spec, nodeSelector: { disk: 'fast' } };
    create(world, 'deployments.apps', object);
    const [pod] = podsOf(world);
    const message = "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.";
    expect(pod?.status).toMatchObject({
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
    });
    expect(eventsAbout(world, pod?.metadata.name ?? '')).toEqual([`FailedScheduling: ${message}`]);
    const node = world.store.get('nodes', '', 'node-1') as KubernetesObject;
    world.store.update('nodes', {
      ...node,
      metadata: { ...node.metadata, labels: { ...node.metadata.labels, disk: 'fast' } },
    });
    world.settle();
    expect(podsOf(world)[0]).toMatchObject({ spec: { nodeName: 'node-1' }, status: { phase: 'Running' } });
    world.stop();
  });

  test('wait for a claim that does not exist', () => {
    const world = createWorld();
    const spec = {
      containers: [{ name: 'c', image: 'app:1' }],
      volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'd' } }],
    };
    create(world, 'pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default' }, spec });
    expect(podsOf(world)[0]?.status).toMatchObject({
      phase: 'Pending',
      conditions: [{ message: '0/2 nodes are available: persistentvolumeclaim "d" not found.' }],
    });
    const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } };
    create(world, claims, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'd', namespace: 'default' },
      spec: claim,
    });
    expect(podsOf(world)[0]?.status.phase).toBe('Running');
    expect(world.store.list('persistentvolumes')[0]).toMatchObject({
      spec: { claimRef: { name: 'd' } },
      status: { phase: 'Bound' },
    });
    world.stop();
  });

  test('with a broken image tell what the kubelet would', () => {
    const world = createWorld();
    create(world, 'pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'default' },
      spec: { containers: [{ name: 'c', image: 'app:broken' }] },
    });
    const pull = 'rpc error: code = NotFound desc = failed to pull and unpack image "app:broken": not found';
    expect(podsOf(world)[0]?.status).toMatchObject({
      containerStatuses: [
        {
          state: {
            waiting: {
              reason: 'ImagePullBackOff',
              message: `Back-off pulling image "app:broken": ErrImagePull: ${pull}`,
            },
          },
        },
      ],
    });
    expect(eventsAbout(world, 'p')).toEqual(
      expect.arrayContaining([
        'Pulling: Pulling image "app:broken"',
        `Failed: Failed to pull image "app:broken": ${pull}`,
        'Failed: Error: ErrImagePull',
        'Failed: Error: ImagePullBackOff',
      ]),
    );
    world.stop();
  });

  test('managed by a Service are its endpoints, ready or not', () => {
    const world = createWorld();
    create(world, 'services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    });
    create(world, 'deployments.apps', deployment('web'));
    const slice = () =>
      world.store
        .list('endpointslices.discovery.k8s.io', { namespace: 'default' })
        .find((one) => one.metadata.labels?.['kubernetes.io/service-name'] === 'web');
    const shown = () => slice()?.endpoints ?? [];
    expect(slice()).toMatchObject({ addressType: 'IPv4', ports: [{ name: '', port: 8080, protocol: 'TCP' }] });
    expect((shown() as { conditions: object }[]).map(({ conditions }) => conditions)).toEqual([
      { ready: true, serving: true, terminating: false },
      { ready: true, serving: true, terminating: false },
    ]);
    expect(world.store.get('endpoints', 'default', 'web')).toMatchObject({
      subsets: [{ ports: [{ port: 8080, protocol: 'TCP' }] }],
    });
    setImage(world, 'deployments.apps', 'web', 'app:broken');
    world.settle();
    expect((shown() as { conditions: { ready: boolean } }[]).map(({ conditions }) => conditions.ready).sort()).toEqual([
      false,
      true,
      true,
    ]);
    world.store.delete('services', 'default', 'web');
    world.settle();
    expect([slice(), world.store.get('endpoints', 'default', 'web')]).toEqual([undefined, undefined]);
    world.stop();
  });

  test('count for a disruption budget', () => {
    const world = createWorld();
    create(world, 'poddisruptionbudgets.policy', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'b', namespace: 'default' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
    });
    create(world, 'deployments.apps', deployment('web'));
    expect(statusOf(world, 'poddisruptionbudgets.policy', 'b')).toMatchObject({
      currentHealthy: 2,
      desiredHealthy: 1,
      disruptionsAllowed: 1,
      expectedPods: 2,
      observedGeneration: 1,
    });
    world.stop();
  });
});
