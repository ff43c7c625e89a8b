import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Decide } from '../../../src/daemon/control.ts';
import type { Webhooks } from '../../../src/entry/http/add-webhooks.ts';
import { createRoutes } from '../../../src/entry/http/routes.ts';
import { createFakeControl } from './fake-control.ts';

export const metrics = { text: async () => 'up 1\n', contentType: 'text/plain; version=0.0.4' };

export const noWebhooks: Webhooks = { repositories: [], look: () => undefined };

interface OpenOptions {
  readonly host?: string;
  readonly tokenFile?: string;
  readonly webhooks?: Webhooks;
  readonly decide?: Decide;
}

export const unasked: Decide = async ({ id }) => ({ status: 'unknown', message: `nothing waits by the name ${id}` });

/** The routes over a fake control; `ask` sends what a local program would send. */
export function openRoutes({
  host = '127.0.0.1',
  tokenFile,
  webhooks = noWebhooks,
  decide = unasked,
}: OpenOptions = {}) {
  const control = createFakeControl();
  const end = new AbortController();
  const errors: unknown[] = [];
  const app = createRoutes({
    host,
    tokenFile,
    control,
    metrics,
    webhooks,
    decide,
    now: () => new Date(Date.UTC(2026, 10, 20, 12)),
    version: '0.1.0',
    signal: end.signal,
    onError: (error) => errors.push(error),
  });
  const ask = async (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
    await app.request(path, { ...init, headers: { host: '127.0.0.1:8080', ...headers } });
  onTestFinished(() => end.abort());
  return { app, ask, control, errors, end };
}

export async function writeTokens(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tokens-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'tokens');
  await writeFile(file, text);
  return file;
}
