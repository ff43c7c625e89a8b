import { describe, expect, test } from 'vitest';
import { openCluster } from '../../../src/foundation/cluster/open-cluster.ts';
import { type Answer, answerStatus, startFakeApi } from '../../support/fake-api.ts';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'n' } };
const reference = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'n', name: 'a' };

async function fake(
  answer: Answer,
  options: { deadline?: number; onWarning?: (what: string, text: string) => void } = {},
) {
  const api = await startFakeApi(answer);
  const client = await openCluster({ name: 'fake', kubeconfig: api.kubeconfig, random: () => 0, ...options });
  const stack = new AsyncDisposableStack();
  stack.use(api);
  stack.use(client);
  return { api, client, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() };
}

describe('a call to the API server', () => {
  test('waits as the server asks and tries again after 429', async () => {
    let times = 0;
    await using at = await fake((_, response) => {
      times += 1;
      if (times < 3) answerStatus(response, 429, {}, { 'retry-after': '0' });
      else response.end(JSON.stringify(configMap));
    });
    expect(await at.client.create(configMap)).toMatchObject(configMap);
    expect(times).toBe(3);
  });

  test('gives up after some tries, and where it should wait too long', async () => {
    await using at = await fake((request, response) =>
      answerStatus(response, 503, {}, { 'retry-after': request.method === 'GET' ? '0' : '3600' }),
    );
    await expect(at.client.get(reference)).rejects.toMatchObject({
      code: 'cluster.unavailable',
      cause: { retryAfter: 0 },
    });
    expect(at.api.requests).toHaveLength(5);
    await expect(at.client.create(configMap)).rejects.toMatchObject({ code: 'cluster.unavailable' });
    expect(at.api.requests).toHaveLength(6);
  });

  test('does not repeat a write after a 503 that no API server sent: it may have been carried out', async () => {
    await using at = await fake((_, response) => answerStatus(response, 503));
    await expect(at.client.create(configMap)).rejects.toMatchObject({ code: 'cluster.unavailable' });
    expect(at.api.requests).toHaveLength(1);
  });

  test('reads the token again after 401, once', async () => {
    await using at = await fake((request, response) => {
      if (request.headers.authorization === 'Bearer second') response.end(JSON.stringify(configMap));
      else answerStatus(response, 401, { reason: 'Unauthorized' });
    });
    await at.api.writeToken('second');
    expect(await at.client.get(reference)).toMatchObject(configMap);
    await at.api.writeToken('third');
    expect(await at.client.get(reference)).toMatchObject(configMap);
    expect(at.api.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second',
      'Bearer second',
    ]);
  });

  test('fails when the new token is refused too', async () => {
    await using at = await fake((_, response) => answerStatus(response, 401, { reason: 'Unauthorized' }));
    await expect(at.client.get(reference)).rejects.toMatchObject({ code: 'cluster.unauthorized' });
    expect(at.api.requests).toHaveLength(2);
  });

  test('repeats reads and applies on a connection that broke, but no create', async () => {
    let broken = true;
    await using at = await fake((request, response) => {
      if (broken) request.socket.destroy();
      else response.end(JSON.stringify(configMap));
      broken = !broken;
    });
    expect(await at.client.get(reference)).toMatchObject(configMap);
    expect(await at.client.apply(configMap, { fieldManager: 'helm' })).toMatchObject(configMap);
    await expect(at.client.create(configMap)).rejects.toMatchObject({ code: 'cluster.unreachable' });
  });

  test('repeats after a server failed what may be done twice, and no more than a few times', async () => {
    let failures = 2;
    await using at = await fake((request, response) => {
      if (failures-- > 0) answerStatus(response, 500, { reason: 'InternalError', message: 'etcd has no leader' });
      else if (request.method === 'DELETE') answerStatus(response, 404, { reason: 'NotFound' });
      else response.end(JSON.stringify(configMap));
    });
    expect(await at.client.apply(configMap, { fieldManager: 'helm' })).toMatchObject(configMap);
    failures = 1;
    // Carried out the first time, by all that we know.
    expect(await at.client.delete(reference)).toBe(false);
    failures = 1;
    await expect(at.client.update(configMap)).rejects.toMatchObject({ code: 'cluster.server-error' });
    failures = 100;
    const before = at.api.requests.length;
    await expect(at.client.get(reference)).rejects.toMatchObject({ code: 'cluster.server-error' });
    expect(at.api.requests.length - before).toBe(4);
  });

  test('ends at its deadline', async () => {
    await using at = await fake(() => undefined, { deadline: 50 });
    await expect(at.client.get(reference)).rejects.toMatchObject({ code: 'cluster.timeout', fault: 'transient' });
  });

  test('ends when the caller gives up, in the call and in the pause before the next', async () => {
    await using at = await fake((request, response) => {
      if (request.url?.endsWith('/b')) answerStatus(response, 429, {}, { 'retry-after': '20' });
    });
    for (const name of ['a', 'b'])
      await expect(at.client.get({ ...reference, name }, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
        code: 'cluster.aborted',
      });
  });

  test('escapes names, keeps their case, and refuses those that would climb', async () => {
    await using at = await fake((_, response) => response.end(JSON.stringify(configMap)));
    await at.client.get({ ...reference, name: 'Web:UP %' });
    expect(at.api.requests[0]?.url).toBe('/api/v1/namespaces/n/configmaps/Web%3AUP%20%25');
    for (const name of ['..', 'a/b', ''])
      await expect(at.client.get({ ...reference, name })).rejects.toMatchObject({ code: 'cluster.bad-request' });
    await expect(at.client.get({ ...reference, namespace: '..' })).rejects.toMatchObject({
      code: 'cluster.bad-request',
    });
    expect(at.api.requests).toHaveLength(1);
  });

  test('never sends a namespaced object to all namespaces', async () => {
    await using at = await fake((_, response) => response.end('{}'));
    await expect(at.client.create({ ...configMap, metadata: { name: 'a' } })).rejects.toMatchObject({
      code: 'cluster.namespace-required',
      fault: 'internal',
    });
  });

  test('applies as YAML of JSON, forced, with the field manager', async () => {
    await using at = await fake((_, response) => response.end(JSON.stringify(configMap)));
    await at.client.apply(configMap, { fieldManager: 'helm', dryRun: true, fieldValidation: 'Strict' });
    const [request] = at.api.requests;
    expect(request).toMatchObject({ method: 'PATCH', headers: { 'content-type': 'application/apply-patch+yaml' } });
    expect(new URL(request?.url ?? '', 'http://x').search).toBe(
      '?fieldManager=helm&fieldValidation=Strict&dryRun=All&force=true',
    );
  });

  test('speaks for somebody else, groups and extra included', async () => {
    await using at = await fake((_, response) => response.end(JSON.stringify(configMap)));
    await at.client.impersonate({ user: 'bob', groups: ['a', 'b'], extra: { 'x/Y': ['1'] } }).get(reference);
    expect(at.api.requests[0]?.headers).toMatchObject({
      'impersonate-user': 'bob',
      'impersonate-group': 'a, b',
      'impersonate-extra-x%2fy': '1',
    });
  });

  test('tells the warnings of the server', async () => {
    const told: string[] = [];
    await using at = await fake(
      (_, response) => {
        response.setHeader('warning', ['299 - "say \\"v1\\" instead"', '299 - "two"']);
        response.end(JSON.stringify(configMap));
      },
      { onWarning: (what, text) => told.push(`${what}: ${text}`) },
    );
    await at.client.get(reference);
    expect(told).toEqual(['get ConfigMap/a: say "v1" instead', 'get ConfigMap/a: two']);
  });

  test('says that an answer is none of a Kubernetes API', async () => {
    await using at = await fake((_, response) => response.end('<html>login</html>'));
    await expect(at.client.get(reference)).rejects.toMatchObject({ code: 'cluster.protocol' });
  });
});

