/** Gitea's API v1, by its description; the real one is asked in test/e2e/pull-requests.test.ts. */
import { describe, expect, test } from 'vitest';
import { type ForgeRoutes, forgeScene, testToken } from '../../support/forge-server.ts';

const pull = {
  number: 7,
  html_url: 'https://git.example.com/team/fleet/pulls/7',
  state: 'open',
  merged: false,
  body: 'before',
  head: { ref: 'helm-gitops/promote/web-prod', sha: 'a'.repeat(40), repo_id: 3 },
  base: { ref: 'main', repo_id: 3 },
};
const known = {
  number: 7,
  url: pull.html_url,
  state: 'open',
  branch: pull.head.ref,
  target: 'main',
  head: pull.head.sha,
};
const opening = {
  branch: pull.head.ref,
  target: 'main',
  title: 'promote',
  body: 'why',
  labels: ['helm-gitops', 'prod'],
};
const repository = '/repos/team/fleet';
const listed = `GET ${repository}/pulls?state=open&sort=recentupdate&limit=50&page=1`;
const labels = { [`GET ${repository}/labels?limit=50&page=1`]: [200, [{ id: 4, name: 'prod' }]] } as const;

const scene = (routes: ForgeRoutes) => forgeScene('gitea', '/api/v1', routes);
const failure = async (done: Promise<unknown>) => {
  const error = await done.then(
    () => undefined,
    (thrown) => thrown,
  );
  return { code: error?.code, message: error?.message, hint: error?.hint };
};

