/**
 * Takes undici's answer, returns it as an HttpResponse: the body decoded where that was asked for, given up beyond its
 * bounds, and with its failures as HelmGitopsErrors.
 */
import { pipeline } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import type { HttpResponse } from './http-client.ts';
import { abortError, type Hop, httpError, networkError } from './http-error.ts';

export interface BodyBounds {
  readonly hop: Hop;
  readonly compressed: boolean;
  readonly maxBytes: number;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
}

export function readBody(answer: Dispatcher.ResponseData, bounds: BodyBounds): HttpResponse {
  const headers = flatten(answer.headers);
  const read = (limit: number) =>
    boundedBody(answer, headers, { ...bounds, maxBytes: Math.min(limit, bounds.maxBytes) });
  const bytes = async (limit: number) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of read(limit)) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  return {
    status: answer.statusCode,
    headers,
    url: bounds.hop.url.href,
    body: read(bounds.maxBytes),
    bytes,
    text: async (limit) => (await bytes(limit)).toString('utf8'),
    discard: () => discard(answer),
  };
}

/** Reads what is short, so that the connection can be used again, and cuts off what is not. */
export async function discard(answer: Dispatcher.ResponseData): Promise<void> {
  await answer.body.dump({ limit: 64 * 1024 }).catch(() => undefined);
}

async function* boundedBody(
  answer: Dispatcher.ResponseData,
  headers: Readonly<Record<string, string>>,
  { hop, compressed, maxBytes, signal }: BodyBounds,
): AsyncGenerator<Uint8Array> {
  const encoding = compressed ? (headers['content-encoding'] ?? 'identity').trim().toLowerCase() : 'identity';
  const coded = encoding === 'gzip' || encoding === 'x-gzip';
  try {
    if (!coded && encoding !== 'identity' && encoding !== '')
      throw httpError('http.corrupt', `${hop.url.host} encodes its answer in a way that was not asked for`);
    const announced = Number(headers['content-length']);
    if (!coded && hop.method !== 'HEAD' && announced > maxBytes) throw tooLarge(hop, maxBytes);
    let size = 0;
    for await (const piece of coded ? gunzip(answer.body) : answer.body) {
      size += (piece as Uint8Array).length;
      if (size > maxBytes) throw tooLarge(hop, maxBytes);
      yield piece as Uint8Array;
    }
  } catch (error) {
    if (signal?.aborted) throw abortError(hop, signal.reason);
    const code = (error as { code?: unknown }).code;
    if (typeof code === 'string' && /^Z_/.test(code))
      throw httpError('http.corrupt', `${hop.url.host} answers with a gzip stream that is broken (${code})`);
    throw networkError(error, hop);
  } finally {
    answer.body.destroy();
  }
}

function gunzip(body: Dispatcher.ResponseData['body']): AsyncIterable<Uint8Array> {
  const decoder = createGunzip({ finishFlush: constants.Z_FINISH });
  // Errors reach the reader through the decoder, which pipeline destroys with them.
  pipeline(body, decoder, () => undefined);
  return decoder;
}

function tooLarge(hop: Hop, limit: number): Error {
  return httpError(
    'http.too-large',
    `the answer of ${hop.url.host} is longer than the ${limit} bytes that it may have`,
  );
}

function flatten(headers: Dispatcher.ResponseData['headers']): Readonly<Record<string, string>> {
  const flat: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
