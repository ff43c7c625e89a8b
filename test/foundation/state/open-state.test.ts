import { describe, expect, test, vi } from 'vitest';
import type { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import { clusterError } from '../../../src/foundation/cluster/cluster-error.ts';
import { openState, readState } from '../../../src/foundation/state/open-state.ts';
import { putRequest } from '../../../src/foundation/state/put-request.ts';
import type { ReleaseState } from '../../../src/foundation/state/release-state.ts';
import { environmentTarget, repositoryTarget } from '../../../src/foundation/state/request-target.ts';
import { requestsOf } from '../../../src/foundation/state/requests.ts';
import { parseDocument, readReleaseState } from '../../../src/foundation/state/schema.ts';
import { type MemoryCluster, memoryCluster } from '../../support/memory-cluster.ts';

const state: ReleaseState = {
  format: 1,
  identity: {
    installation: 'i',
    app: 'shop',
    environment: 'dev',
    repository: 'r',
    path: 'p',
    namespace: 'web',
    release: 'shop',
  },
  onRemove: 'keep',
};
const target = { kind: 'release', namespace: 'web', release: 'shop' } as const;
const outcome = { id: '7', verb: 'suspend', at: 'now', outcome: 'done' } as const;

async function open(cluster: MemoryCluster, unreadable: string[] = [], installation = 'i') {
  return openState({
    client: cluster,
    namespace: 'state',
    installation,
    onUnreadable: (name, error) => unreadable.push(`${name} ${error.code}`),
  });
}

const stored = (cluster: MemoryCluster, name: string) => cluster.objects.get(`ConfigMap/state/${name}`);

describe('the state', () => {
  test('of a new cluster gets an installation, which stays', async () => {
    const cluster = memoryCluster();
    expect((await open(cluster, [], 'first')).installation).toBe('first');
    expect((await open(cluster, [], 'second')).installation).toBe('first');
    expect(cluster.objects.has('Namespace//state')).toBe(true);
  });

  test('of a release is made, changed and removed', async () => {
    const cluster = memoryCluster();
    const states = await open(cluster);
    expect(await states.read('web', 'shop')).toBeUndefined();
    await states.change('web', 'shop', (before) => before ?? state);
    await states.change('web', 'shop', (before) => before && { ...before, onRemove: 'confirm' });
    expect((await states.read('web', 'shop'))?.state).toEqual({ ...state, onRemove: 'confirm' });
    expect((await states.list()).map(({ state: { identity } }) => identity.release)).toEqual(['shop']);
    await states.remove('web', 'shop');
    expect(await states.list()).toEqual([]);
  });

  test('is looked at without making or writing anything', async () => {
    const cluster = memoryCluster();
    const reader = readState({ client: cluster, namespace: 'state', onUnreadable: () => undefined });
    expect([await reader.list(), await reader.read('web', 'shop')]).toEqual([[], undefined]);
    expect(cluster.calls.filter((call) => !/^(get|list) /.test(call))).toEqual([]);
    await (await open(cluster)).change('web', 'shop', () => state);
    expect((await reader.list()).map(({ state: { identity } }) => identity.release)).toEqual(['shop']);
  });

  test('is read without a call while it is watched, also after the writes of others', async () => {
    const cluster = memoryCluster();
    const [states, others] = [await open(cluster), await open(cluster)];
    await states.change('web', 'shop', () => state);
    await using watch = states.watchRequests(() => undefined);
    await watch.synced;
    await others.change('web', 'shop', (before) => before && { ...before, onRemove: 'confirm' });
    await vi.waitFor(async () => expect((await states.read('web', 'shop'))?.state.onRemove).toBe('confirm'), 90_000);
    const calls = cluster.calls.length;
    expect((await states.read('web', 'shop'))?.state.onRemove).toBe('confirm');
    expect(await states.read('web', 'none')).toBeUndefined();
    await states.change('web', 'shop', (before) => before && { ...before, onRemove: 'keep' });
    expect((await states.read('web', 'shop'))?.state.onRemove).toBe('keep');
    expect(cluster.calls.slice(calls)).toHaveLength(1);
  });

  test('is not written when nothing changes', async () => {
    const cluster = memoryCluster();
    const states = await open(cluster);
    await states.change('web', 'shop', () => state);
    cluster.calls.length = 0;
    await states.change('web', 'shop', (before) => before);
    await states.change('web', 'shop', () => undefined);
    await states.change('web', 'other', () => undefined);
    expect(cluster.calls.filter((call) => !call.startsWith('get'))).toEqual([]);
  });

  test('costs one call to change when it is known', async () => {
    const cluster = memoryCluster();
    const states = await open(cluster);
    await states.change('web', 'shop', () => state);
    cluster.calls.length = 0;
    await states.change('web', 'shop', (before) => before && { ...before, onRemove: 'uninstall' });
    expect(cluster.calls).toEqual(['update ConfigMap/release.web.shop']);
  });

  test('is made in one call while it is watched, and changed where another hand was faster', async () => {
    const cluster = memoryCluster();
    const [states, others] = [await open(cluster), await open(cluster)];
    await using watch = states.watchRequests(() => undefined);
    await watch.synced;
    cluster.calls.length = 0;
    await states.change('web', 'shop', () => state);
    expect(cluster.calls).toEqual(['create ConfigMap/release.web.shop']);
    // The watch has not told of it when the other one asks.
    await others.change('web', 'cart', () => state);
    cluster.calls.length = 0;
    await states.change('web', 'cart', (before) => before ?? { ...state, onRemove: 'uninstall' });
    await states.change('web', 'cart', (before) => before && { ...before, onRemove: 'confirm' });
    const cart = 'ConfigMap/release.web.cart';
    expect(cluster.calls).toEqual([`create ${cart}`, `get ${cart}`, `update ${cart}`]);
  });

  test('loses no change of two writers, nor of one that does not wait for itself', async () => {
    const cluster = memoryCluster();
    const writers = [await open(cluster), await open(cluster)];
    await writers[0]?.change('web', 'shop', () => state);
    const failure = { digest: 'd', at: 't', reason: 'r', message: 'm' };
    const more = (before: ReleaseState | undefined) =>
      before && { ...before, failure: { ...failure, attempts: (before.failure?.attempts ?? 0) + 1 } };
    await Promise.all(Array.from({ length: 10 }, (_, index) => writers[index % 2]?.change('web', 'shop', more)));
    expect((await writers[0]?.read('web', 'shop'))?.state.failure?.attempts).toBe(10);
  });

  test('keeps labels, annotations and keys of others', async () => {
    const cluster = memoryCluster();
    const states = await open(cluster);
    await states.change('web', 'shop', () => state);
    const made = stored(cluster, 'release.web.shop');
    cluster.put({
      ...made,
      metadata: { ...made?.metadata, annotations: { note: 'x' } },
      data: { ...(made?.data as object), other: 'y' },
    } as never);
    await states.change('web', 'shop', (before) => before && { ...before, onRemove: 'uninstall' });
    expect(stored(cluster, 'release.web.shop')).toMatchObject({
      metadata: { annotations: { note: 'x' } },
      data: { other: 'y' },
    });
  });

  test('that is garbage counts as lost and is told; that of a newer version is not touched', async () => {
    const cluster = memoryCluster();
    const unreadable: string[] = [];
    const states = await open(cluster, unreadable);
    const put = (name: string, text: string) =>
      cluster.put({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: 'state', labels: { 'helm-gitops.io/state': 'release' } },
        data: { 'state.json': text },
      });
    put('release.web.bad', '{');
    put('release.web.new', '{"format":2}');
    put('release.web.empty', '{"format":1}');
    expect(await states.list()).toEqual([]);
    expect(unreadable.sort()).toEqual([
      'release.web.bad state.unreadable',
      'release.web.empty state.unreadable',
      'release.web.new state.newer-format',
    ]);
    await states.change('web', 'bad', (before) => before ?? state);
    expect((await states.read('web', 'bad'))?.state).toEqual(state);
    expect(stored(cluster, 'release.web.bad')?.data).toMatchObject({ 'state.json.unreadable': '{' });
    await expect(states.change('web', 'new', () => state)).rejects.toMatchObject({ code: 'state.newer-format' });
  });

  test('that is garbage is told once, with its place and what becomes of it, and again when it is other garbage', async () => {
    const cluster = memoryCluster();
    const told: { message: string; hint: string | undefined }[] = [];
    const onUnreadable = (_name: string, { message, hint }: HelmGitopsError) => told.push({ message, hint });
    const reader = readState({ client: cluster, namespace: 'state', onUnreadable });
    const put = (text: string) =>
      cluster.put({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'release.web.shop', namespace: 'state', labels: { 'helm-gitops.io/state': 'release' } },
        data: { 'state.json': text },
      });
    put('{\n"hunter2": x}');
    for (let look = 0; look < 3; look++) expect(await reader.read('web', 'shop')).toBeUndefined();
    expect(await reader.list()).toEqual([]);
    const message = 'ConfigMap release.web.shop: state.json is not JSON';
    const hint = expect.stringMatching(
      /^it is rebuilt from the Helm records .* kept beside it as state\.json\.unreadable$/,
    );
    expect(told).toEqual([
      { message: expect.stringMatching(new RegExp(`^${message}( \\(line 2 column \\d+\\))?$`)), hint },
    ]);
    put('[]');
    await reader.read('web', 'shop');
    expect(told.slice(1)).toEqual([{ message: expect.stringContaining('it has no `format`'), hint }]);
  });

  test.each([
    ['the one that all releases name', ['first', 'first'], 'first'],
    ['a new one where they name several', ['first', 'second'], 'proposed'],
    ['a new one where there are none', [], 'proposed'],
  ])('of the daemon that is garbage gets its installation back: %s', async (_name, installations, expected) => {
    const cluster = memoryCluster();
    const before = await open(cluster, [], 'first');
    for (const [index, installation] of installations.entries())
      await before.change('web', `r${index}`, () => ({ ...state, identity: { ...state.identity, installation } }));
    cluster.put({ ...stored(cluster, 'daemon'), data: { 'state.json': 'x' } } as never);
    const unreadable: string[] = [];
    expect((await open(cluster, unreadable, 'proposed')).installation).toBe(expected);
    expect(unreadable).toEqual(['daemon state.unreadable']);
  });

  test('of repositories and environments has safe names', async () => {
    const cluster = memoryCluster();
    const states = await open(cluster);
    const source = { url: 'u', revision: 'main', path: '.' };
    await states.changeRepository('Fleet_1', () => ({ format: 1, name: 'Fleet_1', source, at: 'now', commit: 'abc' }));
    await states.changeEnvironment('prod', () => ({ format: 1, name: 'prod', removals: [{ release: 'a', at: 't' }] }));
    expect((await states.repository('Fleet_1'))?.body.commit).toBe('abc');
    expect((await states.repositories()).map(({ body }) => body.name)).toEqual(['Fleet_1']);
    expect((await states.environments())[0]?.body.removals).toHaveLength(1);
    expect(repositoryTarget('fleet')).toBe('repository.fleet');
    expect(repositoryTarget('Fleet')).toMatch(/^repository\.fleet-[0-9a-f]{8}$/);
    expect(environmentTarget('ü')).toMatch(/^environment\.[0-9a-f]{8}$/);
  });
});

