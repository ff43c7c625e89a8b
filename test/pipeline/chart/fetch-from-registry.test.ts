import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { httpError } from '../../../src/foundation/http/http-error.ts';
import { openTestSources, packNamed, sha256, type TestSources } from '../../support/chart-repository.ts';
import { type MemoryRegistry, memoryRegistry } from '../../support/memory-registry.ts';

let registry: MemoryRegistry;
let sources: TestSources;
const at = 'oci://registry.example.com/charts/shop';

beforeEach(async () => {
  registry = memoryRegistry();
  sources = await openTestSources({ more: { registry } });
});
afterEach(() => sources[Symbol.asyncDispose]());

const ask = (version: string, more = '') => ({ type: 'oci', reference: at + more, version }) as const;

async function push(...tags: string[]): Promise<string[]> {
  const digests = [];
  for (const tag of tags) digests.push(registry.push(tag, await packNamed('shop', tag)));
  return digests;
}

describe('a chart of a registry', () => {
  test('an exact version is taken as it is, a range from the tags', async () => {
    await push('1.0.0', '1.1.0', '2.0.0-rc.1', 'latest');
    const fetched = await sources.fetch(ask('1.0.0'));
    const archive = await packNamed('shop', '1.0.0');
    expect(fetched).toMatchObject({
      version: '1.0.0',
      digest: `sha256:${sha256(archive)}`,
      from: `${at.slice(0)}:1.0.0`,
    });
    expect(readFileSync(fetched.path)).toEqual(archive);
    expect(registry.log).not.toContain('tags');
    expect((await sources.fetch(ask('^1'))).version).toBe('1.1.0');
    expect((await sources.fetch(ask(''))).version).toBe('1.1.0');
    expect((await sources.fetch(ask('>=2-0'))).version).toBe('2.0.0-rc.1');
  });

  test.each([
    ['the tag of the reference', ask('', ':1.0.0'), '1.0.0'],
    ['both the same', ask('1.0.0', ':1.0.0'), '1.0.0'],
    ['build metadata', ask('1.2.0+b5'), '1.2.0+b5'],
    ['build metadata by a range', ask('~1.2'), '1.2.0+b5'],
    ['a word', ask('', ':stable'), 'stable'],
  ])('%s', async (_, request, version) => {
    await push('1.0.0', '1.2.0_b5', 'stable');
    expect((await sources.fetch(request)).version).toBe(version);
  });

  test('a tag is asked for anew, what it names is downloaded once', async () => {
    await push('1.0.0', 'stable');
    await sources.fetch(ask('1.0.0'));
    await sources.fetch(ask('1.0.0'));
    expect(registry.log.filter((line) => line.startsWith('blob'))).toHaveLength(1);
    const moved = await packNamed('shop', '9.9.9');
    registry.push('stable', moved);
    expect((await sources.fetch(ask('', ':stable'))).digest).toBe(`sha256:${sha256(moved)}`);
  });

  test('a digest is asked for once and never again', async () => {
    const [digest = ''] = await push('1.0.0');
    expect((await sources.fetch(ask('', `@${digest}`))).version).toBe('1.0.0');
    const { length } = registry.log;
    await using restarted = await openTestSources({ folder: sources.folder, more: { registry } });
    await restarted.fetch(ask('', `@${digest}`));
    expect(registry.log).toHaveLength(length);
  });

  test('version, tag and digest must agree', async () => {
    const [one = '', two = ''] = await push('1.0.0', '1.1.0');
    const disagreeing = { code: 'chart.tag-disagrees' };
    await expect(sources.fetch(ask('1.1.0', ':1.0.0'))).rejects.toMatchObject(disagreeing);
    await expect(sources.fetch(ask('1.0.0', `@${two}`))).rejects.toMatchObject(disagreeing);
    await expect(sources.fetch(ask('', `:1.1.0@${one}`))).rejects.toMatchObject(disagreeing);
    expect((await sources.fetch(ask('1.1.0', `@${two}`))).version).toBe('1.1.0');
    // As with Helm, the digest need not be tagged with it.
    expect((await sources.fetch(ask('7.0.0', `@${two}`))).version).toBe('7.0.0');
  });

  test('is downloaded once for a hundred who ask at once', async () => {
    await push('1.0.0');
    await Promise.all(Array.from({ length: 100 }, (_, index) => sources.fetch(ask(index % 2 === 0 ? '^1' : '1.0.0'))));
    expect(registry.log.toSorted()).toEqual([expect.stringMatching(/^blob/), 'manifest 1.0.0', 'tags']);
  });

  test('has the media type of Helm before 3.7 too', async () => {
    registry.push('1.0.0', await packNamed('shop', '1.0.0'), { legacy: true });
    expect((await sources.fetch(ask('1.0.0'))).version).toBe('1.0.0');
  });

  test('out of reach, what was found before serves', async () => {
    await push('1.0.0');
    await sources.fetch(ask('1.0.0'));
    await sources.fetch(ask('^1'));
    registry.fail(httpError('http.timeout', 'registry.example.com does not answer in time'));
    expect((await sources.fetch(ask('1.0.0'))).stale).toBeUndefined();
    expect(await sources.fetch(ask('^1'))).toMatchObject({ version: '1.0.0', stale: true });
    await expect(sources.fetch(ask('~1'))).rejects.toMatchObject({ code: 'http.timeout', fault: 'transient' });
    registry.fail(httpError('http.denied', 'registry.example.com denies access (401)'));
    await expect(sources.fetch(ask('1.0.0'))).rejects.toMatchObject({ code: 'http.denied' });
  });

  test('a version that is not there is told with those that are', async () => {
    await push('1.0.0', '1.1.0');
    const error = { code: 'chart.no-version', hint: 'there is: 1.1.0, 1.0.0' };
    await expect(sources.fetch(ask('1.2.0'))).rejects.toMatchObject(error);
    await expect(sources.fetch(ask('^3'))).rejects.toMatchObject(error);
  });

  test('a damaged archive never gets into the cache', async () => {
    await push('1.0.0');
    const archive = await packNamed('shop', '1.0.0');
    registry.damage(`sha256:${sha256(archive)}`, Buffer.from('something else'));
    for (let i = 0; i < 2; i++)
      await expect(sources.fetch(ask('1.0.0'))).rejects.toMatchObject({ code: 'chart.corrupted' });
    registry.damage(`sha256:${sha256(archive)}`, archive);
    expect((await sources.fetch(ask('1.0.0'))).digest).toBe(`sha256:${sha256(archive)}`);
  });

  test('lists its versions', async () => {
    await push('1.0.0', '1.2.0_b5', 'latest', '1.4');
    expect(await sources.listVersions(ask(''))).toEqual(['1.0.0', '1.2.0+b5']);
  });
});
