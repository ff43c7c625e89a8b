/**
 * Keeps the objects in a folder: a snapshot, replaced by an atomic rename, and a journal of the writes since. Each write
 * is handed to the kernel before it is answered, so that a killed process loses nothing; there is no fsync.
 */

import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseExactJson } from '../../foundation/base/exact-json.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import type { StoreEvent } from '../store.ts';
import type { StoredObject } from './object-store.ts';
import { serializeObject } from './serialize.ts';

export interface Journal {
  readonly revision: number;
  /** What was found at the start. */
  readonly objects: Iterable<StoredObject>;
  record(event: StoreEvent): void;
  /** Writes a snapshot when the journal has grown large; `objects` is all there is, `revision` the newest. */
  compact(revision: number, objects: () => Iterable<StoredObject>): void;
  close(): void;
}

interface Line {
  readonly revision: number;
  readonly resource: string;
  readonly object?: KubernetesObject;
  /** Of a deleted object. */
  readonly namespace?: string;
  readonly name?: string;
}

const smallestJournal = 8 * 1024 * 1024;

export function openJournal(folder: string): Journal {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const snapshotPath = join(folder, 'snapshot.jsonl');
  const journalPath = join(folder, 'journal.jsonl');
  const found = new Map<string, StoredObject>();
  const snapshotSize = readLines(snapshotPath, (line) => replay(found, line, 0)).size;
  const head = revisionOfSnapshot(snapshotPath);
  let revision = head;
  const journalLines = readLines(journalPath, (line) => {
    replay(found, line, head);
    revision = Math.max(revision, line.revision);
  });
  const file = openSync(journalPath, existsSync(journalPath) ? 'r+' : 'w+', 0o600);
  // A line that was cut off by a crash was never answered.
  ftruncateSync(file, journalLines.size);
  let size = journalLines.size;
  let limit = Math.max(smallestJournal, snapshotSize * 2);

  return {
    revision,
    objects: found.values(),
    record(event) {
      const bytes = Buffer.from(`${lineOf(event)}\n`);
      size += writeAll(file, bytes, size);
    },
    compact(newest, objects) {
      if (size < limit) return;
      const written = writeSnapshot(snapshotPath, newest, objects());
      ftruncateSync(file, 0);
      size = 0;
      limit = Math.max(smallestJournal, written * 2);
    },
    close: () => closeSync(file),
  };
}

function lineOf({ revision, resource, object, type }: StoreEvent): string {
  if (type !== 'DELETED')
    return `{"revision":${revision},"resource":${JSON.stringify(resource)},"object":${serializeObject(object)}}`;
  const { namespace = '', name = '' } = object.metadata;
  return JSON.stringify({ revision, resource, namespace, name });
}

function writeAll(file: number, bytes: Buffer, position: number): number {
  let done = 0;
  while (done < bytes.length) done += writeSync(file, bytes, done, bytes.length - done, position + done);
  return done;
}

function replay(found: Map<string, StoredObject>, line: Line, after: number): void {
  if (line.revision <= after) return;
  const { resource, object } = line;
  const { namespace = '', name = '' } = object?.metadata ?? line;
  const key = `${resource}/${namespace}/${name}`;
  if (object === undefined) found.delete(key);
  else found.set(key, { resource, object });
}

/** `size`: the bytes up to the last whole line. */
function readLines(path: string, use: (line: Line) => void): { size: number } {
  if (!existsSync(path)) return { size: 0 };
  const bytes = readFileSync(path);
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    const line = parseLine(bytes.toString('utf8', start, end));
    if (line === undefined) break;
    if (line.resource !== undefined) use(line);
    start = end + 1;
  }
  return { size: start };
}

function parseLine(text: string): Line | undefined {
  try {
    return parseExactJson(text) as Line;
  } catch {
    return undefined;
  }
}

/** The first line of a snapshot: `{"revision": N}`. */
function revisionOfSnapshot(path: string): number {
  if (!existsSync(path)) return 0;
  const text = readFileSync(path, 'utf8');
  return parseLine(text.slice(0, text.indexOf('\n')))?.revision ?? 0;
}

function writeSnapshot(path: string, revision: number, objects: Iterable<StoredObject>): number {
  const partial = `${path}.partial`;
  const file = openSync(partial, 'w', 0o600);
  let size = 0;
  let chunk = `{"revision":${revision}}\n`;
  const flush = (): void => {
    size += writeAll(file, Buffer.from(chunk), size);
    chunk = '';
  };
  for (const { resource, object } of objects) {
    const own = object.metadata.resourceVersion ?? '1';
    chunk += `{"revision":${own},"resource":${JSON.stringify(resource)},"object":${serializeObject(object)}}\n`;
    if (chunk.length > 1_000_000) flush();
  }
  flush();
  closeSync(file);
  renameSync(partial, path);
  return size;
}
