import { describe, expect, test } from 'vitest';
import type { KubernetesObject, ManagedFieldsEntry } from '../../../src/foundation/manifest/object.ts';
import { keepLiveFields } from '../../../src/pipeline/apply/keep-live-fields.ts';

function deployment(spec: object, managedFields?: ManagedFieldsEntry[]): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop', namespace: 'web', ...(managedFields ? { managedFields } : {}) },
    spec,
  };
}

const scaledBy = (manager: string): ManagedFieldsEntry[] => [
  { manager, subresource: 'scale', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
];
const ignoring = (...paths: string[]) => [{ kind: undefined, name: undefined, paths }];
const containers = (...list: object[]) => ({ template: { spec: { containers: list } } });

type Row = [sentence: string, object: object, live: object, paths: string[], expected: object];

describe('fields that are kept from live', () => {
  test.each<Row>([
    ['an ignored field takes the live value', { replicas: 1 }, { replicas: 5 }, ['/spec/replicas'], { replicas: 5 }],
    [
      'one that live has dropped goes',
      { replicas: 1, paused: true },
      { replicas: 1 },
      ['/spec/paused'],
      { replicas: 1 },
    ],
    [
      'one that only live has is filled in',
      { replicas: 1 },
      { replicas: 1, paused: true },
      ['/spec/paused'],
      { replicas: 1, paused: true },
    ],
    ['a field below what neither has changes nothing', { replicas: 1 }, {}, ['/spec/a/b/c'], { replicas: 1 }],
    ['the whole object is not a field', { replicas: 1 }, { replicas: 5 }, [''], { replicas: 1 }],
    [
      'an escaped pointer is understood',
      { selector: { matchLabels: { 'a/b~c': '1' } } },
      { selector: { matchLabels: { 'a/b~c': '2' } } },
      ['/spec/selector/matchLabels/a~1b~0c'],
      { selector: { matchLabels: { 'a/b~c': '2' } } },
    ],
    [
      'an index counts in live, the element is found by its name: a sidecar in front changes nothing',
      containers({ name: 'app', image: 'app:1' }),
      containers({ name: 'sidecar', image: 'proxy:9' }, { name: 'app', image: 'app:2' }),
      ['/spec/template/spec/containers/1/image'],
      containers({ name: 'app', image: 'app:2' }),
    ],
    [
      'an element that the chart does not have is left to its owner',
      containers({ name: 'app', image: 'app:1' }),
      containers({ name: 'sidecar', image: 'proxy:9' }, { name: 'app', image: 'app:2' }),
      ['/spec/template/spec/containers/0/image'],
      containers({ name: 'app', image: 'app:1' }),
    ],
    [
      'a whole element can be kept',
      containers({ name: 'app', image: 'app:1' }),
      containers({ name: 'app', image: 'app:2' }),
      ['/spec/template/spec/containers/0'],
      containers({ name: 'app', image: 'app:2' }),
    ],
    [
      'elements of a list that is one value go by position',
      containers({ name: 'app', args: ['a', 'b'] }),
      containers({ name: 'app', args: ['a', 'c'] }),
      ['/spec/template/spec/containers/0/args/1'],
      containers({ name: 'app', args: ['a', 'c'] }),
    ],
    ...['1', '7', '-', '-1', '01', 'x', 'length', '__proto__'].map(
      (index): Row => [
        `an index of ${index} that is not there leaves the list as it is`,
        containers({ name: 'app' }),
        containers({ name: 'app' }),
        [`/spec/template/spec/containers/${index}`, `/spec/template/spec/containers/${index}/image`],
        containers({ name: 'app' }),
      ],
    ),
    [
      'a list element without its name is not matched',
      containers({ image: 'a' }),
      containers({ image: 'b' }),
      ['/spec/template/spec/containers/0/image'],
      containers({ image: 'a' }),
    ],
  ])('%s', (_sentence, spec, live, paths, expected) => {
    const object = deployment(spec);
    const before = structuredClone(object);
    expect(keepLiveFields({ object, live: deployment(live), ignore: ignoring(...paths) })['spec']).toEqual(expected);
    expect(object).toEqual(before);
  });

  test('a hostile pointer reaches no prototype', () => {
    const live = JSON.parse(
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"__proto__":{"polluted":1}}',
    );
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } };
    const paths = ['/__proto__', '/__proto__/polluted', '/constructor/prototype/polluted'];
    const kept = keepLiveFields({ object, live, ignore: ignoring(...paths) });
    expect([Object.getPrototypeOf(kept), ({} as Record<string, unknown>)['polluted']]).toEqual([
      Object.prototype,
      undefined,
    ]);
  });

  test.each([
    ['Deployment', 'shop', 5],
    ['StatefulSet', 'shop', 1],
    ['Deployment', 'other', 1],
    [undefined, 'shop', 5],
    ['Deployment', undefined, 5],
  ])('a rule for kind %s and name %s leaves replicas at %i', (kind, name, expected) => {
    const ignore = [{ kind, name, paths: ['/spec/replicas'] }];
    const kept = keepLiveFields({ object: deployment({ replicas: 1 }), live: deployment({ replicas: 5 }), ignore });
    expect(kept['spec']).toEqual({ replicas: expected });
  });

  test.each<[string, ManagedFieldsEntry[], object, object]>([
    ['an autoscaler’s replicas stay', scaledBy('kube-controller-manager'), { replicas: 1 }, { replicas: 5 }],
    ['a person’s kubectl scale is put back', scaledBy('kubectl'), { replicas: 1 }, { replicas: 1 }],
    ['so is another kubectl', scaledBy('kubectl-scale'), { replicas: 1 }, { replicas: 1 }],
    [
      'a write past the scale subresource is put back',
      [{ manager: 'hpa', fieldsV1: { 'f:replicas': {} } }],
      { replicas: 1 },
      { replicas: 1 },
    ],
    [
      'replicas that the chart leaves out stay the autoscaler’s alone',
      scaledBy('keda'),
      { paused: false },
      { paused: false },
    ],
  ])('%s', (_sentence, managedFields, spec, expected) => {
    const live = deployment({ replicas: 5 }, managedFields);
    expect(keepLiveFields({ object: deployment(spec), live, ignore: [] })['spec']).toEqual(expected);
  });

  test('an ignored key of a Secret is kept although the chart gives it as stringData', () => {
    const secret = (fields: object): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      ...fields,
    });
    const object = secret({ stringData: { a: 'x', b: 'y' } });
    const live = secret({ data: { a: 'bGl2ZQ==', b: 'bGl2ZQ==' } });
    const kept = keepLiveFields({ object, live, ignore: ignoring('/data/a') });
    expect(kept).toEqual(secret({ data: { a: 'bGl2ZQ==', b: 'eQ==' } }));
  });

  test('without anything to keep the object is returned as it is', () => {
    const object = deployment({ replicas: 1 });
    expect(keepLiveFields({ object, live: deployment({ replicas: 5 }), ignore: [] })).toBe(object);
  });
});
