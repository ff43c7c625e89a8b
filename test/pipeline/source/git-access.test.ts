import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gitAccess } from '../../../src/pipeline/source/git-access.ts';
import { temporaryFolder } from '../../support/git-repository.ts';

let folder: ReturnType<typeof temporaryFolder>;
let tokenFile: string;
beforeEach(() => {
  folder = temporaryFolder();
  tokenFile = join(folder.path, 'token');
  writeFileSync(tokenFile, 't0ken\n');
});
afterEach(() => folder.remove());

describe('gitAccess', () => {
  const environment = { USER_NAME: 'ada', PASS: 'word' };

  test('takes the longest beginning that matches', async () => {
    const credentials = [
      { url: 'https://git.example.com', tokenFile },
      { url: 'https://git.example.com/shop', usernameEnv: 'USER_NAME', passwordEnv: 'PASS' },
    ];
    const of = (url: string) => gitAccess({ url, credentials, environment });
    expect(await of('https://git.example.com/shop/fleet.git')).toMatchObject({ username: 'ada', password: 'word' });
    expect(await of('https://git.example.com/shopping/fleet.git')).toMatchObject({
      username: 'oauth2',
      password: 't0ken',
    });
    expect(await of('https://me@git.example.com/x')).toMatchObject({ username: 'me', password: 't0ken' });
  });

  test.each([
    'https://git.example.com.evil.org/x',
    'http://git.example.com/x',
    'https://git.example.comx/y',
    'https://git.example.com:8443/y',
    'https://evil.org/https://git.example.com',
  ])('gives nothing to %s', async (url) => {
    expect(
      await gitAccess({ url, credentials: [{ url: 'https://git.example.com', tokenFile }], environment }),
    ).toBeUndefined();
  });

  test('knows addresses as ssh writes them', async () => {
    const credentials = [{ url: 'git@git.example.com', sshKeyFile: '/key' }];
    expect(await gitAccess({ url: 'git@git.example.com:team/x.git', credentials, environment })).toMatchObject({
      sshKeyFile: '/key',
    });
    expect(await gitAccess({ url: 'git@git.example.com.evil:x', credentials, environment })).toBeUndefined();
  });

  test('reads a rotated token anew', async () => {
    const request = { url: 'https://h/x', credentials: [{ url: 'https://h/', tokenFile }], environment };
    expect((await gitAccess(request))?.password).toBe('t0ken');
    writeFileSync(tokenFile, 'next');
    expect((await gitAccess(request))?.password).toBe('next');
  });
});
