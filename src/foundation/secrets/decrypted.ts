/** An encrypted file as it is used. Kept in memory only. */
export interface Decrypted {
  readonly plain: string;
  /** The same with `***` for every secret, line by line: for telling where a value was set. Undefined where nothing may be shown. */
  readonly shown: string | undefined;
  /** Every value that was encrypted. */
  readonly secrets: readonly string[];
  /** Made from the file's own key: only who can decrypt it knows it. Another one once the file is encrypted anew. */
  readonly key: string;
}
