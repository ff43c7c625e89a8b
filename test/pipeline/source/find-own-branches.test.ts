import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RepositoryConfig } from '../../../src/foundation/git/repository-config.ts';
import { type Fetched, fetchRevision } from '../../../src/pipeline/source/fetch-revision.ts';
import { findOwnBranches } from '../../../src/pipeline/source/find-own-branches.ts';
import { isFollowedThere, isOnHistory } from '../../../src/pipeline/source/own-branch-base.ts';
import { writeRevision } from '../../../src/pipeline/source/write-revision.ts';
import {
  git,
  gitEnvironment,
  type TestRepository,
  temporaryFolder,
  testRepository,
} from '../../support/git-repository.ts';

let folder: ReturnType<typeof temporaryFolder>;
let fleet: TestRepository;

beforeEach(() => {
  folder = temporaryFolder();
  fleet = testRepository(folder.path);
  fleet.commit({ 'prod.yaml': 'tag: v1\n' });
});
afterEach(() => folder.remove());

const branch = 'helm-gitops/promote/web-prod';
const found = { kind: 'promote', app: 'web', environment: 'prod', branch, onto: 'main' };

/** Of a daemon that reads the definitions of a path; each has a cache of its own. */
function daemonAt(path: string) {
  const repository: RepositoryConfig = {
    ...{ name: 'fleet', type: 'remote', url: fleet.remote, revision: 'main', path, watch: false },
    poll: { type: 'every', milliseconds: 1000 },
  };
  const cacheFolder = join(folder.path, `cache-${path}`);
  const options = { repository, cacheFolder, environment: gitEnvironment };
  const read = async () => ((await fetchRevision(options)) as Fetched).checkout;
  return {
    read,
    isBased: async (commit: string) => isOnHistory(options, { commit, branch }, await read()),
    isThere: () => isFollowedThere(options),
    find: async (checkout?: Awaited<ReturnType<typeof read>>, isWanted = (_: string) => false) =>
      findOwnBranches(options, checkout ?? (await read()), isWanted),
    async propose(trailer = 'Helm-Gitops-Promotion: web dev→prod', to = branch) {
      const written = await writeRevision({
        ...{ ...options, checkout: await read(), message: `promote\n\n${trailer}\n` },
        files: new Map([['prod.yaml', { before: 'tag: v1\n', after: 'tag: v2\n' }]]),
        now: new Date('2026-11-20T12:00:00Z'),
        aside: { branch: to, ours: [], trailer },
      });
      return written.type === 'pushed' ? written.commit : written.type;
    },
  };
}

test('what a daemon of the same definitions has proposed is found, and not by one that reads others', async () => {
  fleet.commit({ 'a/x': '', 'b/x': '' });
  const [one, again, other] = [daemonAt('a'), daemonAt('a'), daemonAt('b')];
  const commit = await one.propose();
  const back = 'helm-gitops/promote-back/web-prod';
  const backed = await one.propose('Helm-Gitops-Promotion-Back: web/prod', back);
  expect(await again.find()).toEqual([
    { ...found, kind: 'promote-back', branch: back, commit: backed },
    { ...found, commit },
  ]);
  expect(await again.find(undefined, (name) => name === back)).toEqual([{ ...found, commit }]);
  expect(await other.find()).toEqual([]);
});

test('nor what is on top of a commit that was not read yet', async () => {
  const [one, late] = [daemonAt(''), daemonAt('')];
  const before = await late.read();
  fleet.commit({ 'apps.yaml': 'defines prod anew' });
  const commit = await one.propose();
  expect(await late.find(before)).toEqual([]);
  expect(await late.find()).toEqual([{ ...found, commit }]);
});

test.each([
  ['without our trailers', false],
  ['with our trailers', true],
])('somebody else’s commit %s is theirs', async (_, repeats) => {
  const daemon = daemonAt('');
  await daemon.propose();
  const message = repeats ? git(fleet.remote, 'log', '-1', '--format=%B', branch) : 'mine';
  git(fleet.work, 'fetch', '-q', 'origin', branch);
  git(fleet.work, 'checkout', '-q', '--detach', 'FETCH_HEAD');
  git(fleet.work, 'commit', '-q', '--allow-empty', '--author', 'Bob <bob@example.com>', '-m', message);
  git(fleet.work, 'push', '-q', 'origin', `HEAD:refs/heads/${branch}`);
  expect(await daemon.find()).toEqual([]);
});

test('a branch that is called otherwise than its trailer says is a person’s copy', async () => {
  const daemon = daemonAt('');
  await daemon.propose('Helm-Gitops-Promotion: web dev→prod', 'helm-gitops/promote/copy-of-prod');
  expect(await daemon.find()).toEqual([]);
});

test('what was made on top of a history that was rewritten is told, and that the branch is gone', async () => {
  const daemon = daemonAt('');
  const commit = await daemon.propose();
  fleet.commit({ README: 'more' });
  expect(await daemon.isBased(commit)).toBe(true);
  const tree = git(fleet.remote, 'rev-parse', 'main^{tree}');
  git(fleet.remote, 'update-ref', 'refs/heads/main', git(fleet.remote, 'commit-tree', tree, '-m', 'anew'));
  expect(await daemon.isBased(commit)).toBe(false);
  expect(await daemon.isThere()).toBe(true);
  git(fleet.remote, 'update-ref', '-d', 'refs/heads/main');
  expect(await daemon.isThere()).toBe(false);
});
