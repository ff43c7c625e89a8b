/** POST /api/v1/session: a person's browser shows a token in a form and gets a session for it, kept in a cookie that no script can read. */
import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { setCookie } from 'hono/cookie';
import { sessionCookie } from './guard.ts';
import { renderSignIn } from './page/render-sign-in.ts';
import { sessionOf, type Tokens } from './tokens.ts';

const longestForm = 4096;

export function addSession(app: Hono, tokens: Tokens | undefined): void {
  const onError = (context: Context) => context.json({ error: 'the form is too long' }, 413);
  // After a wrong token this is the browser's address: read again, it leads back to the form.
  app.get('/api/v1/session', (context) => context.redirect('/', 303));
  app.post('/api/v1/session', bodyLimit({ maxSize: longestForm, onError }), async (context) => {
    if (tokens) {
      const token = tokenOf(await context.req.text());
      if (token === '' || !(await tokens.accepts(token)))
        return context.html(renderSignIn({ again: false, refused: true }), 401);
      // Behind a proxy that speaks TLS only the Origin tells so.
      const secure = context.req.header('origin')?.startsWith('https:') ?? false;
      setCookie(context, sessionCookie, sessionOf(token), { httpOnly: true, sameSite: 'Strict', path: '/', secure });
    }
    return context.redirect('/', 303);
  });
}

function tokenOf(form: string): string {
  return (new URLSearchParams(form).get('token') ?? '').trim();
}