describe('a write whose answer is metadata', () => {
  test('asks for nothing else, and the answer has the kind of what was written', async () => {
    const partial = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata: { name: 'a', uid: 'u' } };
    await using at = await fake((_, response) => response.end(JSON.stringify(partial)));
    for (const write of [at.client.create, at.client.update])
      expect(await write(configMap, { answerMetadata: true })).toEqual({
        ...partial,
        apiVersion: 'v1',
        kind: 'ConfigMap',
      });
    for (const { headers } of at.api.requests)
      expect(headers.accept).toBe('application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1');
  });
});

describe('a list', () => {
  const item = (name: string) => ({ metadata: { name, namespace: 'n' } });

  test('is read in pages, and its items get their kind', async () => {
    await using at = await fake((request, response) => {
      const next = new URL(request.url ?? '', 'http://x').searchParams.get('continue');
      const metadata = { resourceVersion: '7', ...(next ? {} : { continue: 'more' }) };
      response.end(JSON.stringify({ metadata, items: [item(next ? 'b' : 'a')] }));
    });
    const { items, resourceVersion } = await at.client.list({ apiVersion: 'v1', kind: 'ConfigMap' });
    expect(items.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual(['ConfigMap/a', 'ConfigMap/b']);
    expect(resourceVersion).toBe('7');
  });

  test('is read once more in one piece when its pages expired', async () => {
    await using at = await fake((request, response) => {
      const query = new URL(request.url ?? '', 'http://x').searchParams;
      if (query.get('continue')) answerStatus(response, 410, { reason: 'Expired' });
      else if (query.get('limit')) response.end(JSON.stringify({ metadata: { continue: 'more' }, items: [item('a')] }));
      else response.end(JSON.stringify({ metadata: {}, items: [item('a'), item('b')] }));
    });
    const { items } = await at.client.list({ apiVersion: 'v1', kind: 'ConfigMap' });
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
  });

  test('of metadata asks for nothing else', async () => {
    await using at = await fake((_, response) => response.end(JSON.stringify({ metadata: {}, items: null })));
    await at.client.list({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace: 'n',
      labelSelector: 'a=b,c',
      metadataOnly: true,
    });
    expect(at.api.requests[0]?.headers.accept).toBe('application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1');
    expect(at.api.requests[0]?.url).toContain('labelSelector=a%3Db%2Cc');
  });
});

describe('discovery', () => {
  test('falls back to one request per group version on an old server', async () => {
    await using at = await fake((_, response) => answerStatus(response, 404, { reason: 'NotFound' }));
    const found = await at.client.discovery();
    expect(found.kubeVersion).toBe('v1.20.0');
    expect(found.apiVersions).toEqual(['v1', 'v1/ConfigMap', 'v1/Secret', 'v1/Namespace', 'v1/Pod']);
    expect(found.resource({ group: '', version: 'v1', kind: 'Namespace' })).toMatchObject({ namespaced: false });
  });

  test('asks once about a kind that it misses, and knows it then', async () => {
    let served = false;
    await using at = await fake((request, response) => {
      if (request.url !== '/apis/x.io/v1')
        return void response.end(JSON.stringify({ kind: 'Thing', metadata: { name: 'a' } }));
      if (!served) return answerStatus(response, 404, { reason: 'NotFound' });
      response.end(
        JSON.stringify({ resources: [{ name: 'things', kind: 'Thing', namespaced: false, verbs: ['get'] }] }),
      );
    });
    const thing = { apiVersion: 'x.io/v1', kind: 'Thing', name: 'a' };
    await at.client.discovery();
    expect(await at.client.get(thing)).toBeUndefined();
    await expect(at.client.apply({ ...thing, metadata: { name: 'a' } }, { fieldManager: 'f' })).rejects.toMatchObject({
      code: 'cluster.unknown-kind',
    });
    served = true;
    expect(await at.client.get(thing)).toMatchObject({ kind: 'Thing' });
    const asked = at.api.requests.filter(({ url }) => url === '/apis/x.io/v1').length;
    await at.client.get(thing);
    expect(at.api.requests.filter(({ url }) => url === '/apis/x.io/v1')).toHaveLength(asked);
    expect(at.api.requests.at(-1)?.url).toBe('/apis/x.io/v1/things/a');
  });
});

describe('logs', () => {
  test.each([400, 404])('are empty where the server answers %i', async (code) => {
    await using at = await fake((_, response) => answerStatus(response, code));
    expect(await at.client.logs({ namespace: 'n', name: 'p' }, { tailLines: 5 })).toBe('');
  });
});
