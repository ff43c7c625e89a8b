/** The store on a real disk, with company and with processes that die in the middle. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openContentStore } from '../../../src/foundation/content-store/open-content-store.ts';

let folder = '';
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'content-')), 'store');
  mkdirSync(folder);
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

async function* body(...pieces: string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

const digestOf = (data: string | Uint8Array): string => `sha256:${createHash('sha256').update(data).digest('hex')}`;
const open = (options: { limit?: number; now?: () => Date } = {}) =>
  openContentStore({ folder, limit: 1e9, ...options });
const filesOf = (name: string): string[] => readdirSync(join(folder, name));
const fail = async (promise: Promise<unknown>) =>
  await promise.then(
    () => undefined,
    (error: Error) => error,
  );

describe('the content store', () => {
  test('keeps what it is given under its digest, for other processes too', async () => {
    const stored = await (await open()).put(body('hello ', 'there'), { limit: 100, expected: digestOf('hello there') });
    expect(stored).toMatchObject({ digest: digestOf('hello there'), size: 11 });
    const found = await (await open()).find(stored.digest);
    expect(found).toEqual(stored);
    expect(readFileSync(stored.path, 'utf8')).toBe('hello there');
  });

  test('knows nothing of what was never put, and nothing of what is no digest', async () => {
    const store = await open();
    expect(await store.find(digestOf('x'))).toBeUndefined();
    for (const odd of ['', 'sha256:../../etc/passwd', 'sha512:00', `${digestOf('x')}\n`]) {
      expect(await store.find(odd)).toBeUndefined();
    }
  });

  test('refuses what has another digest, and keeps nothing of it', async () => {
    const store = await open();
    const error = await fail(store.put(body('evil'), { limit: 100, expected: digestOf('good') }));
    expect(error).toMatchObject({ code: 'cache.digest-mismatch', fault: 'transient' });
    expect(filesOf('sha256')).toEqual([]);
  });

  test('refuses what is too large before it has read it all', async () => {
    let read = 0;
    async function* endless() {
      for (;;) {
        read += 1;
        yield new Uint8Array(1000);
      }
    }
    expect(await fail((await open()).put(endless(), { limit: 10_000 }))).toMatchObject({ code: 'cache.too-large' });
    expect(read).toBe(11);
    expect(filesOf('sha256')).toEqual([]);
  });

  test('passes on the error of a body that breaks off, and keeps nothing of it', async () => {
    async function* broken() {
      yield Buffer.from('half');
      throw new Error('connection reset');
    }
    expect((await fail((await open()).put(broken(), { limit: 100 })))?.message).toBe('connection reset');
    expect(filesOf('sha256')).toEqual([]);
  });

  test('drops a file that is no longer what its name says', async () => {
    const { digest, path } = await (await open()).put(body('good'), { limit: 100 });
    for (const changed of ['evil', 'go', '']) {
      writeFileSync(path, changed);
      expect(await (await open()).find(digest)).toBeUndefined();
      expect(filesOf('sha256')).toEqual([]);
    }
  });

  test('may lose its folder at any time', async () => {
    const store = await open();
    const { digest } = await store.put(body('a'), { limit: 100 });
    rmSync(folder, { recursive: true });
    expect(await store.find(digest)).toBeUndefined();
    expect(await store.readNote('n')).toBeUndefined();
    await store.evict();
    await store.put(body('a'), { limit: 100 });
    expect(await store.find(digest)).toBeDefined();
  });

  test('tells that it cannot be written', async () => {
    writeFileSync(join(folder, 'sha256'), 'a file where a folder should be');
    expect(await fail((await open()).put(body('a'), { limit: 100 }))).toMatchObject({ code: 'cache.unwritable' });
  });
});

describe('eviction', () => {
  const hours = (count: number) => () => new Date(Date.UTC(2026, 0, 1) + count * 3600_000);

  test('removes what was used least recently, down to the limit', async () => {
    const digests: string[] = [];
    for (const [index, text] of ['a', 'b', 'c', 'd'].entries()) {
      const store = await open({ now: hours(index) });
      digests.push((await store.put(body(text.repeat(100)), { limit: 1000 })).digest);
    }
    await (await open({ now: hours(4) })).find(digests[0] as string);
    const store = await open({ now: hours(10), limit: 250 });
    await store.evict();
    const left = await Promise.all(digests.map(async (digest) => (await store.find(digest)) !== undefined));
    expect(left).toEqual([true, false, false, true]);
  });

  test('leaves what was handed out within the last hour, whatever the limit', async () => {
    const store = await open({ now: hours(0), limit: 10 });
    const old = await store.put(body('x'.repeat(100)), { limit: 1000 });
    const late = await open({ now: () => new Date(hours(1)().getTime() - 1), limit: 10 });
    await late.evict();
    expect(await late.find(old.digest)).toBeDefined();
    const later = await open({ now: hours(2), limit: 10 });
    await later.evict();
    expect(filesOf('sha256')).toEqual([]);
  });

  test('happens by itself when there is too much', async () => {
    await (await open({ now: hours(0) })).put(body('old'.repeat(100)), { limit: 1000 });
    const { path } = await (await open({ now: hours(5), limit: 350 })).put(body('new'.repeat(100)), { limit: 1000 });
    expect(filesOf('sha256').map((name) => join(folder, 'sha256', name))).toEqual([path]);
  });

  test('sweeps away what a killed process left, and not what is being written', async () => {
    mkdirSync(join(folder, 'sha256'));
    for (const [name, age] of [
      ['.aside-old', 2],
      ['.aside-young', 0.5],
    ] as const) {
      writeFileSync(join(folder, 'sha256', name), 'half');
      const at = new Date(Date.now() - age * 3600_000);
      utimesSync(join(folder, 'sha256', name), at, at);
    }
    await open();
    expect(filesOf('sha256')).toEqual(['.aside-young']);
  });
});

describe('notes', () => {
  test('are read back, one for each name', async () => {
    const store = await open();
    await store.writeNote('https://a.example.com/index.yaml', { etag: '"1"', __proto__: null });
    await store.writeNote('../../evil', ['x']);
    expect(await (await open()).readNote('https://a.example.com/index.yaml')).toEqual({ etag: '"1"' });
    expect(await store.readNote('../../evil')).toEqual(['x']);
    expect(await store.readNote('other')).toBeUndefined();
    expect(readdirSync(join(folder, '..'))).toEqual(['store']);
  });

  test('that are broken were never written', async () => {
    const store = await open();
    await store.writeNote('n', { a: 1 });
    const [file = ''] = filesOf('notes');
    for (const text of ['', '{', 'null', '{"name":"other","note":1}']) {
      writeFileSync(join(folder, 'notes', file), text);
      expect(await store.readNote('n')).toBeUndefined();
    }
  });
});

describe('with company', () => {
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });

  async function startWriter(seed: number, count: number): Promise<ChildProcess> {
    const child = spawn(process.execPath, [
      join(import.meta.dirname, 'write-contents.ts'),
      folder,
      `${seed}`,
      `${count}`,
    ]);
    started.push(child);
    await once(child.stdout, 'data');
    return child;
  }

  const exitOf = async (child: ChildProcess): Promise<number | null> =>
    child.exitCode ?? ((await once(child, 'exit'))[0] as number | null);

  /** Names of whole files; each is what its name says, or the test fails. */
  function wholeFiles(): string[] {
    // A writer may be killed before it has made the folder.
    if (!existsSync(join(folder, 'sha256'))) return [];
    const names = filesOf('sha256').filter((name) => !name.startsWith('.aside-'));
    for (const name of names) expect(digestOf(readFileSync(join(folder, 'sha256', name)))).toBe(`sha256:${name}`);
    return names;
  }

  test('a process killed in the middle leaves nothing wrong', async () => {
    // Until enough was written: a starved machine comes to little in the time.
    for (let round = 0; round < 8 || wholeFiles().length < 3; round++) {
      const child = await startWriter(round * 3, 1000);
      await setTimeout(5 + 17 * round);
      child.kill('SIGKILL');
      await exitOf(child);
      wholeFiles();
    }
    const names = wholeFiles();
    expect(names.length).toBeGreaterThan(2);
    const store = await open();
    for (const name of names) expect(await store.find(`sha256:${name}`)).toMatchObject({ size: 80_000 });
    expect(await store.readNote('shared')).toMatchObject({ by: expect.any(Number) });
    const later = await open({ now: () => new Date(Date.now() + 2 * 3600_000) });
    expect(await later.find(`sha256:${names[0]}`)).toBeDefined();
    expect(filesOf('sha256').filter((name) => name.startsWith('.aside-'))).toEqual([]);
  });

  test('four processes that write the same and others do not disturb one another', async () => {
    const children = await Promise.all([0, 0, 5, 10].map((seed) => startWriter(seed, 15)));
    expect(await Promise.all(children.map(exitOf))).toEqual([0, 0, 0, 0]);
    expect(wholeFiles()).toHaveLength(25);
    expect(filesOf('sha256')).toHaveLength(25);
    const store = await open();
    expect(await store.readNote('shared')).toMatchObject({ by: expect.any(Number) });
    for (let number = 0; number < 25; number++) {
      const { digest } = (await store.readNote(`note-${number}`)) as { digest: string };
      expect(await store.find(digest)).toMatchObject({ size: statSync(join(folder, 'sha256', digest.slice(7))).size });
    }
  });
});
