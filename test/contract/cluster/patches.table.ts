/** The four kinds of patches, who owns which field, and what happens when two want the same one. */
import {
  apply,
  configMap,
  deployment,
  get,
  json,
  merge,
  post,
  put,
  quiet,
  remove,
  type Scenario,
  strategic,
} from './scenario.ts';

const data = { pick: ['data'] };
const owners = { fields: true, pick: ['data', 'metadata.managedFields'] };
const made = quiet(post('configmaps', configMap('a', { a: '1', b: '2' }, { labels: { l: 'm' } })));

/** On `{a: '1', b: '2'}`. */
const jsonPatches: readonly (readonly [string, unknown])[] = [
  ['add', [{ op: 'add', path: '/data/c', value: '3' }]],
  ['replace', [{ op: 'replace', path: '/data/a', value: '3' }]],
  ['remove', [{ op: 'remove', path: '/data/a' }]],
  ['move', [{ op: 'move', from: '/data/a', path: '/data/z' }]],
  ['copy', [{ op: 'copy', from: '/data/a', path: '/data/z' }]],
  [
    'a test that holds',
    [
      { op: 'test', path: '/data/a', value: '1' },
      { op: 'remove', path: '/data/a' },
    ],
  ],
  ['a test that fails', [{ op: 'test', path: '/data/a', value: '2' }]],
  ['remove of nothing', [{ op: 'remove', path: '/data/nope' }]],
  ['replace of nothing', [{ op: 'replace', path: '/data/nope', value: 'x' }]],
  ['add below nothing', [{ op: 'add', path: '/nope/x', value: 'x' }]],
  [
    'an escaped key',
    [
      { op: 'add', path: '/metadata/annotations', value: { 'x/y~z': '1' } },
      { op: 'replace', path: '/metadata/annotations/x~1y~0z', value: '2' },
    ],
  ],
  ['an unknown operation', [{ op: 'nope', path: '/data/a' }]],
  ['an object', { op: 'remove', path: '/data/a' }],
  ['nothing', []],
  ['a wrong type', [{ op: 'replace', path: '/data', value: 'x' }]],
  ['another name', [{ op: 'replace', path: '/metadata/name', value: 'x' }]],
];
const mergePatches: readonly (readonly [string, unknown])[] = [
  ['a field', { data: { a: '3' } }],
  ['a field taken away', { data: { a: null } }],
  ['all of a map', { data: null }],
  ['labels', { metadata: { labels: { l: null, n: 'o' } } }],
  ['nothing', {}],
  ['a list', []],
  ['no JSON', '{'],
  ['another name', { metadata: { name: 'x' } }],
  ['an old resourceVersion', { metadata: { resourceVersion: '1' } }],
  ['a wrong type', { data: 'x' }],
];

