/** Nulls in custom resources: where a field is required, may be null, has a default, lies in a list or a map. */
import { apply, get, json, merge, post, put, quiet, remove, type Scenario, type Step } from './scenario.ts';

const group = '{ns}.example.com';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const things = `/apis/${group}/v1/namespaces/{ns}/things`;

const text = { type: 'string' };
const properties = {
  plain: text,
  needed: text,
  nullable: { ...text, nullable: true },
  filled: { ...text, default: 'd' },
  nullableFilled: { ...text, nullable: true, default: 'd' },
  list: { type: 'array', items: text },
  nullableList: { type: 'array', nullable: true, items: { ...text, nullable: true } },
  map: { type: 'object', additionalProperties: text },
  nullableMap: { type: 'object', additionalProperties: { ...text, nullable: true } },
  deep: {
    type: 'object',
    required: ['inner'],
    properties: { inner: { type: 'object', required: ['a'], properties: { a: text, b: text } } },
  },
  keyed: {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['k'],
    items: { type: 'object', required: ['k'], properties: { k: text, v: text, n: { type: 'integer', default: 1 } } },
  },
  any: { 'x-kubernetes-preserve-unknown-fields': true },
  open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  port: { 'x-kubernetes-int-or-string': true },
  embedded: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
};
const schema = (required: readonly string[]) => ({
  type: 'object',
  properties: {
    spec: { type: 'object', properties, ...(required.length > 0 ? { required } : {}) },
    status: { type: 'object', properties: { phase: text, conditions: { type: 'array', items: { type: 'object' } } } },
  },
});
const defined = (...required: string[]): Step[] => [
  quiet(
    post(definitions, {
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
            schema: { openAPIV3Schema: schema(required) },
          },
        ],
      },
    }),
  ),
  quiet(get(things, { until: (_body, code) => code === 200 })),
];
const thing = (spec: unknown, name = 'a', metadata: object = {}) => ({
  apiVersion: `${group}/v1`,
  kind: 'Thing',
  metadata: { name, ...metadata },
  spec,
});
const cleanup = [remove(`${definitions}/things.${group}`)];
const body = { pick: ['spec', 'status', 'metadata.labels', 'metadata.annotations'] };

const specs: readonly unknown[] = [
  ...Object.keys(properties).map((key) => ({ [key]: null })),
  null,
  { list: [null] },
  { nullableList: [null, 'a'] },
  { map: { a: null } },
  { nullableMap: { a: null, b: 'c' } },
  { deep: { inner: null } },
  { deep: { inner: { a: null } } },
  { deep: { inner: { a: 'x', b: null } } },
  { keyed: [{ k: null }] },
  { keyed: [{ k: 'a', v: null, n: null }] },
  { any: { a: null, b: [null] } },
  { open: { a: null, b: { c: null } } },
  { unknown: null },
  { embedded: { apiVersion: 'v1', kind: 'X', metadata: null } },
  { embedded: { apiVersion: null, kind: 'X' } },
];

export const nullScenarios: readonly Scenario[] = [
  {
    name: 'null: where nothing is required',
    steps: [...defined(), ...specs.map((spec) => post(`${things}?dryRun=All`, thing(spec), body))],
    cleanup,
  },
  ...['needed', 'nullable', 'filled', 'nullableFilled', 'list', 'any', 'port', 'deep'].map((key) => ({
    name: `null: ${key}, required`,
    steps: [
      ...defined(key),
      post(`${things}?dryRun=All`, thing({ [key]: null }), body),
      post(`${things}?dryRun=All`, thing({}), body),
      post(`${things}?dryRun=All`, thing(null), body),
    ],
    cleanup,
  })),
  {
    name: 'null: strictly, and in metadata',
    steps: [
      ...defined(),
      post(`${things}?dryRun=All&fieldValidation=Strict`, thing({ plain: null, unknown: null }), body),
      post(`${things}?dryRun=All`, thing({}, 'a', { labels: null, annotations: null, finalizers: null }), body),
      post(`${things}?dryRun=All`, thing({}, 'a', { labels: { a: null }, annotations: { b: null } }), body),
      post(`${things}?dryRun=All`, { ...thing({}), status: null, extra: null }, body),
    ],
    cleanup,
  },
  {
    name: 'null: written, patched, applied and left',
    steps: [
      ...defined('needed'),
      post(things, thing({ needed: 'n', nullable: null, nullableFilled: null, any: null, open: { a: null } }), {
        ...body,
        fields: true,
        pick: [...body.pick, 'metadata.managedFields'],
      }),
      get(`${things}/a`, body),
      merge(`${things}/a`, { spec: { plain: 'p', nullable: 'x' } }, body),
      merge(`${things}/a`, { spec: { needed: null } }),
      json(`${things}/a`, [{ op: 'replace', path: '/spec/nullable', value: null }], body),
      json(`${things}/a`, [{ op: 'replace', path: '/spec/plain', value: null }], body),
      put(`${things}/a`, thing({ needed: null })),
      apply(`${things}/b`, thing({ needed: 'n', nullable: null, plain: null }, 'b'), {
        fields: true,
        pick: ['spec', 'metadata.managedFields'],
      }),
      apply(`${things}/b`, thing({ needed: null }, 'b')),
      apply(`${things}/c`, thing({ needed: 'n', list: null, keyed: null, deep: null }, 'c'), {
        fields: true,
        pick: ['spec', 'metadata.managedFields'],
      }),
      merge(`${things}/a/status`, { status: { phase: 'x', conditions: [] } }, body),
      put(`${things}/a/status`, { ...thing({ needed: 'n' }), status: { phase: null, conditions: null } }, body),
    ],
    cleanup,
  },
];
