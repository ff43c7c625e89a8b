/** Proxies that lead every name to the loopback: one for HTTP CONNECT, one for SOCKS5. */
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

export interface ForwardProxy extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** `api.example:6443`, for each connection that was asked for. */
  readonly asked: string[];
}

/** `status`: what it answers to CONNECT instead of connecting. */
export async function startConnectProxy({ status = 200, authorization = '' } = {}): Promise<ForwardProxy> {
  return await startProxy((socket, asked) => {
    socket.once('data', (data) => {
      const head = data.toString('latin1');
      const [, name = '', port = ''] = /^CONNECT ([^ :]+):(\d+)/.exec(head) ?? [];
      asked.push(`${name}:${port}`);
      if (authorization !== '' && !head.toLowerCase().includes(`proxy-authorization: ${authorization}`.toLowerCase()))
        return socket.end('HTTP/1.1 407 x\r\n\r\n');
      if (status !== 200) return socket.end(`HTTP/1.1 ${status} x\r\n\r\n`);
      return pass(socket, Number(port), 'HTTP/1.1 200 x\r\n\r\n');
    });
  });
}

export async function startSocksProxy(): Promise<ForwardProxy> {
  return await startProxy((socket, asked) => {
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', (request) => {
        const length = request[4] ?? 0;
        const name = request[3] === 3 ? request.subarray(5, 5 + length).toString() : request.subarray(4, 8).join('.');
        const port = request.readUInt16BE(request.length - 2);
        asked.push(`${name}:${port}`);
        pass(socket, port, Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
      });
    });
  });
}

function pass(socket: Socket, port: number, greeting: string | Uint8Array): void {
  const target = createConnection({ port, host: '127.0.0.1' }, () => socket.write(greeting));
  target.on('error', () => socket.destroy());
  socket.on('error', () => target.destroy()).on('close', () => target.destroy());
  socket.pipe(target).pipe(socket);
}

async function startProxy(serve: (socket: Socket, asked: string[]) => void): Promise<ForwardProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    serve(socket, asked);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
