/** The scale subresource: built in and of custom resources, by all types of patches, and what it refuses. */
import {
  apply,
  deployment,
  get,
  json,
  merge,
  post,
  put,
  quiet,
  remove,
  type Scenario,
  type Step,
  strategic,
} from './scenario.ts';

const body = { pick: ['spec', 'status'] };
const scale = (replicas: unknown, metadata: object = {}, more: object = {}) => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata: { name: 'a', namespace: '{ns}', ...metadata },
  spec: { replicas },
  ...more,
});
/** Not scaled by its controller meanwhile: nothing is selected. */
const still = { replicas: 0, paused: true };
const path = 'apps:deployments/a/scale';
/** The first of its entries, which has no time once it was scaled: the others are of times that may differ. */
const owners = {
  fields: true,
  pick: [
    'metadata.managedFields.0.manager',
    'metadata.managedFields.0.operation',
    'metadata.managedFields.0.subresource',
    'metadata.managedFields.0.time',
    'spec.replicas',
  ],
};

const patches: readonly (readonly [string, (path: string) => Step])[] = [
  ['merge', (at) => merge(at, { spec: { replicas: 0 } }, body)],
  ['merge with a name', (at) => merge(at, { metadata: { name: 'a' }, spec: { replicas: 0 } }, body)],
  ['merge to none', (at) => merge(at, { spec: null }, body)],
  ['merge of nothing', (at) => merge(at, {}, body)],
  ['merge of another name', (at) => merge(at, { metadata: { name: 'b' }, spec: { replicas: 0 } })],
  ['merge of an old version', (at) => merge(at, { metadata: { resourceVersion: '1' }, spec: { replicas: 0 } })],
  ['merge of a text', (at) => merge(at, { spec: { replicas: '3' } })],
  ['merge of a fraction', (at) => merge(at, { spec: { replicas: 1.5 } })],
  ['merge of an unknown field', (at) => merge(at, { spec: { replicas: 0, nope: 1 } }, body)],
  ['an unknown field, strictly', (at) => strategic(`${at}?fieldValidation=Strict`, { spec: { replicas: 0, nope: 1 } })],
  ['merge of a status', (at) => merge(at, { status: { replicas: 7 } }, body)],
  ['json', (at) => json(at, [{ op: 'replace', path: '/spec/replicas', value: 0 }], body)],
  [
    'json with a test',
    (at) =>
      json(
        at,
        [
          { op: 'test', path: '/metadata/name', value: 'a' },
          { op: 'add', path: '/spec/replicas', value: 0 },
        ],
        body,
      ),
  ],
  ['json with a test that fails', (at) => json(at, [{ op: 'test', path: '/spec/replicas', value: 99 }])],
  ['json of a place that is not there', (at) => json(at, [{ op: 'replace', path: '/spec/nope/deep', value: 1 }])],
  ['json that is no list', (at) => json(at, { spec: { replicas: 0 } })],
  ['strategic', (at) => strategic(at, { spec: { replicas: 0 } }, body)],
  ['negative', (at) => strategic(at, { spec: { replicas: -1 } })],
  ['a directive', (at) => strategic(at, { spec: { $patch: 'delete' } }, body)],
];

const custom = '{ns}.example.com';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const things = `/apis/${custom}/v1/namespaces/{ns}/things`;
const defined = (scalePaths: object): Step[] => [
  quiet(
    post(definitions, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `things.${custom}` },
      spec: {
        group: custom,
        scope: 'Namespaced',
        names: { plural: 'things', kind: 'Thing' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
            subresources: { status: {}, scale: scalePaths },
          },
        ],
      },
    }),
  ),
  quiet(get(things, { until: (_body, code) => code === 200 })),
];
const paths = {
  specReplicasPath: '.spec.size',
  statusReplicasPath: '.status.size',
  labelSelectorPath: '.status.selector',
};
const thing = (size?: unknown) => ({
  apiVersion: `${custom}/v1`,
  kind: 'Thing',
  metadata: { name: 'a' },
  spec: size === undefined ? {} : { size },
});
const cleanup = [remove(`${definitions}/things.${custom}`)];
const thingScale = `${things}/a/scale`;

