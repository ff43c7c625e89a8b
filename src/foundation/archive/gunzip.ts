/**
 * Unzips as much of an archive as there is, up to a limit. Takes bytes, returns what came out and why it ended early:
 * what is before the damage may hold the better reason to refuse it. It never holds more than the limit.
 */
import { Readable } from 'node:stream';
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
  const parts: Uint8Array[] = [];
  let left = limit;
  const stream = Readable.from(pieces(archive)).pipe(createGunzip({ chunkSize: 64 * 1024 }));
  try {
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      parts.push(piece.subarray(0, left));
      left -= piece.length;
      if (left <= 0) break;
    }
  } catch {
    // The same damage as before; what came until then counts.
  } finally {
    stream.destroy();
  }
  return Buffer.concat(parts);
}

/** Small ones: with the piece in which the damage lies, all that came of it is lost. */
function* pieces(archive: Uint8Array): Generator<Uint8Array> {
  const step = Math.max(16, Math.ceil(archive.length / 1000));
  for (let at = 0; at < archive.length; at += step) yield archive.subarray(at, at + step);
}

function failureOf(cause: NodeJS.ErrnoException): ArchiveError {
  const { code, message } = cause;
  if (code === 'ERR_BUFFER_TOO_LARGE') return new ArchiveError('the archive unpacks to too much', { tooLarge: true });
  if (code === 'Z_BUF_ERROR') return unexpectedEnd(cause);
  if (/incorrect (?:data|length) check/.test(message)) return new ArchiveError('gzip: invalid checksum', { cause });
  if (/header|compression method|flags/.test(message)) return new ArchiveError('gzip: invalid header', { cause });
  return new ArchiveError(`flate: corrupt input: ${message}`, { cause });
}
