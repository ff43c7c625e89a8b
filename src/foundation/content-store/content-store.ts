/**
 * Files by their content's digest, on disk, shared by processes: written aside and renamed, so that a reader never sees
 * half of one and a kill at any moment leaves nothing wrong. Beside them small notes by name: what an ETag was, which
 * version a tag named. Everything here may vanish; nothing here is the only copy.
 */

export interface StoredContent {
  /** `sha256:…` */
  readonly digest: string;
  /** On disk; it stays for at least an hour after it was handed out. */
  readonly path: string;
  readonly size: number;
}

export interface ContentStore {
  find(digest: string): Promise<StoredContent | undefined>;
  /** Reads it all, checks it against `expected` (`sha256:…`) before anything can be found, then keeps it. */
  put(
    body: AsyncIterable<Uint8Array>,
    options: { expected?: string | undefined; limit: number },
  ): Promise<StoredContent>;
  /** JSON of at most some kilobytes; undefined when there is none or it cannot be read. */
  readNote(name: string): Promise<unknown>;
  writeNote(name: string, note: unknown): Promise<void>;
  /** Down to the size that was configured, least recently used first. */
  evict(): Promise<void>;
}
