/** Whatever bytes a server writes: an answer or an error of ours, in time, and the process lives. */
import { createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import type { HttpClient } from '../../../src/foundation/http/http-client.ts';
import { openHttpClient } from '../../../src/foundation/http/open-http-client.ts';

let server: Server;
let client: HttpClient;
let bytes = Buffer.alloc(0);
const sockets = new Set<Socket>();
beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.once('data', () => socket.end(bytes));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  client = openHttpClient({ environment: {}, sleep: async () => undefined });
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  for (const socket of sockets) socket.destroy();
  await new Promise((closed) => server.close(closed));
});

const piece = fc.constantFrom(
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 302 Found\r\n',
  'HTTP/1.1 503 x\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
  'HTTP/1.0 204\r\n',
  'content-length: 5\r\n',
  'content-length: 0\r\n',
  'content-length: -1\r\n',
  'content-length: 99999999999999999999\r\n',
  'transfer-encoding: chunked\r\n',
  'content-encoding: gzip\r\n',
  'location: /again\r\n',
  'location: \u00ff\r\n',
  'retry-after: 0\r\n',
  'connection: close\r\n',
  '__proto__: x\r\n',
  'set-cookie: a\r\nset-cookie: b\r\n',
  '\r\n',
  '\r\n\r\n',
  '5\r\nhello\r\n',
  'ffffffffffffffff\r\n',
  '0\r\n\r\n',
  'hello',
  '\u001f\u008b\b\u0000',
  '\u0000',
);
const answer = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(''), 'latin1')),
  fc.array(piece, { maxLength: 8 }).map((pieces) => Buffer.from(`HTTP/1.1 200 OK\r\n${pieces.join('')}`, 'latin1')),
  fc.uint8Array({ maxLength: 300 }).map((raw) => Buffer.from(raw)),
);

test('any answer is one, or an error of ours', async () => {
  const { port } = server.address() as { port: number };
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(answer, fc.boolean(), async (said, compressed) => {
      bytes = said;
      try {
        const given = await client.request({
          url: `http://127.0.0.1:${port}/`,
          compressed,
          attempts: 2,
          timeout: 2000,
        });
        await given.bytes(1 << 16);
        outcomes.add('answer');
      } catch (error) {
        expect(error).toBeInstanceOf(HelmGitopsError);
        expect((error as HelmGitopsError).code).toMatch(/^http\.(?!unreachable)/);
        outcomes.add((error as HelmGitopsError).code);
      }
    }),
    { numRuns: 300 },
  );
  expect([...outcomes]).toEqual(expect.arrayContaining(['answer', 'http.protocol', 'http.interrupted']));
});
