/** Objects written and read: discovery, CRUD, selectors, paging, watches, dry runs. */
import {
  apply,
  configMap,
  deployment,
  get,
  merge,
  pod,
  post,
  put,
  quiet,
  remove,
  type Scenario,
  type Step,
  watch,
} from './scenario.ts';

const names = { pick: ['items.*.metadata.name'] };
const data = { pick: ['data'] };

const discovery: readonly (readonly [string, Step])[] = [
  ['the versions of the core group', get('/api')],
  ['one group', get('/apis/autoscaling')],
  ['a group that is not there', get('/apis/nope.io')],
  ['a version that is not there', get('/apis/apps/v9')],
  ['a resource that is not there', get('/api/v1/nopes')],
  ['an object of a resource that is not there', get('/apis/nope.io/v1/namespaces/{ns}/nopes/a')],
  ['an unknown path', get('/nope')],
  ['a namespaced object without its namespace', get('/api/v1/configmaps/a')],
  ['a cluster-scoped object in a namespace', get('/api/v1/namespaces/{ns}/nodes/a')],
  ['an unknown subresource', get('configmaps/a/nope')],
];

const crud: readonly Scenario[] = [
  {
    name: 'create, read, replace, delete',
    steps: [
      post('configmaps', configMap('a', { a: '1' }, { labels: { x: 'y' }, annotations: { n: 'm' } }), { fields: true }),
      get('configmaps/a'),
      put('configmaps/a', configMap('a', { a: '2' })),
      remove('configmaps/a'),
      get('configmaps/a'),
      remove('configmaps/a'),
    ],
  },
  {
    name: 'a second create',
    steps: [
      quiet(post('configmaps', configMap('a'))),
      post('configmaps', configMap('a')),
      post('configmaps?dryRun=All', configMap('a')),
    ],
  },
  {
    name: 'create by PUT',
    steps: [
      put('configmaps/a', configMap('a')),
      put('services/a', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'a' },
        spec: { ports: [{ port: 80 }] },
      }),
    ],
  },
  {
    name: 'PUT under another name',
    steps: [
      quiet(post('configmaps', configMap('a'))),
      put('configmaps/a', configMap('b')),
      put('configmaps/a', { apiVersion: 'v1', kind: 'ConfigMap' }),
    ],
  },
  {
    name: 'PUT with an old resourceVersion',
    steps: [
      post('configmaps', configMap('a'), { save: { rv: 'metadata.resourceVersion' }, pick: ['kind'] }),
      quiet(merge('configmaps/a', { data: { a: '1' } })),
      put('configmaps/a', configMap('a', { a: '2' }, { resourceVersion: '{rv}' })),
      put('configmaps/a', configMap('a', { a: '3' }, { uid: 'other' })),
      put('configmaps/a', configMap('a', { a: '4' }, { resourceVersion: 'x' })),
      get('configmaps/a', data),
    ],
  },
  {
    name: 'PUT that changes nothing',
    steps: [
      post('configmaps', configMap('a', { a: '1' }), { save: { rv: 'metadata.resourceVersion' }, pick: ['kind'] }),
      quiet(put('configmaps/a', configMap('a', { a: '1' }))),
      put('configmaps/a', configMap('a', { a: '1' }, { resourceVersion: '{rv}' }), data),
    ],
  },
  {
    name: 'a custom generateName',
    steps: [
      post(
        'configmaps',
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'gen-' } },
        { pick: ['metadata.generateName', 'metadata.namespace'], save: { n: 'metadata.name' } },
      ),
      get('configmaps/{n}', { pick: ['kind'] }),
      post('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }),
    ],
  },
  {
    name: 'a body of another namespace',
    steps: [
      post('configmaps', configMap('a', {}, { namespace: 'other' })),
      post('/api/v1/namespaces/nope/configmaps', configMap('a')),
    ],
  },
  {
    name: 'a body of another kind',
    steps: [
      post('configmaps', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } }),
      post('configmaps', { apiVersion: 'v2', kind: 'ConfigMap', metadata: { name: 'a' } }),
      post('configmaps', { kind: 'ConfigMap', metadata: { name: 'a' } }, { pick: ['apiVersion'] }),
      post('configmaps', { metadata: { name: 'b' } }, { pick: ['apiVersion', 'kind'] }),
    ],
  },
  {
    name: 'a body that is none',
    steps: [
      post('configmaps', '{'),
      post('configmaps', ''),
      post('configmaps', '[]'),
      post('configmaps', 'a: b', { type: 'text/plain' }),
      post('configmaps', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\ndata: {a: "1"}\n', {
        type: 'application/yaml',
        ...data,
      }),
    ],
  },
  {
    name: 'methods that are not served',
    steps: [
      { ...post('configmaps/a', {}) },
      put('configmaps', configMap('a')),
      { method: 'PATCH', path: 'configmaps', body: {}, type: 'application/merge-patch+json' },
      get('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'),
      post('/api/v1/componentstatuses', {}),
    ],
  },
  {
    name: 'delete with preconditions',
    steps: [
      post('configmaps', configMap('a'), {
        pick: ['kind'],
        save: { uid: 'metadata.uid', rv: 'metadata.resourceVersion' },
      }),
      remove('configmaps/a', { preconditions: { uid: 'other' } }),
      remove('configmaps/a', { preconditions: { resourceVersion: '1' } }),
      remove('configmaps/a', { preconditions: { uid: '{uid}', resourceVersion: '{rv}' } }),
    ],
  },
  {
    name: 'delete with options',
    steps: [
      quiet(post('configmaps', configMap('a'))),
      remove('configmaps/a', { propagationPolicy: 'Nope' }),
      remove('configmaps/a', { orphanDependents: true, propagationPolicy: 'Orphan' }),
      remove('configmaps/a', { gracePeriodSeconds: -1 }, { pick: ['kind', 'status'] }),
      remove(
        'configmaps/a',
        { kind: 'DeleteOptions', apiVersion: 'v1', dryRun: ['All'] },
        { pick: ['kind', 'status'] },
      ),
    ],
  },
  {
    name: 'delete of a collection',
    steps: [
      ...['a', 'b', 'c'].map((name) =>
        quiet(post('configmaps', configMap(name, {}, { labels: { n: name, all: 'x' } }))),
      ),
      remove('configmaps?labelSelector=n%3Da', undefined, { pick: ['kind', 'items.*.metadata.name', 'status'] }),
      remove('configmaps?labelSelector=all%3Dx&dryRun=All', undefined, {
        pick: ['kind', 'items.*.metadata.name', 'status'],
      }),
      get('configmaps?labelSelector=all', names),
      remove('configmaps?labelSelector=all', undefined, { pick: ['kind', 'items.*.metadata.name', 'status'] }),
      get('configmaps?labelSelector=all', names),
    ],
  },
  { name: 'an object too large', steps: [post('configmaps', configMap('a', { a: 'x'.repeat(1_100_000) }))] },
  {
    name: 'names and labels',
    steps: [
      post('configmaps', configMap('UPPER')),
      post('configmaps', configMap('a'.repeat(260))),
      post('configmaps', configMap('a', {}, { labels: { 'bad key': 'x' } })),
      post('configmaps', configMap('a', {}, { labels: { a: 'bad value' } })),
      post('configmaps', configMap('a', {}, { annotations: { 'bad key': 'x' } })),
      post('services', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: '1a' },
        spec: { ports: [{ port: 80 }] },
      }),
      post('configmaps', configMap('a', {}, { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'x' }] })),
      post('configmaps', configMap('a', {}, { finalizers: ['nope'] })),
      post('configmaps', configMap('a', {}, { labels: { a: 1 } })),
      post('configmaps', configMap('a', { b: 1 })),
    ],
  },
  {
    name: 'an immutable ConfigMap and Secret',
    steps: [
      quiet(post('configmaps', { ...configMap('a', { a: '1' }), immutable: true })),
      merge('configmaps/a', { data: { a: '2' } }),
      merge('configmaps/a', { immutable: false }),
      merge('configmaps/a', { metadata: { labels: { a: 'b' } } }, { pick: ['metadata.labels'] }),
      post('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { a: 'x' } }),
      merge('secrets/s', { type: 'other' }),
      merge('secrets/s', { stringData: { a: 'y', b: 'z' } }, { pick: ['data', 'stringData'] }),
      post('secrets', {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 't' },
        type: 'kubernetes.io/tls',
        data: { a: 'eA==' },
      }),
    ],
  },
  {
    name: 'unknown fields',
    steps: [
      post('configmaps?fieldValidation=Strict', { ...configMap('a'), nope: 1, more: { x: 1 } }),
      post('configmaps?fieldValidation=Warn', { ...configMap('a'), nope: 1 }, { pick: ['nope'] }),
      post('configmaps?fieldValidation=Ignore', { ...configMap('b'), nope: 1 }, { pick: ['nope'] }),
      post('configmaps', { ...configMap('c'), nope: 1 }, { pick: ['nope'] }),
      post('configmaps?fieldValidation=Nope', configMap('d')),
      put('configmaps/a?fieldValidation=Strict', { ...configMap('a'), metadata: { name: 'a', nope: 1 } }),
      apply('configmaps/a?fieldManager=x&fieldValidation=Strict', { ...configMap('a'), nope: 1 }),
    ],
  },
];

