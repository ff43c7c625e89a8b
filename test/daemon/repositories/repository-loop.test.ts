import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createReadModel } from '../../../src/daemon/read-model.ts';
import { createRepositoryLoop } from '../../../src/daemon/repositories/repository-loop.ts';
import type { Event } from '../../../src/foundation/events/event.ts';
import type { PreparedRelease } from '../../../src/pipeline/context.ts';
import type { RepositoryConfig } from '../../../src/pipeline/source/repository.ts';
import {
  git,
  gitEnvironment,
  type TestRepository,
  temporaryFolder,
  testRepository,
  writeFiles,
} from '../../support/git-repository.ts';
import { sshKey } from '../../support/signing-keys.ts';

let folder: ReturnType<typeof temporaryFolder>;
let repository: TestRepository;
beforeEach(() => {
  folder = temporaryFolder();
  repository = testRepository(folder.path);
});
afterEach(() => folder.remove());

const application =
  'apiVersion: helm-gitops.io/v1\nkind: Application\nmetadata: {name: shop}\nspec:\n  chart: {path: chart}\n  values: [{secret: {name: settings}}]\n';
const fleet = { 'apps/shop.yaml': application, 'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n' };

/** What happens while a look lasts: before its files are read, and when its definitions are. */
interface Meanwhile {
  before?: () => void;
  after?: () => void;
}

/** A loop, and what is told: events and, of each release, the revision and the colour that its values say. */
function scene(given: Partial<RepositoryConfig> = {}, meanwhile: Meanwhile = {}) {
  const cacheFolder = join(folder.path, 'cache');
  const told: string[] = [];
  const ending = new AbortController();
  const cluster = { colour: 'red', broken: false };
  const now = () => new Date();
  const model = createReadModel({ now, history: async () => [], mask: (text) => text });
  const describeRelease = ({ values, checkout }: PreparedRelease) =>
    `${checkout.revision.slice(0, 7)} ${values.get('colour')}`;
  const loop = createRepositoryLoop({
    repository: {
      name: 'fleet',
      type: 'remote',
      url: repository.remote,
      revision: 'main',
      path: 'apps',
      poll: { type: 'every', milliseconds: 3_600_000 },
      watch: false,
      ...given,
    },
    fetch: { cacheFolder, credentials: [], environment: gitEnvironment },
    sync: {
      definitions: { defaults: { settings: {}, environments: undefined }, clusters: ['local'] },
      compat: 'helm4',
      sources: { aliases: new Map(), fetch: () => Promise.reject(new Error('no chart lies elsewhere')) },
      decrypt: undefined,
      objectsOf: () => async () => {
        if (cluster.broken) throw new Error('the client is broken');
        return { uid: '1', data: new Map([['values.yaml', `colour: ${cluster.colour}\n`]]) };
      },
    },
    emit: (event: Event) => void told.push([event.event, ...('signer' in event ? [event.signer] : [])].join(' ')),
    now,
    random: Math.random,
    newOp() {
      meanwhile.before?.();
      return 'op';
    },
    model,
    onRead: () => meanwhile.after?.(),
    onPrepared: () => undefined,
    onSynced: ({ releases }) => void told.push(...releases.map(describeRelease)),
    signal: ending.signal,
  });
  const since = async (work: () => Promise<void>) => {
    const from = told.length;
    await work();
    return told.slice(from);
  };
  return { loop, model, since, cacheFolder, cluster };
}

test('what was taken from the cache is laid out again, in one quiet line', async () => {
  const id = repository.commit(fleet).slice(0, 7);
  const { loop, since, cacheFolder, cluster } = scene();
  expect(await since(loop.look)).toEqual(['repository.fetched', 'revision.found', `${id} red`]);
  expect(await since(loop.look)).toEqual([]);
  rmSync(cacheFolder, { recursive: true });
  cluster.colour = 'blue';
  expect(await since(loop.look)).toEqual(['repository.fetched', `${id} blue`]);
  expect(await since(loop.look)).toEqual([]);
});

test('a change of values asks the remote for nothing', async () => {
  const id = repository.commit(fleet).slice(0, 7);
  const { loop, since, cluster } = scene();
  await loop.look();
  renameSync(repository.remote, `${repository.remote}.away`);
  cluster.colour = 'green';
  expect(await since(() => loop.touch('shop/default'))).toEqual([`${id} green`]);
});

