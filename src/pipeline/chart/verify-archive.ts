/**
 * Checks that a key of the keyring has signed an archive. Takes the archive and the way to its signed text, throws where
 * it is not so. The text is kept with the archive, so that the check holds offline too, and again with other keys.
 */
import { readFile } from 'node:fs/promises';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ContentStore, StoredContent } from '../../foundation/content-store/content-store.ts';
import { verifyProvenance } from '../../foundation/openpgp/verify-provenance.ts';
import { chartError } from './chart-error.ts';

export interface ArchiveToVerify {
  readonly content: StoredContent;
  /** `shop-1.4.2.tgz`: as the signed text names it. */
  readonly archiveName: string;
  /** For messages. */
  readonly from: string;
  provenance(): Promise<Uint8Array | undefined>;
  /** A path. */
  readonly keyring: string;
}

const largestProvenance = 5 * 1024 * 1024;

export async function verifyArchive(
  { store }: { readonly store: ContentStore },
  input: ArchiveToVerify,
): Promise<void> {
  const { content, archiveName, from, keyring } = input;
  const archive = await readFile(content.path);
  const noteName = `provenance ${content.digest}`;
  const kept = await readKept(store, await store.readNote(noteName));
  try {
    if (kept !== undefined) {
      await verifyProvenance({ archive, archiveName, provenance: kept, keyring });
      return;
    }
  } catch (error) {
    // Somebody may have signed it anew, with another key.
    if (!(error instanceof HelmGitopsError) || error.code === 'provenance.keyring') throw error;
  }
  const provenance = (await input.provenance()) ?? kept;
  if (provenance === undefined) {
    throw chartError('chart.unsigned', `${from} is not signed: there is no .prov beside it`, {
      hint: 'helm package --sign writes one; or leave "verify" out',
    });
  }
  await verifyProvenance({ archive, archiveName, provenance, keyring });
  const { digest } = await store.put(only(provenance), { limit: largestProvenance });
  await store.writeNote(noteName, digest);
}

async function readKept(store: ContentStore, digest: unknown): Promise<Uint8Array | undefined> {
  const found = typeof digest === 'string' ? await store.find(digest) : undefined;
  return found === undefined ? undefined : await readFile(found.path);
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
