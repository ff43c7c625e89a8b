import { createHmac } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { openRoutes, writeTokens } from './open-routes.ts';

const body = '{"ref":"refs/heads/main"}';
const hmac = (secret: string, text = body) => createHmac('sha256', secret).update(text).digest('hex');

async function open({ tokenFile }: { tokenFile?: string } = {}) {
  const look = vi.fn();
  const repositories = [
    { name: 'fleet', secretFile: await writeTokens('s3cret\n') },
    { name: 'other', secretFile: await writeTokens('another') },
    { name: 'twin', secretFile: await writeTokens('another') },
    { name: 'empty', secretFile: await writeTokens(' \n') },
    { name: 'gone', secretFile: '/none/there' },
  ];
  const routes = openRoutes({ webhooks: { repositories, look }, ...(tokenFile ? { tokenFile } : {}) });
  const send = async (forge: string, headers: Record<string, string>, text = body) => {
    const answer = await routes.ask(`/webhooks/${forge}`, headers, { method: 'POST', body: text });
    return [answer.status, ((await answer.json()) as { looksAt?: string[] }).looksAt];
  };
  return { ...routes, look, send };
}

describe('a webhook', () => {
  test.each([
    ['github', { 'x-hub-signature-256': `sha256=${hmac('s3cret')}` }, ['fleet']],
    ['gitea', { 'x-gitea-signature': hmac('s3cret') }, ['fleet']],
    ['gitlab', { 'x-gitlab-token': 's3cret' }, ['fleet']],
    ['generic', { 'x-signature': `sha256=${hmac('s3cret')}` }, ['fleet']],
    ['generic', { 'x-signature': `sha256=${hmac('another')}` }, ['other', 'twin']],
  ])('of %s that is signed lets its repositories be looked at', async (forge, headers, names) => {
    const { send, look } = await open();
    expect(await send(forge, headers)).toEqual([202, names]);
    expect(look.mock.calls.flat()).toEqual(names);
  });

  test.each([
    ['github', {}],
    ['github', { 'x-hub-signature-256': hmac('s3cret') }],
    ['github', { 'x-hub-signature-256': `sha256=${hmac('s3cret', `${body} `)}` }],
    ['github', { 'x-hub-signature-256': `sha256=${hmac('')}` }],
    ['github', { 'x-gitlab-token': 's3cret' }],
    ['gitea', { 'x-gitea-signature': hmac('wrong') }],
    ['gitlab', { 'x-gitlab-token': '' }],
    ['gitlab', { 'x-gitlab-token': 'S3cret' }],
    ['generic', { 'x-signature': 'sha256=' }],
  ])('of %s with %j is refused, and nothing is looked at', async (forge, headers) => {
    const { send, look } = await open();
    expect(await send(forge, headers as Record<string, string>)).toEqual([401, undefined]);
    expect(look).not.toHaveBeenCalled();
  });

  test.each(['svn', '__proto__', 'constructor', 'github/x'])('at %s is not found', async (forge) => {
    const { send } = await open();
    expect((await send(forge, {}))[0]).toBe(404);
  });

  test('needs no token, and only POST counts', async () => {
    const { send, ask, look } = await open({ tokenFile: await writeTokens('anna:token\n') });
    expect((await send('gitlab', { 'x-gitlab-token': 's3cret' }))[0]).toBe(202);
    expect((await ask('/webhooks/gitlab', { 'x-gitlab-token': 's3cret' })).status).toBe(404);
    expect(look).toHaveBeenCalledTimes(1);
  });

  test('with a huge body is refused', async () => {
    const { send, look } = await open();
    expect((await send('gitlab', { 'x-gitlab-token': 's3cret' }, 'x'.repeat(9_000_000)))[0]).toBe(413);
    expect(look).not.toHaveBeenCalled();
  });

  test('a secret file that went away is told to the log, not to the sender', async () => {
    const { send, errors } = await open();
    expect(await send('gitlab', { 'x-gitlab-token': 's3cret' })).toEqual([202, ['fleet']]);
    expect(errors).toMatchObject([{ code: 'ENOENT' }]);
  });
});
