/** A real Gitea, where FORGE_URL names one as `shared/tools/forge/start.sh` starts it; its user is ann. */
import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { gitEnvironment } from './git-repository.ts';

const url = process.env['FORGE_URL'];

/** Beside the title of what is left out without it. */
export const forgeSkipped = url ? '' : ' (skipped: FORGE_URL names no Gitea)';

export interface ForgeRepository {
  /** Without credentials. */
  readonly url: string;
  /** Where its credentials apply. */
  readonly prefix: string;
  /** A token of ann with these rights. */
  token(name: string, scope: 'read:repository' | 'write:repository'): Promise<string>;
  /** Pushes what is checked out, as ann. */
  push(folder: string): void;
  /** Takes no pushes to main any more. */
  protect(): Promise<void>;
}

/** A private repository of that name, with a number of its own. */
export async function forgeRepository(name: string): Promise<ForgeRepository> {
  const own = `${name}-${process.pid}`;
  await ask('/user/repos', { name: own, private: true, default_branch: 'main' });
  const address = `${url}/ann/${own}.git`;
  return {
    url: address,
    prefix: `${url}/ann/`,
    async token(title, scope) {
      const made = (await ask('/users/ann/tokens', { name: `${own}-${title}`, scopes: [scope] })) as { sha1: string };
      return made.sha1;
    },
    push(folder) {
      const at = address.replace('//', '//ann:secret123@');
      execFileSync('git', ['push', '-q', at, 'HEAD:main'], { cwd: folder, env: gitEnvironment, stdio: 'pipe' });
    },
    async protect() {
      await ask(`/repos/ann/${own}/branch_protections`, { rule_name: 'main', enable_push: false });
    },
  };
}

async function ask(path: string, body: object): Promise<unknown> {
  const authorization = `Basic ${Buffer.from('ann:secret123').toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(201);
  return answer.json();
}