const patchKinds: readonly Scenario[] = [
  ...jsonPatches.map(([name, patch]) => ({
    name: `JSON patch: ${name}`,
    steps: [made, json('configmaps/a', patch, { pick: ['data', 'metadata.annotations'] })],
  })),
  ...mergePatches.map(([name, patch]) => ({
    name: `merge patch: ${name}`,
    steps: [made, merge('configmaps/a', patch, { pick: ['data', 'metadata.labels'] })],
  })),
  {
    name: 'patches of what is not there',
    steps: [
      json('configmaps/a', []),
      merge('configmaps/a', {}),
      strategic('configmaps/a', {}),
      apply('configmaps/a/status?fieldManager=x', {}),
    ],
  },
  {
    name: 'a patch of no known type',
    steps: [
      made,
      { ...merge('configmaps/a', {}), type: 'application/json' },
      { ...merge('configmaps/a', {}), type: 'text/plain' },
    ],
  },
  {
    name: 'patch options',
    steps: [
      made,
      merge('configmaps/a?force=true', {}),
      { ...merge('configmaps/a', configMap('a')), type: 'application/apply-patch+yaml' },
      merge(`configmaps/a?fieldManager=${'x'.repeat(130)}`, {}),
    ],
  },
  {
    name: 'strategic patch: containers by name',
    steps: [
      quiet(
        post(
          'apps:deployments',
          deployment('a', {
            replicas: 0,
            template: {
              metadata: { labels: { app: 'a' } },
              spec: {
                containers: [
                  { name: 'c', image: 'app:1', env: [{ name: 'A', value: '1' }] },
                  { name: 'd', image: 'app:1' },
                ],
              },
            },
          }),
        ),
      ),
      strategic(
        'apps:deployments/a',
        {
          spec: {
            template: { spec: { containers: [{ name: 'c', image: 'app:2', env: [{ name: 'B', value: '2' }] }] } },
          },
        },
        { pick: ['spec.template.spec.containers'] },
      ),
      strategic(
        'apps:deployments/a',
        { spec: { template: { spec: { containers: [{ name: 'd', $patch: 'delete' }] } } } },
        { pick: ['spec.template.spec.containers.*.name'] },
      ),
      strategic(
        'apps:deployments/a',
        {
          spec: {
            template: {
              spec: {
                containers: [{ name: 'c', env: [{ name: 'A', $patch: 'delete' }] }],
              },
            },
          },
        },
        { pick: ['spec.template.spec.containers.0.env'] },
      ),
      strategic(
        'apps:deployments/a',
        { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
        { pick: ['spec.strategy'] },
      ),
      strategic('apps:deployments/a', { metadata: { finalizers: ['x.io/a'] } }, { pick: ['metadata.finalizers'] }),
      strategic('apps:deployments/a', { metadata: { finalizers: ['x.io/b'] } }, { pick: ['metadata.finalizers'] }),
      strategic(
        'apps:deployments/a',
        { metadata: { '$deleteFromPrimitiveList/finalizers': ['x.io/a', 'x.io/b'] } },
        { pick: ['metadata.finalizers'] },
      ),
      strategic(
        'apps:deployments/a',
        { spec: { template: { spec: { $patch: 'replace', containers: [{ name: 'z', image: 'z' }] } } } },
        { pick: ['spec.template.spec.containers.*.name'] },
      ),
      strategic('apps:deployments/a', { spec: { nope: 1 } }, { pick: ['spec.nope'] }),
    ],
  },
  {
    name: 'strategic patch: ports of a Service',
    steps: [
      quiet(
        post('services', {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 's' },
          spec: {
            ports: [
              { name: 'a', port: 80 },
              { name: 'b', port: 81 },
            ],
          },
        }),
      ),
      strategic('services/s', { spec: { ports: [{ port: 80, targetPort: 8080 }] } }, { pick: ['spec.ports'] }),
      strategic('services/s', { spec: { ports: [{ port: 81, $patch: 'delete' }] } }, { pick: ['spec.ports'] }),
      strategic('services/s', { spec: { selector: { a: 'b' } } }, { pick: ['spec.selector'] }),
      strategic('services/s', { spec: { clusterIP: '10.96.200.1' } }),
      merge('services/s', { spec: { ports: [] } }),
      strategic('services/s', []),
    ],
  },
];