describe('Gitea', () => {
  test('finds the open request of a branch of the repository itself, not of a fork', async () => {
    const fork = { ...pull, number: 6, head: { ...pull.head, repo_id: 9 } };
    await using there = await scene({ [listed]: [200, [fork, pull]] });
    expect(await there.forge.findRequest(pull.head.ref)).toEqual(known);
    expect(await there.forge.findRequest('other')).toBeUndefined();
    expect(there.server.seen[0]?.headers['authorization']).toBe(`Bearer ${testToken}`);
  });

  test('looks through all pages', async () => {
    const others = Array.from({ length: 50 }, (_, index) => ({ ...pull, head: { ...pull.head, ref: `b${index}` } }));
    const next = listed.replace('page=1', 'page=2');
    await using there = await scene({ [listed]: [200, others], [next]: [200, [pull]] });
    expect(await there.forge.findRequest(pull.head.ref)).toEqual(known);
  });

  test('opens a request with labels, making those that are missing', async () => {
    await using there = await scene({
      ...labels,
      [`POST ${repository}/labels`]: [201, { id: 5 }],
      [`POST ${repository}/pulls`]: [201, pull],
    });
    expect(await there.forge.openRequest(opening)).toEqual(known);
    const body = { head: pull.head.ref, base: 'main', title: 'promote', body: 'why', labels: [5, 4] };
    expect(there.writes()).toEqual([
      [`POST /api/v1${repository}/labels`, { name: 'helm-gitops', color: '#1d76db' }],
      [`POST /api/v1${repository}/pulls`, body],
    ]);
  });

  test('goes without labels where the token may not look at them', async () => {
    await using there = await scene({ [`POST ${repository}/pulls`]: [201, pull] });
    await there.forge.openRequest(opening);
    expect(there.writes()[0]?.[1]).toMatchObject({ labels: [] });
  });

  test('brings a request up to date that is open from the branch already', async () => {
    await using there = await scene({
      ...labels,
      [`POST ${repository}/labels`]: [201, { id: 5 }],
      [`POST ${repository}/pulls`]: [409, { message: 'pull request already exists for these targets' }],
      [listed]: [200, [pull]],
      [`PATCH ${repository}/pulls/7`]: [201, pull],
    });
    expect(await there.forge.openRequest(opening)).toEqual(known);
    expect(there.writes().at(-1)).toEqual([`PATCH /api/v1${repository}/pulls/7`, { title: 'promote', body: 'why' }]);
  });

  test('asks again while the branch that was just pushed is not known yet', async () => {
    const answers = [[404, { message: 'not found' }] as const, [201, pull] as const];
    await using there = await scene({ ...labels, [`POST ${repository}/pulls`]: () => answers.shift() ?? [500] });
    expect(await there.forge.openRequest({ ...opening, labels: [] })).toEqual(known);
    expect(answers).toEqual([]);
  });

  test('refuses what stays unknown', async () => {
    await using there = await scene({ ...labels });
    const refused = { code: 'forge.not-found', message: expect.stringContaining('does not open a pull request') };
    await expect(there.forge.openRequest({ ...opening, labels: [] })).rejects.toMatchObject(refused);
  });

  test('closes with a reason what is open, and nothing else', async () => {
    await using there = await scene({
      [`GET ${repository}/pulls/7`]: [200, pull],
      [`GET ${repository}/pulls/8`]: [200, { ...pull, number: 8, state: 'closed', merged: true }],
      [`PATCH ${repository}/pulls/7`]: [201, pull],
    });
    await there.forge.closeRequest(7, 'prod has it');
    await there.forge.closeRequest(8, 'prod has it');
    const body = { state: 'closed', body: 'prod has it\n\nbefore' };
    expect(there.writes()).toEqual([[`PATCH /api/v1${repository}/pulls/7`, body]]);
  });

  test('a review counts for the head that it was given for, and the last of each person', async () => {
    const review = (login: string, state: string, more: object = {}) => ({
      ...{ user: { login }, state, commit_id: pull.head.sha, submitted_at: '2026-01-01T10:00:00Z' },
      ...more,
    });
    const later = { submitted_at: '2026-01-01T11:00:00Z' };
    const all = [
      review('bob', 'REQUEST_CHANGES', later),
      review('bob', 'APPROVED'),
      review('cleo', 'APPROVED'),
      review('cleo', 'COMMENT', later),
      review('dan', 'APPROVED', { commit_id: 'b'.repeat(40) }),
      review('eve', 'APPROVED', { dismissed: true }),
      review('fay', 'REQUEST_REVIEW'),
      { ...review('x', 'APPROVED'), user: null },
    ];
    await using there = await scene({ [`GET ${repository}/pulls/7/reviews?limit=50&page=1`]: [200, all] });
    expect(await there.forge.reviews({ ...known, state: 'open' })).toEqual([
      { person: 'bob', verdict: 'rejected' },
      { person: 'cleo', verdict: 'approved' },
    ]);
  });

  test('merges just the head that was looked at, in the way of the repository', async () => {
    const merged = { ...pull, state: 'closed', merged: true, merge_commit_sha: 'c'.repeat(40) };
    await using there = await scene({
      [`GET ${repository}`]: [200, { default_merge_style: 'squash' }],
      [`POST ${repository}/pulls/7/merge`]: [200],
      [`GET ${repository}/pulls/7`]: [200, merged],
    });
    const outcome = await there.forge.merge({ ...known, state: 'open' }, 'promote web\n\nHelm-Gitops-Promotion: web');
    expect(outcome).toEqual({ type: 'merged', commit: 'c'.repeat(40) });
    expect(there.writes()[0]?.[1]).toEqual({
      do: 'squash',
      merge_title_field: 'promote web',
      merge_message_field: 'Helm-Gitops-Promotion: web',
      head_commit_id: pull.head.sha,
      delete_branch_after_merge: true,
    });
  });

  test("a refused merge is told in the forge's words", async () => {
    await using there = await scene({
      [`GET ${repository}`]: [200, {}],
      [`POST ${repository}/pulls/7/merge`]: [405, { message: 'Does not have enough approvals' }],
    });
    const outcome = await there.forge.merge({ ...known, state: 'open' }, 'promote');
    expect(outcome).toEqual({ type: 'refused', message: 'Does not have enough approvals' });
  });

  test('sets a status', async () => {
    await using there = await scene({ [`POST ${repository}/statuses/abc`]: [201, {}] });
    await there.forge.setStatus('abc', { context: 'helm-gitops/gates', state: 'pending', description: 'waits' });
    const body = { context: 'helm-gitops/gates', state: 'pending', description: 'waits' };
    expect(there.writes()).toEqual([[`POST /api/v1${repository}/statuses/abc`, body]]);
  });

  test.each([
    [401, {}, { message: `bad ${testToken}` }, 'forge.denied', /is not known there, or has expired$/],
    [403, {}, { message: 'token does not have scope' }, 'forge.denied', /needs more rights: write:repository$/],
    [404, {}, { message: 'not found' }, 'forge.not-found', /^check the URL and "forge" of the repository/],
    [422, {}, { message: 'no changes' }, 'forge.refused', undefined],
  ] as const)('%i says forge, operation, status and what to do', async (status, headers, json, code, hint) => {
    await using there = await scene({ [`PATCH ${repository}/pulls/7`]: [status, json, headers] });
    const failed = await failure(there.forge.updateRequest(7, { title: 't', body: 'b' }));
    expect(failed.code).toBe(code);
    expect(failed.message).toMatch(/^Gitea at 127\.0\.0\.1:\d+ .*change pull request #7.*/);
    expect(failed.message).toContain(String(status));
    expect(`${failed.message} ${failed.hint}`).not.toContain(testToken);
    if (hint) expect(failed.hint).toMatch(hint);
    else expect(failed.hint).toBeUndefined();
  });

  test('an answer that is no pull request is an error of the forge', async () => {
    await using there = await scene({ [`GET ${repository}/pulls/7`]: [200, '<html>'] });
    expect(await failure(there.forge.readRequest(7))).toMatchObject({ code: 'forge.protocol' });
  });
});
