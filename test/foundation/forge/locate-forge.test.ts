import { expect, test } from 'vitest';
import { locateForge } from '../../../src/foundation/forge/locate-forge.ts';

test.each([
  ['https://github.com/team/fleet.git', undefined, 'github https://api.github.com team/fleet'],
  ['https://me@github.com/team/fleet', undefined, 'github https://api.github.com team/fleet'],
  ['git@github.com:team/fleet.git', undefined, 'github https://api.github.com team/fleet'],
  ['ssh://git@ssh.github.com:443/team/fleet.git', undefined, 'github https://api.github.com team/fleet'],
  ['https://gitlab.com/a/b/c/fleet.git', undefined, 'gitlab https://gitlab.com/api/v4 a/b/c/fleet'],
  ['git@bitbucket.org:team/fleet.git', undefined, 'bitbucket https://api.bitbucket.org/2.0 team/fleet'],
  ['https://codeberg.org/team/fleet', undefined, 'gitea https://codeberg.org/api/v1 team/fleet'],
  ['https://git.example.com/team/fleet', { kind: 'gitea' }, 'gitea https://git.example.com/api/v1 team/fleet'],
  [
    'https://example.com:8443/git/team/fleet',
    { kind: 'gitea' },
    'gitea https://example.com:8443/git/api/v1 team/fleet',
  ],
  [
    'ssh://git@git.example.com:2222/team/fleet.git',
    { kind: 'gitea' },
    'gitea https://git.example.com/api/v1 team/fleet',
  ],
  ['https://git.example.com/a/b/fleet', { kind: 'gitlab' }, 'gitlab https://git.example.com/api/v4 a/b/fleet'],
  ['https://ghe.example.com/team/fleet', { kind: 'github' }, 'github https://ghe.example.com/api/v3 team/fleet'],
  [
    'https://example.com/gitlab/a/b/fleet',
    { kind: 'gitlab', api: 'https://example.com/gitlab/api/v4/' },
    'gitlab https://example.com/gitlab/api/v4 a/b/fleet',
  ],
  [
    'git@git.internal:team/fleet.git',
    { kind: 'gitea', api: 'https://web.example.com/api/v1' },
    'gitea https://web.example.com/api/v1 team/fleet',
  ],
  ['https://git.example.com/team/fleet', undefined, undefined],
  ['https://github.com.example.com/team/fleet', undefined, undefined],
  ['https://github.com/fleet', undefined, undefined],
  ['/srv/fleet.git', undefined, undefined],
  ['file:///srv/team/fleet.git', { kind: 'gitea' }, undefined],
] as const)('%s with %o is %s', (url, configured, expected) => {
  const found = locateForge(url, configured);
  expect(found && `${found.kind} ${found.api} ${found.path}`).toBe(expected);
});
