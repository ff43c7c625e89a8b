import { describe, expect, test, vi } from 'vitest';
import type { Decide, Decided } from '../../../src/daemon/control.ts';
import { openRoutes, writeTokens } from './open-routes.ts';

const path = '/api/v1/decisions/p-1a2b';
const shown = { authorization: 'Bearer t0ken', 'content-type': 'application/json' };
const approve = '{"decision":"approve"}';
const done: Decided = { status: 'done', app: 'web', environment: 'prod', by: 'ann@example.com' };

async function post(
  { decided = done, tokenFile }: { decided?: Decided; tokenFile?: string },
  { at = path, headers = shown, body = approve }: { at?: string; headers?: Record<string, string>; body?: string } = {},
) {
  const decide = vi.fn<Decide>(async () => decided);
  const { ask, errors } = openRoutes({ decide, ...(tokenFile ? { tokenFile } : {}) });
  const answer = await ask(at, headers, { method: 'POST', body });
  return { status: answer.status, text: await answer.text(), headers: answer.headers, decide, errors };
}

describe('a decision by the API', () => {
  test('goes to the daemon with the token, and its answer says as whom', async () => {
    const { status, text, decide } = await post({});
    expect([status, JSON.parse(text)]).toEqual([
      200,
      { id: 'p-1a2b', app: 'web', environment: 'prod', by: 'ann@example.com' },
    ]);
    expect(decide.mock.calls).toEqual([[{ id: 'p-1a2b', decision: 'approve', reason: undefined, token: 't0ken' }]]);
  });

  test('a reason is one line, whatever it holds', async () => {
    const { decide } = await post(
      {},
      { body: JSON.stringify({ decision: 'reject', reason: ' no\r\n\u2028Trailer: x ' }) },
    );
    expect(decide.mock.calls[0]?.[0]).toMatchObject({ decision: 'reject', reason: 'no Trailer: x' });
  });

  test.each<[number, Decided]>([
    [401, { status: 'unauthenticated', message: 'no' }],
    [403, { status: 'forbidden', message: 'no' }],
    [404, { status: 'unknown', message: 'no' }],
    [409, { status: 'conflict', message: 'no' }],
    [503, { status: 'unavailable', message: 'no', hint: 'do' }],
  ])('is answered with %i', async (status, decided) => {
    const { status: found, text, headers } = await post({ decided });
    expect([found, JSON.parse(text).error]).toEqual([status, 'no']);
    expect(headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
  });

  test('says when to try again where too many ask', async () => {
    const { status, headers } = await post({ decided: { status: 'limited', after: 3 } });
    expect([status, headers.get('retry-after')]).toEqual([429, '3']);
  });

  const json = { 'content-type': 'application/json' };
  test.each<[string, number, Parameters<typeof post>[1]]>([
    ['no token', 401, { headers: json }],
    ['another scheme', 401, { headers: { ...json, authorization: 'Basic t0ken' } }],
    ['two tokens', 401, { headers: { ...json, authorization: 'Bearer a b' } }],
    ['a token that is none', 401, { headers: { ...json, authorization: 'Bearer a"b' } }],
    ['a cookie alone', 401, { headers: { ...json, cookie: 'helm-gitops-session=t0ken' } }],
    ['a foreign page', 403, { headers: { ...shown, origin: 'https://evil.example' } }],
    ['a form', 415, { headers: { ...shown, 'content-type': 'application/x-www-form-urlencoded' } }],
    ['a text', 415, { headers: { ...shown, 'content-type': 'text/plain' } }],
    ['something like JSON', 415, { headers: { ...shown, 'content-type': 'application/jsonp' } }],
    ['a huge body', 413, { body: `{"decision":"approve","reason":"${'x'.repeat(20_000)}"}` }],
    ['no JSON', 400, { body: 'decision=approve' }],
    ['a list', 400, { body: '[]' }],
    ['nothing decided', 400, { body: '{}' }],
    ['another word', 400, { body: '{"decision":"Approve"}' }],
    ['a name that is claimed', 400, { body: '{"decision":"approve","by":"ann"}' }],
    ['a rejection without a reason', 400, { body: '{"decision":"reject"}' }],
    ['an empty reason', 400, { body: '{"decision":"reject","reason":" "}' }],
    ['a reason that is no text', 400, { body: '{"decision":"reject","reason":{}}' }],
    ['a long reason', 400, { body: JSON.stringify({ decision: 'reject', reason: 'x'.repeat(1001) }) }],
    ['an id that cannot be one', 404, { at: '/api/v1/decisions/P-1' }],
    ['an id with a path in it', 404, { at: '/api/v1/decisions/p-1%2Fx' }],
  ])('with %s is answered with %i, and nobody is asked', async (_title, status, sent) => {
    const { status: found, text, decide } = await post({}, sent);
    expect(found).toBe(status);
    expect(decide).not.toHaveBeenCalled();
    expect(text).not.toContain('t0ken');
  });

  test('needs no token of the page, only the one that it shows', async () => {
    const tokenFile = await writeTokens('anna:page\n');
    expect((await post({ tokenFile })).status).toBe(200);
    expect((await post({ tokenFile }, { headers: { 'content-type': 'application/json' } })).status).toBe(401);
    expect((await post({ tokenFile }, { at: '/api/v1/decisions/p-1/x' })).status).toBe(401);
  });
});
