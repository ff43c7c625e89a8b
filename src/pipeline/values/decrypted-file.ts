/** Value files that were encrypted, and what a digest of values is keyed with that came from them. */

/** A file that was encrypted. */
export interface DecryptedFile {
  readonly plain: string;
  /** The same with `***` for its secrets; undefined where all of it is one. */
  readonly shown: string | undefined;
  /** Known to whoever can decrypt it. */
  readonly key: string;
}

/** Fails with ENOENT where there is no such file. */
export type ReadValueFile = (path: string) => Promise<Uint8Array | string | DecryptedFile>;

export const isDecrypted = (read: Uint8Array | string | DecryptedFile): read is DecryptedFile =>
  typeof read === 'object' && 'plain' in read;

/** Notes the keys of the encrypted files that are read. */
export function noticingKeys(readFile: ReadValueFile, keys: Set<string>): ReadValueFile {
  return async (path) => {
    const read = await readFile(path);
    if (isDecrypted(read)) keys.add(read.key);
    return read;
  };
}
