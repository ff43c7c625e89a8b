import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configMap, startTestApi, type TestApi } from '../api-client.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const space = '/api/v1/namespaces/default';
const pod = (name: string, resources?: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'a', image: 'b:1', ...(resources === undefined ? {} : { resources }) }] },
});

describe('admission', () => {
  test('a pod gets its service account, its token, tolerations and priority', async () => {
    const { body } = await api.send('POST', `${space}/pods?dryRun=All`, pod('p'));
    expect(body.spec).toMatchObject({
      serviceAccountName: 'default',
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
    });
    expect(body.spec.tolerations).toHaveLength(2);
    expect(body.spec.containers[0].volumeMounts[0].mountPath).toBe('/var/run/secrets/kubernetes.io/serviceaccount');
  });

  test('a pod of a service account that is not there is refused', async () => {
    const lost = pod('p');
    const answer = await api.send('POST', `${space}/pods`, {
      ...lost,
      spec: { ...lost.spec, serviceAccountName: 'lost' },
    });
    expect(answer).toMatchObject({
      code: 403,
      body: {
        message:
          'pods "p" is forbidden: error looking up service account default/lost: serviceaccount "lost" not found',
      },
    });
  });

  test('quotas refuse what exceeds them, and count what there is', async () => {
    await api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'q' } });
    const hard = { pods: '1', 'requests.cpu': '1', 'count/configmaps': '2' };
    await api.send('POST', '/api/v1/namespaces/q/resourcequotas', {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'q' },
      spec: { hard },
    });
    const create = (own: unknown, plural = 'pods') => api.send('POST', `/api/v1/namespaces/q/${plural}`, own);
    expect((await create(pod('p'))).body.message).toBe(
      'pods "p" is forbidden: failed quota: q: must specify requests.cpu for: a',
    );
    expect((await create(pod('p', { requests: { cpu: '1500m' } }))).body.message).toBe(
      'pods "p" is forbidden: exceeded quota: q, requested: requests.cpu=1500m, used: requests.cpu=0, limited: requests.cpu=1',
    );
    expect((await create(pod('p', { requests: { cpu: '500m' } }))).code).toBe(201);
    expect((await create(configMap('a'), 'configmaps')).code).toBe(201);
    expect((await create(configMap('b'), 'configmaps')).code).toBe(403);
    const { body } = await api.send('GET', '/api/v1/namespaces/q/resourcequotas/q');
    expect(body.status).toEqual({ hard, used: { pods: '1', 'requests.cpu': '500m', 'count/configmaps': '2' } });
  });

  test('limit ranges fill in what a container leaves open, and bound it', async () => {
    await api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'l' } });
    const limits = [
      { type: 'Container', default: { cpu: '500m' }, defaultRequest: { cpu: '100m' }, max: { cpu: '1' } },
    ];
    await api.send('POST', '/api/v1/namespaces/l/limitranges', {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'l' },
      spec: { limits },
    });
    const filled = await api.send('POST', '/api/v1/namespaces/l/pods', pod('p'));
    expect(filled.body.spec.containers[0].resources).toEqual({ limits: { cpu: '500m' }, requests: { cpu: '100m' } });
    expect(filled.body.status.qosClass).toBe('Burstable');
    const large = await api.send('POST', '/api/v1/namespaces/l/pods', pod('q', { limits: { cpu: '2' } }));
    expect(large.body.message).toBe('pods "q" is forbidden: maximum cpu usage per Container is 1, but limit is 2');
  });
});
