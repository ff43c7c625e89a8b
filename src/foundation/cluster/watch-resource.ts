/**
 * Takes how to list and how to stream one kind, tells a handler everything there is and every change after. Lists
 * again after 410, an unreadable line or a handler that threw, and once an hour, in case that something between here and
 * there has lost an event; streams on where it left off after all else. Silent about a dropped stream that comes back at once; `lost` is told when it does not.
 */

import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { HelmGitopsError } from '../base/errors.ts';
import { parseExactJson } from '../base/exact-json.ts';
import type { KubernetesObject } from '../manifest/object.ts';
import type { ObjectList, Watch, WatchHandler } from './cluster-client.ts';
import { abortError, clusterError, isClusterError, parseApiStatus, statusError } from './cluster-error.ts';

export interface WatchSource {
  list(signal: AbortSignal): Promise<ObjectList>;
  stream(resourceVersion: string, timeoutSeconds: number, signal: AbortSignal): Promise<Readable>;
  /** Gives what a watch event leaves out. */
  complete(object: KubernetesObject): KubernetesObject;
}

export interface WatchTiming {
  /** The server ends a watch after this many seconds to twice that; then it is opened anew. */
  readonly timeoutSeconds: number;
  /** A stream is dead when it is silent for so long: servers send a bookmark each minute. Milliseconds. */
  readonly stall: number;
  /** When a stream ends and the last list is older, there is another. Milliseconds. */
  readonly relistAfter?: number;
  readonly backoff: { readonly first: number; readonly max: number };
  readonly random: () => number;
}

export const defaultWatchTiming: WatchTiming = {
  timeoutSeconds: 240,
  stall: 100_000,
  relistAfter: 3_600_000,
  backoff: { first: 250, max: 30_000 },
  random: Math.random,
};

/** A stream that lived so long was fine: what ended it does not count as a failure. */
const soundStreamMilliseconds = 5_000;

export function watchResource(source: WatchSource, handler: WatchHandler, timing = defaultWatchTiming): Watch {
  const ending = new AbortController();
  const synced = Promise.withResolvers<void>();
  synced.promise.catch(() => undefined);
  const ended = follow(source, handler, { timing, signal: ending.signal, onSynced: synced.resolve });
  return {
    synced: synced.promise,
    async [Symbol.asyncDispose]() {
      ending.abort();
      synced.reject(abortError('watch', new Error('the watch is closed')));
      await ended;
    },
  };
}

interface Follow {
  readonly timing: WatchTiming;
  readonly signal: AbortSignal;
  readonly onSynced: () => void;
}

async function follow(source: WatchSource, handler: WatchHandler, { timing, signal, onSynced }: Follow): Promise<void> {
  let resourceVersion: string | undefined;
  let listed = 0;
  let failures = 0;
  let lost = false;
  const answered = () => {
    if (!lost) return;
    lost = false;
    handler.restored?.();
  };
  while (!signal.aborted) {
    const started = Date.now();
    const reader = createReader(source, handler);
    try {
      if (resourceVersion === undefined) {
        listed = started;
        const list = await source.list(signal);
        if (signal.aborted) return;
        handler.replaced(list.items, list.resourceVersion);
        resourceVersion = list.resourceVersion;
        onSynced();
      }
      const seconds = Math.round(timing.timeoutSeconds * (1 + timing.random()));
      const stream = await source.stream(resourceVersion, seconds, signal);
      answered();
      reader.resourceVersion = resourceVersion;
      await readStream(stream, reader, { stall: timing.stall, signal });
      resourceVersion = started - listed >= (timing.relistAfter ?? Infinity) ? undefined : reader.resourceVersion;
      // The server's regular end. One that ends at once, again and again, must not be asked in a tight loop.
      failures = Date.now() - started >= soundStreamMilliseconds ? 0 : failures + 1;
    } catch (error) {
      if (signal.aborted) return;
      resourceVersion =
        reader.relist || isClusterError(error, 'cluster.expired')
          ? undefined
          : (reader.resourceVersion ?? resourceVersion);
      failures = Date.now() - started >= soundStreamMilliseconds ? 1 : failures + 1;
      // The first failure may be the server's restart or an idle connection's end: seen only when it lasts.
      if (
        !lost &&
        !isClusterError(error, 'cluster.expired') &&
        (failures > 1 || reader.resourceVersion === undefined)
      ) {
        lost = true;
        handler.lost?.(error);
      }
    }
    if (failures > 0) await pause(backoff(failures, timing), signal);
  }
}

function backoff(failures: number, { backoff: { first, max }, random }: WatchTiming): number {
  return Math.min(max, first * 2 ** (failures - 1)) * (0.5 + random() / 2);
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

interface Reader {
  /** Undefined until a stream was opened. */
  resourceVersion: string | undefined;
  /** The stream cannot be gone on with: something in it was not understood. */
  relist: boolean;
  line(text: string): void;
}

function createReader(source: WatchSource, handler: WatchHandler): Reader {
  return {
    resourceVersion: undefined,
    relist: false,
    line(text) {
      if (text === '') return;
      // Until the line is dealt with: an unreadable one, or a handler that throws, must not be lost.
      this.relist = true;
      const { type, object } = parseLine(text);
      if (type === 'ERROR') {
        const status = object as unknown as { code?: number };
        const code = typeof status.code === 'number' ? status.code : 500;
        this.relist = code === 410;
        throw statusError(parseApiStatus(code, JSON.stringify(object), undefined), 'watch');
      }
      if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') handler.changed(type, source.complete(object));
      this.resourceVersion = object.metadata?.resourceVersion ?? this.resourceVersion;
      this.relist = false;
    },
  };
}

function parseLine(text: string): { type: string; object: KubernetesObject } {
  try {
    return parseExactJson(text) as { type: string; object: KubernetesObject };
  } catch (error) {
    throw clusterError('cluster.protocol', 'watch: the server sent a line that is not JSON', { cause: error });
  }
}

interface StreamLimits {
  readonly stall: number;
  readonly signal: AbortSignal;
}

async function readStream(stream: Readable, reader: Reader, { stall, signal }: StreamLimits): Promise<void> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const silent = () => stream.destroy(clusterError('cluster.timeout', 'watch: the server has fallen silent'));
  const rearm = () => {
    clearTimeout(timer);
    timer = setTimeout(silent, stall);
  };
  const end = () => stream.destroy();
  signal.addEventListener('abort', end, { once: true });
  rearm();
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      const text = decoder.decode(chunk, { stream: true });
      let start = 0;
      for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', start)) {
        parts.push(text.slice(start, newline));
        reader.line(parts.length === 1 ? (parts[0] as string) : parts.join(''));
        parts = [];
        start = newline + 1;
        if (signal.aborted) return;
      }
      if (start < text.length) parts.push(text.slice(start));
      rearm();
    }
  } catch (error) {
    if (error instanceof HelmGitopsError || reader.relist) throw error;
    throw clusterError('cluster.unreachable', `watch: the connection broke: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    stream.destroy();
  }
}
