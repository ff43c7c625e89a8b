import { describe, expect, test } from 'vitest';
import { maskObject } from '../../../src/foundation/manifest/mask.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

describe('maskObject', () => {
  test('hides every value of a Secret and its last applied copy, and changes nothing', () => {
    const secret: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'a', annotations: { [LAST_APPLIED]: '{"data":{"p":"aHVudGVyMg=="}}', other: 'stays' } },
      type: 'Opaque',
      data: { p: 'aHVudGVyMg==', ['__proto__']: 'aHVudGVyMg==' },
      stringData: { q: 'hunter2' },
    };
    const before = structuredClone(secret);
    const masked = maskObject(secret);
    expect(JSON.stringify(masked)).not.toMatch(/hunter2|aHVudGVyMg/);
    expect(masked).toMatchObject({
      type: 'Opaque',
      metadata: { name: 'a', annotations: { [LAST_APPLIED]: '***', other: 'stays' } },
      stringData: { q: '***' },
    });
    expect(Object.keys(masked.data as object).sort()).toEqual(['__proto__', 'p']);
    expect(secret).toEqual(before);
  });

  test('hides what a broken Secret holds', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: {}, data: ['hunter2'], stringData: null };
    expect(maskObject(secret)).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {},
      data: '***',
      stringData: null,
    });
  });

  test('hides the items of a list of Secrets', () => {
    const list = {
      apiVersion: 'v1',
      kind: 'SecretList',
      metadata: {},
      items: [{ metadata: {}, data: { p: 'hunter2' } }],
    };
    expect(maskObject(list).items).toEqual([{ metadata: {}, data: { p: '***' } }]);
  });

  test('leaves other kinds as they are', () => {
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: {}, data: { a: 'b' } };
    expect(maskObject(map)).toBe(map);
  });
});
