/**
 * One process at a time in a folder that several share: daemons and commands fetch into one mirror. Takes the folder and
 * what to do there; a lock that its holder left behind when it was killed is broken after a minute.
 */
import { open, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import { makeFolder } from '../../foundation/base/make-folder.ts';

export interface LockOptions {
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
}

// Milliseconds.
const untilStale = 60_000;
const sayAlive = 10_000;
const longestWait = 300_000;
const firstPause = 20;
const longestPause = 500;

export async function lockFolder<T>({ folder, now, signal }: LockOptions, run: () => Promise<T>): Promise<T> {
  await makeFolder(folder);
  const path = join(folder, 'lock');
  const started = now();
  for (let pause = firstPause; !(await take(path, now)); pause = Math.min(pause * 2, longestPause)) {
    if (now() - started > longestWait) {
      throw new HelmGitopsError('git.failed', 'transient', `another process holds ${path} for minutes`, {
        hint: 'it may fetch something large; else remove the file',
      });
    }
    await wait(pause, undefined, signal === undefined ? {} : { signal });
  }
  const alive = setInterval(() => void utimes(path, now() / 1000, now() / 1000).catch(() => undefined), sayAlive);
  try {
    return await run();
  } finally {
    clearInterval(alive);
    await rm(path, { force: true });
  }
}

async function take(path: string, now: () => number): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const held = await stat(path).catch(() => undefined);
    if (held !== undefined && now() - held.mtimeMs > untilStale) await rm(path, { force: true });
    return false;
  }
}
