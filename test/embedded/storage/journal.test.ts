import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openJournal } from '../../../src/embedded/storage/journal.ts';
import { createObjectStore, type ObjectStore } from '../../../src/embedded/storage/object-store.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(() => rm(folder, { recursive: true }));

function open(): { store: ObjectStore; close: () => void } {
  const journal = openJournal(folder);
  const store = createObjectStore({ revision: journal.revision, objects: journal.objects, record: journal.record });
  store.subscribe(() => journal.compact(store.revision, store.entries));
  return { store, close: journal.close };
}
const object = (name: string, value = '') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n', uid: name },
  data: { value },
});

describe('the journal', () => {
  test('brings back objects, deletions and the revision', () => {
    const first = open();
    first.store.put('configmaps', object('a'));
    const b = first.store.put('configmaps', object('b'));
    first.store.put('configmaps', object('a', 'new'));
    first.store.remove('configmaps', b);
    const again = open();
    expect(
      again.store.list('configmaps').map(({ metadata, data }) => [metadata.name, metadata.resourceVersion, data]),
    ).toEqual([['a', '3', { value: 'new' }]]);
    expect(again.store.revision).toBe(4);
    expect(again.store.put('configmaps', object('c')).metadata.resourceVersion).toBe('5');
    first.close();
    again.close();
  });

  test('drops a line that a crash cut off, and goes on behind the last whole one', async () => {
    const first = open();
    first.store.put('configmaps', object('a'));
    first.close();
    await appendFile(join(folder, 'journal.jsonl'), '{"revision":2,"resource":"configmaps","object":{"kind":"Conf');
    const second = open();
    expect(second.store.revision).toBe(1);
    second.store.put('configmaps', object('b'));
    second.close();
    const third = open();
    expect(third.store.list('configmaps').map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    third.close();
  });

  test('is folded into a snapshot when it has grown', async () => {
    const first = open();
    for (let round = 0; round < 10; round++)
      first.store.put('configmaps', object('big', String(round).repeat(1_000_000)));
    const size = (await stat(join(folder, 'journal.jsonl'))).size;
    expect(size).toBeLessThan(8_000_000);
    const [head] = (await readFile(join(folder, 'snapshot.jsonl'), 'utf8')).split('\n');
    expect(JSON.parse(head ?? '')).toHaveProperty('revision');
    first.close();
    const second = open();
    expect(second.store.revision).toBe(10);
    expect(second.store.get('configmaps', 'n', 'big')?.data).toEqual({ value: '9'.repeat(1_000_000) });
    second.close();
  });

  test('a snapshot with a journal from before it (killed in between) counts nothing twice', async () => {
    const first = open();
    const a = first.store.put('configmaps', object('a'));
    const journal = await readFile(join(folder, 'journal.jsonl'));
    first.store.remove('configmaps', a);
    first.close();
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(folder, 'snapshot.jsonl'), '{"revision":2}\n');
    await writeFile(join(folder, 'journal.jsonl'), journal);
    const second = open();
    expect(second.store.list('configmaps')).toEqual([]);
    expect(second.store.revision).toBe(2);
    second.close();
  });
});
