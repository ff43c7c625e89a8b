/** A revision of a repository as files on disk: what `fetchRevision` returns. */

export interface Commit {
  /** All 40 hexadecimal digits. */
  readonly id: string;
  /** `NAME <EMAIL>` */
  readonly author: string;
  /** Seconds since 1970. */
  readonly time: number;
  /** The first line of its message. */
  readonly subject: string;
}

export interface Checkout {
  /** The repository's name in the configuration. */
  readonly repository: string;
  /** Its URL or folder, without credentials. */
  readonly url?: string;
  /** What users read: the commit's id; of a local folder with edits `COMMIT+HASH8`, outside git `local+HASH8`. */
  readonly revision: string;
  /** Undefined for a folder outside git. */
  readonly commit: Commit | undefined;
  /** Who vouches for it, where that is asked for. */
  readonly signer?: string;
  /** The annotated tag by which it is vouched for. */
  readonly tag?: { readonly ref: string; readonly id: string };
  /** The repository's root on disk; nothing outside it may be read. */
  readonly root: string;
  /** Where definitions are read, relative to `root`; `''` for all of it. */
  readonly path: string;
}

/** The first 7 digits of a commit, the local suffix kept: what log lines and descriptions show. */
export function shortRevision(revision: string): string {
  const [commit = '', suffix] = revision.split('+');
  const short = /^[0-9a-f]{40}$/.test(commit) ? commit.slice(0, 7) : commit;
  return suffix === undefined ? short : `${short}+${suffix}`;
}
