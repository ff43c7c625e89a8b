/** Stands between a client and a server and knows nothing of what they say: passes it on, holds it back, or hangs up. */
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

/** `hang`: connections are taken, those that stand stay, and no byte goes either way any more. */
export type RelayMode = 'pass' | 'hang' | 'refuse';

export interface TcpRelay extends AsyncDisposable {
  readonly port: number;
  mode: RelayMode;
  /** Ends every connection, as a restarted router does. */
  drop(): void;
}

export async function startTcpRelay(target: { readonly host: string; readonly port: number }): Promise<TcpRelay> {
  const sockets = new Set<Socket>();
  let mode: RelayMode = 'pass';
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const server = createServer((from) => {
    keep(from);
    if (mode === 'refuse') return from.resetAndDestroy();
    if (mode === 'hang') return;
    const to = createConnection(target);
    keep(to);
    from.on('data', (bytes) => mode === 'pass' && to.write(bytes)).on('close', () => to.destroy());
    to.on('data', (bytes) => mode === 'pass' && from.write(bytes)).on('close', () => from.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get mode() {
      return mode;
    },
    set mode(next) {
      // What was held back is lost: connections that stood then would go on in the middle of a sentence.
      if (mode === 'hang' || next === 'refuse') drop();
      mode = next;
    },
    drop,
    async [Symbol.asyncDispose]() {
      drop();
      await new Promise((closed) => server.close(closed));
    },
  };
}
