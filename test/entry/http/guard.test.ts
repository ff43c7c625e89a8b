import { rm, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { openRoutes, writeTokens } from './open-routes.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('Host and Origin', () => {
  test.each([
    ['127.0.0.1:8080', 200],
    ['LOCALHOST:8080', 200],
    ['[::1]:8080', 200],
    ['localhost', 200],
    ['evil.example', 421],
    ['127.0.0.1.evil.example:8080', 421],
    ['localhost:8080.evil.example', 421],
    ['evil.example:127', 421],
    ['', 421],
  ])('a Host of %j is answered with %i', async (host, status) => {
    const { ask } = openRoutes();
    expect((await ask('/api/v1/releases', { host })).status).toBe(status);
    expect((await ask('/healthz', { host })).status).toBe(status);
  });

  test('the address that the daemon listens on is a known Host', async () => {
    const { ask } = openRoutes({ host: '127.0.0.2' });
    expect((await ask('/', { host: '127.0.0.2:8080' })).status).toBe(200);
    expect((await ask('/', { host: '127.0.0.3:8080' })).status).toBe(421);
  });

  test.each([
    ['http://127.0.0.1:8080', 200],
    ['http://127.0.0.1:9999', 403],
    ['http://evil.example', 403],
    ['null', 403],
    ['junk', 403],
  ])('an Origin of %s is answered with %i', async (origin, status) => {
    const { ask } = openRoutes();
    expect((await ask('/api/v1/releases', { origin })).status).toBe(status);
  });

  test('a foreign page may link to the page but load nothing from it', async () => {
    const { ask } = openRoutes();
    const from = { 'sec-fetch-site': 'cross-site' };
    expect((await ask('/', { ...from, 'sec-fetch-mode': 'navigate' })).status).toBe(200);
    expect((await ask('/api/v1/releases', { ...from, 'sec-fetch-mode': 'no-cors' })).status).toBe(403);
    expect((await ask('/', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' })).status).toBe(403);
    expect((await ask('/', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' })).status).toBe(200);
  });
});

describe('tokens', () => {
  test('everything but the probes needs one', async () => {
    const { ask } = openRoutes({ tokenFile: await writeTokens('anna:s3cret\n') });
    for (const path of [
      '/',
      '/page.css',
      '/page.js',
      '/metrics',
      '/api/v1/releases',
      '/api/v1/stream',
      '/api/v1/openapi.json',
      '/webhooks/',
      '/webhooks/github/x',
      '/nothing',
      '/healthz/',
      '//healthz',
      '/api/v1/session/x',
    ]) {
      const answer = await ask(path);
      expect([path, answer.status, answer.headers.get('www-authenticate')]).toEqual([path, 401, 'Bearer']);
      expect((await ask(path, { authorization: 'Bearer s3cret' })).status, path).not.toBe(401);
    }
    expect((await ask('/healthz')).status).toBe(200);
    expect((await ask('/readyz')).status).toBe(200);
  });

  test.each([
    ['Bearer s3cret', 200],
    ['bearer  s3cret', 200],
    ['Bearer with:colon', 200],
    ['Bearer S3CRET', 401],
    ['Bearer anna:s3cret', 401],
    ['Bearer disabled', 401],
    ['Bearer nameless', 401],
    ['Bearer ', 401],
    ['Basic s3cret', 401],
    ['s3cret', 401],
  ])('%j is answered with %i', async (authorization, status) => {
    const tokenFile = await writeTokens('anna: s3cret\r\nben:with:colon\nempty:\n# old:disabled\nnameless\n\n');
    const { ask } = openRoutes({ tokenFile });
    expect((await ask('/api/v1/releases', { authorization })).status).toBe(status);
  });

  test('with one, the Host is for the proxy to name, and the Origin must still be its own', async () => {
    const { ask } = openRoutes({ tokenFile: await writeTokens('anna:s3cret') });
    const authorization = 'Bearer s3cret';
    const host = 'gitops.example.com';
    expect((await ask('/', { authorization, host })).status).toBe(200);
    expect((await ask('/', { authorization, host, origin: 'https://gitops.example.com' })).status).toBe(200);
    expect((await ask('/', { authorization, host, origin: 'https://evil.example' })).status).toBe(403);
  });

  test('a token that was taken out works no more', async () => {
    const tokenFile = await writeTokens('anna:s3cret');
    const { ask } = openRoutes({ tokenFile });
    expect((await ask('/', { authorization: 'Bearer s3cret' })).status).toBe(200);
    await writeFile(tokenFile, 'anna:other');
    expect((await ask('/', { authorization: 'Bearer s3cret' })).status).toBe(401);
  });

  test('a token file that is gone lets nobody in and does not tell its path', async () => {
    const tokenFile = await writeTokens('anna:s3cret');
    await rm(tokenFile);
    const answer = await openRoutes({ tokenFile }).ask('/', { authorization: 'Bearer s3cret' });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ error: 'the token file cannot be read', code: 'server.token-file' });
  });
});

describe('signing in', () => {
  const signIn = async (ask: ReturnType<typeof openRoutes>['ask'], token: string, headers = {}) =>
    await ask(
      '/api/v1/session',
      { ...form, ...headers },
      { method: 'POST', body: new URLSearchParams({ token }).toString() },
    );

  test('a person without a token sees a form, a program does not', async () => {
    const { ask } = openRoutes({ tokenFile: await writeTokens('anna:s3cret') });
    const page = await ask('/', { accept: 'text/html,*/*' });
    expect(page.status).toBe(401);
    expect(await page.text()).toContain('<form method="post" action="/api/v1/session">');
    expect((await ask('/', { accept: '*/*' })).headers.get('content-type')).toContain('json');
  });

  test('the form works under the Content-Security-Policy, without a script', async () => {
    const { ask } = openRoutes({ tokenFile: await writeTokens('anna:s3cret') });
    const page = await ask('/', { accept: 'text/html' });
    const html = await page.text();
    const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? '';
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(style))).toString('base64');
    expect(page.headers.get('content-security-policy')).toContain(`'sha256-${digest}'`);
    expect(page.headers.get('referrer-policy')).toBe('same-origin');
    expect(html).not.toMatch(/<script| on\w+=| style=/);
  });

  test('the token gives a session that no script and no other site can use', async () => {
    const { ask } = openRoutes({ tokenFile: await writeTokens('anna:s3+cr/et=') });
    const answer = await signIn(ask, 's3+cr/et=', { origin: 'http://127.0.0.1:8080' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^helm-gitops-session=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect((await ask('/', { cookie: cookie.split(';')[0] ?? '' })).status).toBe(200);
  });

  test('behind TLS the cookie is for TLS only', async () => {
    const { ask } = openRoutes({ tokenFile: await writeTokens('anna:s3cret') });
    const answer = await signIn(ask, 's3cret', { host: 'gitops.example.com', origin: 'https://gitops.example.com' });
    expect(answer.headers.get('set-cookie')).toContain('; Secure');
  });

  test.each(['wrong', '', ' '])('the token %j gives none', async (token) => {
    const { ask } = openRoutes({ tokenFile: await writeTokens('anna:s3cret\nempty:\n') });
    const answer = await signIn(ask, token);
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([401, null]);
    expect(await answer.text()).toContain('not known');
  });

  test('a foreign page cannot sign its reader in', async () => {
    const { ask } = openRoutes({ tokenFile: await writeTokens('anna:s3cret') });
    expect((await signIn(ask, 's3cret', { origin: 'https://evil.example' })).status).toBe(403);
  });

  test('a form that is too long is refused', async () => {
    const { ask } = openRoutes({ tokenFile: await writeTokens('anna:s3cret') });
    expect((await signIn(ask, 'x'.repeat(5000))).status).toBe(413);
  });

  test('the token itself is no session, and a session no token', async () => {
    const { ask } = openRoutes({ tokenFile: await writeTokens('anna:s3cret') });
    expect((await ask('/', { cookie: 'helm-gitops-session=s3cret' })).status).toBe(401);
    const session = /=([0-9a-f]+);/.exec((await signIn(ask, 's3cret')).headers.get('set-cookie') ?? '')?.[1];
    expect((await ask('/', { authorization: `Bearer ${session}` })).status).toBe(401);
  });

  test('a session ends with its token', async () => {
    const tokenFile = await writeTokens('anna:s3cret');
    const { ask } = openRoutes({ tokenFile });
    const cookie = (await signIn(ask, 's3cret')).headers.get('set-cookie')?.split(';')[0] ?? '';
    await writeFile(tokenFile, '');
    expect((await ask('/', { cookie })).status).toBe(401);
  });

  test('only a link from elsewhere makes the form ask again', async () => {
    const { ask } = openRoutes({ tokenFile: await writeTokens('anna:s3cret') });
    const link = { accept: 'text/html', 'sec-fetch-mode': 'navigate' };
    expect(await (await ask('/', { ...link, 'sec-fetch-site': 'cross-site' })).text()).toContain(
      'http-equiv="refresh"',
    );
    expect(await (await ask('/', { ...link, 'sec-fetch-site': 'same-origin' })).text()).not.toContain('refresh');
  });
});
