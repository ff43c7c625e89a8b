/** Subresources that change a part of a pod, and methods that subresources do not have. */
import {
  apply,
  get,
  head,
  merge,
  pod,
  post,
  put,
  quiet,
  remove,
  type Scenario,
  type Step,
  strategic,
} from './scenario.ts';

/** No scheduler and no kubelet writes to it meanwhile. */
const alone = (spec: object = {}) => pod('a', { schedulerName: 'nobody', ...spec });
const container = (resources: object) => ({ spec: { containers: [{ name: 'c', resources }] } });
const sized = alone({
  containers: [{ name: 'c', image: 'app:1', resources: { requests: { cpu: '100m' }, limits: { memory: '1Gi' } } }],
});
const whole = {
  fields: true,
  pick: ['metadata.labels', 'metadata.annotations', 'metadata.generation', 'metadata.managedFields', 'spec', 'status'],
};
const extra = (name: string, more: object = {}) => ({
  spec: { ephemeralContainers: [{ name, image: 'debug:1', ...more }] },
});
const debug = (...args: Parameters<typeof extra>): Step => strategic('pods/a/ephemeralcontainers', extra(...args));

const parts: readonly Scenario[] = [
  {
    name: 'part of a pod: resize changes resources alone',
    steps: [
      quiet(post('pods', sized)),
      strategic('pods/a/resize', container({ requests: { cpu: '200m' } }), whole),
      strategic(
        'pods/a/resize',
        {
          metadata: { labels: { x: 'y' }, annotations: { a: 'b' } },
          spec: {
            activeDeadlineSeconds: 500,
            containers: [{ name: 'c', image: 'app:2', resources: { requests: { cpu: '300m' } } }],
          },
          status: { phase: 'Failed' },
        },
        whole,
      ),
      get('pods/a/resize', { pick: ['spec.containers'] }),
      apply(
        'pods/a/resize?fieldManager=one&force=true',
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'a', labels: { z: '1' } },
          spec: { containers: [{ name: 'c', resources: { requests: { cpu: '150m' } } }] },
        },
        { pick: ['metadata.labels', 'spec.containers'] },
      ),
    ],
  },
  {
    name: 'part of a pod: what resize refuses',
    steps: [
      quiet(post('pods', sized)),
      strategic('pods/a/resize', container({ requests: { 'example.com/x': '1' }, limits: { 'example.com/x': '1' } })),
      strategic('pods/a/resize', container({ $patch: 'replace' })),
      strategic('pods/a/resize', container({ requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1' } })),
      strategic('pods/a/resize', { spec: { containers: [{ name: 'd', image: 'x' }] } }),
      strategic('pods/nope/resize', {}),
      strategic('pods/a', container({ requests: { cpu: '200m' } })),
    ],
  },
  {
    name: 'part of a pod: resize where it runs',
    steps: [
      quiet(post('pods', pod('a'))),
      quiet(get('pods/a', { until: (body) => body.status?.phase === 'Running' })),
      strategic('pods/a/resize', container({ requests: { cpu: '200m' } })),
    ],
  },
  {
    name: 'part of a pod: ephemeral containers are added alone',
    steps: [
      quiet(post('pods', alone())),
      strategic('pods/a/ephemeralcontainers', { ...extra('one'), metadata: { labels: { x: 'y' } } }, whole),
      strategic(
        'pods/a/ephemeralcontainers',
        { spec: { containers: [{ name: 'c', image: 'app:3' }], ...extra('two').spec } },
        { pick: ['metadata.generation', 'spec.containers', 'spec.ephemeralContainers'] },
      ),
      put('pods/a/ephemeralcontainers', { ...pod('a'), spec: { containers: [{ name: 'other', image: 'x' }] } }),
      debug('one', { image: 'debug:2' }),
      debug('c'),
      debug('three', { resources: { requests: { cpu: '1' } } }),
      debug('three', { targetContainerName: 'none' }),
      debug('three', {
        targetContainerName: 'c',
        ports: [{ containerPort: 80 }],
        livenessProbe: { exec: { command: ['x'] } },
      }),
      debug('three', { image: '', lifecycle: { preStop: { exec: { command: ['x'] } } } }),
      debug('three', { volumeMounts: [{ name: 'none', mountPath: '/x' }] }),
      strategic('pods/a', extra('three')),
      get('pods/a/ephemeralcontainers', { pick: ['spec.ephemeralContainers.*.name'] }),
    ],
  },
  {
    name: 'part of a pod: ephemeral containers are not there from the start',
    steps: [
      post('pods?dryRun=All', alone(extra('one').spec)),
      post('apps:deployments?dryRun=All', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a' },
        spec: {
          selector: { matchLabels: { a: 'b' } },
          template: {
            metadata: { labels: { a: 'b' } },
            spec: { containers: [{ name: 'c', image: 'x' }], ...extra('one').spec },
          },
        },
      }),
    ],
  },
];

const group = '{ns}.example';
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `things.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing' },
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
const things = `/apis/${group}/v1/namespaces/{ns}/things`;

const methods: readonly Scenario[] = [
  {
    name: 'method: HEAD',
    steps: [
      quiet(post('pods', alone())),
      ...['', '/status', '/resize', '/log', '/eviction', '/nope'].map((part) => head(`pods/a${part}`)),
      ...['pods', 'pods/none', 'serviceaccounts/default/token', 'apps:deployments/a/scale'].map((path) => head(path)),
      ...['/healthz', '/version', '/api', '/api/v1', '/apis/apps', '/apis/apps/v1', '/nope'].map((path) => head(path)),
      head('/api/v1/configmaps/a'),
      head('/apis/nope.io/v1/foos'),
    ],
  },
  {
    name: 'method: HEAD of a custom resource',
    steps: [
      quiet(post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition)),
      quiet(get(things, { until: (_body, code) => code === 200 })),
      quiet(post(things, { apiVersion: `${group}/v1`, kind: 'Thing', metadata: { name: 'a' } })),
      ...[`${things}/a`, `${things}/a/status`, `${things}/none`, things].map((path) => head(path)),
      ...[`/apis/${group}`, `/apis/${group}/v1`].map((path) => head(path)),
    ],
    cleanup: [remove(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.${group}`)],
  },
  {
    name: 'method: those that a subresource does not have',
    steps: [
      quiet(post('pods', alone())),
      remove('pods/a/status'),
      post('pods/a/status', {}),
      put('pods/a/log', {}),
      get('pods/a/eviction'),
      get('pods/a/binding'),
      merge('pods/a/eviction', {}),
    ],
  },
  {
    name: 'a headless Service has no address',
    steps: [
      post(
        'services',
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'a' },
          spec: { clusterIP: 'None', ports: [{ port: 80 }] },
        },
        { pick: ['spec'] },
      ),
      get('services/a', { pick: ['spec'] }),
    ],
  },
];

export const partScenarios: readonly Scenario[] = [...parts, ...methods];
