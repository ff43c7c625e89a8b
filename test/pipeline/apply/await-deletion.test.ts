import { describe, expect, test } from 'vitest';
import type { ClusterClient } from '../../../src/foundation/cluster/cluster-client.ts';
import type { KubernetesObject, ObjectMeta } from '../../../src/foundation/manifest/object.ts';
import { awaitDeletion, type StuckObject, whyStuck } from '../../../src/pipeline/apply/await-deletion.ts';

const configMap = (metadata: Partial<ObjectMeta> = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', namespace: 'web', uid: 'u', deletionTimestamp: 't', ...metadata },
});
const setBy = (manager: string, finalizer: string) => ({
  manager,
  fieldsV1: { 'f:metadata': { 'f:finalizers': { '.': {}, [`v:"${finalizer}"`]: {} } } },
});

describe('what holds an object that was deleted', () => {
  test.each<[string, Partial<ObjectMeta>, string]>([
    ['nothing that can be seen', {}, 'is being deleted'],
    ['nothing: it was not deleted', { deletionTimestamp: undefined as never }, 'is not being deleted'],
    [
      'a finalizer, and who set it',
      {
        finalizers: ['example.com/hold'],
        managedFields: [setBy('widget-operator', 'example.com/hold'), setBy('other', 'example.com/else')],
      },
      'is being deleted: finalizer example.com/hold has to be removed by the controller behind it (set by widget-operator)',
    ],
    [
      'one that nobody owns',
      { finalizers: ['example.com/hold'] },
      'is being deleted: finalizer example.com/hold has to be removed by the controller behind it',
    ],
    [
      "Kubernetes' own, and what it waits for",
      { finalizers: ['kubernetes.io/pvc-protection', 'foregroundDeletion'] },
      'is being deleted: finalizer kubernetes.io/pvc-protection has to be removed by Kubernetes, once no Pod uses it; finalizer foregroundDeletion has to be removed by the garbage collector, once everything that it owns is gone',
    ],
    [
      'one with a name that every object has',
      { finalizers: ['constructor'], managedFields: [{ fieldsV1: { 'f:metadata': null } }] },
      'is being deleted: finalizer constructor has to be removed by the controller behind it',
    ],
  ])('%s', (_sentence, metadata, expected) => {
    expect(whyStuck(configMap(metadata))).toBe(expected);
  });
});

describe('waiting for it', () => {
  const wait = async (answers: readonly (KubernetesObject | undefined)[], timeout = 5000) => {
    let [asked, clock] = [0, 0];
    const told: StuckObject[] = [];
    const client = {
      get: async () => {
        clock += 600;
        asked += 1;
        return answers[Math.min(asked, answers.length) - 1];
      },
    } as unknown as ClusterClient;
    const left = await awaitDeletion({
      client,
      objects: [configMap()],
      timeout,
      now: () => new Date(clock),
      signal: new AbortController().signal,
      onStuck: (stuck) => told.push(stuck),
    });
    return { left, told: told.map(({ object, message }) => `${object} ${message}`), asked };
  };

  test('ends when it is gone', async () => {
    expect(await wait([configMap(), undefined])).toEqual({ left: [], told: [], asked: 2 });
  });

  test('ends when another one has its name', async () => {
    expect(await wait([configMap({ uid: 'another', deletionTimestamp: undefined as never })])).toMatchObject({
      left: [],
    });
  });

  test('tells after a second what holds it, and again when that changes', async () => {
    const held = configMap({ finalizers: ['a/b'] });
    const { told, left } = await wait([held, held, held, configMap({ finalizers: ['c/d'] }), undefined]);
    expect([told.length, left]).toEqual([2, []]);
    expect(told[0]).toMatch(/^ConfigMap\/x is being deleted: finalizer a\/b /);
  });

  test('ends when time is up, with what is left', async () => {
    expect(await wait([configMap()], 1000)).toMatchObject({
      left: [{ object: 'ConfigMap/x', message: 'is being deleted' }],
    });
  });
});