export const scaleScenarios: readonly Scenario[] = [
  ...patches.map(([name, patch]) => ({
    name: `scale: ${name}`,
    steps: [
      quiet(post('apps:deployments', deployment('a', still))),
      patch(path),
      get('apps:deployments/a', { pick: ['spec.replicas'] }),
    ],
  })),
  ...patches.map(([name, patch]) => ({
    name: `scale of a custom resource: ${name}`,
    steps: [
      ...defined(paths),
      quiet(post(things, thing(2))),
      patch(thingScale),
      get(`${things}/a`, { pick: ['spec', 'metadata.generation'] }),
    ],
    cleanup,
  })),
  {
    name: 'scale: applied, by one and by another',
    steps: [
      quiet(post('apps:deployments', deployment('a', still))),
      apply(`${path}?fieldManager=one`, scale(0), body),
      apply(`${path}?fieldManager=one`, scale(1)),
      apply(`${path}?fieldManager=one&force=true`, scale(1), body),
      get('apps:deployments/a', owners),
      apply(`${path}?fieldManager=two`, scale(2)),
      apply(`${path}?fieldManager=two&force=true`, scale(2), body),
      get('apps:deployments/a', owners),
      apply(`${path}?fieldManager=one`, scale(2, { name: 'b' })),
      apply(`${path}?fieldManager=one`, { ...scale(2), kind: 'Deployment' }),
      apply(`${path}?fieldManager=one`, { ...scale(2), apiVersion: 'apps/v1' }),
      apply(`${path}?dryRun=All&fieldManager=two`, scale(3), body),
      get('apps:deployments/a', owners),
    ],
  },
  {
    name: 'scale: who wrote it',
    steps: [
      quiet(post('apps:deployments?fieldManager=maker', deployment('a', still))),
      merge(`${path}?fieldManager=one`, { spec: { replicas: 1 } }, body),
      get('apps:deployments/a', owners),
      put(`${path}?fieldManager=two`, scale(2), body),
      get('apps:deployments/a', owners),
      json(`${path}?fieldManager=three`, [{ op: 'replace', path: '/spec/replicas', value: 2 }], body),
      get('apps:deployments/a', owners),
    ],
  },
  {
    name: 'scale: replaced',
    steps: [
      quiet(post('apps:deployments', deployment('a', still))),
      put(path, scale(1, { name: 'b' })),
      put(path, scale(1, { resourceVersion: '1' })),
      put(path, { ...scale(1), kind: 'Deployment' }),
      put(path, scale(-1)),
      put(path, scale('1')),
      put(path, { ...scale(1), spec: {} }, body),
      put(path, scale(3, {}, { status: { replicas: 9, selector: 'x=y' } }), body),
    ],
  },
  ...['statefulsets', 'replicasets'].map((resource) => ({
    name: `scale of ${resource}`,
    steps: [
      quiet(
        post(`apps:${resource}`, {
          ...deployment('a', { replicas: 0, ...(resource === 'statefulsets' ? { serviceName: 'a' } : {}) }),
          kind: resource === 'statefulsets' ? 'StatefulSet' : 'ReplicaSet',
        }),
      ),
      get(`apps:${resource}/a/scale`, body),
      strategic(`apps:${resource}/a/scale`, { spec: { replicas: -1 } }),
      apply(`apps:${resource}/a/scale`, scale(0), body),
    ],
  })),
  {
    name: 'scale of a custom resource: applied, replaced, and who wrote it',
    steps: [
      ...defined(paths),
      quiet(post(`${things}?fieldManager=maker`, thing(2))),
      apply(`${thingScale}?fieldManager=one`, scale(2), body),
      get(`${things}/a`, { fields: true, pick: ['metadata.managedFields', 'spec'] }),
      apply(`${thingScale}?fieldManager=one`, scale(3)),
      apply(`${thingScale}?fieldManager=one&force=true`, scale(3), body),
      get(`${things}/a`, { fields: true, pick: ['metadata.managedFields', 'spec'] }),
      put(`${thingScale}?fieldManager=two`, scale(4), body),
      put(thingScale, scale(-1)),
      put(thingScale, scale(1, { name: 'b' })),
      get(`${things}/a`, { fields: true, pick: ['metadata.managedFields', 'spec'] }),
    ],
    cleanup,
  },
  {
    name: 'scale of a custom resource: applied first with another size',
    steps: [
      ...defined(paths),
      quiet(post(`${things}?fieldManager=maker`, thing(2))),
      apply(`${thingScale}?fieldManager=one&force=true`, scale(5), body),
      apply(`${thingScale}?fieldManager=one`, scale(2), body),
      apply(`${thingScale}?fieldManager=one`, scale(2), body),
      merge(`${thingScale}?fieldManager=two`, { spec: { replicas: 4 } }, body),
      apply(`${thingScale}?fieldManager=one`, scale(4), body),
      get(`${things}/a`, { fields: true, pick: ['metadata.managedFields', 'spec'] }),
    ],
    cleanup,
  },
  {
    name: 'scale of a custom resource: without a size',
    steps: [
      ...defined({ specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' }),
      quiet(post(things, thing())),
      get(thingScale),
      merge(thingScale, { spec: { replicas: 2 } }, body),
      merge(`${things}/a`, { spec: { size: 'three' } }, { pick: ['spec'] }),
      get(thingScale),
      merge(`${things}/a`, { spec: { size: -3 } }, { pick: ['spec'] }),
      get(thingScale),
    ],
    cleanup,
  },
];
