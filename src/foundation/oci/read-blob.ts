/**
 * Takes a blob's descriptor, returns its bytes as they come; goes on where a connection broke, and fails at the end when
 * digest or size are not what the descriptor says.
 */
import { isHttpError } from '../http/http-error.ts';
import type { Descriptor } from './manifest.ts';
import { formatReference, type OciReference } from './reference.ts';
import type { RegistrySession } from './registry-session.ts';
import { verifyContent } from './verify-content.ts';

export interface BlobRequest {
  readonly reference: OciReference;
  readonly blob: Descriptor;
  readonly signal: AbortSignal | undefined;
}

const mostResumptions = 3;

export async function* readBlob(session: RegistrySession, request: BlobRequest): AsyncGenerator<Uint8Array> {
  const { registry, repository } = request.reference;
  const { digest } = request.blob;
  const where = formatReference({ registry, repository, digest });
  yield* verifyContent(persistently(session, request), request.blob, where);
}

async function* persistently(
  session: RegistrySession,
  { reference, blob, signal }: BlobRequest,
): AsyncGenerator<Uint8Array> {
  const { registry, repository } = reference;
  const at = { registry, repository, digest: blob.digest };
  const call = { reference: at, actions: 'pull', method: 'GET', path: `blobs/${blob.digest}`, signal } as const;
  let done = 0;
  for (let resumptions = 0; ; resumptions++) {
    const answer = await session.send(done === 0 ? call : { ...call, headers: { range: `bytes=${done}-` } });
    // Who does not know ranges sends it all again.
    let skip = answer.status === 206 && answer.headers['content-range']?.startsWith(`bytes ${done}-`) ? 0 : done;
    try {
      for await (const piece of answer.body) {
        const fresh = piece.subarray(Math.min(skip, piece.length));
        skip -= piece.length - fresh.length;
        done += fresh.length;
        if (fresh.length > 0) yield fresh;
      }
      return;
    } catch (error) {
      if (!isHttpError(error, 'http.interrupted', 'http.timeout') || resumptions === mostResumptions) throw error;
    }
  }
}
