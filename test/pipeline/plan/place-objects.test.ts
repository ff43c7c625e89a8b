import { describe, expect, test } from 'vitest';
import type { Discovery } from '../../../src/foundation/cluster/cluster-client.ts';
import { placeObjects, placeRecorded, placeRecordedWhole } from '../../../src/pipeline/plan/place-objects.ts';
import { discovery } from '../release-scene.ts';

const object = (kind: string, namespace?: string, apiVersion = 'v1') => ({
  apiVersion,
  kind,
  metadata: { name: 'x', ...(namespace === undefined ? {} : { namespace }) },
});
const place = { namespace: 'web', discovery };
const crd = (scope: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'c' },
  spec: { group: 'x.io', scope, names: { kind: 'UnknownThing' } },
});

describe('where an object lies', () => {
  test.each<[string, string, string | undefined, string | undefined]>([
    ['in the release’s namespace where it names none', 'ConfigMap', undefined, 'web'],
    ['also where it names an empty one', 'ConfigMap', '', 'web'],
    ['in its own where it names one', 'ConfigMap', 'other', 'other'],
    ['in none where its kind has none', 'ClusterRole', 'other', undefined],
  ])('%s', (_sentence, kind, namespace, expected) => {
    const [placed] = placeObjects({ ...place, objects: [object(kind, namespace)], crds: [] });
    expect(placed?.metadata.namespace).toBe(expected);
  });

  test.each([
    ['Namespaced', 'web'],
    ['Cluster', undefined],
  ])('a kind that the release brings itself is %s as its CRD says', (scope, expected) => {
    const thing = object('UnknownThing', undefined, 'x.io/v1');
    for (const input of [
      { objects: [thing], crds: [crd(scope)] },
      { objects: [thing, crd(scope)], crds: [] },
    ])
      expect(placeObjects({ ...place, ...input })[0]?.metadata.namespace).toBe(expected);
  });

  test('a kind that nobody knows is the user’s error; recorded, it has nothing left', () => {
    const objects = [object('UnknownThing', undefined, 'x.io/v1'), object('ConfigMap')];
    expect(() => placeObjects({ ...place, objects, crds: [] })).toThrow(
      'resource mapping not found for UnknownThing/x: no matches for kind "UnknownThing" in version "x.io/v1"',
    );
    expect(placeRecorded({ ...place, objects }).map(({ kind }) => kind)).toEqual(['ConfigMap']);
  });

  test('of what is rendered twice the last counts, wherever the first says that it lies', () => {
    const objects = [
      { ...object('ConfigMap'), data: { a: '1' } },
      object('Secret'),
      { ...object('ConfigMap', 'web'), data: { a: '2' } },
      object('ConfigMap', 'other'),
    ];
    const expected = [
      ['Secret', 'web', undefined],
      ['ConfigMap', 'web', { a: '2' }],
      ['ConfigMap', 'other', undefined],
    ];
    for (const placed of [placeObjects({ ...place, objects, crds: [] }), placeRecorded({ ...place, objects })]) {
      expect(
        placed.map(({ kind, metadata, ...rest }) => [kind, metadata.namespace, 'data' in rest ? rest.data : undefined]),
      ).toEqual(expected);
    }
  });
});

describe('a kind that nobody knows', () => {
  const served = (group: string, version: string, kind: string) => ({
    ...{ group, version, kind },
    ...{ plural: '', namespaced: true, verbs: [] },
  });
  const knows = {
    ...discovery,
    resources: [served('x.io', 'v2', 'UnknownThing'), served('apps', 'v1', 'UnknownThing')],
  };

  test.each([
    ['x.io/v1', knows, 'the cluster serves UnknownThing as x.io/v2: use that apiVersion'],
    ['apps/v1beta1', knows, 'the cluster serves UnknownThing as apps/v1: use that apiVersion'],
    ['apps/v1beta1', discovery, 'the cluster does not serve UnknownThing: check kind and apiVersion'],
    ['scheduling.k8s.io/v1', discovery, 'the cluster does not serve UnknownThing: check kind and apiVersion'],
  ])('%s', (apiVersion, known, hint) => {
    const objects = [object('UnknownThing', undefined, apiVersion)];
    const wanted = { code: 'plan.unknown-kind', fault: 'user', hint };
    expect(() => placeObjects({ ...place, discovery: known, objects, crds: [] })).toThrow(
      expect.objectContaining(wanted),
    );
  });

  test('whose CustomResourceDefinition may still come is waited for', () => {
    const objects = [object('UnknownThing', undefined, 'x.io/v1')];
    expect(() => placeObjects({ ...place, objects, crds: [] })).toThrow(
      expect.objectContaining({
        code: 'plan.crd-missing',
        fault: 'transient',
        hint: expect.stringMatching(
          /^a CustomResourceDefinition of UnknownThing in x\.io is missing: install it first/,
        ),
      }),
    );
    const hooked = [crd('Namespaced')];
    expect(() => placeObjects({ ...place, objects, crds: [], hooked })).toThrow(
      expect.objectContaining({
        code: 'plan.crd-missing',
        hint: expect.stringMatching(/^a hook brings .* of UnknownThing, and hooks come too late: move it to crds\/$/),
      }),
    );
  });
});

describe('what was recorded of an API that is out of service', () => {
  const silent = { ...discovery, unavailable: ['x.io/v1'] };
  const objects = [object('UnknownThing', undefined, 'x.io/v1'), object('ConfigMap')];

  test('is left out where it is only looked at', () => {
    expect(placeRecorded({ ...place, discovery: silent, objects }).map(({ kind }) => kind)).toEqual(['ConfigMap']);
  });

  test('is waited for where it would be left behind; what is served no more is gone', () => {
    const whole = (known: Discovery) => placeRecordedWhole({ ...place, discovery: known, objects });
    expect(() => whole(silent)).toThrow(expect.objectContaining({ code: 'plan.api-unavailable', fault: 'transient' }));
    expect(whole(discovery).map(({ kind }) => kind)).toEqual(['ConfigMap']);
  });
});
