import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { isReadyByBeing, readinessOf } from '../../../src/pipeline/observe/readiness-of.ts';

interface Parts {
  readonly spec?: object;
  readonly status?: object;
  readonly generation?: number;
  readonly deletionTimestamp?: string;
}

function live(kind: string, { spec, status, ...metadata }: Parts = {}): KubernetesObject {
  const [apiVersion = '', name = ''] = kind.includes(' ') ? kind.split(' ') : ['v1', kind];
  return { apiVersion, kind: name, metadata: { name: 'a', generation: 2, ...metadata }, spec, status };
}

const rolledOut = { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' };
const available = { type: 'Available', status: 'True' };
const three = { observedGeneration: 2, replicas: 3, updatedReplicas: 3, availableReplicas: 3, readyReplicas: 3 };
const deployment = (status: object, spec: object = {}) =>
  live('apps/v1 Deployment', { spec: { replicas: 3, progressDeadlineSeconds: 600, ...spec }, status });
const statefulSet = (status: object, spec: object = {}) =>
  live('apps/v1 StatefulSet', { spec: { replicas: 3, ...spec }, status });
const revisions = { currentRevision: 'a', updateRevision: 'a' };
const daemons = {
  observedGeneration: 2,
  desiredNumberScheduled: 2,
  currentNumberScheduled: 2,
  updatedNumberScheduled: 2,
  numberAvailable: 2,
  numberReady: 2,
};

const cases: readonly [string, KubernetesObject, string, string][] = [
  ['a Deployment that nobody has seen', deployment({}), 'progressing', 'NotObserved'],
  [
    'one whose change nobody has seen',
    deployment({ ...three, observedGeneration: 1, conditions: [rolledOut, available] }),
    'progressing',
    'NotObserved',
  ],
  ['one that is rolled out', deployment({ ...three, conditions: [rolledOut, available] }), 'ready', 'Ready'],
  ['one with too few pods', deployment({ ...three, replicas: 2 }), 'progressing', 'LessReplicas'],
  ['one with old pods that still serve', deployment({ ...three, updatedReplicas: 1 }), 'progressing', 'LessUpdated'],
  ['one with old pods that still end', deployment({ ...three, replicas: 4 }), 'progressing', 'ExtraPods'],
  ['one whose pods are not available', deployment({ ...three, availableReplicas: 1 }), 'progressing', 'LessAvailable'],
  [
    'one whose ReplicaSet is not done',
    deployment({ ...three, conditions: [available] }),
    'progressing',
    'ReplicaSetNotAvailable',
  ],
  [
    'one without a deadline',
    deployment({ ...three, conditions: [available] }, { progressDeadlineSeconds: 2147483647 }),
    'ready',
    'Ready',
  ],
  [
    'one past its deadline',
    deployment({
      ...three,
      conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
    }),
    'failed',
    'ProgressDeadlineExceeded',
  ],
  [
    'one scaled to nothing',
    deployment({ observedGeneration: 2, conditions: [rolledOut, available] }, { replicas: 0 }),
    'ready',
    'Ready',
  ],
  ['one that is paused', deployment({}, { paused: true }), 'ready', 'Paused'],
  ['a StatefulSet that is done', statefulSet({ ...three, ...revisions }), 'ready', 'Ready'],
  [
    'one between two revisions',
    statefulSet({ ...three, ...revisions, currentRevision: 'b' }),
    'progressing',
    'LessUpdated',
  ],
  [
    'one up to its partition',
    statefulSet(
      { ...three, currentRevision: 'b', updateRevision: 'a', updatedReplicas: 1 },
      { updateStrategy: { rollingUpdate: { partition: 2 } } },
    ),
    'ready',
    'Ready',
  ],
  [
    'one short of its partition',
    statefulSet({ ...three, updatedReplicas: 0 }, { updateStrategy: { rollingUpdate: { partition: 2 } } }),
    'progressing',
    'LessUpdated',
  ],
  ['one that is not ready', statefulSet({ ...three, readyReplicas: 1 }), 'progressing', 'LessReady'],
  ['one updated by hand', statefulSet({}, { updateStrategy: { type: 'OnDelete' } }), 'ready', 'OnDelete'],
  ['a DaemonSet on all nodes', live('apps/v1 DaemonSet', { status: daemons }), 'ready', 'Ready'],
  [
    'one that no node wants',
    live('apps/v1 DaemonSet', { status: { observedGeneration: 2, desiredNumberScheduled: 0 } }),
    'ready',
    'Ready',
  ],
  [
    'one with old pods',
    live('apps/v1 DaemonSet', { status: { ...daemons, updatedNumberScheduled: 1 } }),
    'progressing',
    'LessUpdated',
  ],
  [
    'one with old pods, updated by hand',
    live('apps/v1 DaemonSet', {
      spec: { updateStrategy: { type: 'OnDelete' } },
      status: { ...daemons, updatedNumberScheduled: 0 },
    }),
    'ready',
    'Ready',
  ],
  [
    'one nobody has counted',
    live('apps/v1 DaemonSet', { status: { observedGeneration: 2 } }),
    'progressing',
    'NotObserved',
  ],
  [
    'a ReplicaSet refused its pods',
    live('apps/v1 ReplicaSet', {
      status: { observedGeneration: 2, conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'quota' }] },
    }),
    'progressing',
    'ReplicaFailure',
  ],
  [
    'a Pod that runs',
    live('Pod', { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }),
    'ready',
    'Ready',
  ],
  ['a Pod that is not ready', live('Pod', { status: { phase: 'Running' } }), 'progressing', 'NotReady'],
  ['a Pod that is done', live('Pod', { status: { phase: 'Succeeded' } }), 'ready', 'Succeeded'],
  [
    'a Pod that was evicted',
    live('Pod', { status: { phase: 'Failed', reason: 'Evicted', message: 'disk' } }),
    'failed',
    'Evicted',
  ],
  [
    'a Pod without a node',
    live('Pod', {
      status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] },
    }),
    'progressing',
    'Unschedulable',
  ],
  ['a Job that runs', live('batch/v1 Job', { status: { startTime: 't' } }), 'ready', 'Started'],
  ['a Job before its start', live('batch/v1 Job', { status: {} }), 'progressing', 'NotStarted'],
  [
    'a Job that failed',
    live('batch/v1 Job', {
      status: { startTime: 't', conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }] },
    }),
    'failed',
    'BackoffLimitExceeded',
  ],
  ['a Job on hold', live('batch/v1 Job', { spec: { suspend: true } }), 'ready', 'Suspended'],
  ['a claim that is bound', live('PersistentVolumeClaim', { status: { phase: 'Bound' } }), 'ready', 'Bound'],
  ['a claim that is not', live('PersistentVolumeClaim', { status: { phase: 'Pending' } }), 'progressing', 'NotBound'],
  ['a claim whose volume is gone', live('PersistentVolumeClaim', { status: { phase: 'Lost' } }), 'failed', 'Lost'],
  ['a Service', live('Service', { spec: { type: 'ExternalName' } }), 'ready', 'Ready'],
  [
    'a load balancer without an address',
    live('Service', { spec: { type: 'LoadBalancer' } }),
    'progressing',
    'NoAddress',
  ],
  [
    'a CRD that is served',
    live('apiextensions.k8s.io/v1 CustomResourceDefinition', {
      status: { conditions: [{ type: 'Established', status: 'True' }] },
    }),
    'ready',
    'Established',
  ],
  [
    'a CRD at its start',
    live('apiextensions.k8s.io/v1 CustomResourceDefinition', {
      status: { conditions: [{ type: 'Established', status: 'False', reason: 'Installing' }] },
    }),
    'progressing',
    'Installing',
  ],
  [
    'a CRD whose names are taken',
    live('apiextensions.k8s.io/v1 CustomResourceDefinition', {
      status: { conditions: [{ type: 'NamesAccepted', status: 'False', reason: 'ListKindConflict' }] },
    }),
    'failed',
    'ListKindConflict',
  ],
  [
    'an APIService without a backend',
    live('apiregistration.k8s.io/v1 APIService', {
      status: { conditions: [{ type: 'Available', status: 'False', reason: 'MissingEndpoints' }] },
    }),
    'progressing',
    'MissingEndpoints',
  ],
  ['a ConfigMap', live('ConfigMap'), 'ready', 'Exists'],
  [
    'an HPA, whatever its conditions say',
    live('autoscaling/v2 HorizontalPodAutoscaler', { status: { conditions: [{ type: 'Ready', status: 'False' }] } }),
    'ready',
    'Exists',
  ],
  ['a custom resource without conditions', live('x.io/v1 Thing'), 'ready', 'Exists'],
  [
    'one that says that it is ready',
    live('x.io/v1 Thing', { status: { conditions: [{ type: 'Ready', status: 'True' }] } }),
    'ready',
    'Ready',
  ],
  [
    'one that says that it is not',
    live('x.io/v1 Thing', { status: { conditions: [{ type: 'Ready', status: 'Unknown', reason: 'Issuing' }] } }),
    'progressing',
    'Issuing',
  ],
  [
    'one that reconciles',
    live('x.io/v1 Thing', { status: { conditions: [{ type: 'Reconciling', status: 'True', reason: 'Busy' }] } }),
    'progressing',
    'Busy',
  ],
  [
    'one that is stalled',
    live('x.io/v1 Thing', { status: { conditions: [{ type: 'Stalled', status: 'True', reason: 'Bad' }] } }),
    'failed',
    'Bad',
  ],
  [
    'one whose change nobody has seen',
    live('x.io/v1 Thing', { status: { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True' }] } }),
    'progressing',
    'NotObserved',
  ],
  ['anything being deleted', live('ConfigMap', { deletionTimestamp: 't' }), 'terminating', 'Terminating'],
  [
    'a status of another shape',
    live('x.io/v1 Thing', { status: { conditions: 'none', observedGeneration: '3' } }),
    'ready',
    'Exists',
  ],
];

describe('readiness', () => {
  test.each(cases)('%s', (_, object, status, reason) => {
    expect(readinessOf(object)).toMatchObject({ status, reason, object: `${object.kind}/a` });
  });

  test('a claim whose class waits for a consumer is not waited for', () => {
    const claim = live('PersistentVolumeClaim', { status: { phase: 'Pending' } });
    expect(readinessOf(claim, { waitsForConsumer: true })).toMatchObject({ status: 'ready' });
  });

  test.each([
    ['v1', 'ConfigMap', true],
    ['networking.k8s.io/v1', 'Ingress', true],
    ['batch/v1', 'CronJob', true],
    ['apps/v1', 'Deployment', false],
    ['x.io/v1', 'ConfigMap', false],
    ['constructor/v1', 'Thing', false],
  ])('%s %s needs no look: %s', (apiVersion, kind, expected) => {
    expect(isReadyByBeing({ apiVersion, kind })).toBe(expected);
  });
});
