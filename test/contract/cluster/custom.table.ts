/** Custom resources: definitions, defaults, pruning, validation, versions, subresources, and their end. */
import { apply, get, json, merge, post, put, quiet, remove, type Scenario, type Step, strategic } from './scenario.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const group = '{ns}.example.com';
const things = `/apis/${group}/v1/namespaces/{ns}/things`;

const definition = (schema: object, more: object = {}, spec: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `things.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'things', singular: 'thing', kind: 'Thing', shortNames: ['th'] },
    versions: [
      { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', ...schema } }, ...more },
    ],
    ...spec,
  },
});
const thing = (name: string, body: object = {}) => ({
  apiVersion: `${group}/v1`,
  kind: 'Thing',
  metadata: { name },
  ...body,
});
const spec = (properties: object, more: object = {}) => ({
  properties: { spec: { type: 'object', properties, ...more } },
});
const serving: Step = quiet(get(things, { until: (_body, code) => code === 200 }));
const defined = (schema: object, more: object = {}, rest: object = {}): Step[] => [
  quiet(post(definitions, definition(schema, more, rest))),
  serving,
];
const cleanup = [remove(`${definitions}/things.${group}`)];
const body = { pick: ['spec', 'status', 'data', 'extra'] };

const fields = {
  name: { type: 'string', minLength: 2, maxLength: 5, pattern: '^[a-z]+$' },
  size: { type: 'integer', minimum: 1, maximum: 10, default: 3 },
  ratio: { type: 'number', exclusiveMinimum: true, minimum: 0 },
  mode: { type: 'string', enum: ['on', 'off'], default: 'on' },
  tags: { type: 'array', items: { type: 'string' }, maxItems: 2, minItems: 1 },
  set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
  keyed: {
    type: 'array',
    items: {
      type: 'object',
      required: ['k'],
      properties: { k: { type: 'string' }, v: { type: 'string', default: 'd' } },
    },
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['k'],
  },
  port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
  nullable: { type: 'string', nullable: true },
  flag: { type: 'boolean' },
  map: { type: 'object', additionalProperties: { type: 'integer' } },
  open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  nested: { type: 'object', default: {}, properties: { a: { type: 'string', default: 'x' } } },
  when: { type: 'string', format: 'date-time' },
};
const schema = spec(fields, { required: ['name'] });

const checks: readonly (readonly [string, unknown])[] = [
  ['defaults', { name: 'ab' }],
  ['nothing of it', {}],
  ['no spec', undefined],
  ['too short', { name: 'a' }],
  ['too long', { name: 'abcdef' }],
  ['against the pattern', { name: 'AB' }],
  ['a wrong type', { name: 5 }],
  ['an integer that is none', { name: 'ab', size: 1.5 }],
  ['too large', { name: 'ab', size: 11 }],
  ['too small', { name: 'ab', size: 0 }],
  ['an exclusive minimum', { name: 'ab', ratio: 0 }],
  ['no value of an enum', { name: 'ab', mode: 'maybe' }],
  ['too many items', { name: 'ab', tags: ['a', 'b', 'c'] }],
  ['too few items', { name: 'ab', tags: [] }],
  ['a set with a double', { name: 'ab', set: ['a', 'a'] }],
  ['a map with a double', { name: 'ab', keyed: [{ k: 'a' }, { k: 'a' }] }],
  ['a map without its key', { name: 'ab', keyed: [{ v: 'a' }] }],
  ['defaults in a list', { name: 'ab', keyed: [{ k: 'a' }] }],
  ['int or string', { name: 'ab', port: '80%' }],
  ['neither int nor string', { name: 'ab', port: true }],
  ['null where it may be', { name: 'ab', nullable: null }],
  ['null where it may not be', { name: 'ab', flag: null }],
  ['null over a default', { name: 'ab', mode: null }],
  ['unknown fields', { name: 'ab', nope: 1, open: { any: { thing: 1 } }, nested: { b: 1 } }],
  ['a map of a wrong type', { name: 'ab', map: { a: 'x' } }],
  ['several at once', { name: 'A', size: 99, mode: 'x' }],
  ['a date', { name: 'ab', when: 'nope' }],
];

const definitionsThemselves: readonly Scenario[] = [
  {
    name: 'a definition is accepted and established',
    steps: [
      post(definitions, definition(schema), {
        pick: ['spec.names', 'spec.conversion', 'status.storedVersions', 'metadata.generation'],
      }),
      get(`${definitions}/things.${group}`, {
        until: (one) =>
          one.status?.conditions?.some(
            (c: { type: string; status: string }) => c.type === 'Established' && c.status === 'True',
          ),
        pick: [
          'status.acceptedNames',
          'status.conditions.*.type',
          'status.conditions.*.status',
          'status.conditions.*.reason',
          'status.conditions.*.message',
        ],
      }),
      serving,
      get(`/apis/${group}/v1`),
      get(`/apis/${group}`),
      get(`/apis/${group}/v2`),
    ],
    cleanup,
  },
  {
    name: 'definitions that are refused',
    steps: [
      post(definitions, { ...definition(schema), metadata: { name: 'wrong' } }),
      post(definitions, definition(schema, {}, { scope: 'Nope' })),
      post(definitions, definition(schema, { storage: false })),
      post(definitions, definition({ properties: { a: { type: 'nope' } } })),
      post(definitions, definition({ properties: { a: {} } })),
      post(definitions, {
        ...definition(schema),
        spec: { ...definition(schema).spec, versions: [{ name: 'v1', served: true, storage: true }] },
      }),
      post(definitions, definition(schema, {}, { names: { plural: 'Things', kind: 'Thing' } })),
    ],
    cleanup,
  },
  {
    name: 'a definition whose names are taken',
    steps: [
      ...defined(schema),
      quiet(
        post(definitions, {
          ...definition(schema, {}, { names: { plural: 'others', singular: 'thing', kind: 'Thing' } }),
          metadata: { name: `others.${group}` },
        }),
      ),
      get(`${definitions}/others.${group}`, {
        until: (one) => one.status?.conditions?.length > 0,
        pick: ['status.conditions.*.type', 'status.conditions.*.status', 'status.conditions.*.reason'],
      }),
    ],
    cleanup: [...cleanup, remove(`${definitions}/others.${group}`)],
  },
  {
    name: 'a definition takes its objects with it',
    steps: [
      ...defined(schema),
      quiet(post(things, thing('a', { spec: { name: 'ab' } }))),
      remove(`${definitions}/things.${group}`, undefined, {
        pick: ['metadata.finalizers', 'status.conditions.*.type'],
      }),
      quiet(get(`${definitions}/things.${group}`, { until: (_body, code) => code === 404 })),
      get(things, { until: (_body, code) => code === 404 }),
    ],
    cleanup,
  },
  {
    name: 'a definition waits for its objects’ finalizers',
    steps: [
      ...defined(schema),
      quiet(
        post(things, { ...thing('a', { spec: { name: 'ab' } }), metadata: { name: 'a', finalizers: ['x.io/hold'] } }),
      ),
      quiet(remove(`${definitions}/things.${group}`)),
      get(`${things}/a`, {
        until: (one) => one.metadata?.deletionTimestamp !== undefined,
        pick: ['metadata.finalizers'],
      }),
      post(things, thing('b', { spec: { name: 'ab' } }), { until: (_body, code) => code >= 400 }),
      merge(`${things}/a`, { metadata: { finalizers: null } }, { pick: ['kind'] }),
      get(`${definitions}/things.${group}`, { until: (_body, code) => code === 404, pick: [] }),
    ],
    cleanup,
  },
];

const objects: readonly Scenario[] = [
  ...checks.map(([name, value]) => ({
    name: `custom: ${name}`,
    steps: [
      ...defined(schema),
      post(things, thing('a', value === undefined ? {} : { spec: value }), body),
      get(`${things}/a`, body),
    ],
    cleanup,
  })),
  {
    name: 'custom: generation, updates, patches',
    steps: [
      ...defined(schema),
      post(things, thing('a', { spec: { name: 'ab' } }), { fields: true }),
      put(`${things}/a`, thing('a', { spec: { name: 'cd' } })),
      merge(`${things}/a`, { spec: { name: 'cd' } }, { pick: ['metadata.generation', 'spec'] }),
      merge(`${things}/a`, { metadata: { labels: { a: 'b' } } }, { pick: ['metadata.generation'] }),
      json(`${things}/a`, [{ op: 'replace', path: '/spec/size', value: 99 }]),
      strategic(`${things}/a`, { spec: { name: 'ef' } }),
      merge(`${things}/a`, { spec: { mode: null } }, { pick: ['spec'] }),
      get(`${things}/a/status`),
      get(`${things}/a/scale`),
      get(`${things}/nope`),
      get(`${things}?fieldSelector=spec.name%3Dab`),
      get(`${things}?fieldSelector=metadata.name%3Da`, { pick: ['items.*.metadata.name', 'kind', 'apiVersion'] }),
      remove(`${things}/a`),
      remove(`${things}/a`),
    ],
    cleanup,
  },
  {
    name: 'custom: apply and its lists',
    steps: [
      ...defined(schema),
      apply(
        `${things}/a`,
        thing('a', { spec: { name: 'ab', keyed: [{ k: 'one', v: '1' }], set: ['x'], tags: ['t'] } }),
        { fields: true },
      ),
      apply(`${things}/a?fieldManager=two`, thing('a', { spec: { keyed: [{ k: 'two' }], set: ['y'] } }), {
        fields: true,
        pick: ['spec', 'metadata.managedFields'],
      }),
      apply(`${things}/a?fieldManager=two`, thing('a', { spec: { tags: ['u'] } })),
      apply(`${things}/a`, thing('a', { spec: { name: 'ab' } }), body),
      apply(`${things}/a`, thing('a', { spec: { name: 'ab', nope: 1 } }), body),
      apply(`${things}/a?fieldManager=one&fieldValidation=Strict`, thing('a', { spec: { name: 'ab', nope: 1 } })),
      post(`${things}?fieldValidation=Strict`, thing('b', { spec: { name: 'ab', nope: 1 } })),
      post(`${things}?fieldValidation=Warn`, thing('b', { spec: { name: 'ab', nope: 1 } }), body),
    ],
    cleanup,
  },
  {
    name: 'custom: status and scale as subresources',
    steps: [
      ...defined(
        {
          properties: {
            spec: { type: 'object', properties: { replicas: { type: 'integer' }, x: { type: 'string' } } },
            status: {
              type: 'object',
              properties: { replicas: { type: 'integer' }, phase: { type: 'string' }, selector: { type: 'string' } },
            },
          },
        },
        {
          subresources: {
            status: {},
            scale: {
              specReplicasPath: '.spec.replicas',
              statusReplicasPath: '.status.replicas',
              labelSelectorPath: '.status.selector',
            },
          },
        },
      ),
      post(things, thing('a', { spec: { replicas: 2 }, status: { phase: 'made up' } }), {
        pick: ['spec', 'status', 'metadata.generation'],
      }),
      merge(
        `${things}/a/status`,
        { spec: { x: 'no' }, status: { phase: 'Ready', replicas: 2, selector: 'a=b' } },
        { pick: ['spec', 'status', 'metadata.generation'] },
      ),
      merge(`${things}/a`, { status: { phase: 'no' } }, { pick: ['status', 'metadata.generation'] }),
      get(`${things}/a/scale`),
      merge(`${things}/a/scale`, { spec: { replicas: 5 } }, { pick: ['spec', 'status'] }),
      get(`${things}/a`, { pick: ['spec', 'metadata.generation'] }),
    ],
    cleanup,
  },
  {
    name: 'custom: two versions of one object',
    steps: [
      ...defined(
        {},
        {},
        {
          versions: ['v1', 'v2'].map((name) => ({
            name,
            served: true,
            storage: name === 'v1',
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          })),
        },
      ),
      post(things, thing('a', { data: { x: 1 } }), { pick: ['apiVersion', 'data'] }),
      get(`/apis/${group}/v2/namespaces/{ns}/things/a`, { pick: ['apiVersion', 'data'] }),
      merge(`/apis/${group}/v2/namespaces/{ns}/things/a`, { data: { y: 2 } }, { pick: ['apiVersion', 'data'] }),
      get(`/apis/${group}`, { pick: ['versions', 'preferredVersion'] }),
      post(`/apis/${group}/v2/namespaces/{ns}/things`, thing('b')),
    ],
    cleanup,
  },
  {
    name: 'custom: cluster-scoped',
    steps: [
      quiet(post(definitions, definition({ properties: { data: { type: 'string' } } }, {}, { scope: 'Cluster' }))),
      quiet(get(`/apis/${group}/v1/things`, { until: (_body, code) => code === 200 })),
      post(`/apis/${group}/v1/things`, { ...thing('a', { data: 'x' }) }),
      get(`/apis/${group}/v1/things/a`, { pick: ['data'] }),
      get(`${things}/a`),
      post(things, thing('b')),
    ],
    cleanup,
  },
  {
    name: 'custom: printed as a table',
    steps: [
      ...defined(schema, {
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Mode', type: 'string', jsonPath: '.spec.mode', priority: 1 },
        ],
      }),
      quiet(post(things, thing('a', { spec: { name: 'ab' } }))),
      get(things, {
        accept: 'application/json;as=Table;g=meta.k8s.io;v=v1',
        pick: ['columnDefinitions.*.name', 'columnDefinitions.*.type', 'columnDefinitions.*.priority', 'rows.*.cells'],
      }),
    ],
    cleanup,
  },
];

export const customScenarios: readonly Scenario[] = [...definitionsThemselves, ...objects];
