/** A repository that is followed: what the configuration says of it. */

export interface RepositoryConfig {
  readonly name: string;
  /** `remote`: whatever git can fetch from. `folder`: a working tree, read where it lies. */
  readonly type: 'remote' | 'folder';
  /** A URL, or an absolute path. */
  readonly url: string;
  /** Other URLs by which definitions of other tools name it. */
  readonly aliases?: readonly string[];
  /** Branch, tag, commit or a semver range of tags; undefined: the remote's HEAD. */
  readonly revision: string | undefined;
  /** Relative to the root, `''` for all of it. */
  readonly path: string;
  /** Nothing that it defines is written to. */
  readonly mode?: 'observe';
  readonly poll: PollConfig;
  /** Of a folder: follow its edits as they happen. */
  readonly watch: boolean;
  /** A file: only commits that one of these signed count. Read again at each commit. */
  readonly allowedSigners?: string | undefined;
  /** A file: the private SSH key that signs commits made here. */
  readonly signingKey?: string | undefined;
  /** What signs its webhooks; read again at each. */
  readonly webhook?: { readonly secretFile: string };
  /** Where pull requests are opened; undefined: told by the host, where it is a well-known one. */
  readonly forge?: ForgeConfig | undefined;
}

export interface ForgeConfig {
  readonly kind: ForgeKind;
  /** Where its API begins; undefined: where that kind has it. */
  readonly api?: string | undefined;
}

/** Forgejo is a Gitea. */
export type ForgeKind = 'gitea' | 'github' | 'gitlab' | 'bitbucket';

export type PollConfig =
  | { readonly type: 'every'; readonly milliseconds: number }
  | { readonly type: 'cron'; readonly expression: string };

/** Files and variables are named, not read: a rotated token is read again. */
export interface CredentialConfig {
  /** The beginning of the URLs that it is for. */
  readonly url: string;
  readonly tokenFile?: string | undefined;
  readonly usernameEnv?: string | undefined;
  readonly passwordEnv?: string | undefined;
  readonly sshKeyFile?: string | undefined;
  readonly knownHostsFile?: string | undefined;
  readonly caFile?: string | undefined;
  /** A registry without TLS. */
  readonly plainHttp?: boolean | undefined;
}
