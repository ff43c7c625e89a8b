/**
 * What a forge says of a push, a review or a merge: the repository is looked at now instead of at its next poll. Nothing
 * that is said counts but that it was signed with the repository's secret; the look finds out what has changed.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';

export interface Webhooks {
  /** A file that cannot be read, or is empty, lets nobody in. */
  readonly repositories: readonly { readonly name: string; readonly secretFile: string }[];
  /** Several at once are one look. */
  look(repository: string): void;
}

interface Delivery {
  header(name: string): string | undefined;
  readonly body: Uint8Array;
}

/** Whether a delivery knows the secret; each as its senders do it. */
const checks: Readonly<Record<string, (delivery: Delivery, secret: string) => boolean>> = {
  github: ({ header, body }, secret) => isEqual(header('x-hub-signature-256'), `sha256=${sign(body, secret)}`),
  // Forgejo sends this one too.
  gitea: ({ header, body }, secret) => isEqual(header('x-gitea-signature'), sign(body, secret)),
  gitlab: ({ header }, secret) => isEqual(header('x-gitlab-token'), secret),
  generic: ({ header, body }, secret) => isEqual(header('x-signature'), `sha256=${sign(body, secret)}`),
};

const maxBytes = 8 * 1024 * 1024;

export function addWebhooks(app: Hono, { repositories, look }: Webhooks, onError: (error: unknown) => undefined): void {
  const tooLarge = (context: Context) => context.json({ error: `a delivery has at most ${maxBytes} bytes` }, 413);
  app.post('/webhooks/:forge', bodyLimit({ maxSize: maxBytes, onError: tooLarge }), async (context) => {
    const forge = context.req.param('forge');
    const isSigned = Object.hasOwn(checks, forge) ? checks[forge] : undefined;
    if (!isSigned) return context.json({ error: `/webhooks/${Object.keys(checks).join(', /webhooks/')}` }, 404);
    const header = (name: string) => context.req.header(name);
    const delivery = { header, body: new Uint8Array(await context.req.arrayBuffer()) };
    const meant: string[] = [];
    for (const { name, secretFile } of repositories) {
      const secret = await readSecret(secretFile).catch(onError);
      if (secret && isSigned(delivery, secret)) meant.push(name);
    }
    if (meant.length === 0)
      return context.json({ error: 'no repository has the secret that this was signed with' }, 401);
    for (const name of meant) look(name);
    return context.json({ looksAt: meant }, 202);
  });
}

const readSecret = async (file: string) => (await readFile(file, 'utf8')).trim();

const sign = (body: Uint8Array, secret: string) => createHmac('sha256', secret).update(body).digest('hex');

/** In constant time, whatever the lengths. */
function isEqual(given: string | undefined, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(wanted));
}
