/**
 * The index of a chart repository as it is now. Takes the repository's URL, returns its body in the store; asks with the
 * ETag and date of the last time, so that an index that did not change is not sent. Out of reach, the last one serves.
 */
import { asHelmGitopsError, HelmGitopsError } from '../../../foundation/base/errors.ts';
import type { StoredContent } from '../../../foundation/content-store/content-store.ts';
import { displayUrl } from '../../../foundation/http/display-url.ts';
import type { HttpResponse } from '../../../foundation/http/http-client.ts';
import { isHttpError } from '../../../foundation/http/http-error.ts';
import { mentionMirror } from '../../../foundation/http/mention-mirror.ts';
import { chartError } from '../chart-error.ts';
import { type DownloadParts, impatient, isOutOfReach } from '../download-parts.ts';
import { largestIndex } from './entry-cuts.ts';
import { credentialFor, mirrorsOf, resolveInRepository } from './repository-url.ts';

export interface FetchedListing {
  readonly content: StoredContent;
  /** Why the repository could not be asked, if it could not: then this is what it said the last time. */
  readonly stale: HelmGitopsError | undefined;
}

interface Note {
  readonly digest: string;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

const largestMegabytes = largestIndex / 1024 / 1024;

export async function fetchListing(parts: DownloadParts, repository: string): Promise<FetchedListing> {
  const url = resolveInRepository(repository, 'index.yaml');
  const noteName = `index ${url}`;
  const note = readNote(await parts.store.readNote(noteName));
  const known = note === undefined ? undefined : await parts.store.find(note.digest);
  try {
    const answer = await request(parts, { repository, url, note: known === undefined ? undefined : note });
    if (answer.status === 304 && known !== undefined) {
      await answer.discard();
      return { content: known, stale: undefined };
    }
    const content = await parts.store.put(answer.body, { limit: largestIndex });
    const { etag, 'last-modified': lastModified } = answer.headers;
    await parts.store.writeNote(noteName, { digest: content.digest, etag, lastModified } satisfies Note);
    return { content, stale: undefined };
  } catch (error) {
    if (known !== undefined && error instanceof HelmGitopsError && isOutOfReach(error))
      return { content: known, stale: error };
    throw explained(error, repository, url);
  }
}

interface Asked {
  readonly repository: string;
  readonly url: string;
  readonly note: Note | undefined;
}

async function request(parts: DownloadParts, asked: Asked): Promise<HttpResponse> {
  const { url, repository } = asked;
  let failure: HelmGitopsError | undefined;
  for (const mirror of mirrorsOf({ url, repository, mirrors: parts.mirrors })) {
    try {
      // A mirror has credentials of its own.
      return await requestFrom(parts, { ...asked, url: mirror, repository: mirror }, true);
    } catch (error) {
      if (isHttpError(error, 'http.aborted')) throw error;
      if (!isHttpError(error, 'http.not-found')) failure ??= asHelmGitopsError(error);
    }
  }
  return await requestFrom(parts, asked, asked.note !== undefined).catch((error: unknown) => {
    throw mentionMirror(error, failure);
  });
}

async function requestFrom(
  { http, findCredential, signal }: DownloadParts,
  { url, repository, note }: Asked,
  isImpatient: boolean,
): Promise<HttpResponse> {
  const { etag, lastModified } = note ?? {};
  const headers = {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(etag !== undefined || lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
  const credential = await credentialFor({ url, repository, findCredential });
  return await http.request({
    url,
    headers,
    credential,
    signal,
    accept: [304],
    compressed: true,
    maxBytes: largestIndex,
    ...(isImpatient ? impatient : {}),
  });
}

function explained(error: unknown, repository: string, url: string): unknown {
  const shown = displayUrl(repository);
  if (isHttpError(error, 'http.not-found')) {
    return chartError('chart.no-index', `there is no chart repository at ${shown}: ${error.message}`, {
      hint: `a chart repository has an index.yaml; for a registry write oci://${new URL(url).host}/…`,
      cause: error,
    });
  }
  const tooLarge = error instanceof HelmGitopsError && /\.too-large$/.test(error.code);
  if (!tooLarge) return error;
  return chartError('chart.repository-invalid', `the index of ${shown} has more than ${largestMegabytes} MiB`, {
    cause: error,
  });
}

function readNote(note: unknown): Note | undefined {
  if (typeof note !== 'object' || note === null) return undefined;
  const { digest, etag, lastModified } = note as Partial<Note>;
  if (typeof digest !== 'string') return undefined;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return { digest, etag: text(etag), lastModified: text(lastModified) };
}
