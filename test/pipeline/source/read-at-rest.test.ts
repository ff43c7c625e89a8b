import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FetchOptions, fetchRevision } from '../../../src/pipeline/source/fetch-revision.ts';
import { readAtRest } from '../../../src/pipeline/source/read-at-rest.ts';
import type { RepositoryConfig } from '../../../src/pipeline/source/repository.ts';
import { gitEnvironment, temporaryFolder } from '../../support/git-repository.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** Calls `work` with how often it was called, and returns what came of it and which revisions it was given. */
async function reading(work: (time: number) => void) {
  write('first');
  const repository: RepositoryConfig = {
    name: 'fleet',
    type: 'folder',
    url: folder.path,
    revision: undefined,
    path: '',
    poll: { type: 'every', milliseconds: 1_000 },
    watch: false,
  };
  const options: FetchOptions = {
    repository,
    cacheFolder: join(folder.path, '.helm-gitops'),
    environment: gitEnvironment,
  };
  const fetched = await fetchRevision(options);
  if (fetched === 'unchanged') throw new Error('nothing was read before');
  const revisions: string[] = [];
  const read = readAtRest(options, fetched, async ({ checkout }) => {
    revisions.push(checkout.revision);
    work(revisions.length);
    return revisions.length;
  });
  return { read: await read.catch((error: Error) => error.message), revisions: new Set(revisions).size };
}

const write = (text: string) => writeFileSync(join(folder.path, 'a.yaml'), text);

test('at rest it is read once', async () => {
  expect(await reading(() => undefined)).toMatchObject({ read: { result: 1, atRest: true }, revisions: 1 });
});

test('what was written meanwhile is read, by its revision', async () => {
  const outcome = await reading((time) => time === 1 && write('second'));
  expect(outcome).toMatchObject({ read: { result: 2, atRest: true }, revisions: 2 });
});

test('so is what is as it was when it has been read', async () => {
  const outcome = await reading((time) => {
    if (time > 1) return;
    write('');
    write('first');
  });
  expect(outcome).toMatchObject({ read: { result: 2, atRest: true }, revisions: 1 });
});

test('a failure of what was never there does not count, and any other does', async () => {
  const failing = (until: number) => (time: number) => {
    if (time === 1) write('second');
    if (time <= until) throw new Error(`failed ${time}`);
  };
  expect((await reading(failing(1))).read).toEqual({ result: 2, atRest: true });
  expect((await reading(failing(2))).read).toBe('failed 2');
});

test('somebody who writes without end is followed', async () => {
  expect((await reading((time) => write(`${time}`))).read).toEqual({ result: 3, atRest: false });
});
