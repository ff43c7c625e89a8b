/** What to show a git server, a chart repository or a registry: found by the beginning of its URL, read anew each time. */

export interface Credential {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Of a registry that gave it out for its token server (`identitytoken`). */
  readonly refreshToken?: string | undefined;
  /** Sent as `Authorization: Bearer` as it is. */
  readonly bearerToken?: string | undefined;
  readonly sshKeyFile?: string | undefined;
  readonly knownHostsFile?: string | undefined;
  /** PEM; instead of the system's authorities. */
  readonly caFile?: string | undefined;
  /** PEM, shown to servers that ask for a client's certificate; both or none. */
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** Any certificate will do: of Helm's repositories.yaml only. */
  readonly insecureSkipTlsVerify?: boolean | undefined;
  /** A registry without TLS. */
  readonly plainHttp?: boolean | undefined;
}

/** The credential for a URL (`https://…`, `oci://…`, `git@host:path`), or undefined: nobody gave one. Never logged. */
export type FindCredential = (url: string) => Promise<Credential | undefined>;
