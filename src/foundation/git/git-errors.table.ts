/** Codes of everything that can go wrong between us and a git repository. */
import type { Fault } from '../base/errors.ts';

export const gitErrors = {
  'git.authentication': { fault: 'user', summary: 'the remote denies access, or a credential cannot be read' },
  'git.failed': { fault: 'transient', summary: 'git failed for another reason' },
  'git.missing': { fault: 'user', summary: 'the program git is not installed' },
  'git.not-a-file': { fault: 'user', summary: 'an edit would go to a link, or to a file that is not there' },
  'git.protected': { fault: 'user', summary: 'the server does not take pushes to the branch' },
  'git.revision-not-found': { fault: 'user', summary: 'the branch, tag, commit or range names nothing' },
  'git.unreachable': { fault: 'transient', summary: 'the remote cannot be reached, or there is no repository' },
  'git.url': { fault: 'user', summary: 'the URL is not one that git may be given' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;
