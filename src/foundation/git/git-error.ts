/** What git says when it fails, as one of a few errors that a person can act on; credentials are struck out. */
import { HelmGitopsError } from '../base/errors.ts';
import { displayUrl } from './git-url.ts';

export interface GitErrorContext {
  readonly url: string | undefined;
  readonly secrets: readonly string[];
}

interface Rule {
  readonly pattern: RegExp;
  readonly code: string;
  readonly fault: 'user' | 'transient';
  readonly message: (at: string) => string;
  readonly hint?: string;
}

const rules: readonly Rule[] = [
  {
    pattern:
      /Authentication failed|could not read (Username|Password)|HTTP Basic: Access denied|Permission denied \(|returned error: 40[13]|Host key verification failed|terminal prompts disabled|insufficient permission/i,
    code: 'git.authentication',
    fault: 'user',
    message: (at) => `access to ${at} was denied`,
    hint: 'check the entry for this URL under "credentials"; an unknown ssh host needs a knownHostsFile',
  },
  {
    pattern: /dubious ownership/i,
    code: 'git.authentication',
    fault: 'user',
    message: (at) => `git does not trust the owner of ${at}`,
    hint: 'git config --global --add safe.directory PATH, or run as its owner',
  },
  {
    pattern: /protected branch|hook declined|\[remote rejected\]|deny(ing)? updat|prohibited by/i,
    code: 'git.protected',
    fault: 'user',
    message: (at) => `${at} does not take pushes to that branch`,
    hint: 'the branch is protected, or a hook of the server declines it: let this account push there, or propose a pull request',
  },
  {
    pattern:
      /couldn't find remote ref|unknown revision|bad revision|not our ref|bad object|no such (ref|branch)|invalid object name|Needed a single revision/i,
    code: 'git.revision-not-found',
    fault: 'user',
    message: (at) => `${at} has no such revision`,
  },
  {
    pattern:
      /not found|does not appear to be a git repository|does not exist|not a git repository|returned error: 404/i,
    code: 'git.unreachable',
    fault: 'transient',
    message: (at) => `there is no git repository at ${at}`,
    hint: 'check the URL; a host may say this too when the credentials do not reach that far',
  },
  {
    pattern:
      /Could not resolve host|unable to access|Connection (refused|timed out|reset)|Failed to connect|timeout|early EOF|hung up|Could not read from remote|unexpected disconnect|Network is unreachable|unable to connect|returned error: 5\d\d|abort/i,
    code: 'git.unreachable',
    fault: 'transient',
    message: (at) => `${at} cannot be reached`,
  },
];

export function gitError(thrown: unknown, { url, secrets }: GitErrorContext): HelmGitopsError {
  const said = strike(thrown instanceof Error ? thrown.message : String(thrown), secrets);
  if (thrown instanceof Error && /spawn git ENOENT|ENOENT.*git/.test(thrown.message)) {
    return new HelmGitopsError('git.missing', 'user', 'the program git is not installed', {
      hint: 'install git 2.30 or newer',
    });
  }
  const at = url === undefined ? 'the repository' : displayUrl(url);
  const rule = rules.find(({ pattern }) => pattern.test(said));
  const detail = firstLine(said);
  if (rule === undefined) return new HelmGitopsError('git.failed', 'transient', `git failed: ${detail}`);
  return new HelmGitopsError(rule.code, rule.fault, `${rule.message(at)}: ${detail}`, { hint: rule.hint });
}

/** The line that says why; git's first lines are often about what it was doing. */
function firstLine(said: string): string {
  // Of a push its last line only says that it failed.
  const isEmpty = (line: string) => bare(line) === '' || /failed to push some refs/.test(line);
  const lines = said.split('\n').filter((line) => !isEmpty(line));
  const telling =
    lines.find((line) => /^\s*(fatal|error|remote: .*(denied|error)|ssh:|Permission denied)/i.test(line)) ??
    lines.find((line) => /^remote: /.test(line)) ??
    lines[0];
  return bare(telling ?? 'no reason given').slice(0, 300);
}

/** Servers that speak through git frame what they say with lines of nothing but their prefix. */
const bare = (line: string): string => line.replace(/^(?:\s|remote:|fatal:|error:)+/i, '').trim();

function strike(text: string, secrets: readonly string[]): string {
  let struck = text;
  for (const secret of secrets) {
    struck = struck.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***');
  }
  return struck.replace(/([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/@\s'"]*@/g, '$1');
}
