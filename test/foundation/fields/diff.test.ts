import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffFields } from '../../../src/foundation/fields/diff.ts';
import { valueAt } from '../../../src/foundation/fields/pointer.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { groupVersionKind } from '../../../src/foundation/manifest/object.ts';

const container = (name: string, more: object = {}) => ({ name, image: 'i:1', ...more });

function deployment(containers: object[], more: object = {}): KubernetesObject {
  const template = { metadata: { labels: { app: 'x' } }, spec: { containers } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { replicas: 3, selector: { matchLabels: { app: 'x' } }, template, ...more },
  };
}

const diff = (recorded: KubernetesObject, live: KubernetesObject, extra = true) =>
  diffFields(recorded, live, groupVersionKind(recorded), { extra });

describe('a diff', () => {
  test('finds list elements by their keys, and points into the live object', () => {
    const recorded = deployment([container('a'), container('b')]);
    const live = deployment([container('sidecar'), container('b', { image: 'i:2' }), container('a')], { replicas: 5 });
    expect(diff(recorded, live)).toEqual([
      { pointer: '/spec/replicas', path: '.spec.replicas', recorded: 3, live: 5 },
      {
        pointer: '/spec/template/spec/containers/1/image',
        path: '.spec.template.spec.containers[name="b"].image',
        recorded: 'i:1',
        live: 'i:2',
      },
      {
        pointer: '/spec/template/spec/containers/0',
        path: '.spec.template.spec.containers[name="sidecar"]',
        recorded: undefined,
        live: container('sidecar'),
      },
    ]);
    expect(diff(recorded, live, false).map(({ pointer }) => pointer)).toEqual([
      '/spec/replicas',
      '/spec/template/spec/containers/1/image',
    ]);
  });

  test('points into the recorded object where the live one has nothing', () => {
    const found = diff(
      deployment([container('a', { env: [{ name: 'X', value: '1' }] })]),
      deployment([container('a')]),
    );
    expect(found).toEqual([
      {
        pointer: '/spec/template/spec/containers/0/env',
        path: '.spec.template.spec.containers[name="a"].env',
        recorded: [{ name: 'X', value: '1' }],
        live: undefined,
      },
    ]);
  });

  test.each([
    [
      'quantities that are the same amount',
      { resources: { limits: { cpu: '1000m', memory: '1Gi' } } },
      { resources: { limits: { cpu: '1', memory: '1024Mi' } } },
    ],
    ['null and absent', { args: null }, {}],
    ['an empty list and none', { env: [], ports: [] }, {}],
    ['empty resources and none', { resources: {} }, {}],
    [
      'a default protocol',
      { ports: [{ containerPort: 80, protocol: 'TCP' }] },
      { ports: [{ protocol: 'TCP', containerPort: 80 }] },
    ],
  ])('takes %s for equal', (_name, recorded, live) => {
    expect(diff(deployment([container('a', recorded)]), deployment([container('a', live)]))).toEqual([]);
  });

  test.each([
    [
      'quantities that differ',
      { resources: { limits: { cpu: '1000m' } } },
      { resources: { limits: { cpu: '1001m' } } },
    ],
    ['the order of arguments', { args: ['a', 'b'] }, { args: ['b', 'a'] }],
    ['a number and a text', { terminationGracePeriodSeconds: 1 }, { terminationGracePeriodSeconds: '1' }],
  ])('tells %s', (_name, recorded, live) => {
    expect(diff(deployment([container('a', recorded)]), deployment([container('a', live)]))).toHaveLength(1);
  });

  test('takes stringData for data', () => {
    const secret = (more: object): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      ...more,
    });
    expect(diff(secret({ stringData: { a: 'x' } }), secret({ data: { a: 'eA==' } }))).toEqual([]);
    expect(
      diff(secret({ stringData: { a: 'x' } }), secret({ data: { a: 'eQ==' } })).map(({ pointer }) => pointer),
    ).toEqual(['/data/a']);
  });

  test('of lists with doubled keys tells the whole list', () => {
    const twice = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ];
    const found = diff(
      deployment([container('a', { env: twice })]),
      deployment([container('a', { env: twice.slice(1) })]),
    );
    expect(found.map(({ pointer }) => pointer)).toEqual(['/spec/template/spec/containers/0/env']);
  });

  test('leaves managedFields and apiVersion out', () => {
    const live = deployment([container('a')]);
    const other = { ...live, apiVersion: 'apps/v1beta1', metadata: { name: 'd', managedFields: [{ manager: 'x' }] } };
    expect(diff(live, other)).toEqual([]);
  });

  test('is empty for an object and itself, and its pointers lead to what it says', () => {
    const value = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      image: fc.constantFrom('1', '2'),
      args: fc.array(fc.string(), { maxLength: 2 }),
      resources: fc.record({ limits: fc.dictionary(fc.constantFrom('cpu', 'x/y'), fc.constantFrom('1', '2')) }),
    });
    const containers = fc.uniqueArray(value, { selector: ({ name }) => name, maxLength: 3 });
    fc.assert(
      fc.property(containers, containers, (left, right) => {
        const [recorded, live] = [deployment(left), deployment(right)];
        expect(diff(recorded, recorded)).toEqual([]);
        for (const found of diff(recorded, live)) {
          const side = found.live === undefined ? recorded : live;
          expect(valueAt(side, found.pointer)).toEqual(found.live ?? found.recorded);
        }
      }),
    );
  });
});
