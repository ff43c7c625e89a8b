import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeFolder, unwritable } from '../../../src/foundation/base/make-folder.ts';
import { temporaryFolder } from '../../support/git-repository.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

test('makes what lies above it, too', async () => {
  await makeFolder(join(folder.path, 'a/b'));
  expect(existsSync(join(folder.path, 'a/b'))).toBe(true);
});

test('says what is in the way', async () => {
  writeFileSync(join(folder.path, 'file'), '');
  const path = join(folder.path, 'file/below');
  await expect(makeFolder(path)).rejects.toMatchObject({
    code: 'files.unwritable',
    fault: 'transient',
    message: `${path} cannot be written: a file lies in its way`,
    hint: expect.stringContaining('emptyDir'),
  });
});

test.each([
  ['EROFS', '/x cannot be written: the file system is read-only'],
  ['ENOSPC', '/x cannot be written: no space is left'],
  ['EIO', '/x cannot be written: EIO'],
])('%s: %s', (code, message) => {
  expect(unwritable('/x', { code }).message).toBe(message);
});