const dryRuns: readonly Scenario[] = [
  {
    name: 'dry run: nothing stays',
    steps: [
      post('configmaps?dryRun=All', configMap('a', { a: '1' })),
      get('configmaps/a'),
      quiet(post('configmaps', configMap('a', { a: '1' }))),
      put('configmaps/a?dryRun=All', configMap('a', { a: '2' }), data),
      merge('configmaps/a?dryRun=All', { data: { a: '3' } }, data),
      apply('configmaps/a?dryRun=All&fieldManager=x&force=true', configMap('a', { a: '4' }), data),
      apply('configmaps/b?dryRun=All&fieldManager=x', configMap('b', { a: '4' }), data),
      remove('configmaps/a?dryRun=All', undefined, { pick: ['status', 'kind'] }),
      get('configmaps/a', data),
      get('configmaps?labelSelector=x', names),
    ],
  },
  {
    name: 'dry run: objections are the same',
    steps: [
      post('configmaps?dryRun=All', configMap('UPPER')),
      post('configmaps?dryRun=Nope', configMap('a')),
      remove('configmaps/a?dryRun=All'),
      merge('configmaps/a?dryRun=All', {}),
      post('apps:deployments?dryRun=All', deployment('a', { selector: { matchLabels: { x: 'y' } } })),
    ],
  },
  {
    name: 'dry run: a Service without an address',
    steps: [
      post(
        'services?dryRun=All',
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'a' },
          spec: { ports: [{ port: 80 }], selector: { a: 'b' } },
        },
        { pick: ['spec.type', 'spec.ports', 'spec.ipFamilies', 'spec.sessionAffinity', 'spec.internalTrafficPolicy'] },
      ),
      get('services/a'),
    ],
  },
];

