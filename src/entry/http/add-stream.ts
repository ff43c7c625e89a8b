/**
 * GET /api/v1/stream: every event as it happens, and the page's board after it. What comes together is shown together;
 * a slow reader holds back only itself. It ends at once with the daemon, and when the reader's token was taken out.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Hono } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { Control } from '../../daemon/control.ts';
import { createSignal } from './create-signal.ts';
import { eventJson, parseNumber } from './event-json.ts';

export interface StreamOptions {
  readonly control: Control;
  readonly board: () => string;
  readonly isAdmitted: (context: Parameters<typeof streamSSE>[0]) => Promise<boolean>;
  readonly now: () => Date;
  readonly onError: (error: unknown) => void;
  /** Ends the streams. */
  readonly signal: AbortSignal;
}

/** Milliseconds. Proxies give up on a line that was silent for half a minute or more. */
const heartbeat = 15_000;
const redrawAfter = 100;
/** A large board costs its reader and this process more: it is drawn more seldom, half a megabyte at most twice a second. */
const charactersPerMillisecond = 1000;

export function addStream(app: Hono, options: StreamOptions): void {
  // Events are counted per process: an id of an earlier one must not hide this one's.
  const process = options.now().getTime().toString(36);
  app.get('/api/v1/stream', (context) => {
    const after = parseNumber(context.req.query('after'));
    if (after === undefined) return context.json({ error: 'after: expected the number of an event' }, 400);
    if (context.req.method === 'HEAD') return context.body(null, 200, { 'content-type': 'text/event-stream' });
    const last = resumeAt(context.req.header('last-event-id'), process) ?? after;
    return streamSSE(context, (stream) => {
      const isAdmitted = () => options.isAdmitted(context);
      return feed({ ...options, isAdmitted }, { stream, last, process }).catch(options.onError);
    });
  });
}

interface Reader {
  readonly stream: SSEStreamingApi;
  readonly last: number;
  readonly process: string;
}

async function feed(
  options: Omit<StreamOptions, 'isAdmitted'> & { isAdmitted: () => Promise<boolean> },
  reader: Reader,
) {
  const { control, signal } = options;
  const { stream, process } = reader;
  const wake = createSignal();
  const ended = new AbortController();
  const end = () => {
    ended.abort();
    wake.set();
    stream.abort();
  };
  const unsubscribe = control.subscribe(wake.set);
  stream.onAbort(end);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  let { last } = reader;
  let shown: string | undefined;
  try {
    while (!ended.signal.aborted && (await options.isAdmitted())) {
      for (const entry of control.events(last)) {
        if (ended.signal.aborted) return;
        last = entry.number;
        await stream.writeSSE({ id: `${process}-${last}`, event: 'event', data: JSON.stringify(eventJson(entry)) });
      }
      const board = options.board();
      if (board !== shown) await stream.writeSSE({ event: 'board', data: board });
      shown = board;
      if (!(await wake.wait(heartbeat))) await stream.write(': still here\n\n');
      else await pause(redrawAfter + board.length / charactersPerMillisecond, ended.signal);
    }
  } finally {
    unsubscribe();
    signal.removeEventListener('abort', end);
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** The event that a reader saw last, 0 where it saw another process's; undefined where it says nothing of use. */
function resumeAt(id: string | undefined, process: string): number | undefined {
  const [, of, digits] = /^([0-9a-z]+)-(\d{1,15})$/.exec(id ?? '') ?? [];
  if (of === undefined) return undefined;
  return of === process ? Number(digits) : 0;
}
