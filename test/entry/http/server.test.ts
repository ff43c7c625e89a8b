import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { startServer } from '../../../src/entry/http/server.ts';
import { createFakeControl } from './fake-control.ts';
import { unasked as decide, metrics, noWebhooks as webhooks } from './open-routes.ts';

function start(port = 0) {
  const control = createFakeControl();
  const now = () => new Date();
  const serving = { control, metrics, webhooks, decide };
  const options = { host: '127.0.0.1', port, tokenFile: undefined, ...serving, now, version: '0.1.0' };
  return { control, starting: startServer(options) };
}

describe('the server', () => {
  test('names the port that it got, serves the page and ends its streams at once', async () => {
    const { control, starting } = start();
    const server = await starting;
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*\/$/);
    expect(await (await fetch(server.url)).text()).toContain('helm-gitops');
    const stream = await fetch(`${server.url}api/v1/stream`);
    const reader = stream.body?.getReader();
    await reader?.read();
    const rest = reader?.read().catch(() => undefined);
    await server[Symbol.asyncDispose]();
    await rest;
    await vi.waitFor(() => expect(control.listeners.size).toBe(0), 90_000);
    await expect(fetch(server.url)).rejects.toThrow();
  });

  test('does not wait for a reader that has sent half a request', async () => {
    const server = await start().starting;
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => undefined).write('GET / HTTP/1.1\r\nHost: 127');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    // An answer to another shows that the half one has arrived.
    await (await fetch(server.url)).text();
    await server[Symbol.asyncDispose]();
    await closed;
  });

  test('lets a stream go when its reader hangs up', async () => {
    const { control, starting } = start();
    await using server = await starting;
    const leave = new AbortController();
    const stream = await fetch(`${server.url}api/v1/stream`, { signal: leave.signal });
    await stream.body?.getReader().read();
    expect(control.listeners.size).toBe(1);
    leave.abort();
    await vi.waitFor(() => expect(control.listeners.size).toBe(0), 90_000);
  });

  test.each([
    'GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    'GET / HTTP/1.0\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a/../b\r\nConnection: close\r\n\r\n',
    'GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    'GET //evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    'nonsense\r\n\r\n',
  ])('refuses %j and goes on', async (bytes) => {
    await using server = await start().starting;
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (part) => {
      answer += part;
    });
    socket.write(bytes);
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toMatch(/<html|node_modules/);
    expect((await fetch(server.url)).status).toBe(200);
  });

  test('says which port is taken, and what to do', async () => {
    await using server = await start().starting;
    const { port } = new URL(server.url);
    await expect(start(Number(port)).starting).rejects.toMatchObject({
      code: 'server.listen',
      fault: 'transient',
      message: expect.stringContaining(port),
      hint: expect.stringContaining('server.listen'),
    });
  });
});
