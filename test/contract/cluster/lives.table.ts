/** What happens to objects after they are written: subresources, finalizers, owners, namespaces, rollouts, Jobs, events. */
import {
  configMap,
  deployment,
  get,
  json,
  merge,
  pod,
  post,
  put,
  quiet,
  remove,
  type Scenario,
  type Step,
} from './scenario.ts';

const gone = (path: string): Step => get(path, { until: (_body, code) => code === 404, pick: [] });
const ready = (path: string, count: number): Step =>
  get(path, {
    until: (body) =>
      body.status?.readyReplicas === count &&
      body.status?.observedGeneration === body.metadata?.generation &&
      body.status?.updatedReplicas === count &&
      body.status?.replicas === count,
    pick: ['status.replicas', 'status.readyReplicas', 'status.updatedReplicas', 'status.availableReplicas'],
  });
const conditions = ['status.conditions.*.type', 'status.conditions.*.status', 'status.conditions.*.reason'];
const named = { pick: ['items.*.metadata.name'] };
const owner = (kind: string, name: string, more: object = {}) => ({
  ownerReferences: [{ apiVersion: 'v1', kind, name, uid: '{uid}', ...more }],
});
const job = (name: string, image: string, spec: object = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: { ...spec, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image }] } } },
});
const finished = (path: string): Step =>
  get(path, {
    until: (body) =>
      body.status?.conditions?.some(
        (one: { type: string; status: string }) => /^(Complete|Failed)$/.test(one.type) && one.status === 'True',
      ),
    pick: [...conditions, 'status.succeeded', 'status.failed', 'status.active', 'status.ready', 'status.terminating'],
  });

