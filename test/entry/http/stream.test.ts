import { writeFile } from 'node:fs/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { releaseView } from './fake-control.ts';
import { openRoutes, writeTokens } from './open-routes.ts';

interface Message {
  id?: string;
  event?: string;
  data?: string;
  comment?: string;
}

/** Reads message by message; undefined at the end. */
function readMessages(answer: Response) {
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let rest = '';
  const next = async (): Promise<Message | undefined> => {
    while (!rest.includes('\n\n')) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      rest += decoder.decode(value, { stream: true });
    }
    const block = rest.slice(0, rest.indexOf('\n\n'));
    rest = rest.slice(block.length + 2);
    const message: Message = {};
    for (const line of block.split('\n')) {
      const [, name = '', value = ''] = /^(\w*): ?(.*)$/.exec(line) ?? [];
      if (name === '') message.comment = value;
      else if (name === 'data') message.data = message.data === undefined ? value : `${message.data}\n${value}`;
      else if (name === 'id' || name === 'event') message[name] = value;
    }
    return message;
  };
  return { next, cancel: () => reader.cancel() };
}

const found = (cluster: string) => ({ event: 'cluster.recovered', cluster }) as const;

function fakeTimers() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
}

describe('the stream', () => {
  test('tells events, then the board', async () => {
    const { ask, control } = openRoutes();
    control.emit(found('a'));
    const answer = await ask('/api/v1/stream');
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const { next } = readMessages(answer);
    const event = await next();
    expect(event).toMatchObject({ event: 'event', id: expect.stringMatching(/-1$/) });
    expect(JSON.parse(event?.data ?? '')).toMatchObject({ number: 1, event: 'cluster.recovered', cluster: 'a' });
    expect(await next()).toMatchObject({ event: 'board', data: expect.stringContaining('shop') });
    control.emit(found('b'));
    expect((await next())?.data).toContain('"cluster":"b"');
  });

  test('goes on where the reader stopped', async () => {
    const { ask, control } = openRoutes();
    for (const name of ['a', 'b', 'c']) control.emit(found(name));
    const first = await readMessages(await ask('/api/v1/stream')).next();
    const { next } = readMessages(await ask('/api/v1/stream?after=3', { 'last-event-id': first?.id ?? '' }));
    expect((await next())?.id).toMatch(/-2$/);
    expect((await next())?.id).toMatch(/-3$/);
    expect((await next())?.event).toBe('board');
  });

  test('tells all when the reader comes from an earlier process', async () => {
    const { ask, control } = openRoutes();
    control.emit(found('a'));
    const { next } = readMessages(await ask('/api/v1/stream?after=1', { 'last-event-id': 'abc123-400' }));
    expect((await next())?.id).toMatch(/-1$/);
  });

  test.each(['junk', '', '-', '1e9', 'NaN'])('takes no harm from a Last-Event-ID of %j', async (id) => {
    const { ask, control } = openRoutes();
    control.emit(found('a'));
    const { next } = readMessages(await ask('/api/v1/stream', { 'last-event-id': id }));
    expect((await next())?.id).toMatch(/-1$/);
  });

  test('tells every event of a burst and draws the board once', async () => {
    fakeTimers();
    const { ask, control } = openRoutes();
    const { next } = readMessages(await ask('/api/v1/stream'));
    expect((await next())?.event).toBe('board');
    const burst = 20;
    const change = (index: number) => {
      control.set.releases = [releaseView({ version: index })];
      control.emit(found(String(index)));
    };
    change(0);
    const first = next();
    for (let index = 1; index < burst; index += 1) {
      await vi.advanceTimersByTimeAsync(4);
      change(index);
    }
    await vi.advanceTimersByTimeAsync(100);
    const kinds = [(await first)?.event];
    for (let index = 0; index < burst; index += 1) kinds.push((await next())?.event);
    expect(kinds.filter((kind) => kind === 'board')).toEqual(['board']);
    expect(kinds.at(-1)).toBe('board');
  });

  test('beats when nothing happens, and does not repeat the board', async () => {
    fakeTimers();
    const { ask } = openRoutes();
    const { next } = readMessages(await ask('/api/v1/stream'));
    expect((await next())?.event).toBe('board');
    for (let beat = 0; beat < 3; beat += 1) {
      const pending = next();
      await vi.advanceTimersByTimeAsync(15_000);
      expect(await pending).toEqual({ comment: 'still here' });
    }
  });

  test('ends with the daemon, also while nobody reads', async () => {
    const { ask, control, end } = openRoutes();
    const { next } = readMessages(await ask('/api/v1/stream'));
    await ask('/api/v1/stream');
    await next();
    expect(control.listeners.size).toBe(2);
    end.abort();
    expect(await next()).toBeUndefined();
    await vi.waitFor(() => expect(control.listeners.size).toBe(0), 90_000);
  });

  test('is let go when the reader leaves', async () => {
    const { ask, control } = openRoutes();
    const { next, cancel } = readMessages(await ask('/api/v1/stream'));
    await next();
    await cancel();
    await vi.waitFor(() => expect(control.listeners.size).toBe(0), 90_000);
  });

  test('is not opened by HEAD, which nobody would read', async () => {
    const { ask, control } = openRoutes();
    expect((await ask('/api/v1/stream', {}, { method: 'HEAD' })).status).toBe(200);
    expect(control.listeners.size).toBe(0);
  });

  test('ends when the token was taken out', async () => {
    const tokenFile = await writeTokens('anna:s3cret');
    const { ask, control } = openRoutes({ tokenFile });
    const { next } = readMessages(await ask('/api/v1/stream', { authorization: 'Bearer s3cret' }));
    expect((await next())?.event).toBe('board');
    await writeFile(tokenFile, '');
    control.emit(found('a'));
    expect(await next()).toBeUndefined();
    expect(control.listeners.size).toBe(0);
  });

  test('ends when the board fails, and tells the log alone', async () => {
    const { ask, control, errors } = openRoutes();
    const { next } = readMessages(await ask('/api/v1/stream'));
    await next();
    control.failWith(new Error('secret'));
    control.emit(found('a'));
    expect((await next())?.event).toBe('event');
    expect(await next()).toBeUndefined();
    expect(errors).toMatchObject([{ message: 'secret' }]);
  });
});
