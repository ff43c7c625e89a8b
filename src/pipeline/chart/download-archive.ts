/**
 * Takes where an archive may be found and its digest if it is known, returns it in the store. What is there already is not
 * asked for; what is damaged, or not what was announced, never gets there.
 */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { StoredContent } from '../../foundation/content-store/content-store.ts';
import { displayUrl } from '../../foundation/http/display-url.ts';
import { chartError } from './chart-error.ts';
import { type DownloadParts, impatient, isOutOfReach, largestArchive } from './download-parts.ts';
import { credentialFor } from './repository/repository-url.ts';

export interface ArchiveRequest {
  readonly url: string;
  readonly repository: string;
  /** `sha256:…` */
  readonly digest: string | undefined;
}

interface Note {
  readonly digest: string;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export async function downloadArchive(parts: DownloadParts, request: ArchiveRequest): Promise<StoredContent> {
  const { digest, url } = request;
  return await parts.share(`archive ${digest ?? ''} ${url}`, async () => {
    if (digest === undefined) return await downloadUnannounced(parts, request);
    return (await parts.store.find(digest)) ?? (await download(parts, request, undefined)).content;
  });
}

/** Without a digest only the server can tell whether it is still the same. */
async function downloadUnannounced(parts: DownloadParts, request: ArchiveRequest): Promise<StoredContent> {
  const name = `archive ${request.url}`;
  const note = asNote(await parts.store.readNote(name));
  const known = note === undefined ? undefined : await parts.store.find(note.digest);
  try {
    const { content, etag, lastModified } = await download(parts, request, known && { note: note as Note, known });
    if (content !== known) {
      await checkGzip(content, request.url);
      await parts.store.writeNote(name, { digest: content.digest, etag, lastModified } satisfies Note);
    }
    return content;
  } catch (error) {
    if (known !== undefined && error instanceof HelmGitopsError && isOutOfReach(error)) return known;
    throw error;
  }
}

interface Downloaded {
  readonly content: StoredContent;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

async function download(
  { http, store, signal, findCredential }: DownloadParts,
  { url, repository, digest }: ArchiveRequest,
  before: { readonly note: Note; readonly known: StoredContent } | undefined,
): Promise<Downloaded> {
  const headers = {
    accept: 'application/gzip,application/octet-stream',
    ...(before?.note.etag === undefined ? {} : { 'if-none-match': before.note.etag }),
    ...(before?.note.lastModified === undefined ? {} : { 'if-modified-since': before.note.lastModified }),
  };
  const credential = await credentialFor({ url, repository, findCredential });
  const answer = await http.request({
    url,
    headers,
    credential,
    signal,
    accept: [304],
    maxBytes: largestArchive,
    ...(before === undefined ? {} : impatient),
  });
  if (answer.status === 304) {
    await answer.discard();
    if (before !== undefined) return { content: before.known };
    throw corrupted(url, 'the server says that it did not change, but nobody had it');
  }
  const { etag, 'last-modified': lastModified, 'content-type': type } = answer.headers;
  try {
    const content = await store.put(asGzip(answer.body, url, type), { expected: digest, limit: largestArchive });
    return { content, etag, lastModified };
  } catch (error) {
    if (!(error instanceof HelmGitopsError) || error.code !== 'cache.digest-mismatch') throw error;
    throw corrupted(url, error.message);
  }
}

/** A page to sign in on, say, is told apart at once. */
async function* asGzip(
  body: AsyncIterable<Uint8Array>,
  url: string,
  type: string | undefined,
): AsyncGenerator<Uint8Array> {
  let begin = Buffer.alloc(0);
  for await (const piece of body) {
    if (begin.length < 2) {
      begin = Buffer.concat([begin, piece.subarray(0, 2)]);
      if (begin.length >= 2 && (begin[0] !== 0x1f || begin[1] !== 0x8b)) throw noArchive(url, type);
    }
    yield piece;
  }
  if (begin.length < 2) throw noArchive(url, type);
}

function noArchive(url: string, type: string | undefined): Error {
  const what = type === undefined ? 'something' : (type.split(';')[0] ?? '').replace(/[^\w/+.-]/g, '').slice(0, 60);
  return corrupted(
    url,
    `the answer is no .tgz but ${what || 'something else'}`,
    'open the URL: it may lead to a page to sign in on',
  );
}

async function checkGzip({ path }: StoredContent, url: string): Promise<void> {
  let size = 0;
  try {
    await pipeline(createReadStream(path), createGunzip(), async (unpacked) => {
      for await (const piece of unpacked as AsyncIterable<Buffer>) {
        size += piece.length;
        // The rest is for who reads the archive, and refuses what is too large.
        if (size > largestArchive) return;
      }
    });
  } catch (error) {
    if (size <= largestArchive)
      throw corrupted(url, `the archive ends too early or is damaged (${(error as Error).message})`);
  }
}

function corrupted(url: string, why: string, hint?: string): HelmGitopsError {
  return chartError('chart.corrupted', `what ${displayUrl(url)} sends cannot be used: ${why}`, {
    hint: hint ?? 'a proxy may have changed it, or the file was replaced without its index; nothing of it is kept',
  });
}

function asNote(note: unknown): Note | undefined {
  return typeof (note as Partial<Note> | null)?.digest === 'string' ? (note as Note) : undefined;
}
