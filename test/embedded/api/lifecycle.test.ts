import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configMap, startTestApi, type TestApi, types } from '../api-client.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const maps = '/api/v1/namespaces/default/configmaps';

/** Controllers of the API server work within a few turns of the loop. */
async function eventually(check: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) if (await check()) return;
  throw new Error('it never happened');
}
const isGone = async (path: string): Promise<boolean> => (await api.send('GET', path)).code === 404;

async function withOwner(name: string, owner: string, block = false) {
  const { uid } = (await api.send('GET', `${maps}/${owner}`)).body.metadata;
  const reference = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: owner,
    uid,
    ...(block ? { blockOwnerDeletion: true } : {}),
  };
  return await api.send('POST', maps, { ...configMap(name), metadata: { name, ownerReferences: [reference] } });
}

describe('finalizers, owners and namespaces', () => {
  test('an object with finalizers stays until they are gone', async () => {
    await api.send('POST', maps, {
      ...configMap('held'),
      metadata: { name: 'held', finalizers: ['example.com/hold'] },
    });
    const marked = await api.send('DELETE', `${maps}/held`);
    expect(marked.body.metadata).toMatchObject({
      deletionGracePeriodSeconds: 0,
      deletionTimestamp: expect.any(String),
    });
    await api.send('PATCH', `${maps}/held`, { metadata: { finalizers: null } }, { type: types.merge });
    expect(await isGone(`${maps}/held`)).toBe(true);
  });

  test('background deletion takes the dependents along', async () => {
    await api.send('POST', maps, configMap('owner'));
    await withOwner('dependent', 'owner');
    await api.send('DELETE', `${maps}/owner`);
    await eventually(() => isGone(`${maps}/dependent`));
  });

  test('foreground deletion ends the owner after what blocks it', async () => {
    await api.send('POST', maps, configMap('front'));
    await withOwner('blocking', 'front', true);
    const { body } = await api.send('DELETE', `${maps}/front?propagationPolicy=Foreground`);
    expect(body.metadata.finalizers).toEqual(['foregroundDeletion']);
    await eventually(() => isGone(`${maps}/front`));
    expect(await isGone(`${maps}/blocking`)).toBe(true);
  });

  test('orphaning keeps the dependents without their owner', async () => {
    await api.send('POST', maps, configMap('parent'));
    await withOwner('orphan', 'parent');
    await api.send('DELETE', `${maps}/parent?propagationPolicy=Orphan`);
    await eventually(() => isGone(`${maps}/parent`));
    expect((await api.send('GET', `${maps}/orphan`)).body.metadata).not.toHaveProperty('ownerReferences');
  });

  test('a new namespace gets its service account and root certificate, and takes its contents along', async () => {
    await api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'short' } });
    expect((await api.send('GET', '/api/v1/namespaces/short/serviceaccounts/default')).code).toBe(200);
    expect((await api.send('GET', '/api/v1/namespaces/short/configmaps/kube-root-ca.crt')).code).toBe(200);
    const held = { ...configMap('held'), metadata: { name: 'held', finalizers: ['example.com/hold'] } };
    await api.send('POST', '/api/v1/namespaces/short/configmaps', held);
    expect((await api.send('DELETE', '/api/v1/namespaces/short')).body.status.phase).toBe('Terminating');
    expect(await api.send('POST', '/api/v1/namespaces/short/configmaps', configMap('late'))).toMatchObject({
      code: 403,
      body: {
        message:
          'configmaps "late" is forbidden: unable to create new content in namespace short because it is being terminated',
        details: { causes: [{ reason: 'NamespaceTerminating' }] },
      },
    });
    await eventually(
      async () =>
        (await api.send('GET', '/api/v1/namespaces/short/configmaps/held')).body.metadata.deletionTimestamp !==
        undefined,
    );
    await api.send(
      'PATCH',
      '/api/v1/namespaces/short/configmaps/held',
      { metadata: { finalizers: null } },
      { type: types.merge },
    );
    await eventually(() => isGone('/api/v1/namespaces/short'));
  });

  test('what is written into no namespace is refused as the real server refuses it', async () => {
    expect(await api.send('POST', '/api/v1/namespaces/none/configmaps', configMap('a'))).toMatchObject({
      code: 404,
      body: { message: 'namespaces "none" not found', details: { kind: 'namespaces', name: 'none' } },
    });
  });

  test('system namespaces stay', async () => {
    expect(await api.send('DELETE', '/api/v1/namespaces/kube-system')).toMatchObject({
      code: 403,
      body: { message: 'namespaces "kube-system" is forbidden: this namespace may not be deleted' },
    });
  });
});
