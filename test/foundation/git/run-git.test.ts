import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openGit } from '../../../src/foundation/git/run-git.ts';
import { git, gitEnvironment, temporaryFolder } from '../../support/git-repository.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

describe('openGit', () => {
  test('passes only what git needs of the environment, and never asks', async () => {
    const run = openGit({
      directory: folder.path,
      environment: { ...gitEnvironment, SECRET: 'x', GIT_DIR: '/elsewhere', EDITOR: 'vi' },
    });
    writeFileSync(join(folder.path, 'show.sh'), 'env > "$1"\n');
    await run('-c', 'core.abbrev=7', 'init', '-q', '.');
    git(folder.path, 'config', 'alias.show-env', '!sh show.sh env.txt');
    await run('show-env');
    const seen = readFileSync(join(folder.path, 'env.txt'), 'utf8');
    expect(seen).not.toMatch(/SECRET|\/elsewhere|EDITOR/);
    expect(seen).toContain('GIT_TERMINAL_PROMPT=0');
    expect(seen).toContain('GIT_ALLOW_PROTOCOL=https:http:ssh:git:file');
  });

  test('a transport that runs programs is refused by git itself too', async () => {
    const marker = join(folder.path, 'pwned');
    const run = openGit({ directory: folder.path, environment: gitEnvironment });
    await expect(run('ls-remote', '--', `ext::sh -c touch% ${marker}`)).rejects.toMatchObject({
      code: expect.stringMatching(/^git\./),
    });
    expect(() => readFileSync(marker)).toThrow();
  });

  test('hooks of a repository are not run', async () => {
    git(folder.path, 'init', '-q', '--initial-branch=main', '.');
    writeFileSync(join(folder.path, '.git/hooks/post-checkout'), '#!/bin/sh\ntouch pwned\n', { mode: 0o755 });
    git(folder.path, 'commit', '-q', '--allow-empty', '-m', 'x');
    const run = openGit({ directory: folder.path, environment: gitEnvironment });
    await run('checkout', '--detach', 'HEAD');
    expect(() => readFileSync(join(folder.path, 'pwned'))).toThrow();
  });

  test('credentials go in a header to their own host, not into arguments', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers);
      response
        .writeHead(request.headers.authorization === undefined ? 401 : 403, { 'www-authenticate': 'Basic realm="x"' })
        .end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fleet.git`;
      const access = { url, username: 'oauth2', password: 'geheim' };
      const run = openGit({ directory: folder.path, environment: gitEnvironment, access });
      const error: unknown = await run('ls-remote', '--', url).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'git.authentication', fault: 'user' });
      expect((error as Error).message).not.toContain('geheim');
      expect(seen[0]?.authorization).toBe(`Basic ${Buffer.from('oauth2:geheim').toString('base64')}`);
      const anonymous = openGit({ directory: folder.path, environment: gitEnvironment });
      await expect(anonymous('ls-remote', '--', url)).rejects.toMatchObject({ code: 'git.authentication' });
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('git that is not there is said so', async () => {
    const run = openGit({ directory: folder.path, environment: { PATH: folder.path } });
    await expect(run('version')).rejects.toMatchObject({ code: 'git.missing' });
  });

  test('an aborted call ends', async () => {
    const stop = new AbortController();
    const run = openGit({ directory: folder.path, environment: gitEnvironment, signal: stop.signal });
    stop.abort();
    await expect(run('version')).rejects.toMatchObject({ fault: 'transient' });
  });
});
