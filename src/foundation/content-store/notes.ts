/** Small notes by name, a JSON file each. One that cannot be read was never written. */
import { createHash } from 'node:crypto';
import { readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isAside, namesIn, writeAside } from './write-aside.ts';

const MAX_NOTE_SIZE = 1024 * 1024;
const MAX_NOTES = 10_000;
const DAY = 24 * 3600 * 1000;

export interface Notes {
  read(name: string): Promise<unknown>;
  write(name: string, note: unknown): Promise<void>;
  /** Down to some thousands, least recently used first. */
  evict(): Promise<void>;
}

export function openNotes(folder: string, now: () => Date): Notes {
  const pathOf = (name: string) => join(folder, fileOf(name));
  return {
    read: async (name) => await readNote(pathOf(name), name, now()),
    write: async (name, note) => {
      await writeAside(folder, async (file) => {
        await file.writeFile(JSON.stringify({ name, note }));
        await file.utimes(now(), now());
        return fileOf(name);
      });
    },
    evict: async () => await evictNotes(folder),
  };
}

/** Names hold URLs, and file systems have rules of their own. */
const fileOf = (name: string): string => `${createHash('sha256').update(name).digest('hex')}.json`;

async function readNote(path: string, name: string, now: Date): Promise<unknown> {
  try {
    const { size, mtimeMs } = await stat(path);
    if (size > MAX_NOTE_SIZE) return undefined;
    const kept = JSON.parse(await readFile(path, 'utf8')) as { name?: unknown; note?: unknown } | null;
    // A use a day is enough to stay.
    if (now.getTime() - mtimeMs > DAY) await utimes(path, now, now);
    return kept?.name === name ? kept.note : undefined;
  } catch {
    return undefined;
  }
}

async function evictNotes(folder: string): Promise<void> {
  const names = (await namesIn(folder)).filter((name) => !isAside(name));
  if (names.length <= MAX_NOTES) return;
  const used = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  used.sort((a, b) => a.at - b.at);
  for (const { name } of used.slice(0, names.length - MAX_NOTES)) await rm(join(folder, name), { force: true });
}
