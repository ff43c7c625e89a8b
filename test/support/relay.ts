/** Stands before a plain HTTP server: passes everything on, and never answers the requests that the test names. */
import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Relay extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
  /** `POST /ann/fleet.git/git-receive-pack`: held before it is passed on, or once it was carried out; undefined passes. */
  decide: (label: string) => { readonly after: boolean; readonly reached: () => void } | undefined;
}

export async function startRelay(target: string): Promise<Relay> {
  const server = createServer(async (incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const hold = relay.decide(`${method} ${url}`);
    if (hold && !hold.after) return hold.reached();
    const { 'transfer-encoding': _chunked, 'content-length': _length, ...passed } = headers;
    const body = Buffer.concat(pieces);
    const length = body.length > 0 ? { 'content-length': body.length } : {};
    const forwarded = ask(`${target}${url}`, { method, headers: { ...passed, ...length } }, (answer) => {
      if (hold) return void answer.resume().on('end', hold.reached);
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', () => response.destroy()).end(body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const relay: Relay = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    decide: () => undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return relay;
}
