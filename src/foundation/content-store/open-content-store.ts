/**
 * Files by their digest in a folder that processes share (content-store.ts says what for). Takes the folder and how
 * large it may grow; keeps nothing in memory but which files this process has checked. When a file was last used is its
 * modification time, so that every process knows.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { HelmGitopsError } from '../base/errors.ts';
import { contentError, unwritable } from './content-error.ts';
import type { ContentStore, StoredContent } from './content-store.ts';
import { type Notes, openNotes } from './notes.ts';
import { isAside, namesIn, setAside, sweepAsides, writeAside } from './write-aside.ts';

export interface ContentStoreOptions {
  /** Made when it is first written to. */
  readonly folder: string;
  /** Bytes; what was used within the last hour stays all the same. */
  readonly limit: number;
  readonly now?: () => Date;
}

const HOUR = 3600 * 1000;
const DIGEST = /^sha256:([0-9a-f]{64})$/;

interface Store {
  /** Of the files; notes lie beside it. */
  readonly folder: string;
  readonly limit: number;
  readonly now: () => Date;
  readonly notes: Notes;
  /** Sizes of the files that this process has read and found whole, by digest. */
  readonly checked: Map<string, number>;
  /** About how many bytes lie there; undefined until counted. */
  total: number | undefined;
}

export async function openContentStore(options: ContentStoreOptions): Promise<ContentStore> {
  const { folder, limit, now = () => new Date() } = options;
  const notes = openNotes(join(folder, 'notes'), now);
  const store: Store = { folder: join(folder, 'sha256'), limit, now, notes, checked: new Map(), total: undefined };
  const stale = now().getTime() - HOUR;
  await sweepAsides(store.folder, stale);
  await sweepAsides(join(folder, 'notes'), stale);
  return {
    find: async (digest) => await find(store, digest),
    put: async (body, putting) => {
      const content = await orUnwritable(folder, () => put(store, body, putting));
      store.total = store.total === undefined ? await totalOf(store) : store.total + content.size;
      if (store.total > limit) await evict(store);
      return content;
    },
    readNote: async (name) => await notes.read(name),
    writeNote: async (name, note) => await orUnwritable(folder, () => notes.write(name, note)),
    evict: async () => await evict(store),
  };
}

/** Errors of what was to be written pass as they are. */
async function orUnwritable<T>(folder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const { syscall } = error as NodeJS.ErrnoException;
    const isDisk = ['open', 'write', 'mkdir', 'rename', 'fsync', 'futime', 'utime'].includes(syscall ?? '');
    throw isDisk && !(error instanceof HelmGitopsError) ? unwritable(folder, error) : error;
  }
}

async function find(store: Store, digest: string): Promise<StoredContent | undefined> {
  const [, hex] = DIGEST.exec(digest) ?? [];
  if (hex === undefined) return undefined;
  const path = join(store.folder, hex);
  try {
    const now = store.now();
    // Before the look: whoever evicts looks at it last.
    await utimes(path, now, now);
    const { size } = await stat(path);
    if (store.checked.get(hex) !== size && (await hexOf(path)) !== hex) {
      await rm(path, { force: true });
      return undefined;
    }
    store.checked.set(hex, size);
    return { digest, path, size };
  } catch {
    store.checked.delete(hex);
    return undefined;
  }
}

async function hexOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}

async function put(
  store: Store,
  body: AsyncIterable<Uint8Array>,
  { expected, limit }: { expected?: string | undefined; limit: number },
): Promise<StoredContent> {
  const hash = createHash('sha256');
  let size = 0;
  const path = await writeAside(store.folder, async (file) => {
    for await (const piece of body) {
      size += piece.length;
      if (size > limit) throw contentError('cache.too-large', `it is larger than ${limit} bytes`);
      hash.update(piece);
      await file.writeFile(piece);
    }
    const found = `sha256:${hash.copy().digest('hex')}`;
    if (expected !== undefined && found !== expected) {
      throw contentError('cache.digest-mismatch', `its digest is ${found}, expected is ${expected}`);
    }
    await file.utimes(store.now(), store.now());
    await file.sync();
    return found.slice('sha256:'.length);
  });
  const hex = hash.digest('hex');
  store.checked.set(hex, size);
  return { digest: `sha256:${hex}`, path, size };
}

interface Used {
  readonly path: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

async function listContents({ folder }: Store): Promise<Used[]> {
  const names = (await namesIn(folder)).filter((name) => !isAside(name));
  const used: Used[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) used.push({ path, size: found.size, at: found.mtimeMs });
  }
  return used;
}

const totalOf = async (store: Store): Promise<number> =>
  (await listContents(store)).reduce((total, { size }) => total + size, 0);

async function evict(store: Store): Promise<void> {
  const before = store.now().getTime() - HOUR;
  await sweepAsides(store.folder, before);
  await store.notes.evict();
  const contents = await listContents(store);
  let total = contents.reduce((sum, { size }) => sum + size, 0);
  for (const content of contents.toSorted((a, b) => a.at - b.at)) {
    if (total <= store.limit || content.at > before) break;
    if (await remove(content, before)) total -= content.size;
  }
  store.total = total;
}

/** Somebody may use it between the first look and the end: then it comes back. */
async function remove({ path }: Used, before: number): Promise<boolean> {
  try {
    const aside = await setAside(path);
    if ((await stat(aside)).mtimeMs > before) {
      await rename(aside, path);
      return false;
    }
    await rm(aside, { force: true });
    return true;
  } catch {
    return false;
  }
}
