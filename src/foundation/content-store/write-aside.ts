/**
 * Writes a file under another name in its own folder, for its last name only when it is whole: a kill at any moment
 * leaves the old file, the new one, or beside them a stray that is swept away when it is old.
 */
import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const ASIDE = '.aside-';

/** Removed again when `write` throws. */
export async function writeAside(folder: string, write: (file: FileHandle) => Promise<string>): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const aside = join(folder, ASIDE + randomUUID());
  const file = await open(aside, 'wx', 0o600);
  try {
    const name = await write(file).finally(() => file.close());
    await rename(aside, join(folder, name));
    await syncFolder(folder);
    return join(folder, name);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

/** So that the name survives a power cut too; not every file system can. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().catch(() => undefined);
  await handle.close();
}

export const isAside = (path: string): boolean => path.startsWith(ASIDE);

/** What a killed process left; a file that is being written is young. */
export async function sweepAsides(folder: string, before: number): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (!isAside(name)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < before) await rm(path, { force: true });
  }
}

/** Empty where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []);
}

/** Under a name that nobody looks for: until it is gone for good, it can come back. */
export async function setAside(path: string): Promise<string> {
  const aside = join(dirname(path), ASIDE + randomUUID());
  await rename(path, aside);
  return aside;
}
