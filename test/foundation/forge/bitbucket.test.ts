/** Bitbucket Cloud's API 2.0, by its description. */
import { describe, expect, test } from 'vitest';
import { type ForgeRoutes, forgeScene } from '../../support/forge-server.ts';

const branch = 'helm-gitops/promote/web-prod';
const own = { full_name: 'team/fleet' };
const head = 'a'.repeat(12);
const request = {
  id: 7,
  links: { html: { href: 'https://bitbucket.org/team/fleet/pull-requests/7' } },
  state: 'OPEN',
  title: 'promote',
  description: 'before',
  source: { branch: { name: branch }, commit: { hash: head }, repository: own },
  destination: { branch: { name: 'main' }, repository: own },
};
const known = { number: 7, url: request.links.html.href, state: 'open', branch, target: 'main', head } as const;
const opening = { branch, target: 'main', title: 'promote', body: 'why', labels: ['prod'] };
const requests = '/repositories/team/fleet/pullrequests';
const listed = `GET ${requests}?q=source.branch.name = "${branch}" AND state = "OPEN"`;
const scene = (routes: ForgeRoutes) => forgeScene('bitbucket', '/2.0', routes);

describe('Bitbucket', () => {
  test('opens a request where none is open from the branch', async () => {
    await using there = await scene({ [listed]: [200, { values: [] }], [`POST ${requests}`]: [201, request] });
    expect(await there.forge.openRequest(opening)).toEqual(known);
    expect(there.writes()[0]?.[1]).toEqual({
      title: 'promote',
      description: 'why',
      source: { branch: { name: branch } },
      destination: { branch: { name: 'main' } },
      close_source_branch: true,
    });
  });

  test('brings the open one up to date', async () => {
    const fork = { ...request, id: 6, source: { ...request.source, repository: { full_name: 'ann/fleet' } } };
    await using there = await scene({
      [listed]: [200, { values: [fork, request] }],
      [`PUT ${requests}/7`]: [200, request],
    });
    expect(await there.forge.openRequest(opening)).toEqual(known);
  });

  test('declines with a reason', async () => {
    await using there = await scene({
      [`GET ${requests}/7`]: [200, request],
      [`PUT ${requests}/7`]: [200, request],
      [`POST ${requests}/7/decline`]: [200, { ...request, state: 'DECLINED' }],
    });
    await there.forge.closeRequest(7, 'prod has it');
    expect(there.writes().map(([what]) => what)).toEqual([`PUT /2.0${requests}/7`, `POST /2.0${requests}/7/decline`]);
    expect(there.writes()[0]?.[1]).toEqual({ title: 'promote', description: 'prod has it\n\nbefore' });
  });

  test('a verdict counts that stands and came after the push of the head', async () => {
    const user = (name: string) => ({ nickname: name, uuid: `{${name}}` });
    const update = (hash: string) => ({ update: { source: { commit: { hash } } } });
    const approval = (name: string) => ({ approval: { user: user(name) } });
    const activity = [
      approval('dan'),
      update(head.padEnd(40, '0')),
      { comment: {} },
      approval('bob'),
      { changes_requested: { user: user('cleo') } },
      update(head),
      approval('eve'),
      update('b'.repeat(12)),
    ];
    const participants = [
      { user: user('bob'), approved: true, state: 'approved' },
      { user: user('cleo'), approved: false, state: 'changes_requested' },
      { user: user('dan'), approved: false, state: null },
      { user: user('eve'), approved: true, state: 'approved' },
    ];
    await using there = await scene({
      [`GET ${requests}/7`]: [200, { ...request, participants }],
      [`GET ${requests}/7/activity?pagelen=50`]: [200, { values: activity }],
    });
    expect(await there.forge.reviews(known)).toEqual([
      { person: 'bob', verdict: 'approved' },
      { person: 'cleo', verdict: 'rejected' },
    ]);
  });

  test('looks through all pages for the push of the head', async () => {
    const bob = { nickname: 'bob', uuid: '{bob}' };
    const path = `${requests}/7/activity?pagelen=50`;
    const api = () => there.server.url;
    await using there: Awaited<ReturnType<typeof scene>> = await scene({
      [`GET ${requests}/7`]: [200, { ...request, participants: [{ user: bob, approved: true, state: 'approved' }] }],
      [`GET ${path}`]: () => [200, { values: [{ approval: { user: bob } }], next: `${api()}/2.0${path}&ctx=x` }],
      [`GET ${path}&ctx=x`]: [200, { values: [{ comment: {} }, { update: { source: { commit: { hash: head } } } }] }],
    });
    expect(await there.forge.reviews(known)).toEqual([{ person: 'bob', verdict: 'approved' }]);
  });

  test('merges what was looked at, and nothing that came since', async () => {
    let now: object = request;
    const merged = { ...request, state: 'MERGED', merge_commit: { hash: 'c'.repeat(12) } };
    await using there = await scene({
      [`GET ${requests}/7`]: () => [200, now],
      [`POST ${requests}/7/merge`]: [200, merged],
    });
    expect(await there.forge.merge(known, 'promote')).toEqual({ type: 'merged', commit: 'c'.repeat(12) });
    now = { ...request, source: { ...request.source, commit: { hash: 'd'.repeat(12) } } };
    expect(await there.forge.merge(known, 'promote')).toEqual({ type: 'refused', message: 'its head has moved' });
    expect(there.writes()).toHaveLength(1);
  });

  test('sets a status', async () => {
    await using there = await scene({ 'POST /repositories/team/fleet/commit/abc/statuses/build': [201, {}] });
    await there.forge.setStatus('abc', { context: 'gates', state: 'success', description: 'open', url: 'https://x' });
    expect(there.writes()[0]?.[1]).toEqual({
      ...{ key: 'gates', name: 'gates', state: 'SUCCESSFUL', description: 'open', url: 'https://x' },
    });
  });
});
