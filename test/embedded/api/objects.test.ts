import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configMap, startTestApi, type TestApi, types } from '../api-client.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const maps = '/api/v1/namespaces/default/configmaps';

describe('objects over HTTPS', () => {
  test('nobody without a token gets in, but health and version are told', async () => {
    expect(await api.send('GET', maps, undefined, { token: 'wrong' })).toMatchObject({
      code: 401,
      body: { message: 'Unauthorized', reason: 'Unauthorized' },
    });
    expect(await api.send('GET', '/readyz', undefined, { token: '' })).toMatchObject({ code: 200, body: 'ok' });
    expect((await api.send('GET', '/version', undefined, { token: '' })).body.gitVersion).toBe('v1.36.1');
  });

  test('create, read, replace, delete; each write has a newer resourceVersion', async () => {
    const created = await api.send('POST', maps, configMap('crud', { a: '1' }));
    expect(created).toMatchObject({ code: 201, body: { metadata: { namespace: 'default' }, data: { a: '1' } } });
    const replaced = await api.send('PUT', `${maps}/crud`, { ...created.body, data: { a: '2' } });
    expect(Number(replaced.body.metadata.resourceVersion)).toBeGreaterThan(
      Number(created.body.metadata.resourceVersion),
    );
    expect(await api.send('PUT', `${maps}/crud`, { ...created.body, data: { a: '3' } })).toMatchObject({
      code: 409,
      body: {
        reason: 'Conflict',
        message:
          'Operation cannot be fulfilled on configmaps "crud": the object has been modified; please apply your changes to the latest version and try again',
      },
    });
    expect(await api.send('DELETE', `${maps}/crud`)).toMatchObject({ code: 200, body: { status: 'Success' } });
    expect(await api.send('GET', `${maps}/crud`)).toMatchObject({
      code: 404,
      body: { message: 'configmaps "crud" not found' },
    });
  });

  test('a write that changes nothing makes no new version', async () => {
    const { body } = await api.send('POST', maps, configMap('same', { a: '1' }));
    const again = await api.send('PUT', `${maps}/same`, configMap('same', { a: '1' }));
    expect(again.body.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
  });

  test('a dry run stores nothing', async () => {
    expect((await api.send('POST', `${maps}?dryRun=All`, configMap('dry'))).code).toBe(201);
    expect((await api.send('GET', `${maps}/dry`)).code).toBe(404);
  });

  test('unknown fields: a warning by default, an error when strict, silence when ignored', async () => {
    const body = { ...configMap('fields'), dota: {} };
    expect((await api.send('POST', `${maps}?dryRun=All`, body)).warning).toBe('299 - "unknown field \\"dota\\""');
    expect((await api.send('POST', `${maps}?dryRun=All&fieldValidation=Ignore`, body)).warning).toBeUndefined();
    expect(await api.send('POST', `${maps}?fieldValidation=Strict`, body)).toMatchObject({
      code: 400,
      body: {
        message:
          'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dota"',
      },
    });
  });

  test('server-side apply owns, refuses conflicts, and takes over by force', async () => {
    const send = (query: string, data: Record<string, string>) =>
      api.send('PATCH', `${maps}/ssa?${query}`, configMap('ssa', data), { type: types.apply });
    expect((await send('fieldManager=one', { a: '1' })).code).toBe(201);
    expect(await send('fieldManager=two', { a: '2' })).toMatchObject({
      code: 409,
      body: {
        message: 'Apply failed with 1 conflict: conflict with "one": .data.a',
        details: { causes: [{ field: '.data.a' }] },
      },
    });
    const forced = await send('fieldManager=two&force=true', { a: '2' });
    expect(forced.body.metadata.managedFields.map(({ manager }: { manager: string }) => manager)).toEqual(['two']);
    expect((await send('fieldManager=two', {})).body.data).toBeUndefined();
  });

  test('an apply of an unknown field names it by its path', async () => {
    const container = { name: 'a', image: 'b', ports: [{ containerPort: 80, q: 1 }] };
    const applied = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'default' },
      spec: { containers: [container] },
    };
    const answer = await api.send('PATCH', '/api/v1/namespaces/default/pods/p?fieldManager=x', applied, {
      type: types.apply,
    });
    expect(answer).toMatchObject({
      code: 500,
      body: {
        message:
          'failed to create typed patch object (default/p; /v1, Kind=Pod): .spec.containers[name="a"].ports[containerPort=80,protocol="TCP"].q: field not declared in schema',
      },
    });
  });

  test('keys named __proto__ do no harm', async () => {
    const text =
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"proto"},"__proto__":{"x":1},"data":{"__proto__":"y","a":"b"}}';
    expect((await api.send('POST', maps, text)).body.data).toEqual({ a: 'b' });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('a Secret folds stringData into data', async () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      data: { a: 'YQ==' },
      stringData: { b: 'b' },
    };
    const { body } = await api.send('POST', '/api/v1/namespaces/default/secrets', secret);
    expect(body).toMatchObject({ data: { a: 'YQ==', b: 'Yg==' }, type: 'Opaque' });
    expect(body).not.toHaveProperty('stringData');
  });

  test('Services get distinct cluster IPs, which cannot change', async () => {
    const service = (name: string) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { ports: [{ port: 80 }] },
    });
    const path = '/api/v1/namespaces/default/services';
    const [one, two] = [await api.send('POST', path, service('one')), await api.send('POST', path, service('two'))];
    expect(one.body.spec.clusterIP).toMatch(/^10\.96\./);
    expect(one.body.spec.clusterIP).not.toBe(two.body.spec.clusterIP);
    const moved = await api.send('PATCH', `${path}/one`, { spec: { clusterIP: '10.96.200.1' } }, { type: types.merge });
    expect(moved).toMatchObject({ code: 422, body: { message: expect.stringContaining('may not change once set') } });
  });

  test('status and spec are written apart, and only a changed spec grows the generation', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments';
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'b' }] } };
    const spec = { selector: { matchLabels: { a: 'b' } }, template };
    const status = { replicas: 7 };
    const created = await api.send('POST', path, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec,
      status,
    });
    expect(created.body.status).toEqual({});
    const reported = await api.send(
      'PATCH',
      `${path}/d/status`,
      { status, spec: { replicas: 3 } },
      { type: types.merge },
    );
    expect(reported.body).toMatchObject({
      metadata: { generation: 1 },
      spec: { replicas: 1 },
      status: { replicas: 7 },
    });
    const scaled = await api.send('PATCH', `${path}/d/scale`, { spec: { replicas: 4 } }, { type: types.merge });
    expect(scaled.body).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 4 },
      status: { replicas: 7, selector: 'a=b' },
    });
    expect((await api.send('GET', `${path}/d`)).body).toMatchObject({
      metadata: { generation: 2 },
      spec: { replicas: 4 },
    });
  });
});
