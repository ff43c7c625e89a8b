import { describe, expect, test } from 'vitest';
import { gitError } from '../../../src/foundation/git/git-error.ts';

const url = 'https://me:geheim@git.example.com/fleet.git';
const of = (said: string) => gitError(new Error(said), { url, secrets: ['t0ken'] });

describe('gitError', () => {
  test.each([
    ["fatal: Authentication failed for 'https://git.example.com/fleet.git/'", 'git.authentication', 'user'],
    ["fatal: could not read Username for 'https://x': terminal prompts disabled", 'git.authentication', 'user'],
    [
      'git@host: Permission denied (publickey).\nfatal: Could not read from remote repository.',
      'git.authentication',
      'user',
    ],
    ['Host key verification failed.\nfatal: Could not read from remote repository.', 'git.authentication', 'user'],
    ["fatal: unable to access 'https://x/': The requested URL returned error: 403", 'git.authentication', 'user'],
    ["fatal: unable to access 'https://x/': Could not resolve host: x", 'git.unreachable', 'transient'],
    ["fatal: unable to access 'https://x/': The requested URL returned error: 502", 'git.unreachable', 'transient'],
    [
      'ssh: connect to host x port 22: Connection refused\nfatal: Could not read from remote repository.',
      'git.unreachable',
      'transient',
    ],
    ["fatal: '/srv/none' does not appear to be a git repository", 'git.unreachable', 'transient'],
    ["fatal: repository 'https://x/' not found", 'git.unreachable', 'transient'],
    ["fatal: couldn't find remote ref refs/heads/gone", 'git.revision-not-found', 'user'],
    [' ! [remote rejected] 1234567 -> main (pre-receive hook declined)', 'git.protected', 'user'],
    ['fatal: something new', 'git.failed', 'transient'],
  ])('%j is %s', (said, code, fault) => {
    expect(of(said)).toMatchObject({ code, fault });
  });

  test('tells what a forge says, and not its frame', () => {
    const said = 'remote: \nremote: error:        \nremote: error: Not allowed to push to protected branch main\n';
    expect(of(said).message).toMatch(
      /does not take pushes to that branch: Not allowed to push to protected branch main$/,
    );
  });

  test('tells what a hook of the server says', () => {
    const said =
      "To /srv/x.git\n!\t1234567:refs/heads/main\t[remote rejected] (pre-receive hook declined)\nremote: main is protected        \nerror: failed to push some refs to '/srv/x.git'\n";
    expect(of(said).message).toMatch(/does not take pushes to that branch: main is protected$/);
  });

  test('holds neither the password of the URL nor the token', () => {
    const error = of(`fatal: unable to access '${url}': t0ken: Could not resolve host`);
    expect(JSON.stringify([error.message, error.hint, error.cause])).not.toMatch(/geheim|t0ken/);
    expect(error.message).toContain('git.example.com/fleet.git');
  });
});
