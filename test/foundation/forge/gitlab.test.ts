/** GitLab's API v4, by its description. */
import { describe, expect, test } from 'vitest';
import { type ForgeReply, type ForgeRoutes, forgeScene } from '../../support/forge-server.ts';

const branch = 'helm-gitops/promote/web-prod';
const request = {
  iid: 7,
  web_url: 'https://gitlab.com/team/fleet/-/merge_requests/7',
  state: 'opened',
  description: 'before',
  source_branch: branch,
  target_branch: 'main',
  source_project_id: 3,
  target_project_id: 3,
  sha: 'a'.repeat(40),
};
const known = { number: 7, url: request.web_url, state: 'open', branch, target: 'main', head: request.sha } as const;
const opening = { branch, target: 'main', title: 'promote', body: 'why', labels: ['helm-gitops', 'prod'] };
const project = '/projects/team/fleet';
const requests = `${project}/merge_requests`;
const scene = (routes: ForgeRoutes) => forgeScene('gitlab', '/api/v4', routes);

describe('GitLab', () => {
  test('opens a request with labels', async () => {
    await using there = await scene({ [`POST ${requests}`]: [201, request] });
    expect(await there.forge.openRequest(opening)).toEqual(known);
    expect(there.server.seen[0]?.url).toBe('/api/v4/projects/team%2Ffleet/merge_requests');
    expect(there.writes()[0]?.[1]).toEqual({
      source_branch: branch,
      target_branch: 'main',
      title: 'promote',
      description: 'why',
      labels: 'helm-gitops,prod',
      remove_source_branch: true,
    });
  });

  test('brings a request up to date that is open from the branch already', async () => {
    await using there = await scene({
      [`POST ${requests}`]: [409, { message: ['Another open merge request already exists: !7'] }],
      [`GET ${requests}?state=opened&source_branch=${branch}`]: [200, [{ ...request, source_project_id: 9 }, request]],
      [`PUT ${requests}/7`]: [200, request],
    });
    expect(await there.forge.openRequest(opening)).toEqual(known);
    expect(there.writes().at(-1)?.[1]).toEqual({ title: 'promote', description: 'why' });
  });

  test('closes with a reason', async () => {
    await using there = await scene({ [`GET ${requests}/7`]: [200, request], [`PUT ${requests}/7`]: [200, request] });
    await there.forge.closeRequest(7, 'prod has it');
    expect(there.writes()[0]?.[1]).toEqual({ state_event: 'close', description: 'prod has it\n\nbefore' });
  });

  const approved = (username: string, approved_at?: string) => ({ user: { username }, approved_at });
  const version = (head_commit_sha: string, created_at: string) => ({ head_commit_sha, created_at });
  const first = version('b'.repeat(40), '2026-01-01T10:00:00Z');
  const second = version(request.sha, '2026-01-01T11:00:00Z');
  test.each([
    ['younger than the push of the head', [second, first], [approved('bob', '2026-01-01T11:00:01Z')], ['bob']],
    ['older than it', [second, first], [approved('bob', '2026-01-01T10:30:00Z')], []],
    ['without a time, of the only push', [second], [approved('bob')], ['bob']],
    ['without a time, after two pushes', [second, first], [approved('bob')], []],
    ['of a head that is not listed yet', [first], [approved('bob', '2026-01-01T12:00:00Z')], []],
  ])('an approval %s', async (_, versions, approvals, people) => {
    await using there = await scene({
      [`GET ${requests}/7/approvals`]: [200, { approved_by: approvals }],
      [`GET ${requests}/7/versions`]: [200, versions],
    });
    expect((await there.forge.reviews(known)).map(({ person }) => person)).toEqual(people);
  });

  test('merges just that head', async () => {
    const merged = { ...request, state: 'merged', merge_commit_sha: 'c'.repeat(40) };
    await using there = await scene({ [`PUT ${requests}/7/merge`]: [200, merged] });
    expect(await there.forge.merge(known, 'promote')).toEqual({ type: 'merged', commit: 'c'.repeat(40) });
    expect(there.writes()[0]?.[1]).toMatchObject({ sha: request.sha, should_remove_source_branch: true });
  });

  test('a request that was merged without a commit of its own says none', async () => {
    await using there = await scene({ [`GET ${requests}/7`]: [200, { ...request, state: 'merged' }] });
    expect(await there.forge.readRequest(7)).toEqual({ ...known, state: 'merged' });
  });

  test('tells why it opens none, of a project that is called otherwise by now too', async () => {
    const message = '405 Method Not Allowed: Non GET methods are not allowed for moved projects';
    await using there = await scene({ [`POST ${requests}`]: [405, { message }] });
    const error = await there.forge.openRequest(opening).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'forge.refused', message: expect.stringContaining(message) });
  });

  test("a refused merge is told in GitLab's words", async () => {
    await using there = await scene({ [`PUT ${requests}/7/merge`]: [405, { message: '405 Method Not Allowed' }] });
    expect(await there.forge.merge(known, 'm')).toEqual({ type: 'refused', message: '405 Method Not Allowed' });
  });

  test('a status goes to and fro by the rules of GitLab, and never stays what it is not', async () => {
    const jobs: { status: string; description: string }[] = [];
    // lib/api/commit_statuses.rb: one that runs or waits goes on, one that is over is followed by another.
    const post = (body: unknown): ForgeReply => {
      const { state, description } = body as { state: string; description: string };
      const there = jobs.findLast(({ status }) => status === 'pending' || status === 'running');
      if (state === 'pending' && there !== undefined) {
        const words = `Cannot transition status via :enqueue from :${there.status} (Reason(s): Status cannot transition via "enqueue")`;
        return [400, { message: words }];
      }
      if (there === undefined) jobs.push({ status: state, description });
      else Object.assign(there, { status: state, description });
      return [201, jobs.at(-1)];
    };
    await using there = await scene({ [`POST ${project}/statuses/abc`]: post });
    const set = async (state: 'pending' | 'success' | 'failure', description: string) => {
      await there.forge.setStatus('abc', { context: 'helm-gitops/gates', state, description });
      return jobs.at(-1)?.status;
    };
    expect(await set('pending', 'soaks')).toBe('pending');
    expect(await set('pending', 'waits for a review')).toBe('pending');
    expect(await set('success', 'open')).toBe('success');
    expect(await set('pending', 'frozen')).toBe('pending');
    Object.assign(jobs.at(-1) ?? {}, { status: 'running' });
    expect(await set('pending', 'frozen still')).toBe('running');
    expect(await set('failure', 'rejected')).toBe('failed');
    expect(await set('success', 'open again')).toBe('success');
  });

  test.each([
    ['pending', 'Cannot transition status via :enqueue from :success'],
    ['success', 'Cannot transition status via :succeed from :failed'],
    ['success', 'state does not have a valid value'],
  ] as const)('a status that is refused and not %s already is told: %s', async (state, words) => {
    await using there = await scene({ [`POST ${project}/statuses/abc`]: [400, { message: words }] });
    const error = await there.forge
      .setStatus('abc', { context: 'helm-gitops/gates', state, description: 'why' })
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'forge.refused', message: expect.stringContaining(words) });
  });
});
