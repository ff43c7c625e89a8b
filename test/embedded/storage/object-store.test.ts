import { describe, expect, test } from 'vitest';
import { createObjectStore } from '../../../src/embedded/storage/object-store.ts';

const object = (name: string, namespace = 'n') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, uid: `${namespace}/${name}` },
});

describe('the object store', () => {
  test('delivers events in order of revision although a listener writes', () => {
    const store = createObjectStore();
    const seen: string[] = [];
    store.subscribe(({ object: { metadata }, revision }) => {
      if (metadata.name === 'a') store.put('configmaps', object('b'));
      seen.push(`first ${metadata.name} ${revision}`);
    });
    store.subscribe(({ object: { metadata }, revision }) => seen.push(`second ${metadata.name} ${revision}`));
    store.put('configmaps', object('a'));
    expect(seen).toEqual(['first a 1', 'second a 1', 'first b 2', 'second b 2']);
  });

  test('lists by namespace, then name', () => {
    const store = createObjectStore();
    for (const [name, namespace] of [
      ['b', 'y'],
      ['a', 'y'],
      ['z', 'x'],
    ] as const)
      store.put('configmaps', object(name, namespace));
    expect(store.list('configmaps').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      'x/z',
      'y/a',
      'y/b',
    ]);
    expect(store.list('configmaps', { namespace: 'y' })).toHaveLength(2);
  });

  test('knows past events only within its window', () => {
    const store = createObjectStore({ window: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) store.put('configmaps', object(name));
    expect(store.since(0)).toBeUndefined();
    expect(store.since(3)?.map(({ revision }) => revision)).toEqual([4, 5]);
    expect(store.since(5)).toEqual([]);
  });

  test('finds dependents by owner, and forgets them', () => {
    const store = createObjectStore();
    const owned = {
      ...object('a'),
      metadata: {
        ...object('a').metadata,
        ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'o', uid: 'owner' }],
      },
    };
    store.put('configmaps', owned);
    expect(store.dependents('owner').map(({ object: { metadata } }) => metadata.name)).toEqual(['a']);
    store.put('configmaps', object('a'));
    expect(store.dependents('owner')).toEqual([]);
  });
});