const subresources: readonly Scenario[] = [
  {
    name: 'scale: read, put, patch',
    steps: [
      quiet(post('apps:deployments', deployment('a', { paused: true, replicas: 0 }))),
      get('apps:deployments/a/scale'),
      put(
        'apps:deployments/a/scale',
        {
          apiVersion: 'autoscaling/v1',
          kind: 'Scale',
          metadata: { name: 'a', namespace: '{ns}' },
          spec: { replicas: 0 },
        },
        { pick: ['spec', 'kind'] },
      ),
      merge('apps:deployments/a/scale', { spec: { replicas: -1 } }),
      merge('apps:deployments/a/scale', { spec: { replicas: 1 } }, { pick: ['spec'] }),
      merge('apps:deployments/a/scale?dryRun=All', { spec: { replicas: 9 } }, { pick: ['spec'] }),
      get('apps:deployments/a', { pick: ['spec.replicas', 'metadata.generation'] }),
      get('apps:deployments/nope/scale'),
      get('configmaps/a/scale'),
      put('apps:deployments/a/scale', {
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        metadata: { name: 'b', namespace: '{ns}' },
        spec: { replicas: 0 },
      }),
    ],
  },
  {
    name: 'status: is written on its own path alone',
    steps: [
      quiet(
        post('/api/v1/namespaces/{ns}/replicationcontrollers', {
          apiVersion: 'v1',
          kind: 'ReplicationController',
          metadata: { name: 'r' },
          spec: {
            replicas: 0,
            selector: { a: 'b' },
            template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'app:1' }] } },
          },
        }),
      ),
      merge(
        'replicationcontrollers/r',
        { status: { conditions: [{ type: 'Mine', status: 'True' }] } },
        { pick: ['status.conditions'] },
      ),
      merge(
        'replicationcontrollers/r/status',
        { spec: { minReadySeconds: 7 }, status: { conditions: [{ type: 'Mine', status: 'True' }] } },
        { pick: ['spec.minReadySeconds', 'status.conditions'] },
      ),
      merge('replicationcontrollers/nope/status', {}),
      get('replicationcontrollers/r/status', { pick: ['kind'] }),
    ],
  },
  {
    name: 'status: metadata on the status path',
    steps: [
      quiet(
        post('services', {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 's' },
          spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
        }),
      ),
      merge(
        'services/s/status',
        {
          metadata: { labels: { a: 'b' }, annotations: { c: 'd' } },
          spec: { type: 'ClusterIP' },
          status: { loadBalancer: { ingress: [{ ip: '1.2.3.4', ipMode: 'VIP' }] } },
        },
        { pick: ['metadata.labels', 'metadata.annotations', 'spec.type', 'status'] },
      ),
      merge('services/s', { status: { loadBalancer: {} } }, { pick: ['status'] }),
    ],
  },
  {
    name: 'eviction',
    steps: [
      quiet(post('pods', pod('p', { terminationGracePeriodSeconds: 0 }))),
      quiet(get('pods/p', { until: (body) => body.status?.phase === 'Running' })),
      post('pods/p/eviction', { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } }),
      gone('pods/p'),
      post('pods/p/eviction', { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } }),
    ],
  },
  {
    name: 'eviction: a budget that allows none',
    steps: [
      quiet(
        post('policy:poddisruptionbudgets', {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: { name: 'b' },
          spec: { minAvailable: 1, selector: { matchLabels: { app: 'p' } } },
        }),
      ),
      quiet(
        post('pods', {
          ...pod('p', { terminationGracePeriodSeconds: 0 }),
          metadata: { name: 'p', labels: { app: 'p' } },
        }),
      ),
      quiet(
        get('pods/p', {
          until: (body) =>
            body.status?.phase === 'Running' &&
            body.status?.conditions?.some(
              (one: { type: string; status: string }) => one.type === 'Ready' && one.status === 'True',
            ),
        }),
      ),
      quiet(get('policy:poddisruptionbudgets/b', { until: (body) => body.status?.currentHealthy === 1 })),
      post('pods/p/eviction', { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } }),
    ],
  },
  {
    name: 'logs of what is not there',
    steps: [
      get('pods/a/log'),
      quiet(post('pods', pod('w', { schedulerName: 'nobody' }))),
      get('pods/w/log'),
      get('pods/w/log?container=x'),
    ],
  },
  {
    name: 'binding a pod',
    steps: [
      quiet(post('pods', pod('w', { schedulerName: 'nobody' }))),
      post('pods/w/binding', {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: 'w' },
        target: { kind: 'Node', name: 'node-1' },
      }),
      post('pods/w/binding', {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: 'w' },
        target: { kind: 'Node', name: 'node-2' },
      }),
    ],
  },
];

const first: Scenario = {
  name: 'a namespace and all in it',
  steps: [
    quiet(post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: '{ns}-x' } })),
    quiet(post('/api/v1/namespaces/{ns}-x/configmaps', configMap('a', {}, { finalizers: ['x.io/hold'] }))),
    remove('/api/v1/namespaces/{ns}-x', undefined, { pick: ['kind', 'status', 'spec', 'metadata.name'] }),
    post('/api/v1/namespaces/{ns}-x/configmaps', configMap('b')),
    get('/api/v1/namespaces/{ns}-x', { pick: ['status.phase'] }),
    merge('/api/v1/namespaces/{ns}-x/configmaps/a', { metadata: { finalizers: null } }, { pick: ['kind'] }),
    gone('/api/v1/namespaces/{ns}-x'),
    get('/api/v1/namespaces/{ns}-x/configmaps/a'),
    post('/api/v1/namespaces/{ns}-x/configmaps', configMap('b')),
  ],
};

