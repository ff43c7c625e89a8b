/**
 * Who may ask: on every request the Host and the Origin are checked, so that no web page elsewhere can use a reader's
 * browser to read this one; with a token file everything but the probes needs a token, or the session that a person got for one.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { renderSignIn } from './page/render-sign-in.ts';
import type { Tokens } from './tokens.ts';

export interface GuardOptions {
  readonly host: string;
  /** Undefined on loopback only. */
  readonly tokens: Tokens | undefined;
}

/** The session is made by showing a token: that request cannot need one. Webhooks are signed, decisions show another token. */
const open = /^\/(?:healthz|readyz|api\/v1\/session|api\/v1\/decisions\/[a-z0-9-]+|webhooks\/[a-z]+)$/;
const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
export const sessionCookie = 'helm-gitops-session';

export function createGuard({ host, tokens }: GuardOptions): MiddlewareHandler {
  return async (context, next) => {
    context.header('cache-control', 'no-store');
    if (!isKnownHost(context.req.header('host'), host, tokens !== undefined))
      return context.json({ error: 'unknown Host' }, 421);
    if (!isOwnOrigin(context)) return context.json({ error: 'foreign Origin' }, 403);
    if (!open.test(context.req.path) && !(await isAdmitted(context, tokens))) return askForToken(context);
    return await next();
  };
}

/** True with a token, with a session that still stands, and where no token is needed. */
export async function isAdmitted(context: Context, tokens: Tokens | undefined): Promise<boolean> {
  if (!tokens) return true;
  const token = /^Bearer +(\S.*)$/i.exec(context.req.header('authorization') ?? '')?.[1];
  if (token !== undefined) return await tokens.accepts(token.trimEnd());
  const session = getCookie(context, sessionCookie);
  return session !== undefined && (await tokens.acceptsSession(session));
}

/** With a token a proxy may name the host as it likes: the token is what counts, and no foreign page has it. */
function isKnownHost(header: string | undefined, host: string, guarded: boolean): boolean {
  if (!header) return false;
  const name = header.replace(/:\d+$/, '').toLowerCase();
  return guarded || loopback.has(name) || name === host.toLowerCase() || name === `[${host.toLowerCase()}]`;
}

/** A page of another origin may link here, and nothing else. Programs send neither header. */
function isOwnOrigin({ req }: Context): boolean {
  const origin = req.header('origin');
  if (origin !== undefined && hostOf(origin) !== req.header('host')?.toLowerCase()) return false;
  const site = req.header('sec-fetch-site') ?? 'none';
  const isLink = req.method === 'GET' && req.header('sec-fetch-mode') === 'navigate';
  return site === 'same-origin' || site === 'none' || isLink;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function askForToken(context: Context): Response {
  const { req } = context;
  context.header('www-authenticate', 'Bearer');
  if (req.path !== '/' || !req.header('accept')?.includes('text/html'))
    return context.json({ error: 'a token is needed: Authorization: Bearer TOKEN' }, 401);
  // A strict cookie does not come along with a link from elsewhere; asking again from here brings it.
  const again = req.header('sec-fetch-site') === 'cross-site';
  return context.html(renderSignIn({ again, refused: false }), 401);
}
