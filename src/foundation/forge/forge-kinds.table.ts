/** What differs between the kinds of forges before anything is asked of one. */
import type { ForgeKind } from '../git/repository-config.ts';

export interface KindFacts {
  readonly label: string;
  /** What of its users is known by its host alone, and where their API begins. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Of an installation of its own, behind its address. */
  readonly apiPath: string;
  /** A password alone is no token there: name and password are sent as they are given. */
  readonly basic: boolean;
  /** Characters of a request's text, some left for what is put before it when it is closed. */
  readonly longestBody: number;
  /** What a token needs to open, merge and mark. */
  readonly rights: string;
}

export const forgeKinds: Readonly<Record<ForgeKind, KindFacts>> = {
  gitea: {
    label: 'Gitea',
    hosts: { 'codeberg.org': 'https://codeberg.org/api/v1', 'gitea.com': 'https://gitea.com/api/v1' },
    apiPath: '/api/v1',
    basic: true,
    longestBody: 60_000,
    rights: 'write:repository',
  },
  github: {
    label: 'GitHub',
    hosts: { 'github.com': 'https://api.github.com', 'ssh.github.com': 'https://api.github.com' },
    apiPath: '/api/v3',
    basic: false,
    longestBody: 60_000,
    rights: 'contents, pull requests and commit statuses: read and write',
  },
  gitlab: {
    label: 'GitLab',
    hosts: { 'gitlab.com': 'https://gitlab.com/api/v4', 'altssh.gitlab.com': 'https://gitlab.com/api/v4' },
    apiPath: '/api/v4',
    basic: false,
    longestBody: 500_000,
    rights: 'the scope api, and the role Developer or above',
  },
  bitbucket: {
    label: 'Bitbucket',
    hosts: {
      'bitbucket.org': 'https://api.bitbucket.org/2.0',
      'altssh.bitbucket.org': 'https://api.bitbucket.org/2.0',
    },
    apiPath: '/2.0',
    basic: true,
    longestBody: 30_000,
    rights: 'repositories: write, and pull requests: write',
  },
};