const selected = [
  configMap('a', {}, { labels: { app: 'web', tier: 'front', 'x.io/y': '' } }),
  configMap('b', {}, { labels: { app: 'web', tier: 'back' } }),
  configMap('c', {}, { labels: { app: 'db' } }),
  configMap('d'),
];
const labelSelectors = [
  'app=web',
  'app==web',
  'app!=web',
  'app in (web,db)',
  'app notin (web)',
  'tier',
  '!tier',
  'app=web,tier=back',
  'app=web,!tier',
  'x.io/y=',
  'x.io/y',
  'app in (web),tier notin (front)',
  '',
  'app=nope',
  'app in ()',
  'app=',
  'app=a=b',
  '=x',
  'app in web',
  'app>1',
  'bad key=x',
  'app=bad value',
];
const fieldSelectors = [
  'metadata.name=a',
  'metadata.name!=a',
  'metadata.namespace={ns}',
  'metadata.name=a,metadata.namespace={ns}',
  'metadata.name=nope',
  'data.a=1',
  'metadata.labels=x',
  'metadata.name',
];

const podSelectors = [
  'status.phase=Pending',
  'spec.nodeName=',
  'spec.schedulerName=nobody',
  'spec.restartPolicy=Always',
  'spec.serviceAccountName=default',
  'status.podIP=1',
  'spec.nope=1',
];

