/** A comment on a pull request that is kept up to date, by the descriptions of each forge's API. */
import { expect, test } from 'vitest';
import { firstLine } from '../../../src/foundation/forge/keep-comment.ts';
import type { ForgeKind } from '../../../src/foundation/git/repository-config.ts';
import { forgeScene } from '../../support/forge-server.ts';

const mark = '[//]: # (helm-gitops plan-fleet)';
const forges: readonly { kind: ForgeKind; api: string; path: string; query: string; one: string }[] = [
  {
    ...{ kind: 'gitea', api: '/api/v1', path: '/repos/team/fleet/issues/7/comments' },
    ...{ query: '?limit=50&page=1', one: 'PATCH /repos/team/fleet/issues/comments/4' },
  },
  {
    ...{ kind: 'github', api: '/api/v3', path: '/repos/team/fleet/issues/7/comments' },
    ...{ query: '?per_page=100&page=1', one: 'PATCH /repos/team/fleet/issues/comments/4' },
  },
  {
    ...{ kind: 'gitlab', api: '/api/v4', path: '/projects/team/fleet/merge_requests/7/notes' },
    ...{ query: '?per_page=100&page=1', one: 'PUT /projects/team/fleet/merge_requests/7/notes/4' },
  },
  {
    ...{ kind: 'bitbucket', api: '/2.0', path: '/repositories/team/fleet/pullrequests/7/comments' },
    query: '?pagelen=100&sort=-created_on&q=deleted = false',
    one: 'PUT /repositories/team/fleet/pullrequests/7/comments/4',
  },
];

const written = (kind: string, text: string) => (kind === 'bitbucket' ? { content: { raw: text } } : { body: text });
const listed = (kind: string, texts: readonly string[]) => {
  const all = texts.map((text, index) => ({ id: index + 3, ...written(kind, text) }));
  return kind === 'bitbucket' ? { values: all } : all;
};
const comment = { name: 'plan fleet', body: 'Nothing to do.' };
const text = `${mark}\n\nNothing to do.`;

test.each(forges)('$kind: the first one is written', async ({ kind, api, path, query }) => {
  await using there = await forgeScene(kind, api, {
    [`GET ${path}${query}`]: [200, listed(kind, [`as ${mark} says`])],
    [`POST ${path}`]: [201, {}],
  });
  expect(await there.forge.keepComment(7, comment)).toBe('written');
  expect(there.writes()).toEqual([[`POST ${api}${path}`, written(kind, text)]]);
});

test.each(forges)('$kind: the next one takes its place', async ({ kind, api, path, query, one }) => {
  await using there = await forgeScene(kind, api, {
    [`GET ${path}${query}`]: [200, listed(kind, ['hello', `${mark}\n\nbefore`])],
    [one]: [200, {}],
  });
  expect(await there.forge.keepComment(7, comment)).toBe('renewed');
  expect(there.writes()).toEqual([[one.replace(' ', ` ${api}`), written(kind, text)]]);
});

test.each(forges.slice(0, 1))('what somebody else wrote that begins like ours is left alone', async (forge) => {
  const { kind, api, path, query, one } = forge;
  await using there = await forgeScene(kind, api, {
    [`GET ${path}${query}`]: [200, listed(kind, ['x', `${mark}\n\nbefore`])],
    [one]: [403, { message: 'not yours' }],
    [`POST ${path}`]: [201, {}],
  });
  expect(await there.forge.keepComment(7, comment)).toBe('written');
});

test('a name does not end its line', () => {
  expect(firstLine('plan a)\n# b')).toBe('[//]: # (helm-gitops plan-a----b)');
});
