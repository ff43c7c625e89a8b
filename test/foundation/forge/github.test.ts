/** GitHub's REST API v3, by its description. */
import { describe, expect, test } from 'vitest';
import { type ForgeRoutes, forgeScene } from '../../support/forge-server.ts';

const branch = 'helm-gitops/promote/web-prod';
const pull = {
  number: 7,
  html_url: 'https://github.com/team/fleet/pull/7',
  state: 'open',
  merged: false,
  body: null,
  head: { ref: branch, sha: 'a'.repeat(40) },
  base: { ref: 'main' },
};
const known = { number: 7, url: pull.html_url, state: 'open', branch, target: 'main', head: pull.head.sha } as const;
const opening = { branch, target: 'main', title: 'promote', body: 'why', labels: ['helm-gitops', 'prod'] };
const repository = '/repos/team/fleet';
const listed = `GET ${repository}/pulls?state=open&head=team:${branch}`;
const scene = (routes: ForgeRoutes) => forgeScene('github', '/api/v3', routes);

describe('GitHub', () => {
  test('opens a request and labels it', async () => {
    await using there = await scene({
      [`POST ${repository}/pulls`]: [201, pull],
      [`POST ${repository}/issues/7/labels`]: [200, []],
    });
    expect(await there.forge.openRequest(opening)).toEqual(known);
    expect(there.writes()).toEqual([
      [`POST /api/v3${repository}/pulls`, { head: branch, base: 'main', title: 'promote', body: 'why' }],
      [`POST /api/v3${repository}/issues/7/labels`, { labels: ['helm-gitops', 'prod'] }],
    ]);
  });

  test('a token that may not label goes without', async () => {
    await using there = await scene({
      [`POST ${repository}/pulls`]: [201, pull],
      [`POST ${repository}/issues/7/labels`]: [403, { message: 'Resource not accessible' }],
    });
    expect(await there.forge.openRequest(opening)).toEqual(known);
  });

  test('brings a request up to date that is open from the branch already', async () => {
    await using there = await scene({
      [`POST ${repository}/pulls`]: [
        422,
        { message: 'Validation Failed', errors: [{ message: 'A pull request already exists for team:b.' }] },
      ],
      [listed]: [200, [pull]],
      [`PATCH ${repository}/pulls/7`]: [200, pull],
    });
    expect(await there.forge.openRequest(opening)).toEqual(known);
    expect(there.writes().at(-1)?.[1]).toEqual({ title: 'promote', body: 'why' });
  });

  test('tells why it opens none', async () => {
    await using there = await scene({
      [`POST ${repository}/pulls`]: [
        422,
        { message: 'Validation Failed', errors: [{ message: 'No commits between main and b' }] },
      ],
      [listed]: [200, []],
    });
    await expect(there.forge.openRequest(opening)).rejects.toMatchObject({
      code: 'forge.refused',
      message: expect.stringMatching(/\(422\): Validation Failed; No commits between main and b$/),
    });
  });

  test('closes with a reason', async () => {
    await using there = await scene({
      [`GET ${repository}/pulls/7`]: [200, pull],
      [`PATCH ${repository}/pulls/7`]: [200, pull],
    });
    await there.forge.closeRequest(7, 'prod has it');
    expect(there.writes()[0]?.[1]).toEqual({ state: 'closed', body: 'prod has it\n\n' });
  });

  test('sets a status', async () => {
    await using there = await scene({ [`POST ${repository}/statuses/abc`]: [201, {}] });
    await there.forge.setStatus('abc', { context: 'helm-gitops/gates', state: 'success', description: 'open' });
    const body = { context: 'helm-gitops/gates', state: 'success', description: 'open' };
    expect(there.writes()).toEqual([[`POST /api/v3${repository}/statuses/abc`, body]]);
  });

  test('looks through all pages of reviews', async () => {
    const at = (page: number) => `GET ${repository}/pulls/7/reviews?per_page=100&page=${page}`;
    const review = (login: string, state: string) => ({ user: { login }, state, commit_id: pull.head.sha });
    const full = Array.from({ length: 100 }, () => review('bob', 'COMMENTED'));
    await using there = await scene({ [at(1)]: [200, full], [at(2)]: [200, [review('bob', 'APPROVED')]] });
    expect(await there.forge.reviews(known)).toEqual([{ person: 'bob', verdict: 'approved' }]);
  });

  test('a request that was merged says by which commit', async () => {
    const merged = { ...pull, state: 'closed', merged_at: '2026-01-01T00:00:00Z', merge_commit_sha: 'c'.repeat(40) };
    await using there = await scene({ [`GET ${repository}/pulls/7`]: [200, merged] });
    expect(await there.forge.readRequest(7)).toEqual({ ...known, state: 'merged', merged: 'c'.repeat(40) });
  });

  test('counts the last verdict of each person on the head', async () => {
    const review = (login: string, state: string, submitted_at: string, commit_id = pull.head.sha) => ({
      ...{ user: { login }, state, submitted_at, commit_id },
    });
    const all = [
      review('bob', 'CHANGES_REQUESTED', '2026-01-01T10:00:00Z'),
      review('bob', 'APPROVED', '2026-01-01T11:00:00Z'),
      review('cleo', 'APPROVED', '2026-01-01T10:00:00Z'),
      review('cleo', 'DISMISSED', '2026-01-01T11:00:00Z'),
      review('dan', 'APPROVED', '2026-01-01T10:00:00Z', 'b'.repeat(40)),
    ];
    await using there = await scene({ [`GET ${repository}/pulls/7/reviews?per_page=100&page=1`]: [200, all] });
    expect(await there.forge.reviews(known)).toEqual([{ person: 'bob', verdict: 'approved' }]);
  });

  test('merges just that head in a way that the repository takes, and takes the branch away', async () => {
    await using there = await scene({
      [`GET ${repository}`]: [200, { allow_merge_commit: false, allow_squash_merge: true }],
      [`PUT ${repository}/pulls/7/merge`]: [200, { merged: true, sha: 'c'.repeat(40) }],
      [`DELETE ${repository}/git/refs/heads/${branch}`]: [422, { message: 'Reference does not exist' }],
    });
    expect(await there.forge.merge(known, 'promote\n\ntrailer')).toEqual({ type: 'merged', commit: 'c'.repeat(40) });
    expect(there.writes()[0]?.[1]).toEqual({
      sha: pull.head.sha,
      merge_method: 'squash',
      commit_title: 'promote',
      commit_message: 'trailer',
    });
  });

  test("a refused merge is told in GitHub's words", async () => {
    await using there = await scene({
      [`GET ${repository}`]: [200, {}],
      [`PUT ${repository}/pulls/7/merge`]: [409, { message: 'Head branch was modified' }],
    });
    expect(await there.forge.merge(known, 'promote')).toEqual({ type: 'refused', message: 'Head branch was modified' });
  });

  const soon = Math.ceil(Date.now() / 1000) + 600;
  test.each([
    ['no requests left', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(soon) }, 'denied', 600],
    ['no requests left, and no hour', 403, { 'x-ratelimit-remaining': '0' }, 'denied', 60],
    ['a pause', 403, { 'retry-after': '90' }, 'You have exceeded a secondary rate limit', 90],
    ['words alone', 403, {}, 'You have exceeded a secondary rate limit. Please wait a few minutes', 60],
    ['too many requests', 429, { 'retry-after': '90' }, '', 90],
  ] as const)(
    '%s is a limit, not a right: nothing is asked until it is over',
    async (_, status, headers, message, pause) => {
      await using there = await scene({ [`GET ${repository}/pulls/7`]: [status, { message }, headers] });
      const limit = { code: 'forge.rate-limited', fault: 'transient' };
      const first = await there.forge.readRequest(7).catch((error) => error);
      expect(first).toMatchObject(limit);
      expect(Math.round(first.retryAfter / 10_000)).toBe(pause / 10);
      const asked = there.server.seen.length;
      await expect(there.forge.merge(known, 'promote')).rejects.toMatchObject({ ...limit, message: first.message });
      expect(there.server.seen).toHaveLength(asked);
    },
  );

  test('a repository that is called otherwise by now is said to be', async () => {
    const location = 'https://api.github.com/repositories/3/pulls';
    await using there = await scene({
      [`POST ${repository}/pulls`]: [301, { message: 'Moved Permanently' }, { location }],
    });
    await expect(there.forge.openRequest(opening)).rejects.toMatchObject({
      code: 'forge.moved',
      hint: `give the repository the address that it has there now; its API is ${location}`,
    });
  });

  test('a request that is a draft still is not merged, in the words of GitHub', async () => {
    const message = 'Pull Request is still a draft';
    await using there = await scene({
      [`GET ${repository}`]: [200, {}],
      [`PUT ${repository}/pulls/7/merge`]: [405, { message }],
    });
    expect(await there.forge.merge(known, 'promote')).toEqual({ type: 'refused', message });
  });
});