const selectors: readonly Scenario[] = [
  ...labelSelectors.map((one) => ({
    name: `labelSelector ${JSON.stringify(one)}`,
    steps: [
      ...selected.map((object) => quiet(post('configmaps', object))),
      get(`configmaps?labelSelector=${encodeURIComponent(one)}`, names),
    ],
  })),
  {
    name: 'fieldSelectors of names',
    steps: [
      ...selected.map((object) => quiet(post('configmaps', object))),
      ...fieldSelectors.map((one) =>
        get(`configmaps?fieldSelector=${encodeURIComponent(one).replace('%7Bns%7D', '{ns}')}`, names),
      ),
    ],
  },
  {
    name: 'fieldSelectors of pods',
    steps: [
      quiet(post('pods', pod('a', { schedulerName: 'nobody' }))),
      ...podSelectors.map((one) => get(`pods?fieldSelector=${encodeURIComponent(one)}`, names)),
    ],
  },
  {
    name: 'fieldSelectors of other kinds',
    steps: [
      quiet(post('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, type: 'x/y' })),
      get('secrets?fieldSelector=type%3Dx/y', names),
      get('secrets?fieldSelector=type%3Dz', names),
      get('services?fieldSelector=spec.type%3DClusterIP', names),
      get('events?fieldSelector=involvedObject.name%3Dx', names),
      get('events?fieldSelector=reason%3Dx,type%3DNormal', names),
      get('apps:deployments?fieldSelector=spec.replicas%3D1'),
      get('batch:jobs?fieldSelector=status.successful%3D1', names),
      get('/api/v1/nodes?fieldSelector=spec.unschedulable%3Dfalse', { pick: ['kind'] }),
      get('/api/v1/namespaces?fieldSelector=metadata.name%3D{ns}', names),
      get('/api/v1/namespaces?fieldSelector=status.phase%3DActive,metadata.name%3D{ns}', names),
    ],
  },
];

const fill = ['a', 'b', 'c', 'd', 'e'].map((name) =>
  quiet(post('configmaps', configMap(name, {}, { labels: { p: 'x' } }))),
);
const page = {
  pick: ['items.*.metadata.name', 'metadata.remainingItemCount', 'metadata.continue'],
  save: { c: 'metadata.continue' },
};
const paging: readonly Scenario[] = [
  {
    name: 'paging: pages of two',
    steps: [
      ...fill,
      get('configmaps?limit=2&fieldSelector=metadata.name!%3Dkube-root-ca.crt', page),
      get('configmaps?limit=2&continue={c}&fieldSelector=metadata.name!%3Dkube-root-ca.crt', page),
      get('configmaps?limit=2&continue={c}&fieldSelector=metadata.name!%3Dkube-root-ca.crt', {
        pick: ['items.*.metadata.name', 'metadata.remainingItemCount'],
      }),
    ],
  },
  {
    name: 'paging: how many remain',
    steps: [
      ...fill,
      get('configmaps?limit=2', page),
      get('configmaps?limit=100&continue={c}', names),
      get('configmaps?limit=6', { pick: ['items.*.metadata.name', 'metadata.remainingItemCount'] }),
    ],
  },
  {
    name: 'paging: a continue that is none',
    steps: [get('configmaps?limit=1&continue=nope'), get('configmaps?limit=x'), get('configmaps?limit=-1', names)],
  },
  {
    name: 'paging: a continue beside a resourceVersion',
    steps: [...fill, get('configmaps?limit=1', page), get('configmaps?limit=1&continue={c}&resourceVersion=5')],
  },
  {
    name: 'a list at a resourceVersion',
    steps: [
      ...fill,
      get('configmaps', { pick: ['kind'], save: { rv: 'metadata.resourceVersion' } }),
      get('configmaps?resourceVersion=0&labelSelector=p', names),
      get('configmaps?resourceVersion={rv}&labelSelector=p', names),
      get('configmaps?resourceVersion={rv}&resourceVersionMatch=NotOlderThan&labelSelector=p', names),
      quiet(remove('configmaps/a')),
      get('configmaps?resourceVersion={rv}&resourceVersionMatch=Exact&labelSelector=p', names),
      get('configmaps?resourceVersionMatch=Exact'),
      get('configmaps?resourceVersion=0&resourceVersionMatch=Exact'),
      get('configmaps?resourceVersion={rv}&resourceVersionMatch=Nope'),
      get('configmaps?resourceVersion=x'),
      get('configmaps/b?resourceVersion=0', { pick: ['metadata.name'] }),
    ],
  },
  {
    name: 'a list in another form',
    steps: [
      ...fill,
      get('configmaps?labelSelector=p', {
        accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
        pick: ['kind', 'apiVersion', 'items.*.metadata.name', 'items.*.kind', 'items.*.data'],
      }),
      get('configmaps/a', { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' }),
      get('configmaps/kube-root-ca.crt', {
        accept: 'application/json;as=Table;g=meta.k8s.io;v=v1',
        pick: ['kind', 'columnDefinitions.*.name', 'rows.*.cells.0', 'rows.*.cells.1'],
      }),
      get('configmaps/a', { accept: 'text/html' }),
      get('configmaps/a', { accept: 'application/yaml', pick: [] }),
    ],
  },
];

const start = get('configmaps', { quiet: true, save: { rv: 'metadata.resourceVersion' } });
const told = { pick: ['*.type', '*.object.metadata.name', '*.object.data', '*.object.kind'] };
const watches: readonly Scenario[] = [
  {
    name: 'watch: from a resourceVersion',
    steps: [
      start,
      ...fill.slice(0, 2),
      quiet(merge('configmaps/a', { data: { x: '1' } })),
      quiet(remove('configmaps/b')),
      watch('configmaps?watch=1&resourceVersion={rv}', 4, told),
    ],
  },
  {
    name: 'watch: resumed in the middle',
    steps: [
      start,
      ...fill.slice(0, 2),
      merge('configmaps/a', { data: { x: '1' } }, { pick: ['kind'], save: { rv: 'metadata.resourceVersion' } }),
      quiet(merge('configmaps/a', { data: { x: '2' } })),
      quiet(remove('configmaps/b')),
      watch('configmaps?watch=1&resourceVersion={rv}', 2, told),
    ],
  },
  {
    name: 'watch: what comes under a selector and leaves it',
    steps: [
      start,
      quiet(post('configmaps', configMap('a'))),
      quiet(merge('configmaps/a', { metadata: { labels: { s: '1' } } })),
      quiet(merge('configmaps/a', { data: { x: '1' } })),
      quiet(merge('configmaps/a', { metadata: { labels: { s: null } } })),
      quiet(remove('configmaps/a')),
      watch('configmaps?watch=1&resourceVersion={rv}&labelSelector=s', 3, told),
    ],
  },
  {
    name: 'watch: one name',
    steps: [
      start,
      ...fill,
      watch('configmaps?watch=1&resourceVersion={rv}&fieldSelector=metadata.name%3Dc', 1, told),
      get('configmaps/d?watch=1&resourceVersion={rv}', { pick: ['metadata.name'] }),
    ],
  },
  {
    name: 'watch: without a resourceVersion tells what is there',
    steps: [
      ...fill,
      watch('configmaps?watch=1&labelSelector=p', 5, told),
      watch('configmaps?watch=1&labelSelector=p&resourceVersion=0', 5, told),
    ],
  },
  {
    name: 'watch: with initial events and their end',
    steps: [
      ...fill.slice(0, 2),
      watch(
        'configmaps?watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&labelSelector=p',
        3,
        { pick: ['*.type', '*.object.metadata.name', '*.object.metadata.annotations', '*.object.kind'] },
      ),
      get('configmaps?timeoutSeconds=1&watch=1&sendInitialEvents=true'),
      get('configmaps?sendInitialEvents=true'),
      get('configmaps?timeoutSeconds=1&watch=1&sendInitialEvents=true&resourceVersionMatch=Exact'),
      get('configmaps?timeoutSeconds=1&watch=1&resourceVersionMatch=NotOlderThan'),
    ],
  },
  {
    name: 'watch: a resourceVersion too old or none',
    steps: [
      watch('configmaps?watch=1&resourceVersion=1', 1),
      get('configmaps?timeoutSeconds=1&watch=1&resourceVersion=x'),
    ],
  },
  {
    name: 'watch: ended by its time',
    steps: [start, ...fill.slice(0, 1), watch('configmaps?watch=1&resourceVersion={rv}&timeoutSeconds=1', 99, told)],
  },
  {
    name: 'watch: metadata alone',
    steps: [
      start,
      ...fill.slice(0, 1),
      get('configmaps?timeoutSeconds=1&watch=1&resourceVersion={rv}&timeoutSeconds=1', {
        accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
        pick: ['kind'],
      }),
    ],
  },
  {
    name: 'watch: a dry run makes no event',
    steps: [
      start,
      quiet(post('configmaps?dryRun=All', configMap('a'))),
      quiet(post('configmaps', configMap('b'))),
      quiet(put('configmaps/b', configMap('b'))),
      quiet(post('configmaps', configMap('c'))),
      watch('configmaps?watch=1&resourceVersion={rv}', 2, told),
    ],
  },
  {
    name: 'watch: finalizers and deletion',
    steps: [
      start,
      quiet(post('configmaps', configMap('a', {}, { finalizers: ['x.io/y'] }))),
      quiet(remove('configmaps/a')),
      quiet(merge('configmaps/a', { metadata: { finalizers: null } })),
      watch('configmaps?watch=1&resourceVersion={rv}', 3, {
        pick: ['*.type', '*.object.metadata.finalizers', '*.object.metadata.deletionTimestamp'],
      }),
    ],
  },
];

export const objectScenarios: readonly Scenario[] = [
  ...discovery.map(([name, step]) => ({ name: `discovery: ${name}`, steps: [step] })),
  ...crud,
  ...dryRuns,
  ...selectors,
  ...paging,
  ...watches,
];