test('a change of values finds the cache empty, and is not forgotten', async () => {
  const id = repository.commit(fleet).slice(0, 7);
  const { loop, since, cacheFolder, cluster } = scene();
  await loop.look();
  rmSync(cacheFolder, { recursive: true });
  renameSync(repository.remote, `${repository.remote}.away`);
  cluster.colour = 'green';
  expect(await since(() => loop.touch('shop/default'))).toEqual(['repository.failed']);
  expect(await since(loop.look)).toEqual([]);
  renameSync(`${repository.remote}.away`, repository.remote);
  const back = ['repository.recovered', 'repository.fetched', `${id} green`];
  expect(await since(loop.look)).toEqual(back);
});

test('a change that could not be read is tried again at the next poll', async () => {
  const id = repository.commit(fleet).slice(0, 7);
  const { loop, since, cluster } = scene();
  await loop.look();
  cluster.broken = true;
  expect(await since(() => loop.touch('shop/default'))).toEqual(['internal.error', 'repository.failed']);
  expect(await since(loop.look)).toEqual([]);
  cluster.broken = false;
  cluster.colour = 'green';
  expect(await since(loop.look)).toEqual([`${id} green`, 'repository.recovered']);
});

test('changes that come together while one look lasts make one more', async () => {
  repository.commit(fleet);
  const { loop, since, cluster } = scene();
  await loop.look();
  cluster.colour = 'blue';
  const told = await since(async () => {
    await Promise.all(['a', 'b', 'c'].map(() => loop.touch('shop/default')));
  });
  expect([told.length, told[0]]).toEqual([expect.toBeOneOf([1, 2]), expect.stringContaining('blue')]);
});

test('an unsigned head is refused once by its name, what was read stays, and the next signed one goes on', async () => {
  const ann = sshKey(folder.path, 'ann');
  const allowedSigners = join(folder.path, 'allowed');
  writeFileSync(allowedSigners, ann.public);
  const sign = () => {
    git(repository.work, ...ann.flags, 'commit', '-q', '--amend', '--no-edit', '-S');
    git(repository.work, 'push', '-q', '-f', 'origin', 'HEAD');
    return git(repository.work, 'rev-parse', '--short=7', 'HEAD');
  };
  repository.commit(fleet);
  const first = sign();
  const { loop, since, model } = scene({ allowedSigners });
  const signer = 'ann@example.com';
  expect(await since(loop.look)).toEqual(['repository.fetched', `revision.found ${signer}`, `${first} red`]);
  const unsigned = repository.commit({ 'apps/other.yaml': application.replace('shop', 'other') }, 'Raise "replicas"');
  expect(await since(loop.look)).toEqual(['revision.refused']);
  expect(await since(loop.look)).toEqual([]);
  const [shown] = model.repositories();
  expect(shown?.revision).toMatch(new RegExp(`^${first}`));
  const what = `fleet: commit ${unsigned.slice(0, 7)} "Raise \\"replicas\\"" by Ada <ada@example.com>`;
  expect(shown?.error).toBe(`${what} is refused: it is not signed`);
  const next = sign();
  const told = await since(loop.look);
  expect(told.slice(0, 3)).toEqual(['repository.recovered', 'repository.fetched', `revision.found ${signer}`]);
  expect(told).toContain(`${next} red`);
});

describe('a folder that is edited while it is read', () => {
  const emptied = (work: string) => writeFiles(work, { 'apps/shop.yaml': '' });
  const restored = (work: string) => writeFiles(work, fleet);
  const edits = (work: string, times: number): Meanwhile => {
    let left = times;
    return {
      before: () => left > 0 && emptied(work),
      after() {
        if (left > 0) restored(work);
        left -= 1;
      },
    };
  };

  test('is read again, and nothing is made of what it never was', async () => {
    const { work } = repository;
    repository.commit(fleet);
    const meanwhile: Meanwhile = {};
    const { loop, since } = scene({ type: 'folder', url: work }, meanwhile);
    const id = git(work, 'rev-parse', '--short=7', 'HEAD');
    Object.assign(meanwhile, edits(work, 1));
    expect(await since(loop.look)).toEqual(['repository.fetched', 'revision.found', `${id} red`]);
    expect(await since(loop.look)).toEqual([]);
  });

  test('is read at the next look, where it is never at rest', async () => {
    const { work } = repository;
    repository.commit(fleet);
    const meanwhile: Meanwhile = {};
    const { loop, since } = scene({ type: 'folder', url: work }, meanwhile);
    const id = git(work, 'rev-parse', '--short=7', 'HEAD');
    Object.assign(meanwhile, edits(work, 3));
    expect(await since(loop.look)).toEqual(['repository.fetched', 'revision.found']);
    expect(await since(loop.look)).toEqual([`${id} red`]);
    expect(await since(loop.look)).toEqual([]);
  });
});
