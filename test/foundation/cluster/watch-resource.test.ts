import { PassThrough } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { clusterError } from '../../../src/foundation/cluster/cluster-error.ts';
import { type WatchSource, watchResource } from '../../../src/foundation/cluster/watch-resource.ts';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';

const timing = { timeoutSeconds: 60, stall: 10_000, backoff: { first: 1, max: 5 }, random: () => 0.5 };

const object = (name: string, resourceVersion: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, resourceVersion },
});
const line = (type: string, item: unknown) => `${JSON.stringify({ type, object: item })}\n`;

interface Scene {
  readonly told: string[];
  readonly streams: { readonly from: string; readonly stream: PassThrough }[];
  lists: number;
  listed: KubernetesObject[];
  failures: Error[];
}

function scene(overrides: Partial<WatchSource> = {}, { stall = timing.stall, relistAfter = 60_000 } = {}) {
  const at: Scene = { told: [], streams: [], lists: 0, listed: [object('a', '1')], failures: [] };
  const source: WatchSource = {
    async list() {
      const failure = at.failures.shift();
      if (failure) throw failure;
      at.lists += 1;
      return { items: at.listed, resourceVersion: String(10 * at.lists) };
    },
    async stream(from) {
      const failure = at.failures.shift();
      if (failure) throw failure;
      const stream = new PassThrough();
      at.streams.push({ from, stream });
      return stream;
    },
    complete: (item) => item,
    ...overrides,
  };
  const watch = watchResource(
    source,
    {
      replaced: (items) => at.told.push(`all ${items.map(({ metadata }) => metadata.name).join(' ')}`),
      changed: (type, item) => {
        if (item.metadata.name === 'poison') throw new Error('handler');
        at.told.push(`${type} ${item.metadata.name}`);
      },
      lost: (error) => at.told.push(`lost ${(error as Error).message}`),
      restored: () => at.told.push('restored'),
    },
    { ...timing, stall, relistAfter },
  );
  const stream = async (index: number) => {
    await vi.waitFor(() => expect(at.streams.length).toBeGreaterThan(index), 90_000);
    return at.streams[index] as Scene['streams'][number];
  };
  return { at, watch, stream };
}

describe('a watch', () => {
  test('lists again when the last list is old, so that what was lost on the way is found', async () => {
    const { at, watch, stream } = scene({}, { relistAfter: 0 });
    await watch.synced;
    at.listed = [object('a', '1'), object('nobody told', '15')];
    (await stream(0)).stream.end();
    await vi.waitFor(() => expect(at.told).toEqual(['all a', 'all a nobody told']), 90_000);
    await watch[Symbol.asyncDispose]();
  });

  test('lists, then tells each change, lines split anywhere', async () => {
    const { at, watch, stream } = scene();
    await watch.synced;
    const { stream: first, from } = await stream(0);
    const text =
      line('ADDED', object('ü', '11')) + line('MODIFIED', object('b', '12')) + line('DELETED', object('a', '13'));
    for (const byte of Buffer.from(text)) first.write(Buffer.of(byte));
    await vi.waitFor(() => expect(at.told).toEqual(['all a', 'ADDED ü', 'MODIFIED b', 'DELETED a']), 90_000);
    expect(from).toBe('10');
    await watch[Symbol.asyncDispose]();
  });

  test('goes on where it was when the server ends the stream, and says nothing of it', async () => {
    const { at, watch, stream } = scene();
    const { stream: first } = await stream(0);
    first.end(line('ADDED', object('b', '11')) + line('BOOKMARK', { metadata: { resourceVersion: '42' } }));
    expect((await stream(1)).from).toBe('42');
    expect(at.told).toEqual(['all a', 'ADDED b']);
    expect(at.lists).toBe(1);
    await watch[Symbol.asyncDispose]();
  });

  test.each([
    [
      'an ERROR event of 410',
      (first: PassThrough) => first.write(line('ERROR', { kind: 'Status', code: 410, reason: 'Expired' })),
    ],
    ['a line that is no JSON', (first: PassThrough) => first.write('{"type":\n')],
    ['a handler that throws', (first: PassThrough) => first.write(line('ADDED', object('poison', '11')))],
  ])('lists again after %s', async (_, happen) => {
    const { at, watch, stream } = scene();
    happen((await stream(0)).stream);
    at.listed = [object('a', '1'), object('b', '2')];
    expect((await stream(1)).from).toBe('20');
    expect(at.told.filter((told) => told.startsWith('all'))).toEqual(['all a', 'all a b']);
    await watch[Symbol.asyncDispose]();
  });

  test('lists again when the server has forgotten its version before the stream begins', async () => {
    const { at, watch, stream } = scene();
    const { stream: first } = await stream(0);
    at.failures.push(clusterError('cluster.expired', 'gone'));
    first.end();
    expect((await stream(1)).from).toBe('20');
    expect(at.told).toEqual(['all a', 'all a']);
    await watch[Symbol.asyncDispose]();
  });

  test('tells once that it is lost, and once that it is back', async () => {
    const { at, watch, stream } = scene();
    const { stream: first } = await stream(0);
    at.failures.push(new Error('refused'), new Error('refused'), new Error('refused'));
    first.destroy(new Error('reset'));
    expect((await stream(1)).from).toBe('10');
    await vi.waitFor(() => expect(at.told).toEqual(['all a', 'lost refused', 'restored']), 90_000);
    await watch[Symbol.asyncDispose]();
  });

  test('gives up a stream that falls silent, and goes on where it was', async () => {
    const { watch, stream } = scene({}, { stall: 200 });
    const { stream: first } = await stream(0);
    first.write(line('BOOKMARK', { metadata: { resourceVersion: '15' } }));
    expect((await stream(1)).from).toBe('15');
    expect(first.destroyed).toBe(true);
    // Nor does one that never said anything count for longer.
    const { stream: second } = await stream(1);
    expect((await stream(2)).from).toBe('15');
    expect(second.destroyed).toBe(true);
    await watch[Symbol.asyncDispose]();
  });

  test('that is closed before its first list rejects, and nothing is told any more', async () => {
    const { at, watch } = scene({
      list: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('x')))),
    });
    await watch[Symbol.asyncDispose]();
    await expect(watch.synced).rejects.toMatchObject({ code: 'cluster.aborted' });
    expect(at.told).toEqual([]);
  });

  test('that is closed lets go of its stream', async () => {
    const { watch, stream } = scene();
    const { stream: first } = await stream(0);
    await watch[Symbol.asyncDispose]();
    expect(first.destroyed).toBe(true);
  });
});