const endings: readonly Scenario[] = [
  {
    name: 'a finalizer holds an object',
    steps: [
      post('configmaps', configMap('a', {}, { finalizers: ['x.io/one', 'x.io/two'] }), {
        pick: ['metadata.finalizers'],
      }),
      remove('configmaps/a'),
      remove('configmaps/a'),
      merge('configmaps/a', { data: { still: 'here' } }, { pick: ['data', 'metadata.finalizers'] }),
      json('configmaps/a', [{ op: 'add', path: '/metadata/finalizers/-', value: 'x.io/three' }]),
      post('configmaps', configMap('a')),
      json('configmaps/a', [{ op: 'remove', path: '/metadata/finalizers/0' }], { pick: ['metadata.finalizers'] }),
      merge('configmaps/a', { metadata: { finalizers: [] } }, { pick: ['metadata.finalizers'] }),
      get('configmaps/a'),
    ],
  },
  {
    name: 'garbage: dependents go with their owner',
    steps: [
      post('configmaps', configMap('o'), { pick: ['kind'], save: { uid: 'metadata.uid' } }),
      quiet(post('configmaps', configMap('d', {}, owner('ConfigMap', 'o')))),
      quiet(post('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'd', ...owner('ConfigMap', 'o') } })),
      remove('configmaps/o', undefined, { pick: ['status', 'details.name'] }),
      gone('configmaps/d'),
      gone('secrets/d'),
    ],
  },
  {
    name: 'garbage: orphans stay',
    steps: [
      post('configmaps', configMap('o'), { pick: ['kind'], save: { uid: 'metadata.uid' } }),
      quiet(post('configmaps', configMap('d', {}, owner('ConfigMap', 'o')))),
      remove('configmaps/o', { propagationPolicy: 'Orphan' }, { pick: ['metadata.finalizers'] }),
      gone('configmaps/o'),
      get('configmaps/d', {
        until: (body) => body.metadata?.ownerReferences === undefined,
        pick: ['metadata.ownerReferences'],
      }),
    ],
  },
  {
    name: 'garbage: foreground waits for those that block',
    steps: [
      post('configmaps', configMap('o'), { pick: ['kind'], save: { uid: 'metadata.uid' } }),
      quiet(
        post(
          'configmaps',
          configMap('d', {}, { ...owner('ConfigMap', 'o', { blockOwnerDeletion: true }), finalizers: ['x.io/hold'] }),
        ),
      ),
      remove('configmaps/o', { propagationPolicy: 'Foreground' }, { pick: ['metadata.finalizers'] }),
      get('configmaps/d', {
        until: (body) => body.metadata?.deletionTimestamp !== undefined,
        pick: ['metadata.finalizers'],
      }),
      get('configmaps/o', { pick: ['metadata.finalizers'] }),
      merge('configmaps/d', { metadata: { finalizers: null } }, { pick: ['kind'] }),
      gone('configmaps/o'),
      gone('configmaps/d'),
    ],
  },
  {
    name: 'garbage: an owner that never was',
    steps: [
      quiet(
        post(
          'configmaps',
          configMap(
            'd',
            {},
            {
              ownerReferences: [
                { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: '11111111-2222-3333-4444-555555555555' },
              ],
            },
          ),
        ),
      ),
      gone('configmaps/d'),
    ],
  },
  {
    name: 'garbage: one owner of two goes',
    steps: [
      post('configmaps', configMap('o'), { pick: ['kind'], save: { uid: 'metadata.uid' } }),
      post('configmaps', configMap('p'), { pick: ['kind'], save: { two: 'metadata.uid' } }),
      quiet(
        post(
          'configmaps',
          configMap(
            'd',
            {},
            {
              ownerReferences: [
                ...owner('ConfigMap', 'o').ownerReferences,
                { apiVersion: 'v1', kind: 'ConfigMap', name: 'p', uid: '{two}' },
              ],
            },
          ),
        ),
      ),
      remove('configmaps/o', undefined, { pick: ['status'] }),
      get('configmaps/d', {
        until: (body) => body.metadata?.ownerReferences?.length === 1,
        pick: ['metadata.ownerReferences.*.name'],
      }),
      remove('configmaps/p', undefined, { pick: ['status'] }),
      gone('configmaps/d'),
    ],
  },
  {
    name: 'a Deployment goes with its pods',
    steps: [
      quiet(post('apps:deployments', deployment('a', { replicas: 2 }))),
      ready('apps:deployments/a', 2),
      remove('apps:deployments/a', { propagationPolicy: 'Foreground' }, { pick: ['metadata.finalizers'] }),
      gone('apps:deployments/a'),
      get('apps:replicasets', { until: (body) => body.items?.length === 0, ...named }),
      get('pods', { until: (body) => body.items?.length === 0, ...named }),
    ],
  },
  {
    name: 'a Deployment leaves its ReplicaSet',
    steps: [
      quiet(post('apps:deployments', deployment('a'))),
      ready('apps:deployments/a', 1),
      remove('apps:deployments/a', { propagationPolicy: 'Orphan' }, { pick: ['metadata.finalizers'] }),
      gone('apps:deployments/a'),
      get('apps:replicasets', {
        until: (body) => body.items?.[0]?.metadata.ownerReferences === undefined,
        pick: ['items.*.metadata.ownerReferences', 'items.*.spec.replicas'],
      }),
    ],
  },
  {
    name: 'a Job leaves its pods unless told otherwise',
    steps: [
      quiet(post('batch:jobs', job('j', 'app:1'))),
      finished('batch:jobs/j'),
      remove('batch:jobs/j', undefined, { pick: ['kind'] }),
      gone('batch:jobs/j'),
      get('pods', { pick: ['items.*.status.phase'] }),
    ],
  },
  {
    name: 'a namespace’s own rules',
    steps: [
      get('/api/v1/namespaces/{ns}'),
      post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'A.b' } }),
      post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: '{ns}' } }),
      remove('/api/v1/namespaces/default'),
      remove('/api/v1/namespaces/nope'),
      get('configmaps', named),
      get('serviceaccounts', named),
    ],
  },
];

