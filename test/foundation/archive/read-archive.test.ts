/** Archives that were made to do harm, and tar as Go writes it. */
import fc from 'fast-check';
import { unpackTar } from 'modern-tar';
import { describe, expect, test } from 'vitest';
import { readArchive } from '../../../src/foundation/archive/read-archive.ts';
import { readTar } from '../../../src/foundation/archive/read-tar.ts';
import { writeArchive } from '../../../src/foundation/archive/write-archive.ts';
import { writeTar } from '../../../src/foundation/archive/write-tar.ts';
import { hostileArchive } from './hostile-archives.ts';
import { judgeArchive } from './judge-archive.ts';

const limits = { bytes: 10_000_000, entries: 1000 };
const segment = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .map((text) => `a${text.replace(/[/\\\0]/g, '_')}`);
const file = fc.record({
  name: fc.array(segment, { minLength: 2, maxLength: 6 }).map((parts) => parts.join('/')),
  data: fc.uint8Array({ maxLength: 2000 }),
  modified: fc.integer({ min: -1e9, max: 4e9 }).map((seconds) => seconds * 1000),
});

describe('reading archives', () => {
  test('a hostile archive is refused or harmless, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 32 - 1 }), async (seed) => {
        expect((await judgeArchive(hostileArchive(seed))).bug).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });

  test('any bytes are refused or harmless', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        expect((await judgeArchive(bytes)).bug).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  test('what was packed comes out again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 5 }), async (files) => {
        const archive = writeArchive(files, { extra: Buffer.from('extra'), comment: 'Helm' });
        const entries: unknown[] = [];
        for await (const entry of readArchive(archive, limits)) {
          entries.push({ name: entry.name, data: Uint8Array.from(entry.data()), modified: entry.modified });
        }
        expect(entries).toEqual(files);
      }),
      { numRuns: 200 },
    );
  });

  test('another reader of tar reads what we write, and sees what we see', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 5 }), async (files) => {
        const tar = writeTar(files);
        const theirs = (await unpackTar(tar)).map(({ header, data }) => [
          header.name,
          Buffer.from(data ?? []).toString('hex'),
        ]);
        const ours = [...readTar(tar)].map((entry) => [entry.name, Buffer.from(entry.data()).toString('hex')]);
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 100 },
    );
  });
});
