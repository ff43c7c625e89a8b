import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi, types } from '../api-client.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await api.send('POST', definitions, definition);
});
afterAll(() => api[Symbol.asyncDispose]());

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const widgets = '/apis/example.com/v1/namespaces/default/widgets';
const open = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
const spec = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', minimum: 1 },
    colour: { type: 'string', default: 'red', enum: ['red', 'blue'] },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
};
const schema = {
  openAPIV3Schema: {
    type: 'object',
    properties: { spec, status: { type: 'object', properties: { phase: { type: 'string' } } } },
  },
};
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema,
        subresources: { status: {} },
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
      },
      { name: 'v1alpha1', served: true, storage: false, schema: open },
    ],
  },
};
const widget = (name: string, own: object) => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name },
  spec: own,
});

describe('custom resources', () => {
  test('a definition is established and discovered', async () => {
    const { body } = await api.send('GET', `${definitions}/widgets.example.com`);
    expect(
      body.status.conditions.map(({ type, status }: { type: string; status: string }) => `${type}=${status}`),
    ).toEqual(['NamesAccepted=True', 'Established=True']);
    const { body: group } = await api.send('GET', '/apis/example.com');
    expect(group.preferredVersion.version).toBe('v1');
    const { body: resources } = await api.send('GET', '/apis/example.com/v1');
    expect(resources.resources.map(({ name }: { name: string }) => name)).toEqual(['widgets', 'widgets/status']);
  });

  test('objects are pruned, defaulted, and shown in every version', async () => {
    const created = await api.send('POST', widgets, widget('a', { size: 1, lost: true, free: { any: 1 } }));
    expect(created).toMatchObject({ code: 201, warning: '299 - "unknown field \\"spec.lost\\""' });
    expect(created.body.spec).toEqual({ size: 1, colour: 'red', free: { any: 1 } });
    const { body } = await api.send('GET', widgets.replace('/v1/', '/v1alpha1/'));
    expect(body.items[0]).toMatchObject({ apiVersion: 'example.com/v1alpha1', spec: { size: 1 } });
  });

  test.each([
    [{ size: 0 }, 'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1'],
    [{ size: 1, colour: 'green' }, 'spec.colour: Unsupported value: "green": supported values: "red", "blue"'],
    [{}, 'spec.size: Required value'],
  ])('a spec of %j is invalid', async (own, message) => {
    expect(await api.send('POST', widgets, widget('bad', own))).toMatchObject({
      code: 422,
      body: { message: `Widget.example.com "bad" is invalid: ${message}` },
    });
  });

  test('status has its own path, and a strategic merge patch is refused', async () => {
    await api.send('POST', widgets, widget('b', { size: 1 }));
    await api.send('PATCH', `${widgets}/b`, { status: { phase: 'x' }, spec: { size: 2 } }, { type: types.merge });
    const { body } = await api.send(
      'PATCH',
      `${widgets}/b/status`,
      { status: { phase: 'y' }, spec: { size: 3 } },
      { type: types.merge },
    );
    expect(body).toMatchObject({ metadata: { generation: 2 }, spec: { size: 2 }, status: { phase: 'y' } });
    expect((await api.send('PATCH', `${widgets}/b`, { spec: {} }, { type: types.strategic })).code).toBe(415);
  });

  test('OpenAPI tells the kind, for kubectl explain and validation', async () => {
    const { body } = await api.send('GET', '/openapi/v3/apis/example.com/v1');
    expect(body.components.schemas['com.example.v1.Widget'].properties.spec.properties.colour.default).toBe('red');
  });

  test('deleting the definition ends its objects and its paths', async () => {
    await api.send('DELETE', `${definitions}/widgets.example.com`);
    for (let attempt = 0; attempt < 200; attempt++) if ((await api.send('GET', widgets)).code === 404) break;
    expect((await api.send('GET', widgets)).code).toBe(404);
    expect((await api.send('GET', `${definitions}/widgets.example.com`)).code).toBe(404);
  });
});