describe('a request', () => {
  test('is told once, and answered in one write that takes the annotation away', async () => {
    const cluster = memoryCluster();
    const states = await open(cluster);
    await states.change('web', 'shop', () => state);
    const told: string[] = [];
    await using watch = states.watchRequests((at, { verb, id, arguments: given }) =>
      told.push(`${JSON.stringify(at)} ${verb} ${id} ${JSON.stringify(given)}`),
    );
    await watch.synced;
    await putRequest({ client: cluster, namespace: 'state' }, target, {
      verb: 'suspend',
      id: '7',
      arguments: { by: 'me' },
    });
    await vi.waitFor(() => expect(told).toHaveLength(1), 90_000);
    cluster.put(stored(cluster, 'release.web.shop') as never);
    expect(told).toEqual(['{"kind":"release","namespace":"web","release":"shop"} suspend 7 {"by":"me"}']);
    cluster.calls.length = 0;
    await states.answerRequest({
      target,
      outcome,
      change: (before) => ({ ...before, suspended: { by: 'me', at: 'now' } }),
    });
    expect(cluster.calls.filter((call) => call.startsWith('update')).length).toBeGreaterThan(0);
    const after = await states.read('web', 'shop');
    expect(after?.requests).toEqual([]);
    expect(after?.state).toMatchObject({ suspended: { by: 'me' }, requests: [outcome] });
  });

  test('to the daemon or an environment is answered alike, and the newest ten outcomes are kept', async () => {
    const cluster = memoryCluster();
    const states = await open(cluster);
    for (let id = 1; id <= 12; id++) {
      await putRequest(
        { client: cluster, namespace: 'state' },
        { kind: 'daemon' },
        { verb: 'sync', id: `${id}`, arguments: {} },
      );
      await states.answerRequest({
        target: { kind: 'daemon' },
        outcome: { id: `${id}`, verb: 'sync', at: 't', outcome: 'done' },
      });
    }
    const daemon = await states.daemon();
    expect(daemon?.body.installation).toBe('i');
    expect(daemon?.body.requests?.map(({ id }) => id)).toEqual(['3', '4', '5', '6', '7', '8', '9', '10', '11', '12']);
    expect(daemon?.requests).toEqual([]);
  });

  test('to what has no state is the person’s mistake', async () => {
    const cluster = memoryCluster();
    const put = putRequest({ client: cluster, namespace: 'state' }, target, { verb: 'sync', id: '1', arguments: {} });
    await expect(put).rejects.toMatchObject({ code: 'state.no-target', fault: 'user' });
  });

  test.each([
    ['sync-1', '{"a":1}', { verb: 'sync', id: '1', arguments: { a: 1 } }],
    ['rollback-a-b', '', { verb: 'rollback', id: 'a-b', arguments: {} }],
    ['sync', '{}', { verb: 'sync', id: '', arguments: {} }],
    ['sync-1', '[1]', { verb: 'sync', id: '1', arguments: {}, problem: expect.stringContaining('JSON') }],
    ['sync-1', '{', { verb: 'sync', id: '1', arguments: {}, problem: expect.stringContaining('JSON') }],
  ])('%s: %s', (name, value, expected) => {
    expect(requestsOf({ [`request.helm-gitops.io/${name}`]: value, other: 'x' })).toEqual([expected]);
  });
});

