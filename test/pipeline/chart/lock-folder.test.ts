import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockFolder } from '../../../src/pipeline/chart/lock-folder.ts';
import { temporaryFolder } from '../../support/git-repository.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const options = () => ({ folder: join(folder.path, 'new'), now: Date.now });

describe('a folder with a lock', () => {
  test('lets one in at a time, however they end', async () => {
    let inside = 0;
    const visit = async (index: number) => {
      expect(++inside).toBe(1);
      await new Promise((done) => setTimeout(done, 5));
      inside--;
      if (index % 2 === 1) throw new Error('odd');
      return index;
    };
    const visits = await Promise.allSettled([0, 1, 2, 3].map((index) => lockFolder(options(), () => visit(index))));
    expect(visits.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    expect(existsSync(join(folder.path, 'new/lock'))).toBe(false);
  });

  test('breaks the lock of a holder that was killed', async () => {
    const path = join(folder.path, 'lock');
    writeFileSync(path, '');
    utimesSync(path, 1000, 1000);
    expect(await lockFolder({ ...options(), folder: folder.path }, async () => 'in')).toBe('in');
  });

  test('waits no longer than whoever asked', async () => {
    writeFileSync(join(folder.path, 'lock'), '');
    const aborted = lockFolder({ ...options(), folder: folder.path, signal: AbortSignal.abort() }, async () => 'in');
    await expect(aborted).rejects.toThrow('aborted');
  });

  test('gives up after minutes', async () => {
    writeFileSync(join(folder.path, 'lock'), '');
    let now = Date.now() - 400_000;
    const patient = { folder: folder.path, now: () => (now += 150_000) };
    utimesSync(join(folder.path, 'lock'), Date.now() / 1000 + 10_000, Date.now() / 1000 + 10_000);
    await expect(lockFolder(patient, async () => 'in')).rejects.toMatchObject({
      code: 'git.failed',
      fault: 'transient',
    });
  });
});