const workloads: readonly Scenario[] = [
  {
    name: 'rollout: ready, changed, stuck, mended',
    steps: [
      quiet(post('apps:deployments', deployment('a', { replicas: 2 }))),
      ready('apps:deployments/a', 2),
      quiet(merge('apps:deployments/a', { spec: { template: { metadata: { annotations: { x: '2' } } } } })),
      ready('apps:deployments/a', 2),
      get('apps:replicasets', {
        until: (body) =>
          body.items?.length === 2 &&
          body.items.filter(
            (one: { spec: { replicas: number }; status: { replicas: number } }) => one.status.replicas === 0,
          ).length === 1,
        pick: ['items.*.kind'],
      }),
      get('apps:deployments/a', { pick: ['metadata.generation', 'metadata.annotations', ...conditions] }),
      quiet(
        json('apps:deployments/a', [
          { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'app:broken' },
        ]),
      ),
      get('apps:deployments/a', {
        until: (body) => body.status?.updatedReplicas === 1 && body.status?.unavailableReplicas === 1,
        pick: ['status.replicas', 'status.readyReplicas', 'status.updatedReplicas', 'status.unavailableReplicas'],
      }),
      quiet(
        json('apps:deployments/a', [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'app:1' }]),
      ),
      ready('apps:deployments/a', 2),
      get('apps:deployments/a', {
        until: (body) => body.metadata?.annotations?.['deployment.kubernetes.io/revision'] === '4',
        pick: ['metadata.annotations'],
      }),
    ],
  },
  {
    name: 'rollout: past its deadline',
    steps: [
      quiet(post('apps:deployments', deployment('a', { progressDeadlineSeconds: 1 }, 'app:broken'))),
      get('apps:deployments/a', {
        until: (body) =>
          body.status?.conditions?.some((one: { reason: string }) => one.reason === 'ProgressDeadlineExceeded'),
        pick: ['status.conditions.*.type', 'status.conditions.*.reason', 'status.unavailableReplicas'],
      }),
    ],
  },
  {
    name: 'rollout: paused and resumed',
    steps: [
      quiet(post('apps:deployments', deployment('a', { paused: true }))),
      get('apps:deployments/a', {
        until: (body) => body.status?.conditions?.length === 2,
        pick: [...conditions, 'status.replicas'],
      }),
      quiet(merge('apps:deployments/a', { spec: { paused: false } })),
      ready('apps:deployments/a', 1),
    ],
  },
  {
    name: 'rollout: recreate, and down to nothing',
    steps: [
      quiet(post('apps:deployments', deployment('a', { strategy: { type: 'Recreate' } }))),
      ready('apps:deployments/a', 1),
      merge('apps:deployments/a', { spec: { replicas: 0 } }, { pick: ['spec.replicas', 'metadata.generation'] }),
      get('apps:deployments/a', {
        until: (body) => body.status?.replicas === undefined && body.status?.observedGeneration === 2,
        pick: ['status.replicas', ...conditions],
      }),
    ],
  },
  {
    name: 'a StatefulSet, one by one',
    steps: [
      quiet(
        post('apps:statefulsets', {
          apiVersion: 'apps/v1',
          kind: 'StatefulSet',
          metadata: { name: 's' },
          spec: {
            serviceName: 's',
            replicas: 2,
            selector: { matchLabels: { app: 's' } },
            template: { metadata: { labels: { app: 's' } }, spec: { containers: [{ name: 'c', image: 'app:1' }] } },
          },
        }),
      ),
      ready('apps:statefulsets/s', 2),
      get('pods', named),
      merge('apps:statefulsets/s', { spec: { serviceName: 'other' } }),
      merge('apps:statefulsets/s', { spec: { replicas: 1 } }, { pick: ['spec.replicas'] }),
      get('pods', { until: (body) => body.items?.length === 1, ...named }),
    ],
  },
  {
    name: 'a DaemonSet on every node',
    steps: [
      quiet(
        post('apps:daemonsets', {
          apiVersion: 'apps/v1',
          kind: 'DaemonSet',
          metadata: { name: 'd' },
          spec: {
            selector: { matchLabels: { app: 'd' } },
            template: { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'c', image: 'app:1' }] } },
          },
        }),
      ),
      get('apps:daemonsets/d', {
        until: (body) =>
          body.status?.numberReady > 0 && body.status?.numberReady === body.status?.desiredNumberScheduled,
        pick: ['status.numberMisscheduled', 'status.observedGeneration'],
      }),
    ],
  },
  {
    name: 'a Job that succeeds',
    steps: [
      quiet(post('batch:jobs', job('j', 'app:1'))),
      finished('batch:jobs/j'),
      merge('batch:jobs/j', { spec: { template: { metadata: { labels: { a: 'b' } } } } }),
      merge('batch:jobs/j', { spec: { parallelism: 2 } }, { pick: ['spec.parallelism'] }),
    ],
  },
  {
    name: 'a Job that fails',
    steps: [
      quiet(post('batch:jobs', job('j', 'app:fail', { backoffLimit: 0 }))),
      finished('batch:jobs/j'),
      get('batch:jobs/j', { pick: ['status.conditions.*.message'] }),
    ],
  },
  {
    name: 'a Job of three',
    steps: [quiet(post('batch:jobs', job('j', 'app:1', { completions: 3, parallelism: 2 }))), finished('batch:jobs/j')],
  },
  {
    name: 'a suspended Job',
    steps: [
      quiet(post('batch:jobs', job('j', 'app:1', { suspend: true }))),
      get('batch:jobs/j', { until: (body) => body.status?.conditions?.length > 0, pick: conditions }),
      quiet(merge('batch:jobs/j', { spec: { suspend: false } })),
      get('batch:jobs/j', { until: (body) => body.status?.succeeded === 1, pick: ['status.succeeded'] }),
    ],
  },
  {
    name: 'a Job that goes by itself',
    steps: [quiet(post('batch:jobs', job('j', 'app:1', { ttlSecondsAfterFinished: 0 }))), gone('batch:jobs/j')],
  },
  {
    name: 'a pod that cannot pull, one that crashes, one that runs',
    steps: [
      quiet(post('pods', pod('b', {}, 'app:broken'))),
      quiet(post('pods', pod('c', {}, 'app:crash'))),
      quiet(post('pods', pod('r'))),
      get('pods/b', {
        until: (body) => body.status?.containerStatuses?.[0]?.state?.waiting !== undefined,
        pick: ['status.phase'],
      }),
      get('pods/r', { until: (body) => body.status?.phase === 'Running', pick: ['status.phase', 'status.qosClass'] }),
      merge('pods/r', { spec: { containers: [{ name: 'c', image: 'app:2' }], terminationGracePeriodSeconds: 5 } }),
      merge('pods/r', { spec: { nodeName: 'other' } }),
      merge('pods/r', { spec: { activeDeadlineSeconds: 100 } }, { pick: ['spec.activeDeadlineSeconds'] }),
    ],
  },
  {
    name: 'a Service finds its pods',
    steps: [
      quiet(
        post('services', {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 's' },
          spec: { selector: { app: 'a' }, ports: [{ port: 80, targetPort: 8080 }] },
        }),
      ),
      quiet(post('apps:deployments', deployment('a'))),
      ready('apps:deployments/a', 1),
      get('disc:endpointslices?labelSelector=kubernetes.io/service-name%3Ds', {
        until: (body) => body.items?.[0]?.endpoints?.[0]?.conditions?.ready === true,
        pick: ['items.*.ports', 'items.*.addressType', 'items.*.endpoints.0.conditions'],
      }),
      get('services/s', { pick: ['spec.type', 'spec.ports', 'spec.ipFamilies', 'status'] }),
      merge('services/s', { spec: { clusterIP: '10.96.7.7' } }),
      merge(
        'services/s',
        { spec: { type: 'ExternalName', externalName: 'x.example', clusterIP: null, clusterIPs: null } },
        { pick: ['spec.type', 'spec.clusterIP'] },
      ),
    ],
  },
  {
    name: 'events: written, found, counted',
    steps: [
      post('events', {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'e' },
        involvedObject: { kind: 'ConfigMap', name: 'a', namespace: '{ns}' },
        reason: 'Why',
        message: 'because',
        type: 'Normal',
        count: 1,
      }),
      get('events?fieldSelector=involvedObject.name%3Da,reason%3DWhy', named),
      get('events?fieldSelector=involvedObject.name%3Db', named),
      get('ev:events/e', { pick: ['regarding', 'note', 'reason', 'deprecatedCount'] }),
      post('events', {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'f' },
        involvedObject: { kind: 'ConfigMap', name: 'a', namespace: 'other' },
      }),
      post('ev:events', {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: 'g' },
        regarding: { kind: 'ConfigMap', name: 'a', namespace: '{ns}' },
        reason: 'x',
      }),
    ],
  },
  {
    name: 'events of a rollout',
    steps: [
      quiet(post('apps:deployments', deployment('a'))),
      ready('apps:deployments/a', 1),
      get('events?fieldSelector=involvedObject.kind%3DDeployment', {
        until: (body) => body.items?.length > 0,
        pick: ['items.*.reason', 'items.*.type', 'items.*.source'],
      }),
      get('events?fieldSelector=involvedObject.kind%3DReplicaSet', {
        until: (body) => body.items?.length > 0,
        pick: ['items.*.reason', 'items.*.type'],
      }),
      get('events?fieldSelector=involvedObject.kind%3DPod,reason%3DScheduled', {
        until: (body) => body.items?.length > 0,
        pick: ['items.*.type', 'items.*.reportingComponent'],
      }),
    ],
  },
  {
    name: 'immutable parts of workloads',
    steps: [
      quiet(post('apps:deployments', deployment('a', { paused: true, replicas: 0 }))),
      merge('apps:deployments/a', { spec: { selector: { matchLabels: { app: 'b' } } } }),
      json('apps:deployments/a', [
        { op: 'replace', path: '/spec/selector/matchLabels/app', value: 'b' },
        { op: 'replace', path: '/spec/template/metadata/labels/app', value: 'b' },
      ]),
      merge('apps:deployments/a', { spec: { replicas: -1 } }),
      merge('apps:deployments/a', { metadata: { uid: 'x' } }),
      merge('apps:deployments/a', { spec: { template: { spec: { containers: [] } } } }),
      merge('apps:deployments/a', { spec: { strategy: { type: 'Recreate' } } }),
    ],
  },
  {
    name: 'claims and volumes',
    steps: [
      post('persistentvolumeclaims', {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'c' },
        spec: {
          storageClassName: 'none-{ns}',
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1Gi' } },
        },
      }),
      merge('persistentvolumeclaims/c', { spec: { accessModes: ['ReadWriteMany'] } }),
      merge('persistentvolumeclaims/c', { spec: { resources: { requests: { storage: '2Gi' } } } }),
      remove('persistentvolumeclaims/c', undefined, { pick: ['metadata.finalizers'] }),
      gone('persistentvolumeclaims/c'),
    ],
  },
  {
    name: 'a quota',
    steps: [
      quiet(
        post('resourcequotas', {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'q' },
          spec: { hard: { pods: '1', 'requests.cpu': '1', 'count/configmaps': '3' } },
        }),
      ),
      get('resourcequotas/q', { until: (body) => body.status?.hard !== undefined, pick: ['status'] }),
      post('pods', pod('n')),
      quiet(
        post(
          'pods',
          pod('a', { containers: [{ name: 'c', image: 'app:1', resources: { requests: { cpu: '500m' } } }] }),
        ),
      ),
      quiet(get('resourcequotas/q', { until: (body) => body.status?.used?.pods === '1' })),
      post('pods', pod('b', { containers: [{ name: 'c', image: 'app:1', resources: { requests: { cpu: '600m' } } }] })),
      quiet(post('configmaps', configMap('a'))),
      quiet(post('configmaps', configMap('b'))),
      quiet(get('resourcequotas/q', { until: (body) => body.status?.used?.['count/configmaps'] === '3' })),
      post('configmaps', configMap('c')),
      get('resourcequotas/q', { pick: ['status.used'] }),
    ],
  },
  {
    name: 'a quota that a ReplicaSet meets',
    steps: [
      quiet(
        post('resourcequotas', {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'q' },
          spec: { hard: { pods: '0' } },
        }),
      ),
      quiet(get('resourcequotas/q', { until: (body) => body.status?.hard !== undefined })),
      quiet(post('apps:deployments', deployment('a'))),
      get('apps:deployments/a', {
        until: (body) => body.status?.conditions?.some((one: { type: string }) => one.type === 'ReplicaFailure'),
        pick: ['status.unavailableReplicas', 'status.conditions.*.type'],
      }),
    ],
  },
  {
    name: 'a LimitRange',
    steps: [
      quiet(
        post('limitranges', {
          apiVersion: 'v1',
          kind: 'LimitRange',
          metadata: { name: 'l' },
          spec: {
            limits: [
              {
                type: 'Container',
                default: { cpu: '1' },
                defaultRequest: { cpu: '100m' },
                max: { cpu: '2' },
                min: { cpu: '50m' },
              },
            ],
          },
        }),
      ),
      post('pods', pod('d', { schedulerName: 'nobody' }), {
        pick: ['spec.containers.0.resources', 'metadata.annotations'],
        until: (body) => body.spec?.containers?.[0]?.resources?.limits !== undefined,
      }),
      post('pods', pod('m', { containers: [{ name: 'c', image: 'app:1', resources: { limits: { cpu: '3' } } }] })),
      post(
        'pods',
        pod('s', {
          containers: [{ name: 'c', image: 'app:1', resources: { requests: { cpu: '10m' }, limits: { cpu: '1' } } }],
        }),
      ),
    ],
  },
];

export const lifeScenarios: readonly Scenario[] = [first, ...subresources, ...endings, ...workloads];