const ownership: readonly Scenario[] = [
  {
    name: 'apply: creates, changes, gives up',
    steps: [
      apply('configmaps/a', configMap('a', { a: '1', b: '2' }), owners),
      apply('configmaps/a', configMap('a', { a: '1' }), owners),
      apply('configmaps/a', configMap('a', { a: '1' }), data),
      apply('configmaps/a', configMap('a'), owners),
    ],
  },
  {
    name: 'apply: a conflict, and force',
    steps: [
      quiet(apply('configmaps/a', configMap('a', { a: '1', b: '2' }))),
      apply('configmaps/a?fieldManager=two', configMap('a', { a: '3' })),
      apply('configmaps/a?fieldManager=two', configMap('a', { a: '3', b: '4' })),
      apply('configmaps/a?fieldManager=two&force=true', configMap('a', { a: '3' }), owners),
      apply('configmaps/a', configMap('a', { a: '1', b: '2' })),
      apply('configmaps/a', configMap('a', { b: '2' }), owners),
    ],
  },
  {
    name: 'apply: fields held together',
    steps: [
      quiet(apply('configmaps/a', configMap('a', { a: '1' }))),
      apply('configmaps/a?fieldManager=two', configMap('a', { a: '1', b: '2' }), owners),
      apply('configmaps/a', configMap('a'), owners),
      apply('configmaps/a?fieldManager=two', configMap('a'), owners),
    ],
  },
  {
    name: 'apply: beside updates',
    steps: [
      quiet(post('configmaps?fieldManager=maker', configMap('a', { a: '1' }))),
      apply('configmaps/a?fieldManager=two', configMap('a', { a: '2' })),
      apply('configmaps/a?fieldManager=maker', configMap('a', { a: '2' })),
      merge('configmaps/a?fieldManager=two', { data: { a: '5' } }, owners),
      apply('configmaps/a?fieldManager=maker&force=true', configMap('a', { a: '2' }), owners),
      put('configmaps/a?fieldManager=third', configMap('a', { z: '1' }), owners),
    ],
  },
  {
    name: 'apply: lists by key',
    steps: [
      quiet(apply('apps:deployments/a', deployment('a', { replicas: 0 }))),
      apply(
        'apps:deployments/a?fieldManager=side',
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'a' },
          spec: { template: { spec: { containers: [{ name: 'side', image: 'side:1' }] } } },
        },
        { pick: ['spec.template.spec.containers.*.name'] },
      ),
      apply('apps:deployments/a', deployment('a', { replicas: 0 }, 'app:2'), {
        pick: ['spec.template.spec.containers.*.image'],
      }),
      apply('apps:deployments/a?fieldManager=other', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a' },
        spec: { replicas: 3, template: { spec: { containers: [{ name: 'c', image: 'app:9' }] } } },
      }),
      apply(
        'apps:deployments/a?fieldManager=side',
        { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } },
        { pick: ['spec.template.spec.containers.*.name'] },
      ),
    ],
  },
  {
    name: 'apply: what it cannot read',
    steps: [
      apply('configmaps/a', 'a: ['),
      apply('configmaps/a', '[]'),
      apply('configmaps/a', { ...configMap('b') }),
      apply('configmaps/a', { ...configMap('a'), kind: 'Secret' }),
      apply('configmaps/a', { ...configMap('a'), apiVersion: 'v2' }),
      apply('configmaps/a', { metadata: { name: 'a' } }),
      apply('configmaps/a', configMap('a', {}, { managedFields: [{ manager: 'x' }] })),
      apply('configmaps/a', configMap('a', {}, { uid: 'x' })),
      apply('configmaps/a', configMap('a', {}, { resourceVersion: '5' })),
      apply('configmaps/a', { ...configMap('a'), data: 'x' }),
      apply('apps:deployments/a', {
        ...deployment('a'),
        spec: { template: { spec: { containers: [{ name: 'c' }, { name: 'c' }] } } },
      }),
    ],
  },
  {
    name: 'apply: an old resourceVersion',
    steps: [
      apply('configmaps/a', configMap('a', { a: '1' }), {
        pick: ['kind'],
        save: { rv: 'metadata.resourceVersion', uid: 'metadata.uid' },
      }),
      quiet(merge('configmaps/a', { data: { b: '1' } })),
      apply('configmaps/a', configMap('a', { a: '2' }, { resourceVersion: '{rv}' })),
      apply('configmaps/a', configMap('a', { a: '2' }, { uid: 'other' })),
      apply('configmaps/a', configMap('a', { a: '2' }, { uid: '{uid}' }), data),
    ],
  },
  {
    name: 'apply: in YAML',
    steps: [
      apply(
        'configmaps/a',
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: "yes"\n  b: |\n    x\n',
        data,
      ),
      apply('configmaps/a', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: yes}\n'),
    ],
  },
  {
    name: 'apply: nulls',
    steps: [
      quiet(apply('configmaps/a', configMap('a', { a: '1' }))),
      apply('configmaps/a', { ...configMap('a'), data: null }, data),
    ],
  },
  {
    name: 'apply: status has owners of its own',
    steps: [
      quiet(post('apps:deployments', { ...deployment('a', { paused: true, replicas: 0 }) })),
      apply(
        'apps:deployments/a/status?fieldManager=st',
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'a' },
          status: { conditions: [{ type: 'Mine', status: 'True', reason: 'x', message: '' }] },
        },
        { pick: ['kind'] },
      ),
    ],
  },
  {
    name: 'managedFields can be emptied',
    steps: [
      quiet(apply('configmaps/a', configMap('a', { a: '1' }))),
      json('configmaps/a', [{ op: 'replace', path: '/metadata/managedFields', value: [{}] }], {
        fields: true,
        pick: ['metadata.managedFields'],
      }),
      merge('configmaps/a?fieldManager=m', { data: { b: '1' } }, owners),
      apply('configmaps/a?fieldManager=m', configMap('a', { b: '2' }), owners),
    ],
  },
  {
    name: 'the manager is the first word of the user agent',
    steps: [
      { ...post('configmaps', configMap('a', { a: '1' }), owners), headers: { 'user-agent': 'Helm/4 (x)' } },
      { ...merge('configmaps/a', { data: { a: '2' } }, owners), headers: { 'user-agent': 'kubectl-edit' } },
    ],
  },
  {
    name: 'an applied object taken over by PUT and removed by its first owner',
    steps: [
      quiet(apply('configmaps/a', configMap('a', { a: '1' }))),
      put('configmaps/a?fieldManager=put', configMap('a', { a: '2' }), owners),
      apply('configmaps/a', configMap('a'), owners),
      quiet(remove('configmaps/a')),
      get('configmaps/a'),
    ],
  },
];

export const patchScenarios: readonly Scenario[] = [...patchKinds, ...ownership];
