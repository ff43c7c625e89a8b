/**
 * Unzips as much of an archive as there is, up to a limit. Takes bytes, returns what came out and why it ended early:
 * what is before the damage may hold the better reason to refuse it. It never holds more than the limit.
 */
import { createGunzip, gunzipSync } from 'node:zlib';
import { ArchiveError, unexpectedEnd } from './archive-error.ts';

export interface Unzipped {
  readonly data: Uint8Array;
  /** Undefined: the whole came out. */
  readonly failure: ArchiveError | undefined;
}

export async function gunzip(archive: Uint8Array, limit: number): Promise<Unzipped> {
  if (archive.length < 10) return { data: new Uint8Array(), failure: unexpectedEnd() };
  try {
    return { data: gunzipSync(archive, { maxOutputLength: limit }), failure: undefined };
  } catch (cause) {
    const data = await unzipBeginning(archive, limit);
    return { data, failure: failureOf(cause as NodeJS.ErrnoException) };
  }
}

async function unzipBeginning(archive: Uint8Array, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let left = limit;
  const stream = createGunzip({ chunkSize: 64 * 1024 });
  stream.end(archive);
  try {
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      pieces.push(piece.subarray(0, left));
      left -= piece.length;
      if (left <= 0) break;
    }
  } catch {
    // The same damage as before; what came until then counts.
  } finally {
    stream.destroy();
  }
  return Buffer.concat(pieces);
}

function failureOf(cause: NodeJS.ErrnoException): ArchiveError {
  const { code, message } = cause;
  if (code === 'ERR_BUFFER_TOO_LARGE') return new ArchiveError('the archive unpacks to too much', { tooLarge: true });
  if (code === 'Z_BUF_ERROR') return unexpectedEnd(cause);
  if (/incorrect (?:data|length) check/.test(message)) return new ArchiveError('gzip: invalid checksum', { cause });
  if (/header|compression method|flags/.test(message)) return new ArchiveError('gzip: invalid header', { cause });
  return new ArchiveError(`flate: corrupt input: ${message}`, { cause });
}