describe('state.json', () => {
  const parse = (value: object) => readReleaseState(parseDocument(JSON.stringify(value), 'x'));

  test('keeps fields that this version does not know', () => {
    expect(parse({ ...state, future: { a: 1 } })).toEqual({ ...state, future: { a: 1 } });
  });

  test.each([
    ['suspended', { by: 1, at: 'x' }],
    ['clean', { version: 1, objects: { a: 1 } }],
    ['healthy', 'yes'],
    ['intent', { op: 'o', action: 'destroy', digest: 'd', version: 1 }],
    ['quarantine', { digest: 'd', helmRevision: '1', revision: 'r', reason: 'x', at: 't' }],
  ])('drops %s when it is %j', (name, value) => {
    expect(parse({ ...state, [name]: value })).toEqual(state);
  });

  test('without identity is none', () => {
    expect(parse({ ...state, identity: { ...state.identity, app: undefined } })).toBeUndefined();
  });
});

test('a change that somebody always precedes ends with an error', async () => {
  const cluster = memoryCluster();
  const states = await open(cluster);
  cluster.before = (call) => {
    if (call.startsWith('create')) throw clusterError('cluster.already-exists', 'x');
  };
  await expect(states.change('web', 'shop', () => state)).rejects.toMatchObject({ code: 'state.conflict' });
});

test('sentences are written without secrets, names as they are', async () => {
  const cluster = memoryCluster();
  const mask = (text: string) => text.replaceAll('shop', '***');
  const onUnreadable = () => undefined;
  const states = await openState({ client: cluster, namespace: 'state', installation: 'i', onUnreadable, mask });
  const failure = { digest: 'd', at: 'now', attempts: 1, reason: 'no shop', message: 'shop' };
  await states.change('web', 'shop', () => ({ ...state, failure }));
  expect((await states.read('web', 'shop'))?.state).toEqual({
    ...state,
    failure: { ...failure, reason: 'no ***', message: '***' },
  });
});
