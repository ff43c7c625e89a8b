import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configMap, startTestApi, type TestApi, types } from '../api-client.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const maps = '/api/v1/namespaces/default/configmaps';
const labelled = (name: string, labels: Record<string, string>) => ({ ...configMap(name), metadata: { name, labels } });

describe('lists and watches', () => {
  test('pages show one state, whatever is written in between', async () => {
    for (const name of ['p1', 'p2', 'p3']) await api.send('POST', maps, labelled(name, { pages: 'yes' }));
    const first = await api.send('GET', `${maps}?labelSelector=pages%3Dyes&limit=2`);
    expect(first.body.items).toHaveLength(2);
    await api.send('DELETE', `${maps}/p3`);
    const second = await api.send(
      'GET',
      `${maps}?labelSelector=pages%3Dyes&limit=2&continue=${first.body.metadata.continue}`,
    );
    expect(second.body.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(['p3']);
    expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
    const again = await api.send(
      'GET',
      `${maps}?continue=${Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: 1, start: 'x', id: 'gone' })).toString('base64url')}`,
    );
    expect(again).toMatchObject({ code: 410, body: { reason: 'Expired' } });
  });

  test.each([
    ['labelSelector=tier+in+(a,b)', ['s1', 's2']],
    ['labelSelector=tier+notin+(a),sel', ['s2', 's3']],
    ['labelSelector=!tier,sel', ['s3']],
    ['labelSelector=tier!%3Da,sel%3Dyes', ['s2', 's3']],
    ['labelSelector=sel&fieldSelector=metadata.name%3Ds2', ['s2']],
    ['labelSelector=sel&fieldSelector=metadata.name!%3Ds2', ['s1', 's3']],
  ])('selects by %s', async (query, names) => {
    const all = { s1: { sel: 'yes', tier: 'a' }, s2: { sel: 'yes', tier: 'b' }, s3: { sel: 'yes' } };
    for (const [name, labels] of Object.entries(all))
      await api.send(
        'PATCH',
        `${maps}/${name}?fieldManager=t&force=true`,
        labelled(name, labels as Record<string, string>),
        { type: types.apply },
      );
    const { body } = await api.send('GET', `${maps}?${query}`);
    expect(body.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(names);
  });

  test('a watch tells what happened since a version, in order', async () => {
    const { body } = await api.send('GET', maps);
    const from = body.metadata.resourceVersion;
    await api.send('POST', maps, configMap('w', { a: '1' }));
    const events = await api.watch(
      `${maps}?watch=1&resourceVersion=${from}`,
      (seen) => seen.length >= 3,
      async () => {
        await api.send('PATCH', `${maps}/w`, { data: { a: '2' } }, { type: types.merge });
        await api.send('DELETE', `${maps}/w`);
      },
    );
    expect(events.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual([
      'ADDED w',
      'MODIFIED w',
      'DELETED w',
    ]);
  });

  test('an object that leaves the selection is told as deleted, one that enters as added', async () => {
    const { body } = await api.send('GET', maps);
    const path = `${maps}?watch=1&labelSelector=in%3Dyes&resourceVersion=${body.metadata.resourceVersion}`;
    const events = await api.watch(
      path,
      (seen) => seen.length >= 3,
      async () => {
        await api.send('POST', maps, labelled('sel', { in: 'yes' }));
        await api.send('PATCH', `${maps}/sel`, { metadata: { labels: { in: 'no' } } }, { type: types.merge });
        await api.send('PATCH', `${maps}/sel`, { metadata: { labels: { in: 'yes' } } }, { type: types.merge });
      },
    );
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'DELETED', 'ADDED']);
  });

  test('initial events end with a bookmark', async () => {
    const path = `${maps}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&fieldSelector=metadata.name%3Dkube-root-ca.crt`;
    const events = await api.watch(path, (seen) => seen.some(({ type }) => type === 'BOOKMARK'));
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);
    expect(events[1]?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
  });

  test('a version from the future is refused with 504', async () => {
    expect(await api.send('GET', `${maps}?resourceVersion=999999`)).toMatchObject({
      code: 504,
      body: { details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } },
    });
  });

  test('metadata alone, and tables, are had by Accept', async () => {
    const partial = await api.send('GET', `${maps}/kube-root-ca.crt`, undefined, {
      accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
    });
    expect(partial.body).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'kube-root-ca.crt' } });
    expect(partial.body).not.toHaveProperty('data');
    const table = await api.send('GET', maps, undefined, {
      accept: 'application/json;as=Table;g=meta.k8s.io;v=v1,application/json',
    });
    expect(table.body.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual(['Name', 'Data', 'Age']);
  });
});

describe('after a restart', () => {
  test('contents and versions go on, and a watch from before it ends with 410', async () => {
    const data = await mkdtemp(join(tmpdir(), 'cluster-data-'));
    let before = '';
    {
      await using first = await startTestApi(data);
      before = (await first.send('POST', maps, configMap('kept', { a: '1' }))).body.metadata.resourceVersion;
    }
    await using second = await startTestApi(data);
    expect((await second.send('GET', `${maps}/kept`)).body).toMatchObject({
      data: { a: '1' },
      metadata: { resourceVersion: before },
    });
    await second.send('POST', maps, configMap('next'));
    const [event] = await second.watch(
      `${maps}?watch=1&resourceVersion=${Number(before) - 1}`,
      (seen) => seen.length > 0,
    );
    expect(event).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
    await rm(data, { recursive: true });
  });
});
