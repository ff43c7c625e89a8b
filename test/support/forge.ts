/** A real Gitea, where FORGE_URL names one as `shared/tools/forge/start.sh` starts it; its user is ann. */
import { execFileSync } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import { gitEnvironment } from './git-repository.ts';
import type { SeenRequest } from './start-server.ts';

const url = process.env['FORGE_URL'];

/** Beside the title of what is left out without it. */
export const forgeSkipped = url ? '' : ' (skipped: FORGE_URL names no Gitea)';

export interface ForgeRepository {
  /** Without credentials. */
  readonly url: string;
  /** Where its credentials apply. */
  readonly prefix: string;
  /** A token of ann with these rights. */
  token(name: string, ...scopes: ('read:repository' | 'write:repository' | 'write:issue')[]): Promise<string>;
  /** Pushes what is checked out, as ann. */
  push(folder: string): void;
  /** Takes no pushes to main any more. */
  protect(): Promise<void>;
  /** Its API, below `/repos/ann/NAME`, as ann. */
  ask(path: string, body?: object, method?: string): Promise<unknown>;
  /** A pull request into main, as ann, as soon as the branch that was pushed is known. */
  open(branch: string, title: string): Promise<void>;
  /** As ann, as soon as it has been checked whether that can be done. */
  merge(number: number, way?: 'merge' | 'squash'): Promise<void>;
  /** Somebody else who may write to it, and their approving review of what a pull request holds now. */
  approve(person: string, number: number): Promise<void>;
}

/** A private repository of that name, with a number of its own. */
export async function forgeRepository(name: string): Promise<ForgeRepository> {
  const own = `${name}-${process.pid}`;
  await ask('/user/repos', { name: own, private: true, default_branch: 'main' });
  const address = `${url}/ann/${own}.git`;
  return {
    url: address,
    prefix: `${url}/ann/`,
    async token(title, ...scopes) {
      const made = (await ask('/users/ann/tokens', { name: `${own}-${title}`, scopes })) as { sha1: string };
      return made.sha1;
    },
    push(folder) {
      const at = address.replace('//', '//ann:secret123@');
      execFileSync('git', ['push', '-q', at, 'HEAD:main'], { cwd: folder, env: gitEnvironment, stdio: 'pipe' });
    },
    async protect() {
      await ask(`/repos/ann/${own}/branch_protections`, { rule_name: 'main', enable_push: false });
    },
    ask: (path, body, method) => ask(`/repos/ann/${own}${path}`, body, { method }),
    async open(head, title) {
      const opening = () => ask(`/repos/ann/${own}/pulls`, { title, head, base: 'main' }, { accept: [404] });
      await expect.poll(opening, { timeout: 90_000 }).toHaveProperty('number');
    },
    async merge(number, way = 'merge') {
      const merging = () => ask(`/repos/ann/${own}/pulls/${number}/merge`, { Do: way }, { accept: [405] });
      await expect.poll(merging, { timeout: 90_000 }).toBeUndefined();
    },
    async approve(person, number) {
      const password = 'secret123';
      const account = { username: person, email: `${person}@example.com`, password, must_change_password: false };
      await ask('/admin/users', account, { accept: [422] });
      await ask(`/repos/ann/${own}/collaborators/${person}`, { permission: 'write' }, { method: 'PUT' });
      const { head } = (await ask(`/repos/ann/${own}/pulls/${number}`)) as { head: { sha: string } };
      const review = { event: 'APPROVED', body: 'good', commit_id: head.sha };
      await ask(`/repos/ann/${own}/pulls/${number}/reviews`, review, { user: person });
    },
  };
}

/** Answers a request as the forge at that address does. */
export async function passOn(
  origin: string,
  { method, url: path, headers, body }: SeenRequest,
  response: ServerResponse,
): Promise<void> {
  const { authorization = '', 'content-type': type = 'application/json' } = headers;
  const content = body.length === 0 ? {} : { body: new Uint8Array(body) };
  const answer = await fetch(`${origin}${path}`, {
    method,
    headers: { authorization, 'content-type': type },
    ...content,
  });
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
  response.end(Buffer.from(await answer.arrayBuffer()));
}

interface Asking {
  readonly method?: string | undefined;
  /** Beside 2xx. */
  readonly accept?: readonly number[];
  readonly user?: string;
}

async function ask(path: string, body?: object, { method, accept = [], user = 'ann' }: Asking = {}): Promise<unknown> {
  const authorization = `Basic ${Buffer.from(`${user}:secret123`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const how = method ?? (body === undefined ? 'GET' : 'POST');
  const answer = await fetch(`${url}/api/v1${path}`, { method: how, headers, ...content });
  const text = await answer.text();
  expect(answer.ok || accept.includes(answer.status), `${how} ${path}: ${answer.status} ${text}`).toBe(true);
  return text === '' ? undefined : JSON.parse(text);
}
