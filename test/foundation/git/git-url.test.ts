import { describe, expect, test } from 'vitest';
import { displayUrl, parseGitUrl } from '../../../src/foundation/git/git-url.ts';

describe('parseGitUrl', () => {
  test.each([
    'https://git.example.com/a.git',
    'http://127.0.0.1:3000/a',
    'ssh://git@host:22/a',
    'git://host/a',
    'file:///srv/a.git',
    'git@host:team/a.git',
    'host.example.com:a.git',
  ])('%s is fetched from', (url) => {
    expect(parseGitUrl(url)).toEqual({ type: 'remote', url });
  });

  test.each(['fleet', './fleet', '/srv/fleet', '~/fleet', '.', 'a/b:c'])('%s is a path', (path) => {
    expect(parseGitUrl(path)).toEqual({ type: 'local', path });
  });

  test.each([
    'ext::sh -c id',
    'fd::3',
    '--upload-pack=id',
    '-x',
    'ssh://-oProxyCommand=id/x',
    'ssh://a@-oProxyCommand=id/x',
    'ftp://h/x',
    'https://h/\nx',
    'javascript://x',
  ])('%j is refused', (url) => {
    expect(() => parseGitUrl(url)).toThrow(expect.objectContaining({ code: 'git.url', fault: 'user' }));
  });
});

test('displayUrl leaves out name and password', () => {
  expect(displayUrl('https://me:geheim@host/x')).toBe('https://host/x');
  expect(displayUrl('git@host:x')).toBe('git@host:x');
});
