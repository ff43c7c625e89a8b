/**
 * Who may ask: on every request the Host and the Origin are checked, so that no web page elsewhere can use a reader's
 * browser to read this one; with a token file everything but the probes needs a token.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';

export interface GuardOptions {
  readonly host: string;
  readonly tokenFile: string | undefined;
}

const open: ReadonlySet<string> = new Set(['/healthz', '/readyz']);
const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
/** A browser cannot send headers with a page: it may show its token as this cookie. */
const cookie = 'helm-gitops-token';

export function createGuard({ host, tokenFile }: GuardOptions): MiddlewareHandler {
  return async (context, next) => {
    if (!isKnownHost(context.req.header('host'), host, tokenFile !== undefined))
      return context.json({ error: 'unknown Host' }, 421);
    const origin = context.req.header('origin');
    if (origin !== undefined && hostOf(origin) !== context.req.header('host'))
      return context.json({ error: 'foreign Origin' }, 403);
    context.header('cache-control', 'no-store');
    if (tokenFile !== undefined && !open.has(context.req.path)) {
      const given = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1] ?? getCookie(context, cookie);
      if (!given || !(await isToken(tokenFile, given))) {
        return context.json({ error: 'a token is needed: Authorization: Bearer TOKEN' }, 401, {
          'www-authenticate': 'Bearer',
        });
      }
    }
    await next();
  };
}

/** With a token a proxy may name the host as it likes: the token is what counts. */
function isKnownHost(header: string | undefined, host: string, guarded: boolean): boolean {
  if (header === undefined) return false;
  const name = header.replace(/:\d+$/, '').toLowerCase();
  return guarded || loopback.has(name) || name === host.toLowerCase();
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** The file is read each time: a token that was taken out works no more. */
async function isToken(file: string, given: string): Promise<boolean> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const digest = (text: string) => createHash('sha256').update(text).digest();
  let found = false;
  for (const line of lines) {
    const token = line.slice(line.indexOf(':') + 1).trim();
    if (line.includes(':') && token !== '' && timingSafeEqual(digest(token), digest(given))) found = true;
  }
  return found;
}
