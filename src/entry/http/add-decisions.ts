/**
 * POST /api/v1/decisions/ID: somebody approves or rejects what waits, and shows by a token of Kubernetes who they are. Only the
 * header counts: no cookie, so that no page elsewhere can decide with a reader's browser. The token goes to the cluster and
 * into no answer.
 */
import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Decide, Decided, Deciding } from '../../daemon/control.ts';

/** Bytes, and characters. */
const longestBody = 16_384;
const longestReason = 1000;

const statuses = { unknown: 404, unauthenticated: 401, forbidden: 403, conflict: 409, unavailable: 503 } as const;

export function addDecisions(app: Hono, decide: Decide): void {
  const tooLarge = (context: Context) => context.json({ error: `a decision has at most ${longestBody} bytes` }, 413);
  app.post('/api/v1/decisions/:id', bodyLimit({ maxSize: longestBody, onError: tooLarge }), async (context) => {
    const { req } = context;
    const token = /^Bearer +([\w.~+/-]+=*) *$/i.exec(req.header('authorization') ?? '')?.[1];
    if (token === undefined)
      return unauthenticated(context, 'a token of Kubernetes is needed: Authorization: Bearer TOKEN');
    if (!/^application\/json *(?:;|$)/i.test(req.header('content-type') ?? ''))
      return context.json({ error: 'expected content-type: application/json' }, 415);
    const id = req.param('id');
    if (!/^[a-z]{1,10}-[0-9a-f]{1,64}$/.test(id)) return context.json({ error: 'nothing waits by that name' }, 404);
    const read = readBody(await req.text());
    if ('error' in read) return context.json(read, 400);
    return answer(context, id, await decide({ ...read, id, token }));
  });
}

function answer(context: Context, id: string, decided: Decided): Response {
  if (decided.status === 'done') {
    const { app, environment, by, since } = decided;
    return context.json({ id, app, environment, by, ...(since === undefined ? {} : { since }) });
  }
  if (decided.status === 'limited') {
    context.header('retry-after', String(decided.after));
    return context.json({ error: 'too many decisions are asked for at once' }, 429);
  }
  const { status, message, hint } = decided;
  if (status === 'unauthenticated') return unauthenticated(context, message);
  return context.json({ error: message, ...(hint === undefined ? {} : { hint }) }, statuses[status]);
}

function unauthenticated(context: Context, error: string): Response {
  context.header('www-authenticate', 'Bearer');
  return context.json({ error }, 401);
}

function readBody(text: string): Pick<Deciding, 'decision' | 'reason'> | { readonly error: string } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { error: 'the body is no JSON' };
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { error: 'expected a JSON object' };
  const { decision, reason, ...others } = body as Readonly<Record<string, unknown>>;
  // Who decides is told by the token alone.
  const [other] = Object.keys(others);
  if (other !== undefined) return { error: 'expected decision and reason, and no other field' };
  if (decision !== 'approve' && decision !== 'reject') return { error: 'decision: expected approve or reject' };
  if (reason === undefined && decision === 'approve') return { decision, reason: undefined };
  if (typeof reason !== 'string' || reason.trim() === '') return { error: 'reason: expected a text' };
  if (reason.length > longestReason) return { error: `reason: expected at most ${longestReason} characters` };
  // On one line of a log, a commit or a pull request.
  return { decision, reason: reason.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim() };
}
